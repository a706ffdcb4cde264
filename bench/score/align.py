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
   Here, where chance has little room, a block of two tokens counts as well: "اقرأ أيضاً" above a list of headlines.
3. What is still left is tried against all of the page, in any order.
4. What is then left and says matched content or optional text again is *repeated*; the rest is *foreign*.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bench.labels import Group
from bench.score.blocks import candidates, chosen, clear, grown
from bench.score.content import match
from bench.score.target import RUN, Run, Target


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
    if extraction == target.page.tokens:
        return _identity(target)
    matched = match(extraction, target)
    e_free = bytearray(b"\x01") * len(extraction)
    t_free = bytearray(b"\x01") * len(target.page.tokens)
    for run in matched:
        clear(e_free, run.e, run.length)
        for position in target.at[run.s : run.s + run.length]:
            t_free[position] = 0
    attributed: list[Run] = []
    for e_low, e_high, t_low, t_high in _gaps(matched, len(extraction), target):
        attributed += _search(extraction, target, e_free, t_free, (e_low, e_high, t_low, t_high), ordered=True)
    everywhere = (0, len(extraction), 0, len(target.page.tokens))
    if any(e_free):
        attributed += _search(extraction, target, e_free, t_free, everywhere, ordered=False)
        attributed = grown(attributed, extraction, target.page.tokens, e_free, t_free)
    repeated: list[Run] = []
    if any(e_free):
        said = bytearray(
            not free and group is not Group.BOILERPLATE for free, group in zip(t_free, target.group, strict=True)
        )
        repeated = _search(extraction, target, e_free, said, everywhere, ordered=False, reuse=True)
    foreign = [i for i, free in enumerate(e_free) if free]
    return Alignment(matched, attributed, repeated, foreign)


def _identity(target: Target) -> Alignment:
    """The page itself: no search can read it better, and on a page of few words that repeat one might read it worse."""
    content: list[Run] = []
    other: list[Run] = []
    for start, end, is_content in _stretches(target):
        if is_content:
            content.append(Run(start, sum(run.length for run in content), end - start))
        else:
            other.append(Run(start, start, end - start))
    return Alignment(content, other, [], [])


def _stretches(target: Target) -> Iterable[tuple[int, int, bool]]:
    """(start, end, whether it is content) of T, in order."""
    start = 0
    for is_content, tokens in groupby(target.group, key=lambda group: group is Group.CONTENT):
        end = start + sum(1 for _ in tokens)
        yield start, end, is_content
        start = end


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
    offered = candidates(extraction, target.page, e_free, t_free, window, pairs=ordered)
    if not offered:
        return []
    t_used = bytearray(t_free) if reuse else t_free
    return chosen(offered, target.page, target.group, e_free, t_used, window[2:], ordered=ordered, reuse=reuse)
