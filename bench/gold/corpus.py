"""A corpus: any folder with `sites/<site>/site.toml` and the marked pages beside it, or a data set."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import bench
from bench.dom import parse
from bench.errors import BenchError
from bench.gold import marks
from bench.gold.decode import Decoded, decode
from bench.gold.page import GoldPage
from bench.gold.problems import Fault, Problem, close
from bench.gold.regions import Extra, Reading, read
from bench.gold.script import read_script
from bench.gold.site import PAGE_NAME, SLUG, PageInfo, SiteInfo, parse_site, site_file
from bench.gold.traps import mistyped
from bench.labels import Group
from bench.model import Page, Track
from bench.text import tokens

_DIGEST_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus without a fault.

    Attributes:
        pages: sorted by id.
        sites: the site.toml of each site, by slug.
        digest: of page ids, stripped bytes, URLs and HTTP charsets: what an extractor is handed.
        gold_digest: of the parsed regions with labels, traps, tracks and splits: what it is scored against. A parser
            that reads a page differently gives another one. Both are 12 hex digits of a SHA-256.
    """

    path: Path
    name: str
    pages: tuple[GoldPage, ...]
    sites: dict[str, SiteInfo]
    digest: str
    gold_digest: str


@dataclass(slots=True)
class Survey:
    """Everything that was found in a corpus, good or bad. Notes are no failures."""

    pages: list[GoldPage] = field(default_factory=list)
    sites: dict[str, SiteInfo] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PageReading:
    """One marked page, read. Faults and notes of the page file; `site_faults` of its site.toml; no gold with faults."""

    gold: GoldPage | None
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]
    site_faults: tuple[Fault, ...] = ()


def shipped() -> Path:
    """The corpus that comes with Lubb: of the checkout, else of the wheel."""
    package = Path(bench.__file__).parent
    checkout = package.parent / "corpus"
    return checkout if (checkout / "sites").is_dir() else package / "_corpus"


def load(path: Path, sites: Collection[str] = ()) -> Corpus:
    """A corpus, or of it the named sites only.

    Raises:
        BenchError: there is no corpus or no such site, or anything at all is wrong with its pages; the first problem
            is named.
    """
    found = survey(path, sites)
    if found.problems:
        first, *others = found.problems
        more = f"; {len(others)} more: python -m bench corpus validate --corpus {path} lists them" if others else ""
        raise BenchError(first.what, where=first.where, mend=first.mend + more)
    pages = tuple(found.pages)
    return Corpus(path, _name(path), pages, found.sites, page_digest(pages), gold_digest(pages))


def _name(path: Path) -> str:
    """How tables call a corpus; the shipped one alike, whether it comes from a checkout or from a wheel."""
    whole = path.resolve()
    name = "lubb-corpus" if whole == shipped().resolve() else whole.name
    version = version_of(path)
    return f"{name} {version}" if version else name


def version_of(path: Path) -> str:
    """The release that a corpus says it is, in its file VERSION; "" where it says nothing."""
    try:
        return (path / "VERSION").read_text(encoding="utf-8").strip()[:40]
    except (OSError, UnicodeDecodeError):
        return ""


def survey(path: Path, sites: Collection[str] = ()) -> Survey:
    """Everything in a corpus, with every problem at once.

    Raises:
        BenchError: there is no corpus at `path`, or no site of that name in it.
    """
    found = Survey()
    for site in _stored(path, sites) if _from_dataset(path) else _folders(path, sites, found):
        _survey_site(site, found)
    found.pages.sort(key=lambda page: page.id)
    found.problems += _doubles(found, path)
    return found


@dataclass(frozen=True, slots=True)
class _Site:
    """A site as its files hold it, wherever they are; `place` names them in problems. What cannot be read is None."""

    place: Path
    slug: str
    toml: bytes | None
    pages: Mapping[str, bytes | None]

    def file(self, page: str) -> Path:
        """What a problem of a page is told of."""
        return self.place / f"{page}.html"


