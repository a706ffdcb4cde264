"""How the tokens of an extraction map to the tokens of a page: the alignment `lcs1`.

E are the extraction's tokens, C the page's content tokens and T all of its tokens, both in page order. Tokens are
small ints (rapidfuzz compares by hash, and `hash("a") == 97` would make a letter equal a number); -1 is a token that
is nowhere on the page.

1. *Matched*: a longest common subsequence of E and C (Hyyrö's bit-parallel algorithm, in rapidfuzz), each match slid to
   where it makes the longest run. A run of under three tokens counts only as a whole block, or within two tokens of
   longer runs on both sides. Where short runs were dropped, contiguous content that they had barred is matched instead:
   a longest subsequence is not unique, and the extractor has the benefit of the doubt.
2. *Attributed*: between two runs of three or more (anchors), what is left of E can only come from the stretch of T
   between them: longest contiguous common block first, then the longest on either side (Ratcliff and Metzener 1988).
3. What is still left is tried against all of the page, in any order.
4. What is then left and says matched content or optional text again is *repeated*; the rest is *foreign*.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from bench.labels import Group

NOWHERE = -1
RUN = 3  # tokens in a row that are no coincidence
NEAR = 2  # tokens between a short run and its longer neighbours
# A phrase that stands on a page more often than this tells nothing of where it came from, and bounds the work.
MAX_PLACES = 64
# Candidate blocks kept for one search, the longest; no real page comes near it.
MAX_CANDIDATES = 4000


class Run(NamedTuple):
    """`length` tokens in a row, alike in the extraction from `e` and in the page (or its content) from `s`."""

    e: int
    s: int
    length: int


@dataclass(slots=True)
class Indexed:
    """A token sequence with what a search in it needs.

    Attributes:
        tokens: small non-negative ints.
        starts, ends: 1 where a token is the first or last of its unit (a block of C, a piece of a region of T).
        grams: positions of every three tokens in a row.
        wholes: positions of units of one or two tokens, by their tokens.
    """

    tokens: list[int]
    starts: bytearray
    ends: bytearray
    grams: dict[tuple[int, int, int], list[int]] = field(init=False)
    wholes: dict[tuple[int, ...], list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.grams = {}
        tokens = self.tokens
        for i, gram in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
            places = self.grams.setdefault(gram, [])
            if len(places) < MAX_PLACES:
                places.append(i)
        self.wholes = {}
        for i, starts in enumerate(self.starts):
            if not starts:
                continue
            for j in range(i, min(i + RUN - 1, len(tokens))):
                if self.ends[j]:
                    self.wholes.setdefault(tuple(tokens[i : j + 1]), []).append(i)
                    break

    def is_whole(self, start: int, length: int) -> bool:
        """Whether a stretch begins and ends with a unit."""
        return bool(self.starts[start] and self.ends[start + length - 1])

    def counts(self, run: Run) -> bool:
        """Whether a run is no coincidence: three tokens or more, or whole units."""
        return run.length >= RUN or (run.length > 0 and self.is_whole(run.s, run.length))

    def trimmed(self, run: Run) -> Run:
        """A run without the one or two tokens that it takes from a unit at either edge, if the rest counts.

        Otherwise a whole region and the first word of the next would be longer than the region alone, and would win.
        """
        for _ in range(2):
            head = 0 if self.starts[run.s] else self._edge(range(run.s, run.s + run.length), self.ends)
            rest = Run(run.e + head, run.s + head, run.length - head)
            if head and self.counts(rest):
                run = rest
            last = run.s + run.length - 1
            tail = 0 if self.ends[last] else self._edge(range(last, run.s - 1, -1), self.starts)
            rest = Run(run.e, run.s, run.length - tail)
            if tail and self.counts(rest):
                run = rest
        return run

    @staticmethod
    def _edge(positions: range, flags: bytearray) -> int:
        """How many of the first two positions reach a flag; 0 when neither does or nothing would be left."""
        return next((k for k, i in enumerate(positions[: RUN - 1], 1) if flags[i] and k < len(positions)), 0)


@dataclass(slots=True)
class Target:
    """What a page offers to be aligned with.

    Attributes:
        page: T; its units are the pieces of regions.
        group: the group of each token of T.
        content: C; its units are blocks.
        at: the position in T of each token of C.
        content_tokens: the tokens that C holds.
    """

    page: Indexed
    group: list[Group]
    content: Indexed
    at: list[int]
    content_tokens: frozenset[int]


@dataclass(slots=True)
class Alignment:
    """Where each token of an extraction came from.

    Attributes:
        matched: runs of E in C (positions of C), in order.
        attributed: runs of E in T found in steps 2 and 3.
        repeated: runs of E that say used tokens of T again.
        foreign: positions of E that came from nowhere on the page.
    """

    matched: list[Run]
    attributed: list[Run]
    repeated: list[Run]
    foreign: list[int]


def align(extraction: Sequence[int], target: Target) -> Alignment:
    """Aligns the tokens of one extraction with one page. Deterministic; O(|E| |C| / 64) time and bits."""
    matched = _match(extraction, target)
    e_free = bytearray(b"\x01") * len(extraction)
    t_free = bytearray(b"\x01") * len(target.page.tokens)
    for run in matched:
        _clear(e_free, run.e, run.length)
        for position in target.at[run.s : run.s + run.length]:
            t_free[position] = 0
    attributed: list[Run] = []
    for e_low, e_high, t_low, t_high in _gaps(matched, len(extraction), target):
        attributed += _search(extraction, target, e_free, t_free, (e_low, e_high, t_low, t_high), ordered=True)
    everywhere = (0, len(extraction), 0, len(target.page.tokens))
    if any(e_free):
        attributed += _search(extraction, target, e_free, t_free, everywhere, ordered=False)
        attributed = _grown(attributed, extraction, target.page.tokens, e_free, t_free)
    repeated: list[Run] = []
    if any(e_free):
        said = bytearray(
            not free and group is not Group.BOILERPLATE for free, group in zip(t_free, target.group, strict=True)
        )
        repeated = _search(extraction, target, e_free, said, everywhere, ordered=False, reuse=True)
    foreign = [i for i, free in enumerate(e_free) if free]
    return Alignment(matched, attributed, repeated, foreign)


# Step 1: content


def _match(extraction: Sequence[int], target: Target) -> list[Run]:
    content = target.content
    runs = _slid(_common_runs(extraction, target), extraction, target)
    kept, dropped = _counting(runs, content)
    kept = _in_context([part for run in kept for part in _with_loose_ends(run, target)], extraction, target)
    if not dropped:
        return kept
    e_free = bytearray(b"\x01") * len(extraction)
    c_free = bytearray(b"\x01") * len(content.tokens)
    for run in kept:
        _clear(e_free, run.e, run.length)
        _clear(c_free, run.s, run.length)
    found = list(kept)
    for e_low, e_high, c_low, c_high in _between(kept, len(extraction), len(content.tokens)):
        if any(e_low <= run.e < e_high for run in dropped):
            candidates = _candidates(extraction, content, e_free, c_free, (e_low, e_high, c_low, c_high))
            found += _chosen(candidates, content, None, e_free, c_free, (c_low, c_high), ordered=True)
    return sorted(_grown(found, extraction, content.tokens, e_free, c_free))


def _common_runs(extraction: Sequence[int], target: Target) -> list[Run]:
    """The runs of a longest common subsequence of E and C.

    Tokens that C does not hold are left out first: they cannot match, and so they cannot sway which of several longest
    subsequences is found.
    """
    places = [i for i, token in enumerate(extraction) if token in target.content_tokens]
    known = [extraction[i] for i in places]
    runs: list[Run] = []
    for op in LCSseq.opcodes(known, target.content.tokens):
        if op.tag != "equal":
            continue
        start, c = op.src_start, op.dest_start
        while start < op.src_end:  # in a row among the known is not yet in a row in E
            end = start + 1
            while end < op.src_end and places[end] == places[end - 1] + 1:
                end += 1
            runs.append(Run(places[start], c, end - start))
            c += end - start
            start = end
    return runs


def _slid(runs: list[Run], extraction: Sequence[int], target: Target) -> list[Run]:
    """Moves the seam between neighbouring runs to where it leaves the best runs; merges what then touches."""
    settled: list[Run] = []
    for run in runs:
        current: Run | None = run
        while settled and current is not None:
            before = settled[-1]
            shift = _best_shift(before, current, extraction, target)
            if shift == 0:
                break
            settled.pop()
            left = Run(before.e, before.s, before.length + shift)
            current = Run(current.e + shift, current.s + shift, current.length - shift)
            if current.length == 0:
                current = left
            elif left.length:
                settled.append(left)
                break
        if current is not None:
            settled.append(current)
    return settled


def _best_shift(before: Run, after: Run, extraction: Sequence[int], target: Target) -> int:
    """How many tokens to move from `after` to `before` (negative: the other way); 0 when the seam is best as it is."""
    content = target.content.tokens
    e_gap = after.e - (before.e + before.length)
    c_gap = after.s - (before.s + before.length)
    if (e_gap > 0) == (c_gap > 0):
        return 0
    right = 0
    while (
        right < after.length
        and extraction[before.e + before.length + right] == content[before.s + before.length + right]
    ):
        right += 1
    left = 0
    while left < before.length and extraction[after.e - 1 - left] == content[after.s - 1 - left]:
        left += 1
    if not left and not right:
        return 0

    def worth(shift: int) -> tuple[int, int, int, int, int]:
        lengths = (before.length + shift, after.length - shift)
        seam = before.s + before.length + shift  # the first content token after the seam
        if lengths[0] == 0 or lengths[1] == 0:
            boundary = 2
        elif e_gap > 0:
            boundary = _boundary(target, seam)
        else:
            boundary = max(_boundary(target, seam), _boundary(target, seam + c_gap))
        counted = sum(length for length in lengths if length >= RUN)
        return counted, boundary, max(lengths), -abs(shift), shift

    return max(range(-left, right + 1), key=worth)


def _boundary(target: Target, seam: int) -> int:
    """2 where something else stands on the page before this token of C, 1 where a block begins, else 0."""
    if seam == 0 or seam == len(target.at) or target.at[seam] != target.at[seam - 1] + 1:
        return 2
    return target.content.starts[seam]


def _counting(runs: list[Run], content: Indexed) -> tuple[list[Run], list[Run]]:
    """The runs that count, and the short ones that do not."""
    kept: list[Run] = []
    dropped: list[Run] = []
    for i, run in enumerate(runs):
        if content.counts(run) or (_near(runs, i, -1) and _near(runs, i, 1)):
            kept.append(run)
        else:
            halves = [Run(run.e + k, run.s + k, 1) for k in range(run.length)] if run.length > 1 else [run]
            for half in halves:
                (kept if content.is_whole(half.s, half.length) else dropped).append(half)
    return kept, dropped


def _near(runs: list[Run], i: int, step: int) -> bool:
    """Whether a longer run ends (or begins) within two tokens, in the extraction and in the content."""
    run = runs[i]
    j = i + step
    while 0 <= j < len(runs):
        other = runs[j]
        first, second = (other, run) if step < 0 else (run, other)
        if max(second.e - first.e - first.length, second.s - first.s - first.length) > NEAR:
            return False
        if other.length >= RUN:
            return True
        j += step
    return False


def _with_loose_ends(run: Run, target: Target) -> Iterable[Run]:
    """A run in up to three parts: a token or two at either end that stand apart from the rest on the page."""
    start, end = 0, run.length
    for size in range(1, min(RUN, run.length)):
        if _boundary(target, run.s + size) == 2:
            start = size
        if _boundary(target, run.s + run.length - size) == 2 and run.length - size >= start:
            end = run.length - size
    if end - start < RUN:  # an anchor stays one
        start, end = 0, run.length
    for low, high in ((0, start), (start, end), (end, run.length)):
        if high > low:
            yield Run(run.e + low, run.s + low, high - low)


def _in_context(runs: list[Run], extraction: Sequence[int], target: Target) -> list[Run]:
    """Moves each short run to that of its like between its neighbours around which most of the page stands.

    A block of a word or two may be said elsewhere by chance, and a subsequence is as long with either.
    """
    page, at = target.page.tokens, target.at

    def context(e: int, run: Run) -> int:
        first, last = at[run.s], at[run.s + run.length - 1]
        before = zip(
            reversed(extraction[max(0, e - RUN) : e]), reversed(page[max(0, first - RUN) : first]), strict=False
        )
        end = e + run.length
        after = zip(extraction[end : end + RUN], page[last + 1 : last + 1 + RUN], strict=False)
        return sum(sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], side)) for side in (before, after))

    settled: list[Run] = []
    for i, run in enumerate(runs):
        best = run
        if run.length < RUN:
            low = settled[-1].e + settled[-1].length if settled else 0
            high = (runs[i + 1].e if i + 1 < len(runs) else len(extraction)) - run.length
            said = list(extraction[run.e : run.e + run.length])
            like = [e for e in range(low, high + 1) if list(extraction[e : e + run.length]) == said]
            if len(like) > 1:
                best = Run(max(like, key=lambda e: (context(e, run), e == run.e)), run.s, run.length)
        settled.append(best)
    return settled


# Steps 2 to 4: everything else


def _between(runs: list[Run], e_end: int, s_end: int) -> Iterable[tuple[int, int, int, int]]:
    """The rectangles (e low, e high, s low, s high) before, between and after runs."""
    e_low = s_low = 0
    for run in runs:
        if run.e > e_low:
            yield e_low, run.e, s_low, run.s
        e_low, s_low = run.e + run.length, run.s + run.length
    if e_end > e_low:
        yield e_low, e_end, s_low, s_end


def _gaps(matched: list[Run], e_end: int, target: Target) -> Iterable[tuple[int, int, int, int]]:
    """The rectangles between anchors, in positions of E and T."""
    at = target.at
    e_low = t_low = 0
    for run in matched:
        if run.length < RUN:
            continue
        if run.e > e_low:
            yield e_low, run.e, t_low, at[run.s]
        e_low, t_low = run.e + run.length, at[run.s + run.length - 1] + 1
    if e_end > e_low:
        yield e_low, e_end, t_low, len(target.page.tokens)


def _search(
    extraction: Sequence[int],
    target: Target,
    e_free: bytearray,
    t_free: bytearray,
    window: tuple[int, int, int, int],
    *,
    ordered: bool,
    reuse: bool = False,
) -> list[Run]:
    """Blocks of the page in what is free of E and T within a window; what is found is no longer free.

    Args:
        ordered: blocks keep the page's order.
        reuse: T may be said more than once.
    """
    candidates = _candidates(extraction, target.page, e_free, t_free, window)
    if not candidates:
        return []
    t_used = bytearray(t_free) if reuse else t_free
    return _chosen(candidates, target.page, target.group, e_free, t_used, window[2:], ordered=ordered, reuse=reuse)


def _candidates(
    extraction: Sequence[int], page: Indexed, e_free: bytearray, s_free: bytearray, window: tuple[int, int, int, int]
) -> list[Run]:
    """All common blocks that count (three tokens or more, or a whole unit), each as long as it can be."""
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


def _chosen(
    candidates: list[Run],
    page: Indexed,
    group: list[Group] | None,
    e_free: bytearray,
    s_free: bytearray,
    bounds: tuple[int, int],
    *,
    ordered: bool,
    reuse: bool = False,
) -> list[Run]:
    """Takes candidates, best first, each clipped to what is still free (and in order); clears what is taken."""

    def rank(run: Run) -> tuple[int, bool, bool, int, int, int]:
        # Longest; then a whole region; then an optional one; then the nearest to an anchor, or the first on the page.
        whole = page.is_whole(run.s, run.length)
        optional = group is not None and all(group[s] is Group.OPTIONAL for s in range(run.s, run.s + run.length))
        distance = min(run.s - bounds[0], bounds[1] - run.s - run.length) if ordered else run.s
        return -run.length, not whole, not optional, distance, run.s, run.e

    heap = [(rank(run), run) for run in {page.trimmed(run) for run in candidates}]
    heapq.heapify(heap)
    taken: list[Run] = []
    while heap:
        _, run = heapq.heappop(heap)
        parts = _clipped(run, e_free, s_free, taken if ordered else None)
        if len(parts) == 1 and parts[0] == run:
            _clear(e_free, run.e, run.length)
            if not reuse:
                _clear(s_free, run.s, run.length)
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


def _grown(
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
        _clear(e_free, run.e, run.length)
        _clear(s_free, run.s, run.length)
        grown.append(run)
    return grown


def _clear(free: bytearray, start: int, length: int) -> None:
    free[start : start + length] = bytes(length)
