"""What an extraction is aligned with: token sequences that can be searched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.labels import Group

NOWHERE = -1
RUN = 3  # tokens in a row that are no coincidence
# A phrase that stands on a page more often than this tells nothing of where it came from, and bounds the work.
MAX_PLACES = 64


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
        pairs: positions of blocks of two tokens, which count between two anchors only.
    """

    tokens: list[int]
    starts: bytearray
    ends: bytearray
    grams: dict[tuple[int, int, int], list[int]] = field(init=False)
    wholes: dict[tuple[int, ...], list[int]] = field(init=False)
    pairs: dict[tuple[int, int], list[int]] = field(default_factory=dict)

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


def between(runs: list[Run], e_end: int, s_end: int) -> Iterable[tuple[int, int, int, int]]:
    """The rectangles (e low, e high, s low, s high) before, between and after runs."""
    e_low = s_low = 0
    for run in runs:
        if run.e > e_low:
            yield e_low, run.e, s_low, run.s
        e_low, s_low = run.e + run.length, run.s + run.length
    if e_end > e_low:
        yield e_low, e_end, s_low, s_end
