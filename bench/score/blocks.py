"""Common blocks of an extraction and a page, best first (Ratcliff and Metzener 1988)."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Sequence

from bench.labels import Group
from bench.score.target import RUN, Indexed, Run

# Candidate blocks kept for one search, the longest; no real page comes near it.
MAX_CANDIDATES = 4000


def candidates(
    extraction: Sequence[int],
    page: Indexed,
    e_free: bytearray,
    s_free: bytearray,
    window: tuple[int, int, int, int],
    *,
    pairs: bool = False,
) -> list[Run]:
    """All common blocks that count (three tokens or more, or a whole unit), each as long as it can be.

    Args:
        window: low and high of the extraction, low and high of the page.
        pairs: blocks of two tokens count too.
    """
    e_low, e_high, s_low, s_high = window
    found: list[Run] = []
    open_runs: dict[int, tuple[int, int]] = {}  # diagonal -> (start, last) of the block that is growing
    for i in range(e_low, e_high):
        if not e_free[i]:
            continue
        for length in (1, 2):
            if i + length <= e_high and e_free[i + length - 1]:
                for s in page.wholes.get(tuple(extraction[i : i + length]), ()):
                    if s_low <= s and s + length <= s_high and s_free[s] and s_free[s + length - 1]:
                        found.append(Run(i, s, length))
        if pairs and i + 2 <= e_high and e_free[i + 1]:
            for s in page.pairs.get((extraction[i], extraction[i + 1]), ()):
                if s_low <= s and s + 2 <= s_high and s_free[s] and s_free[s + 1]:
                    found.append(Run(i, s, 2))
        if i + RUN > e_high or not (e_free[i + 1] and e_free[i + 2]):
            continue
        for s in page.grams.get((extraction[i], extraction[i + 1], extraction[i + 2]), ()):
            if s < s_low or s + RUN > s_high or not (s_free[s] and s_free[s + 1] and s_free[s + 2]):
                continue
            grown = open_runs.get(s - i)
            if grown is not None and grown[1] == i - 1:
                open_runs[s - i] = (grown[0], i)
            else:
                if grown is not None:
                    found.append(Run(grown[0], grown[0] + s - i, grown[1] - grown[0] + RUN))
                open_runs[s - i] = (i, i)
    found += [Run(start, start + diagonal, last - start + RUN) for diagonal, (start, last) in open_runs.items()]
    if len(found) > MAX_CANDIDATES:
        found = heapq.nsmallest(MAX_CANDIDATES, found, key=lambda run: (-run.length, run))
    return found


def chosen(
    offered: list[Run],
    page: Indexed,
    group: list[Group] | None,
    e_free: bytearray,
    s_free: bytearray,
    bounds: tuple[int, int],
    *,
    ordered: bool,
    reuse: bool = False,
) -> list[Run]:
    """Takes blocks, best first, each clipped to what is still free (and in order); clears what is taken.

    Args:
        offered: what `candidates` found.
        group: the group of each token of the page; None where there is nothing to prefer.
        bounds: the stretch of the page between two anchors.
        ordered: blocks keep the page's order.
        reuse: a stretch of the page may be said more than once.
    """

    def rank(run: Run) -> tuple[int, bool, bool, bool, int, int, int]:
        # Longest; then a whole region, one rather than several; then an optional one; then the nearest to an anchor, or
        # the first on the page.
        whole = page.is_whole(run.s, run.length)
        one = whole and page.ends.find(1, run.s) == run.s + run.length - 1
        optional = group is not None and all(group[s] is Group.OPTIONAL for s in range(run.s, run.s + run.length))
        distance = min(run.s - bounds[0], bounds[1] - run.s - run.length) if ordered else run.s
        return -run.length, not whole, not one, not optional, distance, run.s, run.e

    heap = [(rank(run), run) for run in {page.trimmed(run) for run in offered}]
    heapq.heapify(heap)
    taken: list[Run] = []
    while heap:
        _, run = heapq.heappop(heap)
        parts = _clipped(run, e_free, s_free, taken if ordered else None)
        if len(parts) == 1 and parts[0] == run:
            clear(e_free, run.e, run.length)
            if not reuse:
                clear(s_free, run.s, run.length)
            taken.insert(bisect_right(taken, run), run)
        else:
            for part in map(page.trimmed, parts):
                if page.counts(part):
                    heapq.heappush(heap, (rank(part), part))
    return taken


def _clipped(run: Run, e_free: bytearray, s_free: bytearray, taken: list[Run] | None) -> list[Run]:
    """The stretches of a run that are free on both sides and, with `taken`, keep its order."""
    parts: list[Run] = []
    start = -1
    for k in range(run.length + 1):
        fits = k < run.length and bool(e_free[run.e + k] and s_free[run.s + k])
        if fits and taken:
            i = bisect_right(taken, (run.e + k,))
            fits = (i == 0 or taken[i - 1].s < run.s + k) and (i == len(taken) or run.s + k < taken[i].s)
        if fits and start < 0:
            start = k
        elif not fits and start >= 0:
            parts.append(Run(run.e + start, run.s + start, k - start))
            start = -1
    return parts


def grown(
    runs: list[Run], extraction: Sequence[int], tokens: list[int], e_free: bytearray, s_free: bytearray
) -> list[Run]:
    """Gives runs back what trimming took from them, where nothing better was found for it."""
    grown: list[Run] = []
    for e, s, length in runs:
        before, after = 0, 0
        while (
            min(e, s) > before
            and e_free[e - before - 1]
            and s_free[s - before - 1]
            and extraction[e - before - 1] == tokens[s - before - 1]
        ):
            before += 1
        end, s_end = e + length, s + length
        while (
            end + after < len(extraction)
            and s_end + after < len(tokens)
            and e_free[end + after]
            and s_free[s_end + after]
            and extraction[end + after] == tokens[s_end + after]
        ):
            after += 1
        run = Run(e - before, s - before, before + length + after)
        clear(e_free, run.e, run.length)
        clear(s_free, run.s, run.length)
        grown.append(run)
    return grown


def clear(free: bytearray, start: int, length: int) -> None:
    """Marks a stretch as used."""
    free[start : start + length] = bytes(length)
