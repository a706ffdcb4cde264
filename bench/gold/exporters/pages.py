"""The pages of a corpus as other benchmarks keep them: in UTF-8, with their marks apart."""

from __future__ import annotations

import gzip
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError
from bench.gold import corpus
from bench.gold.decode import decode_as
from bench.gold.importers.own import to_json
from bench.gold.marks import Detached, detach, strip
from bench.gold.page import GoldPage
from bench.gold.site import PageInfo, SiteInfo
from bench.gold.whole import write_whole
from bench.labels import Group, Label


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A page that is to be written in another format.

    Attributes:
        id: SITE.PAGE, which is a file's name everywhere.
        html: the page as text, without marks.
        marks: fitted to `html` in UTF-8.
    """

    id: str
    gold: GoldPage
    site: SiteInfo
    info: PageInfo
    html: str
    marks: Detached

    @property
    def content(self) -> str:
        """What must come out, a line a block."""
        return self.gold.text(Group.CONTENT)

    @property
    def title(self) -> str:
        """The headline, "" where none is marked."""
        texts = (piece.text for piece in self.gold.pieces if self.gold.regions[piece.region].label is Label.TITLE)
        return next(texts, "")

    def own(self, *, marks: bool = True) -> dict[str, object]:
        """What goes beside the other format's fields, so that an import loses nothing."""
        return to_json(self.site, self.info, self.marks if marks else None)


def outgoing(path: Path, dest: Path, sites: Collection[str] = ()) -> Iterator[Outgoing]:
    """The pages of a corpus, or of its named sites.

    Raises:
        BenchError: anything is wrong with the corpus, it is no folder, or `dest` holds something.
    """
    if not (path / "sites").is_dir():
        raise BenchError("holds no marked pages", where=str(path), mend="give a folder with sites/")
    if dest.exists() and (not dest.is_dir() or any(dest.iterdir())):
        raise BenchError("is there and not empty", where=str(dest), mend="give a new folder")
    loaded = corpus.load(path, sites)
    for gold in loaded.pages:
        site = loaded.sites[gold.site]
        info = next(page for page in site.pages if f"{site.slug}/{page.name}" == gold.id)
        marked = (path / "sites" / site.slug / f"{info.name}.html").read_bytes()
        again = decode_as(marked, gold.page.charset).encode("utf-8")
        html = strip(again).decode("utf-8")
        yield Outgoing(f"{site.slug}.{info.name}", gold, site, info, html, detach(again))


def write_page(file: Path, html: str) -> None:
    """A page as UTF-8, compressed where the name ends in .gz; the same bytes on each machine."""
    raw = html.encode("utf-8")
    write_whole(file, gzip.compress(raw, 9, mtime=0) if file.suffix == ".gz" else raw)
