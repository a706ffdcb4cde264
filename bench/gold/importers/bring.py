"""Entries of another benchmark become a corpus: pages with marks, a site.toml for each host, the gold as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from urllib.parse import quote

from bench.dom import parse, walk
from bench.errors import BenchError
from bench.fetch.address import WEB, ascii_url, host_of
from bench.gold.added import said_addresses
from bench.gold.corpus import read_page
from bench.gold.decode import Decoded, decode
from bench.gold.importers.atoms import atoms
from bench.gold.importers.own import Own, own, site_toml
from bench.gold.importers.part import Entry, How, Part
from bench.gold.importers.place import Placement, inserts, place
from bench.gold.importers.reading import Limits
from bench.gold.marks import attach, insert, sha256, strip
from bench.gold.page import GoldPage
from bench.gold.paths import Places
from bench.gold.site import PageInfo, SiteInfo, site_file
from bench.gold.whole import write_whole
from bench.labels import Group
from bench.model import Split, Track
from bench.text import tokens

Reader = Callable[[Path, Limits], Iterator[Entry | BenchError]]
_HALF = 2
_SHOWN = 60
_LONGEST_NAME = 40
_MEND_TEXT = "mark it by hand, or leave it"


@dataclass(slots=True)
class Brought:
    """What became of an import. `refused` and `unplaced`: a line for each page, and for each text of a page."""

    sites: dict[str, SiteInfo] = field(default_factory=dict)
    pages: int = 0
    refused: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    words: int = 0
    placed: int = 0

    @property
    def whole(self) -> bool:
        """Whether all of it is there."""
        return not (self.refused or self.unplaced)


@dataclass(frozen=True, slots=True)
class _Made:
    """A page that is ready to be written."""

    site: SiteInfo
    page: PageInfo
    marked: bytes
    unplaced: tuple[str, ...]
    words: int = 0
    placed: int = 0


def bring(name: str, read: Reader, src: Path, dest: Path, limits: Limits, split: Split = Split.TEST) -> Brought:
    """Makes a corpus of another benchmark.

    Args:
        name: of the format, noted in gold/ and as provenance.
        read: gives the entries of `src`, or what is wrong with one.
        dest: a folder that holds no corpus yet.
        split: of sites where the format says none.

    Raises:
        BenchError: `src` is no such benchmark, holds nothing, or `dest` is taken or cannot be written.
    """
    if (dest / "sites").exists():
        raise BenchError("holds a corpus already", where=str(dest), mend="give a new folder")
    maker = _Maker(name, dest, split)
    found = 0
    try:
        for item in read(src, limits):
            found += 1
            try:
                if isinstance(item, BenchError):
                    raise item
                made = maker.made(item)
            except BenchError as error:
                where = error.where or (item.where if isinstance(item, Entry) else str(src))
                maker.brought.refused.append(str(BenchError(error.what, where=where, mend=error.mend)))
            else:
                maker.take(item, made)
    finally:
        maker.write_sites()
    if not found:
        raise BenchError(f"holds no page of {name}", where=str(src), mend="see docs/importing.md for what to name")
    return maker.brought


class _Maker:
    """Writes pages as they come, and remembers what a corpus may hold once only."""

    def __init__(self, name: str, dest: Path, split: Split) -> None:
        self.brought = Brought()
        self._name, self._dest, self._split = name, dest, split
        self._pages: dict[str, list[PageInfo]] = {}
        self._ids: set[tuple[str, str]] = set()
        self._urls: dict[str, str] = {}

    def made(self, entry: Entry) -> _Made:
        """A page out of an entry.

        Raises:
            BenchError: it cannot be a page of this corpus.
        """
        key = (str(entry.split), entry.id)
        if key in self._ids:
            raise BenchError(f"id {entry.id!r} is there already", mend="the first is taken; take one of them out")
        self._ids.add(key)
        known = own(entry.own)
        site, page = (known.site, known.page) if known else self._named(entry)
        if page.url in self._urls:
            raise BenchError(
                f"its url is that of {self._urls[page.url]}: {page.url}", mend="the first is taken; leave one out"
            )
        listed = self._pages.get(site.slug, [])
        if any(each.name == page.name for each in listed):
            raise BenchError(f"{site.slug}/{page.name} is there already", mend="the first is taken; leave one out")
        return _made(entry, site, page, known)

    def take(self, entry: Entry, made: _Made) -> None:
        """Writes the page of an entry.

        Raises:
            BenchError: it cannot be written.
        """
        site, page = made.site, made.page
        file = self._dest / "sites" / site.slug / f"{page.name}.html"
        write_whole(file, made.marked)
        original = {"format": self._name, "id": entry.id, "entry": entry.original}
        gold = self._dest / "gold" / site.slug / f"{page.name}.json"
        write_whole(gold, json.dumps(original, ensure_ascii=True, indent=1).encode() + b"\n")
        self.brought.sites.setdefault(site.slug, site)
        self._pages.setdefault(site.slug, []).append(page)
        self._urls[page.url] = f"{site.slug}/{page.name}"
        self.brought.pages += 1
        self.brought.words += made.words
        self.brought.placed += made.placed
        self.brought.unplaced += made.unplaced

    def write_sites(self) -> None:
        """The site.toml of each site."""
        for slug, site in self.brought.sites.items():
            write_whole(site_file(self._dest / "sites" / slug), site_toml(site, self._pages[slug]).encode())

    def _named(self, entry: Entry) -> tuple[SiteInfo, PageInfo]:
        """Site and page of an entry that says no more than its address."""
        url = _url(entry, self._name, self._urls)
        try:
            sent = host_of(ascii_url(url)).removeprefix("www.")
        except BenchError as error:
            raise BenchError(f"its url {url!r} {error.what}", mend="mend it") from None
        host = host_of(url).removeprefix("www.")
        split = entry.split or self._split
        slug = self._slug(re.sub(r"[^a-z0-9]+", "-", sent).strip("-"), host, split)
        taken = {page.name for page in self._pages.get(slug, ())}
        stem = re.sub(r"\.html(?:\.gz)?$", "", entry.id.lower())
        first = re.sub(r"[^a-z0-9_-]+", "-", stem).strip("-")[:_LONGEST_NAME] or "page"
        name, number = first, 1
        while name in taken:
            number += 1
            name = f"{first}-{number}"
        site = SiteInfo(slug, name=host, split=split, provenance=f"imported from {self._name}")
        return site, PageInfo(name, 0, url, Track.STATIC, kind=entry.kind)

    def _slug(self, first: str, host: str, split: Split) -> str:
        """The site of a host: one of its own, also where another host or split has the same letters."""
        slugs = chain((first, f"{first}-{split}"), (f"{first}-{number}" for number in count(2)))

        def free(slug: str) -> bool:
            site = self.brought.sites.get(slug)
            return site is None or (site.name, site.split) == (host, split)

        return next(slug for slug in slugs if free(slug))


def _url(entry: Entry, name: str, taken: Collection[str]) -> str:
    """The address of an entry, of its page, or one that is no host's."""
    said = re.sub(r"^https?://", lambda scheme: scheme[0].lower(), "".join(entry.url.split()), flags=re.IGNORECASE)
    if said and not said.startswith(WEB):
        said = f"http://{said.lstrip('/')}" if "." in said.partition("/")[0] else ""
    if re.match(r"https?://[^\s/]", said):
        return said
    html = decode(entry.raw or strip(entry.marked or b""), entry.charset).html
    # Some sites give each page the same canonical link: then it is no page's address.
    found = next((address for address in said_addresses(html) if address not in taken), "")
    return found or f"https://{re.sub('[^a-z0-9]+', '-', name)}.invalid/{quote(entry.id, safe='', errors='replace')}"


