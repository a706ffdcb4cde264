"""Step 1 of the alignment: the content that came out, in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from rapidfuzz.distance import LCSseq

from bench.score.blocks import candidates, chosen, clear, grown
from bench.score.target import RUN, Indexed, Run, Target, between

NEAR = 2  # tokens between a short run and its longer neighbours
AROUND = 64  # tokens on either side that tell where a stretch was said


def match(extraction: Sequence[int], target: Target) -> list[Run]:
    """The runs of E in C that count, in order."""
    content = target.content
    runs = _slid(_common_runs(extraction, target), extraction, target)
    kept, dropped = _counting(runs, content)
    kept = _in_context(kept, extraction, target)
    if not dropped:
        return kept
    e_free = bytearray(b"\x01") * len(extraction)
    c_free = bytearray(b"\x01") * len(content.tokens)
    for run in kept:
        clear(e_free, run.e, run.length)
        clear(c_free, run.s, run.length)
    found = list(kept)
    for e_low, e_high, c_low, c_high in between(kept, len(extraction), len(content.tokens)):
        if any(e_low <= run.e < e_high for run in dropped):
            barred = candidates(extraction, content, e_free, c_free, (e_low, e_high, c_low, c_high))
            found += chosen(barred, content, None, e_free, c_free, (c_low, c_high), ordered=True)
    return _in_context(sorted(grown(found, extraction, content.tokens, e_free, c_free)), extraction, target)


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


def _in_context(runs: list[Run], extraction: Sequence[int], target: Target) -> list[Run]:
    """Moves each stretch of content to that of its like around which most of the page stands.

    A subheading may be said in a caption too, and a page may hold a hidden copy of its article: a subsequence is as
    long with either, but only around one of them is said what stands there on the page.
    """
    stretches = [stretch for run in runs for stretch in _stretches(run, target)]
    for indices in (range(len(stretches)), reversed(range(len(stretches)))):
        for i in indices:
            low = stretches[i - 1].e + stretches[i - 1].length if i else 0
            high = stretches[i + 1].e if i + 1 < len(stretches) else len(extraction)
            if high - low > stretches[i].length:
                stretches[i] = _best_placed(stretches[i], (low, high), extraction, target)
    merged: list[Run] = []
    for run in stretches:
        last = merged[-1] if merged else None
        if last and (last.e + last.length, last.s + last.length) == (run.e, run.s):
            merged[-1] = Run(last.e, last.s, last.length + run.length)
        else:
            merged.append(run)
    return merged


def _stretches(run: Run, target: Target) -> Iterable[Run]:
    """The parts of a run between which something else stands on the page."""
    start = 0
    for k in range(1, run.length + 1):
        if k == run.length or target.at[run.s + k] != target.at[run.s + k - 1] + 1:
            yield Run(run.e + start, run.s + start, k - start)
            start = k


def _best_placed(run: Run, window: tuple[int, int], extraction: Sequence[int], target: Target) -> Run:
    """A run where it is said within a window of E with most of the page around it; where it is, if that is as good."""
    page = target.page.tokens
    said = page[target.at[run.s] : target.at[run.s] + run.length]
    places: list[int] = []
    low, high = window
    while True:
        try:
            low = extraction.index(said[0], low, high - run.length + 1)
        except ValueError:
            break
        if extraction[low : low + run.length] == said:
            places.append(low)
        low += 1
    if len(places) < 2:
        return run
    first, after = target.at[run.s], target.at[run.s] + run.length

    def context(e: int) -> int:
        end = e + run.length
        before = _alike(extraction[max(0, e - AROUND) : e][::-1], page[max(0, first - AROUND) : first][::-1])
        return before + _alike(extraction[end : end + AROUND], page[after : after + AROUND])

    return Run(max(places, key=lambda e: (context(e), e == run.e)), run.s, run.length)


def _alike(said: Sequence[int], stands: Sequence[int]) -> int:
    """How far two sequences agree; one more where both end."""
    agreed = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(said, stands, strict=False)))
    return agreed + (agreed == len(said) == len(stands))
