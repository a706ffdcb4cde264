"""Where the bytes of a page can be had: at an address, in a WARC file, or in a public repository at a commit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bench.errors import BenchError
from bench.fetch.address import WEB, Span, ascii_url, rebased

RAW_FILE = "https://raw.githubusercontent.com/{repository}/{commit}/{path}"
"""The address of a file in a public repository at a commit, where a source gives no `pattern` of its own."""
COMMON_CRAWL = "https://data.commoncrawl.org"
_CRAWL_PATH = "crawl-data/"

_REPOSITORY = re.compile(r"[\w.-]+(?:/[\w.-]+)+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PROVENANCE = re.compile(r"(?P<repository>\S+/\S+) (?P<commit>[0-9a-f]{40,64}) (?P<path>\S.*)")
_KINDS = '{url = "…"}, {warc = "…", offset = 0, length = 0} or {repository = "…", commit = "…", path = "…"}'


@dataclass(frozen=True, slots=True)
class UrlSource:
    """The page as its server sends it."""

    url: str

    def to_json(self) -> dict[str, object]:
        """As `source_from` takes it."""
        return {"url": self.url}

    def address(self, base: str = "") -> str:
        """Where to ask; with `base`, for the same path there."""
        return rebased(self.url, base) if base else self.url


@dataclass(frozen=True, slots=True)
class GitSource:
    """A file of a public repository.

    Attributes:
        commit: all of its hex digits, so that the file cannot change.
        pattern: of its address, with {repository}, {commit} and {path}.
    """

    repository: str
    commit: str
    path: str
    pattern: str = RAW_FILE

    def to_json(self) -> dict[str, object]:
        """As `source_from` takes it."""
        own = {} if self.pattern == RAW_FILE else {"pattern": self.pattern}
        return {"repository": self.repository, "commit": self.commit, "path": self.path, **own}

    def address(self, base: str = "") -> str:
        """Where to ask; with `base`, for the same path there."""
        parts = {"repository": self.repository, "commit": self.commit, "path": quote(self.path, safe="/")}
        url = re.sub(r"\{(\w+)\}", lambda found: parts.get(found[1], found[0]), self.pattern)
        return rebased(url, base) if base else url


@dataclass(frozen=True, slots=True)
class WarcSource:
    """A record of a WARC file, as Common Crawl's index names it.

    Attributes:
        warc: its address, or a path below Common Crawl's or the base that is given when it is pulled.
        offset, length: of the record in the file, in bytes.
    """

    warc: str
    offset: int
    length: int

    def to_json(self) -> dict[str, object]:
        """As `source_from` takes it."""
        return {"warc": self.warc, "offset": self.offset, "length": self.length}

    @property
    def span(self) -> Span:
        """The bytes to ask for."""
        return Span(self.offset, self.length)

    def address(self, base: str = "") -> str:
        """Where to ask; with `base`, for the same path there.

        Raises:
            BenchError: the file is named without an address, is none of Common Crawl's, and there is no base.
        """
        if self.warc.startswith(WEB):
            return rebased(self.warc, base) if base else self.warc
        if not base and not self.warc.startswith(_CRAWL_PATH):
            raise BenchError(
                f"{self.warc} is a file without an address", mend="say below which address it is, with --base"
            )
        return f"{(base or COMMON_CRAWL).rstrip('/')}/{quote(self.warc, safe='/')}"


Source = UrlSource | GitSource | WarcSource


def source_from(value: object) -> Source:
    """A source from JSON or TOML.

    Raises:
        BenchError: it is none of the three, or names something that could not be asked for.
    """
    match value:
        case {"url": str(url), **more} if not more:
            return UrlSource(_web(url))
        case {"warc": str(warc), "offset": int(offset), "length": int(length), **more} if not more:
            if isinstance(offset, bool) or isinstance(length, bool) or offset < 0 or length < 1:
                raise BenchError(f"bytes {offset} + {length} of a WARC file", mend="copy both from the index of it")
            return WarcSource(_web(warc) if ":" in warc else _path(warc), offset, length)
        case {"repository": str(repository), "commit": str(commit), "path": str(path), **more}:
            return _git(repository, commit, _path(path), more)
    raise BenchError(f"source {str(value)[:80]!r}", mend=f"write {_KINDS}")


def _git(repository: str, commit: str, path: str, more: Mapping[object, object]) -> GitSource:
    if not _REPOSITORY.fullmatch(repository) or ".." in repository.split("/"):
        raise BenchError(f"repository {repository!r}", mend="write owner/name")
    if not _COMMIT.fullmatch(commit):
        raise BenchError(f"commit {commit!r}", mend="write all 40 hex digits; a branch moves")
    pattern = more.get("pattern", RAW_FILE)
    if set(more) - {"pattern"} or not isinstance(pattern, str) or not {"{commit}", "{path}"} <= _named(pattern):
        raise BenchError(f"source with {dict(more)}", mend=f"write a pattern like {RAW_FILE}")
    _web(pattern.replace("{", "").replace("}", ""))
    return GitSource(repository, commit, path, pattern)


def _named(pattern: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", pattern))


def _web(url: str) -> str:
    try:
        ascii_url(url)
    except BenchError as error:
        raise BenchError(f"source {url!r} {error.what}", mend="begin it with http:// or https://") from None
    return url


def _path(path: str) -> str:
    """A path that stays where it is asked for: a server, or a proxy before it, may take `..` for more than a name."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in path or not path.isprintable():
        raise BenchError(f"path {path!r} in a source", mend="write it from the root of the repository, without . or ..")
    return path


def of_provenance(provenance: str) -> GitSource | None:
    """What a site.toml says as `provenance = "OWNER/NAME COMMIT PATH"`; None where it says something else."""
    found = _PROVENANCE.fullmatch(provenance.strip())
    if not found:
        return None
    try:
        return _git(found["repository"], found["commit"], _path(found["path"]), {})
    except BenchError:
        return None
