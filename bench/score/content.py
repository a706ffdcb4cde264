"""Step 1 of the alignment: the content that came out, in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from rapidfuzz.distance import LCSseq

from bench.score.blocks import candidates, chosen, clear, grown
from bench.score.target import RUN, Indexed, Run, Target, between

NEAR = 2  # tokens between a short run and its longer neighbours


def match(extraction: Sequence[int], target: Target) -> list[Run]:
    """The runs of E in C that count, in order."""
    content = target.content
    runs = _slid(_common_runs(extraction, target), extraction, target)
    kept, dropped = _counting(runs, content)
    kept = _in_context([part for run in kept for part in _with_loose_ends(run, target)], extraction, target)
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
    return sorted(grown(found, extraction, content.tokens, e_free, c_free))


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
