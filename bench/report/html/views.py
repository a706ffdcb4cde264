"""Page views: a file a page, in which each extractor's text stands beside the page's gold, and a file a site.

Nothing is scored again: scores are those of the records, texts are aligned with gold as `bench show` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError
from bench.gold.corpus import Corpus
from bench.gold.page import GoldPage
from bench.report.html.cells import Cell, quality
from bench.report.html.links import fragment
from bench.report.html.shell import render
from bench.report.html.spans import MEANINGS, SIGNS, Piece, Sum, labelled, pieces, sums
from bench.report.table import Kind, write
from bench.run.choice import close_matches
from bench.run.journal import write_whole
from bench.run.records import Record, Run
from bench.score import page as scoring
from bench.score.outcome import outcome

_STYLES = ("base.css", "page.css")
_SCRIPTS = ("choose.js",)


@dataclass(frozen=True, slots=True)
class Entry:
    """One extractor in the list beside a page."""

    name: str
    fragment: str
    f1: Cell
    lost: int
    leaked: int
    other: int
    status: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Text:
    """One text: of all the extractors that returned exactly it.

    Attributes:
        extractors: their names, versions and what they are called in addresses.
        head: status and scores, in words. detail: of a failure. problem: why the text cannot be shown.
    """

    extractors: tuple[tuple[str, str, str], ...]
    head: str
    detail: str
    problem: str
    sums: tuple[Sum, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What page views are made of.

    Attributes:
        pages: ids, in the order of the corpus. extractors: names, in the order of the leaderboard.
    """

    pages: tuple[str, ...]
    extractors: tuple[str, ...]


def choose(run: Run, extractors: Sequence[str], sites: Sequence[str], order: Sequence[str]) -> Choice:
    """The pages of `sites` and the rows named (none: all); `order` is that of the leaderboard.

    Raises:
        BenchError: an extractor or a site that the run does not hold.
    """
    there = {page.site for page in run.plan.pages.values()}
    for kind, typed, known in (("extractor", extractors, set(order)), ("site", sites, there)):
        for name in typed:
            if name not in known:
                mend = close_matches(name, sorted(known))
                raise BenchError(f"unknown {kind} '{name}'", where=run.path.name, mend=mend)
    return Choice(
        tuple(page for page, info in run.plan.pages.items() if not sites or info.site in sites),
        tuple(name for name in order if not extractors or name in extractors),
    )


def write_views(run: Run, corpus: Corpus, chosen: Choice, folder: Path, board: str = "") -> int:
    """Write a file for each page and site, and index.html; returns how many pages.

    Args:
        run: whose records and texts are shown.
        corpus: the run's; its gold may have changed since, which is said then.
        chosen: pages and extractors.
        folder: written into; other files in it stay.
        board: the leaderboard's address as seen from `folder`, "" for none.

    Raises:
        BenchError: a page that the corpus does not hold, or a file that cannot be written.
    """
    gold = {page.id: page for page in corpus.pages}
    for page in chosen.pages:
        if page not in gold:
            raise BenchError(
                f"the run is over corpus {run.plan.corpus}, and this one has no page '{page}'",
                where=str(corpus.path),
                mend="give its folder: --corpus PATH",
            )
    records = {record.key: record for record in run.records}
    changed = corpus.gold_digest != run.plan.signature.gold
    up = f"../{board}" if board else ""
    sites = _by_site(run, chosen.pages)
    for site, pages in sites.items():
        _save(folder / site / "index.html", _site(run, corpus, site, pages, chosen, records, up))
        for number, page in enumerate(pages):
            around = pages[number - 1] if number else "", pages[number + 1] if number + 1 < len(pages) else ""
            found = [records[name, page] for name in chosen.extractors]
            _save(folder / f"{page}.html", _page(run, gold[page], found, around, up, changed=changed))
    _save(folder / "index.html", _index(run, corpus, sites, board))
    return len(chosen.pages)


