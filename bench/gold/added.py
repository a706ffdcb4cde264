"""A page that somebody has found becomes a page of a corpus: its bytes as they are, and what is known of it.

Nothing is marked. `python -m bench corpus validate` lists each block without a mark, so that marking can begin in any
text editor.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from bench.dom import parse
from bench.errors import BenchError
from bench.fetch import warc
from bench.fetch.address import WEB, ascii_url
from bench.fetch.manners import Manners
from bench.fetch.page import MAX_BYTES, fetch
from bench.fetch.patient import Patience, get
from bench.fetch.unpack import GZIP, PackedError, gunzipped, refusal
from bench.gold.decode import decode
from bench.gold.marks import insert, sha256
from bench.gold.problems import Fault
from bench.gold.regions import Unlabelled, read
from bench.gold.site import PAGE_NAME, SLUG, PageInfo, SiteInfo, parse_site, site_file
from bench.gold.source import WarcSource
from bench.gold.whole import write_whole
from bench.model import Split, Track

_WARC = re.compile(r"(?P<file>.+\.warc(?:\.gz)?)(?::(?P<offset>\d{1,15}))?(?::(?P<length>\d{1,15}))?", re.IGNORECASE)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://\S+)")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A page as it was found.

    Attributes:
        url: its address; "" where nothing says it.
        charset: what HTTP named, in lower case; None where it said nothing or is not known.
        source: where the bytes are, where that is not `url`.
    """

    raw: bytes
    url: str
    charset: str | None
    source: WarcSource | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """A page that was added. `charset` decoded it, `unmarked` is its text: all of it."""

    file: Path
    info: PageInfo
    charset: str
    unmarked: tuple[Unlabelled, ...]


def find(what: str, max_bytes: int = MAX_BYTES) -> Found:
    """The page that `what` names: an address, a saved file, or a record of a WARC file.

    Args:
        what: `https://…`, a file, `FILE.warc.gz:OFFSET` (without the offset if it holds one page), or
            `https://….warc.gz:OFFSET:LENGTH`.

    Raises:
        BenchError: there is no such page, it cannot be read, or it is too big.
    """
    named = _WARC.fullmatch(what)
    if named:
        offset = int(named["offset"]) if named["offset"] else None
        length = int(named["length"]) if named["length"] else None
        if what.startswith(WEB):
            return _of_range(named["file"], offset, length, max_bytes)
        return _of_warc(Path(named["file"]).expanduser(), offset, max_bytes)
    if what.startswith(WEB):
        fetched = fetch(what, max_bytes=max_bytes)
        return Found(fetched.raw, fetched.url, fetched.charset)
    return _of_file(Path(what).expanduser(), max_bytes)


def _of_range(url: str, offset: int | None, length: int | None, max_bytes: int) -> Found:
    if offset is None or not length:
        raise BenchError("is a WARC file on the web", where=url, mend="give a record of it, as URL:OFFSET:LENGTH")
    source = WarcSource(url, offset, length)
    raw = get(url, Patience(max_bytes=max_bytes), Manners(), source.span)
    return _of_record(warc.read(BytesIO(raw), 0, f"{url}:{offset}", max_bytes), source)


def _of_warc(file: Path, offset: int | None, max_bytes: int) -> Found:
    with _opened(file) as stream:
        at = _only_entry(stream, file) if offset is None else offset
        record = warc.read(stream, at, f"{file}:{at}", max_bytes)
    return _of_record(record, WarcSource(file.name, record.offset, record.length))


def _of_record(record: warc.Record, source: WarcSource) -> Found:
    return Found(record.raw, record.url if is_address(record.url) else "", record.charset, source)


def _only_entry(stream: BinaryIO, file: Path) -> int:
    """Where the page of a WARC file that holds one begins."""
    first: list[warc.Entry] = []
    for entry in warc.entries(stream, str(file)):
        first.append(entry)
        if len(first) > _SHOWN:
            break
    if len(first) == 1:
        return first[0].offset
    if not first:
        raise BenchError("holds no HTML page", where=str(file), mend="give the offset of a record, as FILE:OFFSET")
    shown = ", ".join(f":{entry.offset} {entry.url}" for entry in first[:_SHOWN])
    more = ", …" if len(first) > _SHOWN else ""
    raise BenchError("holds several pages", where=str(file), mend=f"give the offset of one: {shown}{more}")


def _of_file(file: Path, max_bytes: int) -> Found:
    with _opened(file) as stream:
        raw = stream.read(max_bytes + 1)
    try:
        if raw.startswith(GZIP):
            raw = gunzipped(raw, max_bytes)
    except PackedError as error:
        raise refusal(error, str(file), "give the page as it was saved") from None
    if len(raw) > max_bytes:
        raise BenchError(f"is over {max_bytes / 1e6:g} MB", where=str(file), mend="give a single page")
    return Found(raw, "", None)


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        why = "no such file" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        mend = "give an address, a saved .html, or a WARC file with an offset, as FILE.warc.gz:1234"
        raise BenchError(why, where=str(file), mend=mend) from None


def is_address(url: str) -> bool:
    """Whether a page can be found there by http or https."""
    try:
        return bool(ascii_url(url))
    except BenchError:
        return False


