"""From records to what the figures can bear: intervals, places, pairs, and how steady the clock was.

How each is computed stands in docs/statistics.md; here records become the figures that the statistics are made of, and
what comes back becomes fields of the leaderboard.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from statistics import fmean, median, pstdev

from bench.report.leaderboard import Calibrator, Intervals, Pair
from bench.report.means import BySite
from bench.run.plan import Plan
from bench.run.records import Record
from bench.run.timing import UNSTEADY_CV, CarefulTimes, same_machine
from bench.score.bootstrap import Estimate, cost_intervals, intervals
from bench.score.counts import Counts
from bench.score.differences import Difference, differences
from bench.score.ranks import hinges, standings

# The same records give the same digits.
SEED = 0
# With more unsteady pages than this share, the board says that the clock was.
UNSTEADY_PAGES = 0.10

SiteCosts = Mapping[str, Mapping[str, float | None]]


def row_intervals(rows: Mapping[str, BySite], costs: SiteCosts) -> dict[str, Intervals]:
    """The intervals of each row's precision, recall, F1 and cost.

    Args:
        rows: extractor -> site -> records; the same pages for all.
        costs: extractor -> site -> cost, of those rows that have an overall cost.
    """
    precision = _measured(rows, lambda counts: counts.precision)
    recall = _measured(rows, lambda counts: counts.recall)
    f1 = _measured(rows, lambda counts: counts.f1)
    cost = cost_intervals(costs, seed=SEED)
    return {
        name: {
            "precision": _ends(precision[name]),
            "recall": _ends(recall[name]),
            "f1": _ends(f1[name]),
            "cost": _ends(cost.get(name)),
        }
        for name in rows
    }


def pairs(ranked: Mapping[str, BySite]) -> tuple[list[Pair], dict[str, list[int]]]:
    """Every pair of ranked rows, the better first; and the places that the data allow each row, [best, worst].

    Args:
        ranked: the ranked rows, best F1 first.
    """
    figures = {
        name: {site: fmean(record.score.counts.f1 for record in records) for site, records in sites.items()}
        for name, sites in ranked.items()
    }
    found = differences(figures, seed=SEED)
    places = standings(list(ranked), found)
    fragile: dict[tuple[str, str], list[str]] = {}
    for hinge in hinges(figures, found, seed=SEED):
        fragile.setdefault((hinge.first, hinge.second), []).append(hinge.site)
    judged = [_pair(one, fragile.get((one.first, one.second), [])) for one in found if one.value is not None]
    return judged, {name: [place.best, place.worst] for name, place in places.items()}


def careful_calibrator(careful: CarefulTimes, plan: Plan, pages: Collection[str]) -> Calibrator:
    """How much the parse of a page varied from round to round of the careful pass, over the run's extractors."""
    keys, machine = {(extractor.name, extractor.digest) for extractor in plan.ran}, same_machine(plan.machine)
    return _steadiness(
        timed.cv
        for timed in careful.pages
        if timed.key in keys
        and timed.page in pages
        and timed.corpus == plan.signature.corpus
        and timed.machine == machine
    )


def run_calibrator(records: Iterable[Record], pages: Collection[str]) -> Calibrator:
    """How much the parse of a page varied from one extractor's process to the next.

    Each parses it once, so that a page with one timed extraction tells nothing.
    """
    parses: dict[str, list[int]] = {}
    for record in records:
        if record.page in pages and record.cost.cpu_ns is not None and record.cost.parse_ns:
            parses.setdefault(record.page, []).append(record.cost.parse_ns)
    return _steadiness(pstdev(ns) / fmean(ns) for ns in parses.values() if len(ns) > 1)


def _steadiness(cvs: Iterable[float]) -> Calibrator:
    found = list(cvs)
    if not found:
        return {"cv": None, "unsteady_pages": None, "unstable": False}
    unsteady = fmean(cv > UNSTEADY_CV for cv in found)
    return {"cv": median(found), "unsteady_pages": unsteady, "unstable": unsteady > UNSTEADY_PAGES}


def _measured(rows: Mapping[str, BySite], value: Callable[[Counts], float]) -> dict[str, Estimate]:
    sites = {record.page: site for found in rows.values() for site, records in found.items() for record in records}
    values = {name: _values(found, value) for name, found in rows.items()}
    return intervals(values, sites, seed=SEED)


def _values(sites: BySite, value: Callable[[Counts], float]) -> dict[str, float]:
    return {record.page: value(record.score.counts) for records in sites.values() for record in records}


def _ends(estimate: Estimate | None) -> list[float] | None:
    if estimate is None or estimate.low is None or estimate.high is None:
        return None
    return [estimate.low, estimate.high]


def _pair(found: Difference, fragile: Sequence[str]) -> Pair:
    interval = None if found.low is None or found.high is None else [found.low, found.high]
    return {
        "better": found.first,
        "worse": found.second,
        "difference": found.value or 0.0,
        "interval": interval,
        "p": found.p,
        "p_holm": found.adjusted,
        "settled": found.settled,
        "fragile_sites": list(fragile),
    }
