"""A running text found in a page: aligned as a whole, then line by line where it stands elsewhere."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bench.gold.importers.align import GRAM, Blocks, align
from bench.gold.importers.part import Part

_SURE = 3
_LIKE = 0.8
_LONG = 6
_ROOM = 12
_TAKEN = -2  # no token
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a gold, with its tokens."""

    part: Part
    text: str
    words: list[int]


class Flow:
    """Lines of gold and, after `run`, for each of their tokens its place in the page, or -1."""

    def __init__(
        self, lines: Sequence[Line], page: Sequence[int], block_of: Sequence[int], hidden: Sequence[bool]
    ) -> None:
        self.lines = lines
        self.places: list[list[int]] = []
        self._page, self._block_of = page, block_of
        self._seen = [_TAKEN if out else word for word, out in zip(page, hidden, strict=True)]
        self._blocks = Blocks(self._seen, block_of), Blocks(page, block_of)
        self._owner = [_NOBODY] * len(page)  # the line that has each token of the page

    def run(self) -> None:
        """Finds the lines."""
        gold = [word for line in self.lines for word in line.words]
        found = align(gold, self._seen)  # a hidden copy is as good to the letter, and not what the gold means
        at = 0
        for line in self.lines:
            self.places.append(found[at : at + len(line.words)])
            at += len(line.words)
        self._drop_chance()
        behind = [len(self._page)]  # where the last lines begin, the last 0, 1, 2, … of them
        for number in reversed(range(len(self.lines))):
            self._take(number, self.places[number])
            behind.append(min(j for j in (behind[-1], *self.places[number]) if j >= 0))
        low = 0
        for number, line in enumerate(self.lines):
            behind.pop()
            if 2 * sum(j >= 0 for j in self.places[number]) < len(line.words):
                self._again(number, line, low, behind[-1])
            low = max(low, max(self.places[number]) + 1)

    def _drop_chance(self) -> None:
        """Takes back what is too little to be sure of: under three words in a row that are no whole line or block."""
        for line, places in zip(self.lines, self.places, strict=True):
            for low, high in _rows(places, self._block_of):
                sure = (
                    high - low >= _SURE
                    or high - low == len(line.words)
                    or (self._edge(places[low], -1) and self._edge(places[high - 1], 1))
                    or self._beside(places, low, high)
                )
                if not sure:
                    places[low:high] = [-1] * (high - low)

    def _edge(self, at: int, step: int) -> bool:
        """Whether a block ends on this side of the token."""
        other = at + step
        return not 0 <= other < len(self._page) or self._block_of[other] != self._block_of[at]

    def _beside(self, places: Sequence[int], low: int, high: int) -> bool:
        """Whether words of the same line stand close on a side, in the same block."""
        before, after = places[:low], places[high:]
        left = max((j for j in before if j >= 0), default=-1)
        right = min((j for j in after if j >= 0), default=-1)
        return (left >= 0 and places[low] - left <= _SURE and self._block_of[left] == self._block_of[places[low]]) or (
            right >= 0
            and right - places[high - 1] <= _SURE
            and self._block_of[right] == self._block_of[places[high - 1]]
        )

    def _again(self, number: int, line: Line, low: int, high: int) -> None:
        """A line that is not where the others are: between its neighbours [low, high), then anywhere that is free."""
        words = line.words
        at = self._near(words, low, high) if low < high else -1
        if at < 0 and (len(words) >= _SURE or high - low <= 3 * len(words) + _ROOM):
            at = self._row(number, words, low, high)
        if at < 0:
            at = self._near(words, 0, len(self._page))
        if at < 0 and len(words) >= _SURE:
            at = self._row(number, words, 0, len(self._page))
        if at >= 0 and self._free(number, at, len(words)):
            self._take(number, list(range(at, at + len(words))))
        elif len(words) >= _LONG and not self._grams.isdisjoint(zip(*(words[n:] for n in range(GRAM)), strict=False)):
            free = [
                word if owner in (_NOBODY, number) else _TAKEN
                for word, owner in zip(self._page, self._owner, strict=True)
            ]
            found = align(words, free)
            there = [j for j in found if j >= 0]
            if len(there) >= _LIKE * len(words) and there[-1] - there[0] < len(words) / _LIKE:
                self._take(number, found)

    def _take(self, number: int, places: list[int]) -> None:
        """From now on these are the places of a line."""
        for old in self.places[number]:
            if old >= 0:
                self._owner[old] = _NOBODY
        self.places[number] = places
        for new in places:
            if new >= 0:
                self._owner[new] = number

    def _free(self, number: int, at: int, size: int) -> bool:
        return all(owner in (_NOBODY, number) for owner in self._owner[at : at + size])

    @cached_property
    def _where(self) -> dict[int, list[int]]:
        """The places of each word."""
        found: dict[int, list[int]] = defaultdict(list)
        for j, word in enumerate(self._page):
            found[word].append(j)
        return found

    @cached_property
    def _grams(self) -> set[tuple[int, ...]]:
        """The rows of words without one of which a line cannot be aligned."""
        return set(zip(*(self._page[n:] for n in range(GRAM)), strict=False))

    def _near(self, words: list[int], low: int, high: int) -> int:
        seen, everything = self._blocks
        at = seen.near(words, low, high)
        return at if at >= 0 else everything.near(words, low, high)

    def _row(self, number: int, words: list[int], low: int, high: int) -> int:
        """Where the words first stand in a row and are free; -1 for nowhere."""
        first = self._where.get(words[0], [])
        size = len(words)
        for j in first[bisect_left(first, low) : bisect_right(first, high - size)]:
            if list(self._page[j : j + size]) == words and self._free(number, j, size):
                return j
        return -1


def _rows(places: Sequence[int], block_of: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of a line that stand in a row, in one block."""
    low = 0
    for at in range(1, len(places) + 1):
        ends = at == len(places) or places[at] != places[at - 1] + 1 or block_of[places[at]] != block_of[places[at - 1]]
        if places[at - 1] < 0:
            low = at
        elif ends:
            yield low, at
            low = at