def said_addresses(html: str) -> Iterator[str]:
    """The addresses that a page gives for itself: canonical link, og:url, and what a browser noted when it saved."""
    return filter(is_address, _said(html))


def _said(html: str) -> Iterator[str]:
    root = parse(html)
    for link in root.iter("link") if root is not None else ():
        href = (link.get("href") or "").strip()
        if "canonical" in (link.get("rel") or "").lower().split():
            yield href
    for meta in root.iter("meta") if root is not None else ():
        content = (meta.get("content") or "").strip()
        if (meta.get("property") or "").lower() == "og:url":
            yield content
    saved = _SAVED_FROM.search(html[:2000])
    if saved:
        yield saved[1]


def add(
    found: Found, folder: Path, *, name: str = "", track: Track = Track.STATIC, split: Split = Split.TEST, where: str
) -> Added:
    """Writes a page into a site's folder, and its table into site.toml, which is made where there is none.

    Args:
        folder: …/sites/SLUG.
        name: of the page; "" for the next number.
        track: of the page. split: of a site that is new.
        where: what errors of the page are told of.

    Raises:
        BenchError: the page is there already, cannot be read, holds what looks like a mark, or says no address; the
            folder is none of a site, or its site.toml has faults.
    """
    if not SLUG.fullmatch(folder.resolve().name) or folder.resolve().parent.name != "sites":
        mend = f"give one like my-corpus/sites/{_slug(folder.name)}"
        raise BenchError("is no folder of a site", where=str(folder), mend=mend)
    url, charset, unmarked = _looked_at(found, where)
    toml = site_file(folder)
    text = _toml_text(toml, folder.resolve().name, split)
    before = _parsed(folder, text, toml)
    for page in before.pages:
        if page.url == url:
            raise BenchError(f"{url} is there already, as {folder.name}/{page.name}", where=where, mend="mark that one")
    name = _name(name, folder, before)
    file = folder / f"{name}.html"
    table = _table(name, url, found, track)
    text = f"{text.rstrip()}\n\n{table}" if text.strip() else table
    after = _parsed(folder, text, toml)
    info = next(page for page in after.pages if page.name == name)
    write_whole(file, found.raw)
    try:
        write_whole(toml, text.encode())
    except BenchError:  # a page without an entry is a fault of the corpus
        file.unlink()
        raise
    return Added(file, info, charset, unmarked)


def _looked_at(found: Found, where: str) -> tuple[str, str, tuple[Unlabelled, ...]]:
    """Address, charset and text of a page.

    Raises:
        BenchError: it is no page, or nothing says where it was found.
    """
    try:
        if not found.raw.strip():
            raise BenchError("is empty", mend="give a page")
        insert(found.raw, ())
        decoded = decode(found.raw, found.charset)
    except BenchError as error:
        raise BenchError(error.what, where=where, mend=error.mend) from None
    url = found.url or next(said_addresses(decoded.html), "")
    if not url:
        raise BenchError("does not say its address", where=where, mend="give it with --url")
    reading = read(found.raw, decoded)
    if not reading.unlabelled:
        raise BenchError("holds no text", where=where, mend="give a page of HTML")
    return url, decoded.charset, reading.unlabelled


def _toml_text(toml: Path, slug: str, split: Split) -> str:
    try:
        return toml.read_text(encoding="utf-8")
    except FileNotFoundError:
        return f'name = {_string(slug)}\nsplit = "{split}"\n'
    except (OSError, UnicodeDecodeError) as error:
        raise BenchError("cannot be read", where=str(toml), mend=f"mend it ({error})") from None


def _parsed(folder: Path, text: str, toml: Path) -> SiteInfo:
    faults: list[Fault] = []
    info = parse_site(folder.resolve().name, text.encode(), faults)
    for fault in faults:
        raise BenchError(fault.what, where=f"{toml}:{fault.line}", mend=fault.mend)
    assert info is not None
    return info


def _name(name: str, folder: Path, site: SiteInfo) -> str:
    taken = site.listed | {file.stem for file in folder.glob("*.html")}
    if not name:
        numbers = (int(each) for each in taken if each.isascii() and each.isdecimal())
        return f"{max(numbers, default=0) + 1:03}"
    if not PAGE_NAME.fullmatch(name):
        raise BenchError(f"page name {name!r}", where=str(folder), mend="use a-z, 0-9, - and _ only")
    if name in taken:
        raise BenchError(f"page {name!r} is there already", where=str(folder), mend="give another --name, or none")
    return name


def _table(name: str, url: str, found: Found, track: Track) -> str:
    lines = [f"[pages.{name}]", f"url = {_string(url)}"]
    if found.charset:
        lines.append(f"http_charset = {_string(found.charset)}")
    lines.append(f'track = "{track}"')
    if found.source:
        pairs = ", ".join(f"{key} = {_value(value)}" for key, value in found.source.to_json().items())
        lines.append(f"source = {{{pairs}}}")
    lines.append(f'sha256 = "{sha256(found.raw)}"')
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    return _string(value) if isinstance(value, str) else str(value)


def _string(text: str) -> str:
    """A TOML string; JSON's escapes are among TOML's, but JSON leaves DEL as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "my-site"
