"""Which of two extractors is better beyond noise: paired differences over sites, with p-values that count all pairs.

The t of each difference is judged by two things: Student's distribution, and how much wider the t's of bootstrap draws
are than it. docs/statistics.md tells how this was chosen and what it holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import fmean

import numpy as np

from bench.score.bootstrap import ALPHA, BLOCK, LEAST_ERROR, LEAST_SITES, FloatArray, error, on_grid, product
from bench.score.draws import DRAWS, times_drawn
from bench.score.student import quantile, two_sided

# No p below is ever claimed: what is so far out is read off a curve that no draw has reached.
LEAST_P = 1e-6

Figures = Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two extractors over the sites that both have a figure for.

    Attributes:
        first, second: the extractors.
        value: the first's mean over these sites less the second's; None without sites.
        low, high: its 95 % interval. None with too few sites, as `p` and `adjusted`.
        p: of a difference this large where there is none, were this the only pair.
        adjusted: p with Holm's correction for all pairs that were compared together.
        sites: how many.
    """

    first: str
    second: str
    value: float | None
    low: float | None
    high: float | None
    p: float | None
    adjusted: float | None
    sites: int

    @property
    def settled(self) -> bool:
        """Whether the data show which of the two is higher, at 5 % over all pairs."""
        return self.adjusted is not None and self.adjusted <= ALPHA

    @property
    def higher(self) -> str | None:
        """The one with the higher figure, if that is settled."""
        if not self.settled or self.value is None:
            return None
        return self.first if self.value > 0 else self.second


def differences(figures: Figures, *, seed: int = 0, draws: int = DRAWS) -> list[Difference]:
    """Every pair of extractors, in the order of `figures`.

    Args:
        figures: extractor -> site -> figure of the site; None, or no entry, where there is none (an untimed cost).
        seed: of the draws, not negative. draws: how many.
    """
    rows = {name: {site: figure for site, figure in row.items() if figure is not None} for name, row in figures.items()}
    pairs = list(combinations(rows, 2))
    common = [tuple(sorted(rows[one].keys() & rows[other].keys())) for one, other in pairs]
    found: dict[tuple[str, str], Difference] = {}
    # Pairs over the same sites have the same draws.
    for sites in set(common):
        alike = [pair for pair, its in zip(pairs, common, strict=True) if its == sites]
        width = max(1, BLOCK // draws)
        for at in range(0, len(alike), width):
            block = alike[at : at + width]
            found.update(zip(block, _compare(rows, block, sites, seed, draws), strict=True))
    compared = [found[pair] for pair in pairs]
    adjusted = holm([difference.p for difference in compared])
    return [replace(difference, adjusted=p) for difference, p in zip(compared, adjusted, strict=True)]


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction: the smallest p times their number, the next times one less, never descending.

    A p of None was not tested, and counts for nothing.
    """
    order = sorted((i for i, p in enumerate(ps) if p is not None), key=lambda i: (ps[i], i))
    adjusted: list[float | None] = [None] * len(ps)
    reached = 0.0
    for rank, i in enumerate(order):
        reached = max(reached, min(1.0, (ps[i] or 0.0) * (len(order) - rank)))
        adjusted[i] = reached
    return adjusted


def _compare(
    rows: Mapping[str, Mapping[str, float]],
    pairs: Sequence[tuple[str, str]],
    sites: Sequence[str],
    seed: int,
    draws: int,
) -> list[Difference]:
    count = len(sites)
    values = [
        fmean(rows[one][s] for s in sites) - fmean(rows[other][s] for s in sites) if sites else None
        for one, other in pairs
    ]
    if count < LEAST_SITES:
        return [
            Difference(*pair, value, None, None, None, None, count) for pair, value in zip(pairs, values, strict=True)
        ]
    ones, others = (
        np.array([[rows[pair[side]][site] for site in sites] for pair in pairs], dtype=np.float64) for side in (0, 1)
    )
    t, errors, stretch = _studentised(ones, others, times_drawn(seed, draws, count))
    wide = quantile(ALPHA, count - 1)
    return [
        Difference(
            *pair,
            value=value,
            low=value - factor * wide * e,
            high=value + factor * wide * e,
            p=_p(size / factor, count),
            adjusted=None,
            sites=count,
        )
        for pair, value, size, e, factor in zip(pairs, values, t, errors, stretch, strict=True)
        if value is not None
    ]


def _p(t: float, sites: int) -> float:
    """The p of a t; never below what the signs of that many differences could give if all were the same."""
    return max(round(two_sided(t, sites - 1), 12) if math.isfinite(t) else 0.0, 2.0 ** (1 - sites), LEAST_P)


def _studentised(
    ones: FloatArray, others: FloatArray, times: FloatArray
) -> tuple[list[float], list[float], list[float]]:
    """Each pair's t, without sign; its standard error; and how much wider than Student's the draws' t are, 1 or more.

    Args:
        ones, others: pairs x sites.
        times: sites x draws.
    """
    count = ones.shape[1]
    size = np.maximum(np.abs(ones), np.abs(others)).max(axis=1, keepdims=True)
    grid, unit = on_grid(ones - others, size)
    middle = np.rint(grid.sum(axis=1, keepdims=True) / count)
    grid -= middle
    centre = grid.sum(axis=1, keepdims=True)
    of_board = error(centre, (grid * grid).sum(axis=1, keepdims=True), count)
    stretch = np.maximum(_reach(grid, centre, of_board, times) / quantile(ALPHA, count - 1), 1.0)
    mean = np.abs(middle + centre / count)
    # A difference that is the same on every site has no error: none at all, or beyond all doubt.
    t = np.divide(mean, of_board, out=np.where(mean > 0, np.inf, 0.0), where=of_board > 0)
    return t[:, 0].tolist(), (of_board * unit)[:, 0].tolist(), stretch.tolist()


def _reach(grid: FloatArray, centre: FloatArray, of_board: FloatArray, times: FloatArray) -> FloatArray:
    """The size of t that 5 % of the draws exceed. All in squares and in place: most of the time goes here."""
    count, draws = grid.shape[1], times.shape[1]
    total = product(grid, times)
    variance = product(grid * grid, times)
    variance -= total * total / count
    variance *= count / (count - 1)
    # Both sides are of the sum here, not of the mean.
    least = np.where(of_board > 0, (LEAST_ERROR * count * of_board) ** 2, 1.0)
    np.maximum(variance, least, out=variance)
    total -= centre
    total *= total
    total /= variance
    at = draws - max(1, int(ALPHA * (draws + 1)))
    total.partition(at, axis=1)
    return np.sqrt(total[:, at])
