"""How far a figure of the board can be trusted: 95 % intervals from a bootstrap of sites and, within them, pages.

The bootstrap is studentised. Sites are drawn, then pages within each drawn site, and each draw is divided by its own
standard error: drawing pages counts their variance twice, in the draw and in its error alike, and so it cancels.
docs/statistics.md has the formulas, and the simulation by which this form was chosen.

No digit depends on the machine or on the other rows. Values are put on a grid of 2**-20 of their column's size, so
that sums are sums of integers below 2**53, exact in whatever order a processor adds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from bench.score.draws import DRAWS, Resample, pages_drawn

# With fewer no interval and no p is given: five sites that all agree still have p = 2 / 2**5 > .05.
LEAST_SITES = 6
# What lies outside the interval.
ALPHA = 0.05
# A draw's standard error is not let under this share of the board's: a draw in which nearly all sites are the same
# would otherwise count for infinitely many errors.
LEAST_ERROR = 0.25
GRID_BITS = 20
# Cells of draws x extractors that are worked on at once: 1.3 MB an array, which stays in a cache.
BLOCK = 160_000
# Multiplications that a strip of a matrix product may have.
STRIP = 2**19

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure of the board with its 95 % interval.

    Attributes:
        value: mean over sites; None over no site.
        low, high: None when there are too few sites to say.
        sites: how many stand behind it.
    """

    value: float | None
    low: float | None
    high: float | None
    sites: int


