"""Checks of what grows: memory from page to page, time with the size of a page."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Sequence
from contextlib import closing

from bench.check import pages
from bench.check.answers import failure
from bench.check.trial import Trial
from bench.check.verdict import Check, Verdict, failed, passed, skipped, warned

PAGES = 500
ENDS = 50
# An extractor of seconds a page is not kept at it for hours; what it has done by then is looked at.
PATIENCE_SECONDS = 240.0
# Python and its allocator keep some memory from page to page; this much says that something gathers.
GROWN_MIB, GROWN_SHARE = 20.0, 0.2
LEAK_MIB = 200.0
SIZES = (50, 100, 200, 400, 800)
ROUNDS = 2
# Above this, twice the size takes two and a half times as long.
STEEP = 1.3
# Below this, whatever the exponent, nobody waits for it, and most of the figure is noise.
TOLD_SECONDS = 0.05

_KEEPS = "look for what keeps pages, trees or patterns: caches without a limit, lists of a module, objects in a ring"


def _memory(trial: Trial) -> Verdict:
    peaks: list[float] = []
    start = time.monotonic()
    with closing(trial.worker()) as worker:
        for page in pages.series(PAGES):
            answer = worker.extract(page)
            if answer.status in ("timeout", "crash", "memory"):
                verdict = failure(answer, odd=False)
                assert verdict is not None
                return failed(f"page {len(peaks) + 1} of {PAGES}: {verdict.came}", _KEEPS)
            if answer.cost.peak_kib is None:
                return skipped("nothing is known of its memory on this system")
            peaks.append(answer.cost.peak_kib / 1024)
            if time.monotonic() - start > PATIENCE_SECONDS:
                break
    if len(peaks) < 2 * ENDS:
        return skipped(f"it is too slow to tell: {len(peaks)} pages in {PATIENCE_SECONDS:.0f} s")
    return grown(peaks)


def grown(peaks: Sequence[float]) -> Verdict:
    """The verdict on the peak memory of each call, in MiB."""
    first, last = statistics.median(peaks[:ENDS]), statistics.median(peaks[-ENDS:])
    growth = last - first
    came = f"{first:.0f} MiB over the first {ENDS} of {len(peaks)} pages, {last:.0f} over the last"
    if growth <= GROWN_MIB or growth <= GROWN_SHARE * first:
        return passed(came)
    goes_on = _goes_on(peaks)
    if growth > LEAK_MIB and goes_on:
        return failed(f"{came}: some {growth / len(peaks) * 1024:,.0f} KiB more with each page", _KEEPS)
    if growth <= LEAK_MIB and not goes_on:
        return passed(f"{came}: it has settled")
    return warned(came, f"{_KEEPS}; a runtime that collects late looks alike for a while")


def _goes_on(peaks: Sequence[float]) -> bool:
    """Whether it has not settled at a size: the second half brings a quarter of the growth at least."""
    first, last = statistics.median(peaks[:ENDS]), statistics.median(peaks[-ENDS:])
    middle = len(peaks) // 2
    half = statistics.median(peaks[middle - ENDS // 2 : middle + ENDS // 2])
    return last - half > (last - first) / 4


def _time(trial: Trial) -> Verdict:
    seconds: list[float] = []
    for size in SIZES:
        page = pages.of_size(size)
        used: list[float] = []
        for _ in range(ROUNDS):
            answer = trial.ask(page)
            if (verdict := failure(answer, odd=True)) is not None:
                before = f" ({SIZES[len(seconds) - 1]} KB took {_told(seconds[-1])})" if seconds else ""
                return Verdict(verdict.result, f"{size} KB: {verdict.came}{before}", verdict.mend)
            if answer.cost.cpu_ns is None:
                return skipped("nothing is known of its CPU time on this system")
            used.append(answer.cost.cpu_ns / 1e9)
            if used[-1] > 1:
                break
        seconds.append(min(used))
    return fitted(seconds)


def fitted(seconds: Sequence[float]) -> Verdict:
    """The verdict on the CPU seconds that pages of `SIZES` took."""
    power = exponent(SIZES, seconds)
    last = f"{SIZES[-1]} KB took {_told(seconds[-1])}"
    if seconds[-1] < TOLD_SECONDS:
        return passed(f"{last} of CPU time")
    if power <= STEEP:
        return passed(f"exponent {power:.1f}, {last}")
    return warned(
        f"grows faster than linearly: exponent {power:.1f}, {last}",
        "look for a search of the whole page within a loop over it: path expressions, len() of a list of all nodes, "
        "text that is joined again and again",
    )


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The slope of time against size, both as logarithms, by least squares: 1 is linear, 2 quadratic."""
    slope, _ = statistics.linear_regression([math.log(s) for s in sizes], [math.log(max(s, 1e-9)) for s in seconds])
    return slope


def _told(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


CHECKS = (
    Check(
        "memory",
        f"extracted {PAGES} pages in one process and compared the peaks of the first and the last {ENDS}",
        _memory,
        long=True,
    ),
    Check(
        "time",
        f"timed pages of one make of {', '.join(map(str, SIZES))} KB",
        _time,
        long=True,
    ),
)
