"""Which page view a cell opens: the page on which what the cell tells of is seen best.

A leaderboard made without page views has no links: only pages that were written are linked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import permutations
from urllib.parse import quote

from bench.report.difficulty import body_share_quarters, body_shares
from bench.report.view import headline, tracks
from bench.run.plan import PageInfo
from bench.run.records import Record, Run

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")

# What a cell tells of ("f1", "leak", "trap", ...), the extractor whose text is opened, and the site, label or trap (""
# for the whole); of a pair, the extractor that is better.
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of page views, as seen from the leaderboard.

    Attributes:
        folder: of the page views, relative to the leaderboard's own; "" for none.
        pages: the page that shows what a cell tells.
        sites: sites with a page of their own.
    """

    folder: str = ""
    pages: Mapping[Key, str] = field(default_factory=dict)
    sites: Collection[str] = ()

    def to(self, what: str, extractor: str, name: str = "") -> str:
        """Where a cell leads; "" where nothing was written."""
        page = self.pages.get((what, extractor, name))
        return f"{self._path(f'{page}.html')}#{fragment(extractor)}" if page else ""

    def site(self, slug: str) -> str:
        """Where a site's name leads."""
        return self._path(f"{slug}/index.html") if slug in self.sites else ""

    @property
    def index(self) -> str:
        """The list of all page views."""
        return self._path("index.html") if self.pages else ""

    def _path(self, name: str) -> str:
        return quote(f"{self.folder}/{name}" if self.folder else name)


def fragment(extractor: str) -> str:
    """What an extractor is called in the address of a page view."""
    if _NAME.fullmatch(extractor):
        return f"x-{extractor}"
    return f"x-{hashlib.sha256(extractor.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def links(run: Run, split: str | None, folder: str, pages: Collection[str], extractors: Collection[str]) -> Links:
    """Links to the page views that were written: of `pages`, each with `extractors`."""
    found: dict[Key, tuple[tuple[float, ...], str]] = {}

    def offer(key: Key, badness: tuple[float, ...], page: str) -> None:
        """The worst page stands; of equals, the first of the corpus."""
        if key not in found or badness > found[key][0]:
            found[key] = badness, page

    main = headline(run.plan, split).pages
    views = tracks(run.plan, split)
    quarters = body_share_quarters(body_shares({"": [record for record in run.records if record.page in main]}))
    scores: dict[str, dict[str, float]] = {}
    for record in run.records:
        if record.page not in pages or record.extractor not in extractors:
            continue
        for track, view in views.items():
            if record.page in view.pages:
                offer(("track", record.extractor, track.value), _score(record), record.page)
        if record.page in main:
            for key, badness in (*_figures(record, main[record.page]), *_details(record)):
                offer(key, badness, record.page)
            if record.page in quarters:
                offer(("body_share", record.extractor, quarters[record.page]), _score(record), record.page)
            scores.setdefault(record.page, {})[record.extractor] = record.score.counts.f1
    for page, of in scores.items():
        for (better, high), (worse, low) in permutations(of.items(), 2):
            if high > low:
                offer(("pair", worse, better), (high - low,), page)
    sites = {run.plan.pages[page].site for page in pages if page in run.plan.pages}
    return Links(folder, {key: page for key, (_, page) in found.items()}, sites)


def _score(record: Record) -> tuple[float, ...]:
    return (-record.score.counts.f1,)


def _figures(record: Record, info: PageInfo) -> Iterable[tuple[Key, tuple[float, ...]]]:
    name, counts, cost = record.extractor, record.score.counts, record.cost
    dear = cost.cpu_ns / cost.parse_ns if cost.cpu_ns is not None and cost.parse_ns else -1.0
    for what, badness in (
        ("f1", -counts.f1),
        ("precision", -counts.precision),
        ("recall", -counts.recall),
        ("cost", dear),
    ):
        yield (what, name, ""), (badness,)
        yield (what, name, info.site), (badness,)
    yield ("kind", name, info.kind), _score(record)
    yield ("family", name, info.family), _score(record)


def _details(record: Record) -> Iterable[tuple[Key, tuple[float, ...]]]:
    name, score = record.extractor, record.score
    yield ("status", name, record.status.value), _score(record)
    for label, leak in score.leaks.items():
        yield ("leak", name, label.value), (leak.tokens, leak.of_tokens)
    for label, loss in score.losses.items():
        yield ("loss", name, label.value), (loss.tokens, loss.of_tokens)
    for trap, count in score.traps.items():
        yield ("trap", name, trap), (count.total - count.passed, count.total)
