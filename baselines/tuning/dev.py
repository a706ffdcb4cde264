"""What anything is tuned on: the static pages of the shipped corpus's dev sites, and the mean F1 that a run prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from bench.gold.corpus import load, shipped
from bench.model import Page, Split, Track
from bench.score.page import PreparedPage, prepare, score


def dev_pages() -> list[PreparedPage]:
    """The pages, ready to be scored against. Those of test sites are dropped unread."""
    return [prepare(page) for page in load(shipped()).pages if page.split is Split.DEV and page.track is Track.STATIC]


def handed(prepared: PreparedPage) -> Page:
    """What an extractor is given of a page."""
    return prepared.gold.page


def mean_f1(pages: Sequence[PreparedPage], texts: Mapping[str, str]) -> float:
    """The mean over sites of each site's mean over its pages; `texts` by page id."""
    sites: dict[str, list[float]] = {}
    for page in pages:
        sites.setdefault(page.gold.site, []).append(score(page, texts[page.gold.id]).counts.f1)
    return fmean(fmean(values) for values in sites.values())
