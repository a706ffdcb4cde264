"""From records to figures: page, then site, then overall. Every page that was chosen counts; nothing is dropped.

Sums are exactly rounded (`fmean`, integers), so that the order of pages changes no digit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypedDict

from bench.model import Status
from bench.run.plan import PageInfo
from bench.run.records import Record
from bench.score.counts import Counts, PageScore

BySite = Mapping[str, Sequence[Record]]


class Rates(TypedDict):
    """Precision, recall and F1, each averaged on its own; None over no page."""

    precision: float | None
    recall: float | None
    f1: float | None


class LeakRates(TypedDict):
    """One boilerplate label: shares (0 to 1) that leaked, and of how much. Labels without tokens have no rate."""

    tokens: float
    pages: float
    regions: float
    of_tokens: int
    of_pages: int
    of_regions: int


class LossRate(TypedDict):
    """One content label: share of its tokens that did not come out, and of how many."""

    tokens: float
    of_tokens: int


class Passed(TypedDict):
    """One trap: how many of its regions passed, of how many."""

    passed: int
    total: int


class Answers(TypedDict):
    """What the extracted tokens were, pooled over all pages."""

    content: int
    optional: int
    leaked: int
    moved: int
    repeated: int
    foreign: int


@dataclass(frozen=True, slots=True)
class Costs:
    """What the timed pages of one site took. None where nothing was timed.

    Attributes:
        cost: CPU time as a multiple of one lxml parse of the same pages.
        ms: mean CPU milliseconds a page.
        p95_ms: the CPU milliseconds that 95 of 100 pages stay within.
        mb_per_s: page megabytes (10**6 bytes) a CPU second.
        peak_kib: highest resident memory.
        told_ms: mean CPU milliseconds a page as a program tells them of itself; never ranked.
        timed: pages that were timed, in this run or an earlier one. cached: pages whose text came from the cache.
        earlier: cached pages that an earlier run timed.
    """

    cost: float | None
    ms: float | None
    p95_ms: float | None
    mb_per_s: float | None
    peak_kib: int | None
    told_ms: float | None
    timed: int
    cached: int
    earlier: int


def by_site(records: Iterable[Record], pages: Mapping[str, PageInfo]) -> dict[str, list[Record]]:
    """The records of `pages` by site, sites in order of their slug."""
    sites: dict[str, list[Record]] = {}
    for record in records:
        if record.page in pages:
            sites.setdefault(pages[record.page].site, []).append(record)
    return dict(sorted(sites.items()))


def mean(values: Iterable[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    values = list(values)
    return fmean(values) if values else None


def over_sites(sites: BySite, value: Callable[[PageScore], float]) -> float | None:
    """The mean over sites of each site's mean over its pages."""
    return mean(fmean(value(record.score) for record in records) for records in sites.values())


def rates(sites: BySite, counts: Callable[[PageScore], Counts]) -> Rates:
    """Mean precision, recall and F1 of one sort of counts; F1 is a mean too, never made from the other two."""
    return {
        "precision": over_sites(sites, lambda score: counts(score).precision),
        "recall": over_sites(sites, lambda score: counts(score).recall),
        "f1": over_sites(sites, lambda score: counts(score).f1),
    }


def pooled(records: Sequence[Record]) -> Rates:
    """The second view: all tokens of all pages in one heap, so that long pages weigh more."""
    if not records:
        return {"precision": None, "recall": None, "f1": None}
    found = [record.score.counts for record in records]
    heap = Counts(sum(c.tp for c in found), sum(c.fp for c in found), sum(c.fn for c in found))
    return {"precision": heap.precision, "recall": heap.recall, "f1": heap.f1}


def as_published(records: Sequence[Record]) -> Rates:
    """Shingles averaged as article-extraction-benchmark does, to reproduce its tables and for nothing else.

    Flat over pages; silent pages stand outside precision; F1 is made from the two means.
    """
    found = [record.score.shingles for record in records]
    precision = mean(c.tp / (c.tp + c.fp) for c in found if c.tp + c.fp)
    recall = mean(c.tp / (c.tp + c.fn) for c in found if c.tp + c.fn)
    if precision is None or recall is None:
        return {"precision": precision, "recall": recall, "f1": None}
    both = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / both if both else 0.0}