def _by_site(run: Run, pages: Iterable[str]) -> dict[str, list[str]]:
    sites: dict[str, list[str]] = {}
    for page in pages:
        sites.setdefault(run.plan.pages[page].site, []).append(page)
    return sites


def _page(
    run: Run, gold: GoldPage, records: Sequence[Record], around: tuple[str, str], up: str, *, changed: bool
) -> str:
    versions = {extractor.name: extractor.version for extractor in run.plan.extractors}
    info = run.plan.pages[gold.id]
    return render(
        "page.html",
        _STYLES,
        _SCRIPTS,
        page=gold,
        info=info,
        run=run.path.name,
        board=up,
        before=_file(around[0]),
        after=_file(around[1]),
        entries=[_entry(record) for record in records],
        texts=list(_texts(run, gold, records, versions)),
        whole=labelled(gold),
        meanings=[(kind.value, SIGNS[kind], words) for kind, words in MEANINGS.items()],
        changed=changed,
    )


def _file(page: str) -> str:
    return f"{page.rpartition('/')[2]}.html" if page else ""


def _entry(record: Record) -> Entry:
    score = record.score
    return Entry(
        name=record.extractor,
        fragment=fragment(record.extractor),
        f1=quality(score.counts.f1),
        lost=score.counts.fn,
        leaked=score.leaked,
        other=score.moved + score.repeated + score.foreign,
        status=record.status.value,
        failed=record.status.failed,
    )


def _texts(run: Run, gold: GoldPage, records: Sequence[Record], versions: dict[str, str]) -> Iterator[Text]:
    """Extractors that returned the same text stand together: half of a field of variants does."""
    prepared = scoring.prepare(gold)
    groups: dict[tuple[str | None, str, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record.text, record.status.value, record.detail), []).append(record)
    for found in groups.values():
        first = found[0]
        counts = first.score.counts
        scores = ((name, write(getattr(counts, key), Kind.RATE)) for name, key in _SCORES)
        problem, spans = "", []
        try:
            spans = outcome(prepared, run.text(first))
        except BenchError as error:  # its scores stand; texts of others' pages are not passed on
            problem = str(error)
        yield Text(
            extractors=tuple((r.extractor, versions.get(r.extractor, ""), fragment(r.extractor)) for r in found),
            head=", ".join([first.status.value, *(f"{name} {value}" for name, value in scores)]),
            detail=first.detail,
            problem=problem,
            sums=tuple(sums(spans)),
            pieces=tuple(pieces(spans)),
        )


_SCORES = (("P", "precision"), ("R", "recall"), ("F1", "f1"))


def _site(
    run: Run,
    corpus: Corpus,
    site: str,
    pages: Sequence[str],
    chosen: Choice,
    records: dict[tuple[str, str], Record],
    up: str,
) -> str:
    rows = []
    for page in pages:
        cells = [
            quality(records[name, page].score.counts.f1, f"{_file(page)}#{fragment(name)}")
            for name in chosen.extractors
        ]
        rows.append((page, _file(page), run.plan.pages[page], cells))
    found = corpus.sites.get(site)
    return render(
        "site.html",
        _STYLES,
        site=site,
        outlet=found.name if found else "",
        rows=rows,
        extractors=chosen.extractors,
        run=run.path.name,
        board=up,
    )


def _index(run: Run, corpus: Corpus, sites: dict[str, list[str]], board: str) -> str:
    rows = []
    for site, pages in sites.items():
        first = run.plan.pages[pages[0]]
        found = corpus.sites.get(site)
        rows.append((site, found.name if found else "", first.family, first.split.value, pages))
    return render("index.html", _STYLES, rows=rows, run=run.path.name, corpus=run.plan.corpus, board=board)


def _save(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8"), forced=False)
    except OSError as error:
        raise BenchError(
            f"cannot be written ({error.strerror})", where=str(path), mend="make room or give another folder"
        ) from None
