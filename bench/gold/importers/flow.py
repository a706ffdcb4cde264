"""A running text found in a page: aligned as a whole, then line by line where it stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.gold.importers.align import Blocks, align
from bench.gold.importers.part import Part

_SURE = 3
_LIKE = 0.8
_LONG = 6
_ROOM = 12
_TAKEN = -2  # no token


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

    def run(self) -> None:
        """Finds the lines."""
        gold = [word for line in self.lines for word in line.words]
        found = align(gold, self._seen)  # a hidden copy is as good to the letter, and not what the gold means
        at = 0
        for line in self.lines:
            self.places.append(found[at : at + len(line.words)])
            at += len(line.words)
        self._drop_chance()
        for number, line in enumerate(self.lines):
            if 2 * sum(j >= 0 for j in self.places[number]) < len(line.words):
                self._again(number, line)

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

    def _again(self, number: int, line: Line) -> None:
        """A line that is not where the others are: between its neighbours, then anywhere that is free."""
        mine = self.places[number]
        taken = {j for n, places in enumerate(self.places) if n != number for j in places if j >= 0}
        low = max((j for places in self.places[:number] for j in places), default=-1) + 1
        high = min((j for places in self.places[number + 1 :] for j in places if j >= 0), default=len(self._page))
        words = line.words
        at = self._near(words, low, high) if low < high else -1
        if at < 0 and (len(words) >= _SURE or high - low <= 3 * len(words) + _ROOM):
            at = self._row(words, low, high, taken)
        if at < 0:
            at = self._near(words, 0, len(self._page))
        if at < 0 and len(words) >= _SURE:
            at = self._row(words, 0, len(self._page), taken)
        if at >= 0 and not taken & set(range(at, at + len(words))):
            mine[:] = range(at, at + len(words))
        elif len(words) >= _LONG:
            free = [_TAKEN if j in taken else word for j, word in enumerate(self._page)]
            found = align(words, free)
            there = [j for j in found if j >= 0]
            if len(there) >= _LIKE * len(words) and there[-1] - there[0] < len(words) / _LIKE:
                mine[:] = found

    def _near(self, words: list[int], low: int, high: int) -> int:
        seen, everything = self._blocks
        at = seen.near(words, low, high)
        return at if at >= 0 else everything.near(words, low, high)

    def _row(self, words: list[int], low: int, high: int, taken: set[int]) -> int:
        """Where the words first stand in a row and are free; -1 for nowhere."""
        for j in range(low, high - len(words) + 1):
            row = range(j, j + len(words))
            if self._page[j] == words[0] and list(self._page[j : j + len(words)]) == words and taken.isdisjoint(row):
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
