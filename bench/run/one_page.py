"""One page, wherever it comes from: an address, a saved file, standard input, or a page of a corpus with its gold."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from bench.errors import BenchError
from bench.fetch.page import MAX_BYTES, fetch
from bench.gold import corpus, marks
from bench.gold.added import said_addresses
from bench.gold.corpus import read_page
from bench.gold.decode import codec_name, decode
from bench.gold.page import GoldPage, Region
from bench.gold.problems import Fault
from bench.gold.regions import read
from bench.gold.site import PageInfo, SiteInfo, parse_site, site_file
from bench.labels import Label
from bench.model import Page, Split, Track
from bench.run.choice import close_matches

STDIN = "-"
NOWHERE_URL = "https://page.invalid/"
_CORPUS_PAGE = re.compile(r"(?P<site>[a-z0-9-]+)/(?P<page>[a-z0-9_-]+)")
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class OnePage:
    """A page to try extractors on.

    Attributes:
        name: as it was asked for.
        gold: the page. Where nobody has labelled it all of its text is one region of content, so that an extraction is
            aligned with it in page order; that region's label means nothing.
        labelled: whether `gold` knows what is content.
        folder: what no extractor may see while it works, since the gold lies there; None without gold.
    """

    name: str
    gold: GoldPage
    labelled: bool
    folder: Path | None = None

    @property
    def page(self) -> Page:
        """What an extractor is handed."""
        return self.gold.page


def find(what: str, *, url: str = "", charset: str = "", corpus_path: Path | None = None) -> OnePage:
    """The page that `what` names: an http(s) address, a file, SITE/PAGE of the corpus, or "-".

    Args:
        what: as typed.
        url: the page's address, where that is not where it was found.
        charset: what HTTP would say; "" where it says nothing, or what it does say shall hold.
        corpus_path: where SITE/PAGE is looked for; None for the corpus that comes with Lubb.

    Raises:
        BenchError: there is no such page, or it cannot be read.
    """
    if charset and codec_name(charset) is None:
        raise BenchError(f"unknown charset '{charset}'", mend="write it as a page would, as in --charset windows-1256")
    if url and not url.startswith(_WEB):
        raise BenchError(f"--url {url} is no address", mend="give it as https://host/path")
    if what == STDIN:
        return _from_bytes("stdin", _limited(sys.stdin.buffer.read(MAX_BYTES + 1), "stdin"), url, charset)
    if what.startswith(_WEB):
        fetched = fetch(what)
        return _from_bytes(what, fetched.raw, url or fetched.url, charset or fetched.charset or "", own=True)
    file = Path(what).expanduser()
    named = _CORPUS_PAGE.fullmatch(what)
    if named and not file.is_file():
        return _of_corpus(corpus_path or corpus.shipped(), named["site"], what, url, charset)
    return _of_file(file, url, charset)


def _of_corpus(path: Path, site: str, name: str, url: str, charset: str) -> OnePage:
    loaded = corpus.load(path, [site])
    gold = {page.id: page for page in loaded.pages}.get(name)
    if gold is None:
        ids = [page.id for page in loaded.pages]
        raise BenchError(f"no page '{name}'", where=str(path), mend=close_matches(name, ids))
    return OnePage(name, _at(gold, url, charset), labelled=True, folder=path)


def _at(gold: GoldPage, url: str, charset: str) -> GoldPage:
    """The same page at another address. Its labels are read in the charset that its site.toml says."""
    if charset:
        raise BenchError(f"the charset of {gold.id} is known ({gold.page.charset})", mend="leave --charset out")
    return replace(gold, page=replace(gold.page, url=url)) if url else gold


def _of_file(file: Path, url: str, charset: str) -> OnePage:
    try:
        with file.open("rb") as stream:
            raw = _limited(stream.read(MAX_BYTES + 1), str(file))
    except OSError as error:
        why = "no such file" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        mend = "give a saved .html, SITE/PAGE of the corpus, an address with http:// or https://, or - for stdin"
        raise BenchError(why, where=str(file), mend=mend) from None
    listed = _listed(file)
    if listed:
        return _of_site(file, raw, *listed, url, charset)
    return _from_bytes(str(file), raw, url, charset, folder=file.resolve().parent)


def _listed(file: Path) -> tuple[SiteInfo, PageInfo] | None:
    """What the site.toml beside a file knows of it."""
    toml = site_file(file.parent)
    if not toml.is_file():
        return None
    faults: list[Fault] = []
    site = parse_site(file.resolve().parent.name, toml.read_bytes(), faults)
    page = next((page for page in site.pages if page.name == file.stem and page.sound), None) if site else None
    return (site, page) if site and page else None


def _of_site(file: Path, marked: bytes, site: SiteInfo, page: PageInfo, url: str, charset: str) -> OnePage:
    reading = read_page(marked, site, page)
    for where, faults in ((file, reading.faults), (site_file(file.parent), reading.site_faults)):
        for fault in faults:
            raise _fault(where, fault)
    assert reading.gold is not None
    return OnePage(str(file), _at(reading.gold, url, charset), labelled=True, folder=file.resolve().parent)


def _fault(file: Path, fault: Fault) -> BenchError:
    return BenchError(fault.what, where=f"{file}:{fault.line}" if fault.line else str(file), mend=fault.mend)


def _from_bytes(
    name: str, marked: bytes, url: str, charset: str, *, own: bool = False, folder: Path | None = None
) -> OnePage:
    """A page of which nothing is known but its bytes. `own`: whatever looks like a mark is the page's own."""
    if not marked.strip():
        raise BenchError("is empty", where=name, mend="give a page")
    raw = marked if own else marks.strip(marked)
    try:
        decoded = decode(raw, charset or None)
    except BenchError as error:
        raise BenchError(error.what, where=name, mend=error.mend) from None
    reading = read(marked, decoded)
    labelled = raw != marked
    if labelled and reading.faults:
        raise _fault(Path(name), reading.faults[0])
    gold = GoldPage(
        id=name,
        site="",
        page=Page(decoded.html, raw, url or next(said_addresses(decoded.html), NOWHERE_URL), decoded.charset),
        track=Track.STATIC,
        split=Split.TEST,
        kind="",
        family="",
        traps=(),
        regions=reading.regions,
        pieces=reading.pieces,
    )
    if not labelled:
        gold = replace(gold, regions=tuple(Region(Label.BODY) for _ in gold.regions))
    return OnePage(name, gold, labelled, folder if labelled else None)


def _limited(raw: bytes, name: str) -> bytes:
    if len(raw) > MAX_BYTES:
        raise BenchError(f"is over {MAX_BYTES / 1e6:g} MB", where=name, mend="give a single page")
    return raw