def intervals(
    values: Mapping[str, Mapping[str, float]],
    sites: Mapping[str, str],
    *,
    seed: int = 0,
    draws: int = DRAWS,
    most: float = 1.0,
) -> dict[str, Estimate]:
    """The mean over sites of each site's mean over its pages, with its interval.

    Args:
        values: extractor -> page -> figure of 0 or more; a failure is a page of 0. All have the same pages.
        sites: page -> its site.
        seed: of the draws, not negative. draws: how many.
        most: what the figure cannot exceed, nor its interval.

    Raises:
        ValueError: an extractor has not exactly the pages of `sites`, or a figure that is no finite number.
    """
    pages = sorted(sites, key=lambda page: (sites[page], page))
    if any(row.keys() != sites.keys() for row in values.values()):
        raise ValueError("every extractor needs a figure for every page, and for no other")
    columns = np.array([[row[page] for row in values.values()] for page in pages], dtype=np.float64)
    columns = columns.reshape(len(pages), len(values))
    if not np.isfinite(columns).all():
        raise ValueError("a figure is no finite number")
    sizes = _sizes(sites[page] for page in pages)
    means = [_overall(column, sizes) for column in columns.T.tolist()]
    if len(sizes) < LEAST_SITES:
        return {name: Estimate(mean, None, None, len(sizes)) for name, mean in zip(values, means, strict=True)}
    resamples, width = pages_drawn(seed, draws, sizes), max(1, BLOCK // draws)
    blocks = [_reach(columns[:, at : at + width], sizes, resamples, draws) for at in range(0, len(values), width)]
    below, above = (np.concatenate(part).tolist() for part in zip(*blocks, strict=True)) if blocks else ([], [])
    return {
        name: Estimate(mean, max(0.0, mean - down), min(most, mean + up), len(sizes))
        for name, mean, down, up in zip(values, means, below, above, strict=True)
    }


def cost_intervals(
    costs: Mapping[str, Mapping[str, float | None]], *, seed: int = 0, draws: int = DRAWS
) -> dict[str, Estimate]:
    """The mean over sites of each site's cost, with its interval. A site is drawn whole: its cost is one ratio of sums.

    Args:
        costs: extractor -> site -> CPU time as a multiple of parsing; None where nothing was timed, and left out.
        seed: of the draws. draws: how many.
    """
    found = {name: {site: cost for site, cost in row.items() if cost is not None} for name, row in costs.items()}
    estimates: dict[str, Estimate] = {}
    # Those that were timed on the same sites have the same draws.
    for sites in {frozenset(row) for row in found.values()}:
        rows = {name: row for name, row in found.items() if row.keys() == sites}
        if sites:
            estimates |= intervals(rows, {site: site for site in sites}, seed=seed, draws=draws, most=float("inf"))
        else:
            estimates |= dict.fromkeys(rows, Estimate(None, None, None, 0))
    return {name: estimates[name] for name in costs}


def site_means(values: Mapping[str, Mapping[str, float]], sites: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Extractor -> site -> the site's mean over its pages, sites in order of their slug."""
    pages: dict[str, list[str]] = {}
    for page, site in sorted(sites.items(), key=lambda item: item[1]):
        pages.setdefault(site, []).append(page)
    return {
        name: {site: fmean(row[page] for page in found) for site, found in pages.items()}
        for name, row in values.items()
    }


def on_grid(columns: FloatArray, size: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Columns as whole numbers of their unit, and the units: each the power of two that makes `size` 2**20 or less."""
    unit = np.ldexp(1.0, np.frexp(size)[1] - GRID_BITS)
    return np.rint(columns / unit), unit


def product(left: FloatArray, right: FloatArray) -> FloatArray:
    """The matrix product, in strips that are too small for the library beneath numpy to hand out to threads.

    Its threads wait for each other at full speed: where other programs keep the processors busy, all of it takes ten
    times as long.
    """
    rows, columns = len(left), right.shape[1]
    result = np.empty((rows, columns))
    if rows > columns:
        strip = max(1, STRIP // max(1, right.size))
        for at in range(0, rows, strip):
            np.matmul(left[at : at + strip], right, out=result[at : at + strip])
    else:
        strip = max(1, STRIP // max(1, left.size))
        for at in range(0, columns, strip):
            result[:, at : at + strip] = left @ right[:, at : at + strip]
    return result


def error(total: FloatArray, squares: FloatArray, count: int) -> FloatArray:
    """The standard error of the mean of `count` numbers, from their sum and the sum of their squares."""
    return np.sqrt(np.maximum(squares - total * total / count, 0.0) / (count - 1) / count)


def _sizes(sites: Iterable[str]) -> tuple[int, ...]:
    found: dict[str, int] = {}
    for site in sites:
        found[site] = found.get(site, 0) + 1
    return tuple(found.values())


def _overall(pages: Sequence[float], sizes: tuple[int, ...]) -> float | None:
    ends = np.cumsum(sizes).tolist()
    return fmean(fmean(pages[end - size : end]) for end, size in zip(ends, sizes, strict=True)) if sizes else None


def _reach(
    columns: FloatArray, sizes: tuple[int, ...], resamples: Sequence[Resample], draws: int
) -> tuple[FloatArray, FloatArray]:
    """How far the interval of each column reaches below and above its mean."""
    count = len(sizes)
    grid, unit = on_grid(columns, np.abs(columns).max(axis=0))
    parts = np.split(grid, np.cumsum(sizes)[:-1])
    means = np.stack([np.rint(part.sum(axis=0) / len(part)) for part in parts])
    # Away from the middle, squares would be large and their differences small.
    middle = np.rint(means.sum(axis=0) / count)
    means -= middle
    centre = means.sum(axis=0) / count
    of_board = error(means.sum(axis=0), (means * means).sum(axis=0), count)
    total, squares = np.zeros((draws, columns.shape[1])), np.zeros((draws, columns.shape[1]))
    for part, resample in zip(parts, resamples, strict=True):
        if len(resample.draw):
            drawn = np.rint(product(resample.pages.astype(np.float64), part) / len(part)) - middle
            starts = np.flatnonzero(np.diff(resample.draw, prepend=-1))
            total[resample.draw[starts]] += np.add.reduceat(drawn, starts, axis=0)
            squares[resample.draw[starts]] += np.add.reduceat(drawn * drawn, starts, axis=0)
    of_draw = np.maximum(error(total, squares, count), LEAST_ERROR * of_board)
    # Where no site differs from another, nothing varies and the interval has no width.
    errors = np.sort((total / count - centre) / np.where(of_board > 0, of_draw, 1.0), axis=0)
    cut = max(1, int(ALPHA / 2 * (draws + 1)))
    up, down = -errors[cut - 1], errors[draws - cut]
    return np.maximum(down, 0.0) * of_board * unit, np.maximum(up, 0.0) * of_board * unit
