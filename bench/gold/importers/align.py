"""Which tokens of a page a gold text consists of.

Stretches that both have in common are found first, each as long as it can be, and of those the chain is taken that
covers most and jumps least: a headline that stands in three lists, or a first sentence that a teaser repeats, is then
found where the rest of the text is. Between two links of the chain little is left and the page's stretch is short, so
that there a longest common subsequence (rapidfuzz) is safe.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2

from rapidfuzz.distance import LCSseq

GRAM = 4  # shorter stretches in common are chance on a page of a thousand words
_MOST_OF_ONE = 40  # places of one gram; what is said more often says nothing of where
_MOST_LINKS = 1500
_MOST_STEPS = 3_000_000
_ROOM = 12  # tokens of the page beyond the gold's, in a gap that is filled


@dataclass(frozen=True, slots=True)
class Link:
    """`length` tokens of the gold from `gold` on are those of the page from `page` on."""

    gold: int
    page: int
    length: int


def align(gold: Sequence[int], page: Sequence[int]) -> list[int]:
    """For each token of the gold its place in the page, rising; -1 where it has none.

    Args:
        gold, page: tokens as numbers; equal numbers are equal words.
    """
    found = [-1] * len(gold)
    chain = _chain(_common(gold, page))
    for link in chain:
        for i in range(link.length):
            found[link.gold + i] = link.page + i
    for low, high, page_low, page_high in _gaps(chain, len(gold), len(page)):
        for i, j in _filled(gold[low:high], page[page_low:page_high]):
            found[low + i] = page_low + j
    return found


def _common(gold: Sequence[int], page: Sequence[int]) -> list[Link]:
    """Stretches in common that cannot be made longer."""
    size = min(GRAM, len(gold))
    if not size:
        return []
    places: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for j in range(len(page) - size + 1):
        places[tuple(page[j : j + size])].append(j)
    links: list[Link] = []
    steps = _MOST_STEPS
    open_at: dict[int, int] = {}  # diagonal -> where its last stretch ends in the gold
    for i in range(len(gold) - size + 1):
        for j in places.get(tuple(gold[i : i + size]), ())[:_MOST_OF_ONE]:
            if open_at.get(j - i, -1) >= i + size:
                continue
            length = size
            while i + length < len(gold) and j + length < len(page) and gold[i + length] == page[j + length]:
                length += 1
            open_at[j - i] = i + length
            links.append(Link(i, j, length))
            steps -= length
        if steps < 0:  # a text that says one thing over and over
            break
    longest = sorted(links, key=lambda link: -link.length)[:_MOST_LINKS]
    return sorted(longest, key=lambda link: (link.gold, link.page))


def _chain(links: Sequence[Link]) -> list[Link]:
    """The rising chain that covers most; an overlap is taken off the later link, a jump costs its logarithm."""
    best: list[float] = []
    before: list[int] = []
    cut: list[int] = []  # tokens that a link loses to the one before it
    for n, link in enumerate(links):
        score, last, lost = float(link.length), -1, 0
        for m in range(n):
            other = links[m]
            if other.gold >= link.gold or other.page >= link.page:
                continue
            overlap = max(0, other.gold + other.length - link.gold, other.page + other.length - link.page)
            if overlap >= link.length:
                continue
            jump = abs((link.page - other.page) - (link.gold - other.gold))
            total = best[m] + link.length - overlap - log2(1 + jump) / 2
            if total > score:
                score, last, lost = total, m, overlap
        best.append(score)
        before.append(last)
        cut.append(lost)
    chain: list[Link] = []
    at = max(range(len(links)), key=lambda n: best[n], default=-1)
    while at >= 0:
        link, lost = links[at], cut[at]
        chain.append(Link(link.gold + lost, link.page + lost, link.length - lost))
        at = before[at]
    return chain[::-1]


def _gaps(chain: Sequence[Link], gold: int, page: int) -> Iterator[tuple[int, int, int, int]]:
    """What is left of the gold between links and at both ends, with the page's stretch that it can come from."""
    if not chain:
        return
    first, last = chain[0], chain[-1]
    yield 0, first.gold, max(0, first.page - 2 * first.gold - _ROOM), first.page
    for one, other in pairwise(chain):
        low, page_low = one.gold + one.length, one.page + one.length
        if other.page - page_low <= 3 * (other.gold - low) + _ROOM:
            yield low, other.gold, page_low, other.page
        else:  # a box stands between: what is left stands before or behind it
            half = other.gold - low + _ROOM
            yield low, other.gold, page_low, min(other.page, page_low + half)
    low, page_low = last.gold + last.length, last.page + last.length
    yield low, gold, page_low, min(page, page_low + 2 * (gold - low) + _ROOM)


def _filled(gold: Sequence[int], page: Sequence[int]) -> Iterator[tuple[int, int]]:
    if not gold or not page:
        return
    for part in LCSseq.opcodes(gold, page):
        if part.tag == "equal":
            for i in range(part.src_end - part.src_start):
                yield part.src_start + i, part.dest_start + i


class Blocks:
    """The blocks of a page by their tokens: for gold that is too short to be found by what surrounds it."""

    def __init__(self, tokens: Sequence[int], block_of: Sequence[int]) -> None:
        self._starts: dict[tuple[int, ...], list[int]] = defaultdict(list)
        start = 0
        for at in range(1, len(tokens) + 1):
            if at == len(tokens) or block_of[at] != block_of[start]:
                insort(self._starts[tuple(tokens[start:at])], start)
                start = at

    def near(self, tokens: Sequence[int], low: int, high: int) -> int:
        """Where a block of just these tokens begins within the places [low, high), the first; -1 for nowhere."""
        starts = self._starts.get(tuple(tokens), [])
        at = bisect_left(starts, low)
        return starts[at] if at < len(starts) and starts[at] < high else -1