def answers(records: Iterable[Record]) -> Answers:
    """What the extracted tokens were, in all."""
    found = [record.score for record in records]
    return {
        "content": sum(score.counts.tp for score in found),
        "optional": sum(score.optional for score in found),
        "leaked": sum(score.leaked for score in found),
        "moved": sum(score.moved for score in found),
        "repeated": sum(score.repeated for score in found),
        "foreign": sum(score.foreign for score in found),
    }


def silent(records: Iterable[Record]) -> float | None:
    """The share of pages on which nothing was extracted: no token besides optional ones."""
    return mean(float(record.score.counts.tp + record.score.counts.fp == 0) for record in records)


def statuses(records: Iterable[Record]) -> dict[str, int]:
    """How many extractions ended how, in the order of `Status`; those that did not occur are left out."""
    found = Counter(record.status for record in records)
    return {status.value: found[status] for status in Status if found[status]}


def failures(records: Iterable[Record]) -> dict[str, int]:
    """The part of `statuses` that is a failure: an empty answer is none."""
    return {status: count for status, count in statuses(records).items() if Status(status).failed}


def leaks(records: Iterable[Record]) -> dict[str, LeakRates]:
    """Every boilerplate label that has tokens on these pages, in the order of the labels' names."""
    labels: dict[str, list[tuple[int, int, int, int]]] = {}
    for record in records:
        for label, leak in record.score.leaks.items():
            if leak.of_tokens:
                labels.setdefault(label.value, []).append((leak.tokens, leak.of_tokens, leak.regions, leak.of_regions))
    return {label: _leak_rates(found) for label, found in sorted(labels.items())}


def _leak_rates(found: list[tuple[int, int, int, int]]) -> LeakRates:
    tokens, of_tokens, regions, of_regions = (sum(column) for column in zip(*found, strict=True))
    return {
        "tokens": tokens / of_tokens,
        "pages": sum(1 for row in found if row[2]) / len(found),
        "regions": regions / of_regions if of_regions else 0.0,
        "of_tokens": of_tokens,
        "of_pages": len(found),
        "of_regions": of_regions,
    }


def losses(records: Iterable[Record]) -> dict[str, LossRate]:
    """Every content label that has tokens on these pages, in the order of the labels' names."""
    lost: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for record in records:
        for label, loss in record.score.losses.items():
            lost[label.value] += loss.tokens
            there[label.value] += loss.of_tokens
    return {label: {"tokens": lost[label] / of, "of_tokens": of} for label, of in sorted(there.items()) if of}


def traps(records: Iterable[Record]) -> dict[str, Passed]:
    """Every trap on these pages, in the order of their names."""
    found: dict[str, Passed] = {}
    for record in records:
        for trap, count in record.score.traps.items():
            passed = found.setdefault(trap, {"passed": 0, "total": 0})
            passed["passed"] += count.passed
            passed["total"] += count.total
    return {trap: found[trap] for trap in sorted(found) if found[trap]["total"]}


def costs(records: Sequence[Record], pages: Mapping[str, PageInfo]) -> Costs:
    """What the records that were timed took; a page that timed out counts with its deadline."""
    timed = [(r, r.cost.cpu_ns) for r in records if r.cost.cpu_ns is not None]
    cpu = [ns for _, ns in timed]
    compared = [(ns, r.cost.parse_ns) for r, ns in timed if r.cost.parse_ns]
    size = sum(pages[r.page].bytes for r, _ in timed)
    peaks = [r.cost.peak_kib for r, _ in timed if r.cost.peak_kib is not None]
    parse = sum(ns for _, ns in compared)
    told = [r.cost.told_ns for r, _ in timed if r.cost.told_ns is not None]
    return Costs(
        cost=sum(ns for ns, _ in compared) / parse if parse else None,
        ms=sum(cpu) / len(cpu) / 1e6 if cpu else None,
        p95_ms=percentile(cpu, 95) / 1e6 if cpu else None,
        mb_per_s=size * 1e3 / sum(cpu) if sum(cpu) else None,
        peak_kib=max(peaks, default=None),
        told_ms=fmean(told) / 1e6 if told else None,
        timed=len(timed),
        cached=sum(1 for record in records if record.cost.cached),
        earlier=sum(1 for record, _ in timed if record.cost.cached),
    )


def percentile(values: Sequence[int], percent: int) -> int:
    """The smallest value that `percent` of 100 do not exceed (nearest rank)."""
    return sorted(values)[-(-len(values) * percent // 100) - 1]
