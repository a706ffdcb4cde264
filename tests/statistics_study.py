"""How the intervals and the test of docs/statistics.md were chosen: `python -m tests.statistics_study [RUN]` prints it.

Many samples are drawn from populations whose true mean is known. With a folder of results/runs, the sites of that run
are such populations too. Two minutes on two idle cores, five with a run.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from statistics import NormalDist

import numpy as np

from bench.model import Track
from bench.run import records
from bench.score.bootstrap import LEAST_ERROR, intervals
from bench.score.differences import differences
from bench.score.draws import pages_drawn, times_drawn
from bench.score.student import quantile, two_sided
from tests import populations
from tests.populations import FloatArray, Population, Sample, as_values

SAMPLES, DRAWS, SEED = 1500, 1999, 5
Reach = Mapping[str, tuple[FloatArray, FloatArray]]


def ways(sample: Sample) -> Reach:
    """The 95 % interval of each sample by every way that was tried; ours comes from `intervals` itself."""
    sizes, means = tuple(map(len, sample)), np.stack([site.mean(axis=0) for site in sample])
    count, mean = len(means), means.mean(axis=0)
    error = means.std(axis=0, ddof=1) / math.sqrt(count)
    t = quantile(0.05, count - 1)
    found = {"Student's t": (mean - t * error, mean + t * error)}
    times = times_drawn(SEED, DRAWS, count)
    one = (times.T @ means / count, np.sqrt(_variance(times.T @ means, times.T @ (means * means), count)))
    for stage, (drawn, errors) in (("sites", one), ("sites, pages", _two_stages(sample, sizes))):
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        found[f"{stage}: percentile"] = (low, high)
        wider = math.sqrt(count / (count - 1))
        found[f"{stage}: percentile, wider by G/(G-1)"] = (mean + (low - mean) * wider, mean + (high - mean) * wider)
        found[f"{stage}: BCa"] = _bca(drawn, means)
        if stage == "sites":
            # With pages it is ours.
            held = np.maximum(np.maximum(errors, LEAST_ERROR * error), 1e-9)
            down, up = np.quantile((drawn - mean) / held, [0.025, 0.975], axis=0)
            found["sites: bootstrap-t"] = (np.maximum(mean - up * error, 0), mean - down * error)
    return found


def _variance(total: FloatArray, squares: FloatArray, count: int) -> FloatArray:
    return np.maximum(squares - total**2 / count, 0) / (count - 1) / count


def _two_stages(sample: Sample, sizes: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    shape = DRAWS, sample[0].shape[1]
    total, squares = np.zeros(shape), np.zeros(shape)
    for site, resample in zip(sample, pages_drawn(SEED, DRAWS, sizes), strict=True):
        drawn = resample.pages.astype(np.float64) @ site / len(site)
        starts = np.flatnonzero(np.diff(resample.draw, prepend=-1))
        total[resample.draw[starts]] += np.add.reduceat(drawn, starts)
        squares[resample.draw[starts]] += np.add.reduceat(drawn**2, starts)
    return total / len(sample), np.sqrt(_variance(total, squares, len(sample)))


def _bca(drawn: FloatArray, means: FloatArray) -> tuple[FloatArray, FloatArray]:
    normal, mean, draws = NormalDist(), means.mean(axis=0), len(drawn)
    below = ((drawn < mean).sum(axis=0) + 0.5).clip(1, draws - 1) / draws
    bias = np.array([normal.inv_cdf(share) for share in below])
    away = mean - means
    skew = (away**3).sum(axis=0) / (6 * np.maximum((away**2).sum(axis=0), 1e-18) ** 1.5)
    ordered, columns = np.sort(drawn, axis=0), np.arange(means.shape[1])
    ends = []
    for z in (normal.inv_cdf(0.025), normal.inv_cdf(0.975)):
        share = np.array([normal.cdf(x) for x in bias + (bias + z) / (1 - skew * (bias + z))])
        ends.append(ordered[(share * draws).astype(int).clip(0, draws - 1), columns])
    return ends[0], ends[1]


def ours(sample: Sample, most: float) -> tuple[FloatArray, FloatArray]:
    """The interval of each sample as the board has it."""
    values, sites = as_values([np.maximum(site, 0) for site in sample])
    found = intervals(values, sites, seed=SEED, draws=DRAWS, most=most).values()
    return np.array([e.low for e in found], dtype=np.float64), np.array([e.high for e in found], dtype=np.float64)


def coverage(population: Population, sites: int, samples: int = SAMPLES) -> None:
    """One row a way: how often the truth lies inside, and how wide the interval is."""
    rng = np.random.default_rng(SEED)
    sample = population.draw(rng, populations.sizes(rng, sites), samples)
    most = math.inf if population.name.startswith("costs") else 1.0
    for way, (low, high) in {**ways(sample), "ours": ours(sample, most)}.items():
        inside = (low <= population.truth) & (population.truth <= high)
        print(f"{sites:3} sites | {population.name:40} | {way:40} | {inside.mean():6.1%} | {(high - low).mean():.3f}")


def _figures(board: FloatArray) -> dict[str, dict[str, float]]:
    return {f"x{i}": {f"s{j:02}": float(v) for j, v in enumerate(column)} for i, column in enumerate(board.T)}


def _flips(board: FloatArray, signs: FloatArray) -> list[float]:
    pairs = [board[:, i] - board[:, j] for i, j in combinations(range(board.shape[1]), 2)]
    apart = np.stack(pairs, axis=1)
    hits = (np.abs(signs @ apart) >= np.abs(apart.sum(axis=0)) - 1e-9).sum(axis=0)
    return [float(hit + 1) / (len(signs) + 1) for hit in hits]


def _students(board: FloatArray) -> list[float]:
    found = []
    for i, j in combinations(range(board.shape[1]), 2):
        apart = board[:, i] - board[:, j]
        error = apart.std(ddof=1) / math.sqrt(len(apart))
        found.append(two_sided(apart.mean() / error, len(apart) - 1) if error > 1e-12 else 1.0)
    return found


def level(name: str, boards: FloatArray, sites: int, times: int) -> None:
    """How often pairs without a difference are told apart, by site means of which every column has the same mean."""
    rng = np.random.default_rng(SEED)
    signs = rng.integers(0, 2, (20_000, sites)).astype(np.float64) * 2 - 1
    counted: dict[str, list[tuple[float, float, bool]]] = {}
    for _ in range(times):
        board: FloatArray = np.asarray(boards[rng.integers(0, len(boards), sites)])
        found = differences(_figures(board), draws=DRAWS)
        each = {
            "sign flips": _flips(board, signs),
            "Student's t": _students(board),
            "ours": [d.p if d.p is not None else 1.0 for d in found],
        }
        for way, ps in each.items():
            any_settled = bool(_holm_least(ps) <= 0.05)
            share = np.array(ps)
            counted.setdefault(way, []).append(
                (float((share <= 0.05).mean()), float((share <= 0.005).mean()), any_settled)
            )
    for way, rows in counted.items():
        five, half, family = np.mean(np.array(rows, dtype=np.float64), axis=0)
        shares = f"p <= .05: {five:.3f} | p <= .005: {half:.4f} | any settled: {family:.3f}"
        print(f"{sites:3} sites | {name:27} | {way:12} | {shares}")


def _holm_least(ps: list[float]) -> float:
    return min(ps) * len(ps)


def of_run(path: Path) -> dict[str, list[FloatArray]]:
    """Extractor -> the F1 of each site's static pages."""
    run = records.open_run(path)
    table: dict[str, dict[str, list[float]]] = {}
    for record in run.records:
        page = run.plan.pages[record.page]
        if page.track is Track.STATIC:
            table.setdefault(record.extractor, {}).setdefault(page.site, []).append(record.score.counts.f1)
    return {name: [np.array(site) for _, site in sorted(sites.items())] for name, sites in table.items()}


def main() -> None:
    """Prints all of it."""
    p = populations
    for sites in (23, 12, 6):
        for population in (p.EVEN, p.PAGES, p.SKEWED, p.FAR, p.HALF, p.BROKEN, p.COSTS, p.COSTS_FAR):
            coverage(population, sites)
    if len(sys.argv) > 1:
        run = of_run(Path(sys.argv[1]))
        real = {name: sites for name, sites in run.items() if name not in ("oracle", "nothing", "everything")}
        for name, pages in real.items():
            coverage(p.found(name, pages), 23)
        means = np.array([[site.mean() for site in sites] for sites in real.values()]).T
        for sites in (40, 23, 12):
            level("the run's sites, made equal", means - means.mean(axis=0), sites, 300)
    rng = np.random.default_rng(SEED)
    for sites in (40, 23, 12):
        level("normal, ten extractors", rng.normal(0, 0.1, (20_000, 10)), sites, 200)
        level("exponential, ten extractors", rng.exponential(0.1, (20_000, 10)), sites, 200)


if __name__ == "__main__":
    main()
