"""`leaderboard(run)`: all that the tables say, as plain data; docs/leaderboard-json.md tells each field.

It grows only by addition. Figures are as measured, never rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TypedDict

from bench.model import Track
from bench.report import means
from bench.report.difficulty import Bin, difficulty
from bench.report.means import Answers, Costs, LeakRates, LossRate, Passed, Rates
from bench.report.view import View, headline, tracks
from bench.run import timing
from bench.run.earlier import with_earlier_costs
from bench.run.plan import ExtractorInfo
from bench.run.records import Record, Run
from bench.run.timing import CarefulTimes, Key, SiteTime
from bench.score.counts import Counts, PageScore

SCHEMA = 1
# The floor and the ceiling of every table. They answer no user's question, so they take nobody's place.
BOUNDS = ("everything", "nothing", "oracle")
# How figures were timed; unsteady: with care, while the machine was not.
INDICATIVE, CAREFUL, UNSTEADY, MIXED = "indicative", "careful", "unsteady", "mixed"

Timed = Mapping[Key, Mapping[str, SiteTime]]


class Figures(TypedDict):
    """Scores and cost over some pages; the same for a site, a track and the whole."""

    pages: int
    precision: float | None
    recall: float | None
    f1: float | None
    cost: float | None
    ms: float | None
    p95_ms: float | None
    mb_per_s: float | None
    peak_kib: int | None
    told_ms: float | None
    timed: int
    cached: int
    earlier: int
    timing: str | None
    failures: dict[str, int]
    statuses: dict[str, int]


class TrackFigures(Figures):
    """One extractor on one track."""

    silent: float | None
    sites: dict[str, Figures]


class Shingles(Rates):
    """Shingles by Lubb's means, and as another benchmark would print them."""

    as_published: Rates


class Intervals(TypedDict):
    """95 % intervals of a row's figures, [low, high]; None where there are too few sites to say."""

    precision: list[float] | None
    recall: list[float] | None
    f1: list[float] | None
    cost: list[float] | None


class Pair(TypedDict):
    """Two ranked rows and whether the data tell them apart; p and interval are None over too few sites."""

    better: str
    worse: str
    difference: float
    interval: list[float] | None
    p: float | None
    p_holm: float | None
    settled: bool
    fragile_sites: list[str]


class Calibrator(TypedDict):
    """How much the parse that costs are multiples of varied; None where nothing tells."""

    cv: float | None
    unsteady_pages: float | None
    unstable: bool


class Row(TrackFigures):
    """One extractor on the headline's pages, and all that stands beside the headline."""

    extractor: str
    version: str
    licence: str
    distribution: str
    options: str
    way: str
    kind: str
    digest: str
    ranked: bool
    ranks: list[int] | None
    intervals: Intervals | None
    sandbox: list[str]
    leaks: dict[str, LeakRates]
    losses: dict[str, LossRate]
    traps: dict[str, Passed]
    tracks: dict[str, TrackFigures]
    answers: Answers
    pooled: Rates
    bag: Rates
    shingles: Shingles
    strict: Rates
    folded: Rates
    similarity: float | None
    exact: float | None


class Part(TypedDict):
    """The pages that a track's table is over."""

    signature: str
    split: str
    pages: int
    sites: int


class Unavailable(TypedDict):
    """An extractor that could not be run, and what to do about it."""

    extractor: str
    problem: str


class Board(TypedDict):
    """leaderboard.json."""

    schema: int
    signature: str
    created: str
    machine: dict[str, str | int]
    rows: list[Row]
    lubb: str
    corpus: str
    title: str
    split: str
    track: str
    tracks: dict[str, Part]
    commit: str
    dirty: bool
    sandbox: str
    jobs: int
    limits: dict[str, float]
    packages: dict[str, str]
    unavailable: list[Unavailable]
    pairs: list[Pair]
    difficulty: dict[str, dict[str, Bin]]
    calibrator: Calibrator


def leaderboard(
    run: Run, *, split: str | None = None, careful: CarefulTimes | None = None, judged: bool = True
) -> Board:
    """Everything that tables say of a run.

    Args:
        run: a complete run.
        split: "test", "dev" or "all"; None is the run's own headline.
        careful: what `bench time` measured: where it is of the same corpus, pages, machine and extractor, it replaces
            the run's own figures. None reads it from beside the run (`timing/` of the folder of results).
        judged: with intervals, places and pairs, which take most of the time.

    Raises:
        BenchError: an unknown split, or one without pages; a file of `bench time` that is broken.
    """
    from bench.report import judgement  # whoever only prints a table wants no numpy

    if careful is None:
        careful = timing.load(run.path.parent.parent)
    plan, main, parts = run.plan, headline(run.plan, split), tracks(run.plan, split)
    records: dict[str, list[Record]] = {extractor.name: [] for extractor in plan.ran}
    for record in with_earlier_costs(run):
        records[record.extractor].append(record)
    timed = {track: careful.matching(plan.signature.corpus, plan.machine, v.pages) for track, v in parts.items()}
    sites = {name: means.by_site(found, main.pages) for name, found in records.items()}
    rows = sorted((_row(e, records[e.name], sites[e.name], main, parts, timed) for e in plan.ran), key=_rank)
    pairs: list[Pair] = []
    if judged:
        costs = {row["extractor"]: _site_costs(row) for row in rows if row["cost"] is not None}
        intervals = judgement.row_intervals(sites, costs)
        pairs, ranks = judgement.pairs({row["extractor"]: sites[row["extractor"]] for row in rows if row["ranked"]})
        for row in rows:
            row["intervals"], row["ranks"] = intervals[row["extractor"]], ranks.get(row["extractor"])
    with_care = any(figures["timing"] in (CAREFUL, UNSTEADY) for row in rows for figures in row["sites"].values())
    together = [record for found in records.values() for record in found]
    return {
        "schema": SCHEMA,
        "signature": str(main.signature),
        "created": plan.created,
        "machine": asdict(plan.machine),
        "rows": rows,
        "lubb": plan.lubb,
        "corpus": plan.corpus,
        "title": str(main),
        "split": main.split,
        "track": main.track.value,
        "tracks": {track.value: _part(view) for track, view in parts.items()},
        "commit": plan.checkout.commit,
        "dirty": plan.checkout.dirty,
        "sandbox": plan.sandbox,
        "jobs": plan.jobs,
        "limits": asdict(plan.limits),
        "packages": dict(sorted(plan.packages.items())),
        "unavailable": [{"extractor": e.name, "problem": e.problem} for e in plan.extractors if e.problem],
        "pairs": pairs,
        "difficulty": difficulty(records, main.pages),
        "calibrator": judgement.careful_calibrator(careful, plan, main.pages)
        if with_care
        else judgement.run_calibrator(together, main.pages),
    }


