"""site.toml: what is known of a site and its pages that is not in their bytes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from bench.errors import BenchError
from bench.gold.problems import Fault, close
from bench.gold.script import ScriptGold, script_gold
from bench.gold.source import Source, source_from
from bench.model import Split, Track

SLUG = re.compile(r"[a-z0-9-]+")
PAGE_NAME = re.compile(r"[a-z0-9_-]+")
_SITE_KEYS = ("name", "family", "licence", "provenance", "split", "pages")
_PAGE_KEYS = ("url", "track", "http_charset", "kind", "traps", "sha256", "source", "gold")
_Closed = TypeVar("_Closed", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class PageInfo:
    """One `[pages.NAME]` table.

    Attributes:
        line: where the table begins.
        url, track: stand for nothing in a page that is not `sound`.
        http_charset, sha256: None where not given.
        source: where the very same bytes can be had, where that is not `url`; None where not given.
        sound: False when something is wrong with the table; the page's marks are checked all the same.
    """

    name: str
    line: int
    url: str
    track: Track
    http_charset: str | None = None
    kind: str = ""
    traps: tuple[str, ...] = ()
    sha256: str | None = None
    source: Source | None = None
    gold: tuple[ScriptGold, ...] = ()
    sound: bool = True


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """A site.toml. `listed` names every page that has a table, also those that are no good."""

    slug: str
    name: str
    split: Split
    family: str = ""
    licence: str = ""
    provenance: str = ""
    pages: tuple[PageInfo, ...] = ()
    listed: frozenset[str] = field(default_factory=frozenset)


def parse_site(slug: str, data: bytes, faults: list[Fault]) -> SiteInfo | None:
    """What a site.toml says; what is wrong with it is added to `faults`. None when nothing of it can be used."""
    try:
        text = data.decode("utf-8")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.append(Fault(line, f"not UTF-8 at byte {error.start}", "save site.toml as UTF-8"))
        return None
    except tomllib.TOMLDecodeError as error:
        faults.append(_toml_fault(str(error), data.count(b"\n") + 1))
        return None
    return _Reader(slug, text, faults).site(table)


def _toml_fault(message: str, last_line: int) -> Fault:
    """tomllib says the place in its message only (its errors have attributes from Python 3.14 on)."""
    at = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", message)
    what = message.replace(at[0], "") if at else message
    line = int(at[1] or last_line) if at else 0
    return Fault(line, f"broken TOML: {what}", "mend it; https://toml.io has the grammar")


class _Reader:
    """Reads the tables of one site.toml, and knows on which line each key stands."""

    def __init__(self, slug: str, text: str, faults: list[Fault]) -> None:
        self._slug, self._faults = slug, faults
        self._lines = text.splitlines()
        self._table = ""
        self._start = 0

    def site(self, table: Mapping[str, object]) -> SiteInfo:
        """The whole file; with faults, as much of it as can be used."""
        self._unknown_keys(table, _SITE_KEYS)
        split = self._closed(table, "split", Split)
        texts = {key: self._text(table, key) or "" for key in ("name", "family", "licence", "provenance")}
        entries = table.get("pages", {})
        if not isinstance(entries, dict):
            self._add("pages", "pages is no table", "write one `[pages.NAME]` for each page")
            entries = {}
        pages = [self._page(name, entry) for name, entry in entries.items()]
        return SiteInfo(
            self._slug,
            texts.pop("name") or self._slug,
            split or Split.TEST,
            **texts,
            pages=tuple(page for page in pages if page),
            listed=frozenset(entries),
        )

    def _page(self, name: str, entry: object) -> PageInfo | None:
        self._table = f"pages.{name}"
        self._start = self._line_of(rf"\[?\s*pages\s*\.\s*[\"']?{re.escape(name)}[\"']?\s*[\].=]", 0)
        before = len(self._faults)
        if not PAGE_NAME.fullmatch(name):
            self._add("", f"page name {name!r}", "use a-z, 0-9, - and _ only")
        if not isinstance(entry, dict):
            self._add("", "no table", f"write `[pages.{name}]` and its keys below it")
            return None
        self._unknown_keys(entry, _PAGE_KEYS)
        url, track = self._url(entry), self._closed(entry, "track", Track)
        info = PageInfo(
            name,
            self._start,
            url or "",
            track or Track.STATIC,
            http_charset=self._text(entry, "http_charset") or None,
            kind=self._text(entry, "kind") or "",
            traps=self._traps(entry),
            sha256=self._sha256(entry),
            source=self._source(entry),
            gold=tuple(self._gold(entry, track)),
        )
        return replace(info, sound=len(self._faults) == before)

    def _url(self, entry: Mapping[str, object]) -> str | None:
        url = self._text(entry, "url")
        if not url:
            if "url" not in entry or url == "":
                self._add("url", "no url", 'write `url = "https://…"`')
            return None
        if not re.match(r"https?://[^\s/]", url):
            self._add("url", f"url {url!r}", "begin it with http:// or https://")
            return None
        return url

    def _sha256(self, entry: Mapping[str, object]) -> str | None:
        value = self._text(entry, "sha256")
        if value is None:
            return None
        if not re.fullmatch(r"[0-9a-f]{64}", value):
            self._add("sha256", f"sha256 {value!r}", "write 64 lower-case hex digits, or leave it out")
            return None
        return value

    def _source(self, entry: Mapping[str, object]) -> Source | None:
        if "source" not in entry:
            return None
        try:
            return source_from(entry["source"])
        except BenchError as error:
            self._add("source", error.what, error.mend)
            return None

    def _traps(self, entry: Mapping[str, object]) -> tuple[str, ...]:
        value = entry.get("traps", [])
        names = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
        if not isinstance(value, list) or any(not SLUG.fullmatch(name) for name in names) or len(names) < len(value):
            self._add("traps", f"traps = {value!r}", "write a list of names of a-z, 0-9 and -")
        return tuple(sorted({name for name in names if SLUG.fullmatch(name)}))

    def _gold(self, entry: Mapping[str, object], track: Track | None) -> Iterator[ScriptGold]:
        value = entry.get("gold", [])
        if not isinstance(value, list):
            self._add("gold", "gold is no list", 'write `gold = [{script = "#ID", pointer = "/…", as = "html", …}]`')
            return
        if value and track and track is not Track.SCRIPT:
            self._add("gold", f"gold from a script on track {track.value!r}", "take it out, or write track = 'script'")
        line = self._line("gold")
        for item in value:
            gold = script_gold(item, line, self._faults)
            if gold:
                yield gold

    def _text(self, table: Mapping[str, object], key: str) -> str | None:
        value = table.get(key)
        if value is None or isinstance(value, str):
            return value
        self._add(key, f"{key} = {value!r} is no string", f'write `{key} = "…"`')
        return None

    def _closed(self, table: Mapping[str, object], key: str, kind: type[_Closed]) -> _Closed | None:
        choices = ", ".join(repr(member.value) for member in kind)
        if key not in table:
            self._add(key, f"no {key}", f"write `{key} = …` with one of {choices}")
            return None
        for member in kind:
            if table[key] == member.value:
                return member
        self._add(key, f"{key} = {table[key]!r}", f"write one of {choices}")
        return None

    def _unknown_keys(self, table: Mapping[str, object], known: Collection[str]) -> None:
        for key in table:
            if key not in known:
                near = close(key, known)
                mend = f"write {near}" if near else f"take it out (known: {', '.join(known)})"
                self._add(key, f"unknown key {key!r}", mend)

    def _add(self, key: str, what: str, mend: str) -> None:
        place = f"{self._table}: " if self._table else ""
        self._faults.append(Fault(self._line(key), place + what, mend))

    def _line(self, key: str) -> int:
        """Where `key` of the current table stands; the table's own line when it is not there."""
        if not key:
            return self._start
        return self._line_of(rf"[\"']?{re.escape(key)}[\"']?\s*[.=]", self._start)

    def _line_of(self, pattern: str, start: int) -> int:
        """The first line after line `start` that begins with `pattern`, within the table; else `start`."""
        for number, line in enumerate(self._lines[start:], start + 1):
            if re.match(r"\s*" + pattern, line):
                return number
            if pattern[0] != "\\" and line.lstrip().startswith("["):
                break
        return start


def site_file(folder: Path) -> Path:
    """Where a site's site.toml is."""
    return folder / "site.toml"