def _made(entry: Entry, site: SiteInfo, page: PageInfo, known: Own | None) -> _Made:
    raw = entry.raw if entry.marked is None else strip(entry.marked)
    page = replace(page, http_charset=entry.charset, sha256=sha256(raw))
    if known and known.marks and entry.marked is None:
        marked = attach(raw, known.marks)
        reading = read_page(marked, site, page)
        if reading.gold and _says(reading.gold, entry):
            return _Made(site, page, marked, ())
    placement = Placement([])
    if entry.marked is not None:
        marked = entry.marked
    else:
        placement, marked = _placed(raw, decode(raw, entry.charset), entry, static=page.track is Track.STATIC)
    reading = read_page(marked, site, page)
    for fault in (*reading.faults, *reading.site_faults):
        raise BenchError(fault.what, mend=fault.mend)
    unplaced = [f"{entry.where}: {fault}" for fault in entry.faults]
    for each in placement.unplaced:
        what = f"{each.words} of {each.of} words" if each.words < each.of else "the text"
        unplaced.append(f"{entry.where}: {each.label}: {what} of {_short(each.text)!r} {each.why}; {_MEND_TEXT}")
    return _Made(site, page, marked, tuple(unplaced), placement.wanted, placement.placed)


def _says(gold: GoldPage, entry: Entry) -> bool:
    """Whether the entry's text is that of the marks beside it: somebody may have changed one of both."""
    told = [word for part in entry.parts if part.how is How.FLOW for word in tokens(part.text)]
    return told == tokens(gold.text(Group.CONTENT))


def _placed(raw: bytes, decoded: Decoded, entry: Entry, *, static: bool) -> tuple[Placement, bytes]:
    parts = list(entry.parts)
    if entry.paths:
        places = Places(walk(parse(decoded.html)))
        parts += (replace(each.part, hint=places.find(each.xpath, each.offset)) for each in entry.paths)
    if static and not any(tokens(part.text) for part in parts if part.label.group is Group.CONTENT):
        raise BenchError("its gold is empty", mend="leave it out")
    found = atoms(raw, decoded)
    placement = place(parts, found)
    if static and (_HALF * placement.placed < placement.wanted or not placement.placed):
        shown = next((part for part in parts if part.label.group is Group.CONTENT), Part(""))
        raise BenchError(
            f"its gold does not occur in its page: {placement.placed} of {placement.wanted} words of "
            f"{_short(shown.text)!r} were found",
            mend="check that page and gold belong together",
        )
    return placement, insert(raw, inserts(placement.tags, found))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