def f1_interval(row: Row) -> list[float] | None:
    """[low, high] of a row's F1; None over too few sites, and in boards of before there were any."""
    found = row.get("intervals")
    return found["f1"] if found else None


def _site_costs(row: Row) -> dict[str, float | None]:
    return {site: figures["cost"] for site, figures in row["sites"].items()}


def _rank(row: Row) -> tuple[float, str]:
    return -(row["f1"] or 0.0), row["extractor"]


def _part(view: View) -> Part:
    return {
        "signature": str(view.signature),
        "split": view.split,
        "pages": len(view.pages),
        "sites": view.sites,
    }


def _row(
    extractor: ExtractorInfo,
    records: Sequence[Record],
    sites: means.BySite,
    main: View,
    parts: Mapping[Track, View],
    timed: Mapping[Track, Timed],
) -> Row:
    careful = {track: found.get((extractor.name, extractor.digest), {}) for track, found in timed.items()}
    seen = [record for found in sites.values() for record in found]
    return {
        **_track(sites, main, careful.get(main.track, {})),
        "extractor": extractor.name,
        "version": extractor.version,
        "licence": extractor.licence,
        "distribution": extractor.distribution,
        "options": extractor.options,
        "way": extractor.way,
        "kind": extractor.kind,
        "digest": extractor.digest,
        "ranked": extractor.name not in BOUNDS and extractor.way not in ("harness", "outputs"),
        "ranks": None,
        "intervals": None,
        "sandbox": sorted({record.sandbox for record in records}),
        "leaks": means.leaks(seen),
        "losses": means.losses(seen),
        "traps": means.traps(seen),
        "tracks": {t.value: _track(means.by_site(records, v.pages), v, careful[t]) for t, v in parts.items()},
        "answers": means.answers(seen),
        "pooled": means.pooled(seen),
        "bag": means.rates(sites, lambda score: score.bag),
        "shingles": {**means.rates(sites, lambda score: score.shingles), "as_published": means.as_published(seen)},
        "strict": means.rates(sites, lambda score: score.strict),
        "folded": means.rates(sites, lambda score: score.folded),
        "similarity": means.over_sites(sites, lambda score: score.similarity.value),
        "exact": means.over_sites(sites, lambda score: float(score.exact)),
    }


def _track(sites: means.BySite, view: View, careful: Mapping[str, SiteTime]) -> TrackFigures:
    each = {site: _site(found, view, careful.get(site)) for site, found in sites.items()}
    records = [record for found in sites.values() for record in found]
    return {
        **_figures(means.rates(sites, _counts), means.costs(records, view.pages), records),
        **_overall_cost(list(each.values())),
        "silent": means.silent(records),
        "sites": each,
    }


def _site(records: Sequence[Record], view: View, careful: SiteTime | None) -> Figures:
    """One site, its time from the careful pass where there is one."""
    figures = _figures(means.rates({"": records}, _counts), means.costs(records, view.pages), records)
    if careful:
        figures["cost"], figures["ms"], figures["p95_ms"] = careful.cost, careful.ms, careful.p95_ms
        figures["timing"] = CAREFUL if careful.steady else UNSTEADY
    return figures


def _figures(rates: Rates, costs: Costs, records: Sequence[Record]) -> Figures:
    return {
        "pages": len(records),
        **rates,
        "cost": costs.cost,
        "ms": costs.ms,
        "p95_ms": costs.p95_ms,
        "mb_per_s": costs.mb_per_s,
        "peak_kib": costs.peak_kib,
        "told_ms": costs.told_ms,
        "timed": costs.timed,
        "cached": costs.cached,
        "earlier": costs.earlier,
        "timing": INDICATIVE if costs.timed else None,
        "failures": means.failures(records),
        "statuses": means.statuses(records),
    }


class _Overall(TypedDict):
    cost: float | None
    ms: float | None
    timing: str | None


def _overall_cost(sites: Sequence[Figures]) -> _Overall:
    """The mean over sites. With a site left out because of the cache it would compare unlike things: then None."""
    if any(site["cached"] and not site["timing"] for site in sites):
        return {"cost": None, "ms": None, "timing": None}
    return {
        "cost": means.mean(site["cost"] for site in sites if site["cost"] is not None),
        "ms": means.mean(site["ms"] for site in sites if site["ms"] is not None),
        "timing": _together({site["timing"] for site in sites if site["timing"]}),
    }


def _together(timings: set[str]) -> str | None:
    """What to say of a mean of figures that were timed in these ways."""
    if len(timings) < 2:
        return timings.pop() if timings else None
    return UNSTEADY if timings == {CAREFUL, UNSTEADY} else MIXED


def _counts(score: PageScore) -> Counts:
    return score.counts
