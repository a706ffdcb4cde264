"""Two corpora and the published figures side by side, measure by measure, with a mark where one lies off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.gold.corpus import Corpus
from bench.gold.describe import quartiles
from bench.gold.measures import MEASURES, Measure, Section, Seen, see
from bench.gold.published import PAGES, RATES, SPREADS, Spread

_Z = 1.645  # of a two-sided interval of 90 %


class Off(StrEnum):
    """How figures lie off a target."""

    BELOW = "below"
    LOW = "low"
    HIGH = "high"
    ABOVE = "above"
    NARROW = "narrow"


@dataclass(frozen=True, slots=True)
class Rate:
    """Pages on which something holds, of those where it could."""

    pages: int
    of: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None of no page."""
        return self.pages / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """One measure: its spread in this corpus, in the other and as published, and where this one lies off."""

    measure: Measure
    this: Spread
    other: Spread
    published: Spread | None
    off_other: Off | None
    off_published: Off | None


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate: in this corpus, in the other and as published, and where this one lies off."""

    measure: Measure
    this: Rate
    other: Rate
    published: Rate | None
    off_other: Off | None
    off_published: Off | None


@dataclass(frozen=True, slots=True)
class Measured:
    """The pages of a corpus that measures are taken from.

    Attributes:
        pages: as the measures see them.
        static: how many of them are static, hence have text and body.
        left_out: pages of track `no-article`.
        sites: how many sites the pages are of.
    """

    pages: Sequence[Seen]
    static: int
    left_out: int
    sites: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """This corpus against another, and against the published figures."""

    this: Measured
    other: Measured
    spreads: tuple[SpreadRow, ...]
    rates: tuple[RateRow, ...]


def compare(this: Corpus, other: Corpus) -> Comparison:
    """Every measure of both corpora."""
    ours, its = measured(this), measured(other)
    spreads = tuple(_spread_row(measure, ours, its) for measure in MEASURES if measure.section is not Section.RATES)
    rates = tuple(_rate_row(measure, ours, its) for measure in MEASURES if measure.section is Section.RATES)
    return Comparison(ours, its, spreads, rates)


def measured(corpus: Corpus) -> Measured:
    """The pages of a corpus, made ready for measuring."""
    pages = [seen for seen in map(see, corpus.pages) if seen]
    static = sum(seen.text is not None for seen in pages)
    return Measured(pages, static, len(corpus.pages) - len(pages), len(corpus.sites))


def spread(values: Sequence[float]) -> Spread:
    """The quartiles of values; of none, nothing is known."""
    return Spread(*quartiles(values))


def off_spread(mine: Spread, target: Spread, *, several: bool = True) -> Off | None:
    """How `mine` lies off `target`; None when it does not, or when too little is known.

    Below or above when its median is outside of the target's extremes; low or high when it is outside of the
    quartiles. Of a target whose median alone is known: low or high when that is outside of the quartiles of `mine`.
    Otherwise, of `several` sites, narrow when the quartiles of `mine` are less than a third as far apart.
    """
    if mine.q1 is None or mine.median is None or mine.q3 is None:
        return None
    if _under(mine.median, target.least):
        return Off.BELOW
    if _over(mine.median, target.most):
        return Off.ABOVE
    if target.q1 is None or target.q3 is None:
        return Off.LOW if _under(mine.q3, target.median) else Off.HIGH if _over(mine.q1, target.median) else None
    if _under(mine.median, target.q1) or _over(mine.median, target.q3):
        return Off.LOW if mine.median < target.q1 else Off.HIGH
    return Off.NARROW if several and (mine.q3 - mine.q1) * 3 < target.q3 - target.q1 else None


def _under(figure: float, bound: float | None) -> bool:
    return bound is not None and figure < bound - _slack(bound)


def _over(figure: float, bound: float | None) -> bool:
    return bound is not None and figure > bound + _slack(bound)


def _slack(bound: float) -> float:
    """Published figures are rounded, to .01 or to two digits: what is written as the bound is not outside of it."""
    return 0.005 + abs(bound) * 0.02


def off_rate(mine: Rate, target: Rate) -> Off | None:
    """Low or high when the share lies outside the 90 % (Wilson) interval of the target's."""
    if mine.share is None or target.share is None:
        return None
    low, high = _interval(target)
    return Off.LOW if mine.share < low else Off.HIGH if mine.share > high else None


def _interval(rate: Rate) -> tuple[float, float]:
    share, n = rate.pages / rate.of, rate.of
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * (share * (1 - share) / n + _Z**2 / (4 * n * n)) ** 0.5
    return middle - half, middle + half


def _values(measure: Measure, pages: Sequence[Seen]) -> list[float]:
    return [value for value in map(measure.of, pages) if value is not None]


def _spread_row(measure: Measure, ours: Measured, its: Measured) -> SpreadRow:
    this, other = spread(_values(measure, ours.pages)), spread(_values(measure, its.pages))
    published = SPREADS.get(measure.name)
    several = ours.sites > 1
    off_published = off_spread(this, published, several=several) if published else None
    return SpreadRow(measure, this, other, published, off_spread(this, other, several=several), off_published)


def _rate_row(measure: Measure, ours: Measured, its: Measured) -> RateRow:
    this, other = _rate(_values(measure, ours.pages)), _rate(_values(measure, its.pages))
    published = Rate(RATES[measure.name], PAGES) if measure.name in RATES else None
    # A template has a breadcrumb or has none: the rate of one site says nothing.
    judged = ours.sites > 1
    off_published = off_rate(this, published) if judged and published else None
    return RateRow(measure, this, other, published, off_rate(this, other) if judged else None, off_published)


def _rate(values: Sequence[float]) -> Rate:
    return Rate(round(sum(values)), len(values))