def _from_dataset(path: Path) -> bool:
    """A built data set, or a name of the Hub: owner/name, where no such folder is."""
    from bench.gold.dataset import is_dataset

    return is_dataset(path) or (not path.exists() and bool(re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*", path.as_posix())))


def _stored(path: Path, sites: Collection[str]) -> Iterator[_Site]:
    from bench.gold.dataset import stored_sites

    stored = {site.slug: site for site in stored_sites(path)}
    check_names(path, stored, sites)
    for slug in sites or stored:
        yield _Site(path / "sites" / slug, slug, stored[slug].toml, stored[slug].pages)


def _folders(path: Path, sites: Collection[str], found: Survey) -> Iterator[_Site]:
    for folder in _site_folders(path, sites):
        toml = site_file(folder)
        if not toml.is_file():
            mend = "write one with split and a [pages.NAME] for each page"
            found.problems.append(Problem(folder, 0, "no site.toml", mend))
        pages = {file.stem: _bytes(file, found) for file in sorted(folder.glob("*.html"))}
        yield _Site(folder, folder.name, _bytes(toml, found) if toml.is_file() else None, pages)


def _site_folders(path: Path, sites: Collection[str]) -> list[Path]:
    if not path.exists():
        raise BenchError("no such corpus", where=str(path), mend="give a folder that holds sites/")
    root = path / "sites"
    if not root.is_dir():
        raise BenchError("no corpus: it holds no sites/", where=str(path), mend="give the folder above sites/")
    folders = sorted(entry for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    if not folders:
        raise BenchError("no site in this corpus", where=str(root), mend="add SITE/site.toml and SITE/001.html")
    check_names(path, {folder.name for folder in folders}, sites)
    return [folder for folder in folders if not sites or folder.name in sites]


def check_names(path: Path, names: Collection[str], sites: Collection[str]) -> None:
    """Are all of `sites` among `names`?

    Raises:
        BenchError: one is not; near names are given.
    """
    for site in sites:
        if site not in names:
            near = close(site, names)
            mend = f"write {near}" if near else f"choose from {', '.join(sorted(names))}"
            raise BenchError(f"no site {site!r}", where=str(path), mend=mend)


def _survey_site(site: _Site, found: Survey) -> None:
    toml = site_file(site.place)

    def problem(file: Path, what: str, mend: str) -> None:
        found.problems.append(Problem(file, 0, what, mend))

    if not SLUG.fullmatch(site.slug):
        problem(site.place, f"site name {site.slug!r}", "use a-z, 0-9 and - only")
    if site.toml is None:
        return
    faults: list[Fault] = []
    info = parse_site(site.slug, site.toml, faults)
    found.problems += (Problem.of(toml, fault) for fault in sorted(faults, key=lambda fault: fault.line))
    if info is None:
        return
    found.sites[site.slug] = info
    for name in sorted(site.pages.keys() - info.listed):
        mend = f"write [pages.{name}]" if PAGE_NAME.fullmatch(name) else "rename it to a-z, 0-9, - and _"
        problem(site.file(name), "page without an entry in site.toml", mend)
    for name in sorted(info.listed - site.pages.keys()):
        problem(toml, f"pages.{name} has no file", f"add {name}.html or take the entry out")
    if not site.pages and not info.listed:
        problem(site.place, "site without pages", "add 001.html and [pages.001]")
    for page in info.pages:
        marked = site.pages.get(page.name)
        if marked is not None:
            _survey_page(marked, site, info, page, found)


def _survey_page(marked: bytes, site: _Site, info: SiteInfo, page: PageInfo, found: Survey) -> None:
    file = site.file(page.name)
    reading = read_page(marked, info, page)
    found.problems += (Problem.of(file, fault) for fault in reading.faults)
    found.problems += (Problem.of(site_file(site.place), fault) for fault in reading.site_faults)
    found.notes += (Problem.of(file, note) for note in reading.notes)
    if reading.gold:
        found.pages.append(reading.gold)


def _bytes(file: Path, found: Survey) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError as error:
        found.problems.append(Problem(file, 0, f"cannot be read: {error.strerror}", "make it a file that you may read"))
        return None


def read_page(marked: bytes, site: SiteInfo, page: PageInfo) -> PageReading:
    """A marked page with its gold, or what is wrong with it."""
    raw = marks.strip(marked)
    try:
        decoded = decode(raw, page.http_charset)
    except BenchError as error:
        return PageReading(None, (Fault(0, error.what, error.mend),), ())
    site_faults = list(_sha256_faults(raw, page))
    extras = _extras(page, decoded, site_faults)
    reading = read(marked, decoded, extras)
    faults = list(reading.faults)
    gold = _gold_page(raw, decoded, reading, site, page)
    good = page.sound and not faults and not site_faults
    if good:
        faults += _track_faults(gold)
    notes = _lookalike_notes(marked) + [
        Fault(bare.line, f"unlabelled text {_first_words(bare.text)!r}", "label it; until then it counts as 'other'")
        for bare in reading.unlabelled
    ]
    named = {*page.traps, *(trap for region in reading.regions for trap in region.traps)}
    notes += [
        Fault(0, f"trap {trap!r} is close to {near!r}", f"write {near}, or leave it if it is your own")
        for trap, near in mistyped(named).items()
    ]
    return PageReading(gold if good and not faults else None, tuple(faults), tuple(notes), tuple(site_faults))


def _extras(page: PageInfo, decoded: Decoded, faults: list[Fault]) -> list[Extra]:
    root = parse(decoded.html) if page.gold else None
    extras = (read_script(gold, root, faults) for gold in page.gold)
    return [extra for extra in extras if extra]


def _gold_page(raw: bytes, decoded: Decoded, reading: Reading, site: SiteInfo, page: PageInfo) -> GoldPage:
    return GoldPage(
        id=f"{site.slug}/{page.name}",
        site=site.slug,
        page=Page(decoded.html, raw, page.url, decoded.charset),
        track=page.track,
        split=site.split,
        kind=page.kind,
        family=site.family,
        traps=page.traps,
        regions=reading.regions,
        pieces=reading.pieces,
    )


def _sha256_faults(raw: bytes, page: PageInfo) -> Iterator[Fault]:
    found = marks.sha256(raw)
    if page.sha256 not in (None, found):
        yield Fault(
            page.line,
            f"pages.{page.name}: sha256 of the stripped page is {found}, not {page.sha256}",
            "put the page back as it was, or write the new sha256",
        )


def _track_faults(gold: GoldPage) -> Iterator[Fault]:
    content = any(
        gold.regions[piece.region].label.group is Group.CONTENT and tokens(piece.text) for piece in gold.pieces
    )
    if content and gold.track is Track.NO_ARTICLE:
        yield Fault(0, "content on a page of track 'no-article'", "relabel it, or choose track 'static'")
    if not content and gold.track is not Track.NO_ARTICLE:
        mend = (
            "label the article's text" if gold.track is Track.STATIC else "name the JSON that holds it (gold = [{…}])"
        )
        yield Fault(0, "no content on this page", f"{mend}, or choose track 'no-article'")


def _lookalike_notes(marked: bytes) -> list[Fault]:
    return [
        Fault(found.line, f"{found.excerpt!r} looks like a mark and is none", "write it as one, or leave it")
        for found in marks.lookalikes(marked)
    ]


def _first_words(text: str, words: int = 8) -> str:
    parts = text.split(None, words)
    return " ".join(parts[:words])[:80] + (" …" if len(parts) > words else "")


def _doubles(found: Survey, path: Path) -> Iterator[Problem]:
    """A URL that stands twice in a corpus: most often a page that was copied and forgotten."""
    first: dict[str, str] = {}
    for site in found.sites.values():
        for page in site.pages:
            name = f"{site.slug}/{page.name}"
            if page.url in first and page.sound:
                toml = site_file(path / "sites" / site.slug)
                what = f"pages.{page.name}: url of {first[page.url]} again: {page.url}"
                yield Problem(toml, page.line, what, "give each page its own")
            first.setdefault(page.url, name)


def page_digest(pages: Iterable[GoldPage]) -> str:
    """Of everything that an extractor is handed, page by page."""
    return _digest(
        [page.id, hashlib.sha256(page.page.raw).hexdigest(), page.page.url, page.page.charset] for page in pages
    )


def gold_digest(pages: Iterable[GoldPage]) -> str:
    """Of everything that an extraction is scored against."""
    return _digest(
        [
            page.id,
            page.track,
            page.split,
            page.traps,
            [[region.label, region.traps] for region in page.regions],
            [[piece.region, piece.text] for piece in page.pieces],
        ]
        for page in pages
    )


def _digest(rows: Iterable[object]) -> str:
    total = hashlib.sha256()
    for row in rows:
        total.update(json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n")
    return total.hexdigest()[:_DIGEST_LENGTH]
