"""Lubb's own score on gold that is only text: the content and what is optional, with no boilerplate to name.

The page's boilerplate is in no peer's gold, so what leaks counts as foreign; precision, recall and F1 are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from statistics import fmean
from urllib.parse import urlsplit

from bench.gold.page import GoldPage, Piece, Region
from bench.labels import Group, Label
from bench.model import Page, Split, Track
from bench.score.align import align
from bench.score.counts import Counts
from bench.score.page import PreparedPage, prepare
from bench.score.peers.model import Figures, PeerPage
from bench.score.target import NOWHERE
from bench.text import tokens

_REGIONS = (Region(Label.BODY), Region(Label.EDITOR_NOTE))


def prepared(page: PeerPage) -> PreparedPage:
    """A page ready to be scored against."""
    pieces = tuple(
        Piece(int(optional), "\n".join(part.text for part in parts))
        for optional, parts in groupby(page.parts, key=lambda part: part.optional)
    )
    return prepare(
        GoldPage(
            id=page.id,
            site=site(page),
            page=Page("", b"", page.url, "utf-8"),
            track=Track.STATIC,
            split=Split.TEST,
            kind="",
            family="",
            traps=(),
            regions=_REGIONS,
            pieces=pieces,
        )
    )


def counts(page: PreparedPage, text: str) -> Counts:
    """`bench.score.page.score(page, text).counts` without the columns beside it, which take most of the time."""
    words = tokens(text)
    alignment = align([page.vocabulary.get(word, NOWHERE) for word in words], page.target)
    tp = sum(run.length for run in alignment.matched)
    optional = sum(
        group is Group.OPTIONAL
        for run in alignment.attributed
        for group in page.target.group[run.s : run.s + run.length]
    )
    return Counts(tp, len(words) - tp - optional, len(page.target.at) - tp)


def headline(pages: Iterable[PeerPage], found: Mapping[str, Counts]) -> Figures:
    """The mean of the sites' means, as on the leaderboard."""
    by_site: dict[str, list[Counts]] = {}
    for page in pages:
        by_site.setdefault(site(page), []).append(found[page.id])
    if not by_site:
        return Figures()
    return Figures(
        fmean(fmean(c.precision for c in found) for found in by_site.values()),
        fmean(fmean(c.recall for c in found) for found in by_site.values()),
        fmean(fmean(c.f1 for c in found) for found in by_site.values()),
    )


def site(page: PeerPage) -> str:
    """The host of a page's address, without www; a page without an address is a site of its own."""
    try:
        host = urlsplit(page.url).hostname
    except ValueError:
        host = None
    return host.removeprefix("www.") if host else page.id
