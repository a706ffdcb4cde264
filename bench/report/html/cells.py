"""The cells of heat maps: what is written in them, and the colour that says the same once more."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from bench.report.table import Kind, write

# Where one colour ends and the next begins. Fixed, so that one colour means the same in each report.
QUALITY = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
SHARE = (0.05, 0.15, 0.35, 0.65)
PASSED = {0: "q0", 1: "q1", 2: "q3", 3: "q5", 4: "q8"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, the class of its colour, and the page view that it opens ("" for none)."""

    text: str
    level: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a heat map.

    Attributes:
        name: what it is of (a site, a label, a trap).
        cells: one an extractor.
        facts: of how much it is, a cell each.
        meaning: of the name, in words. href: where the name leads.
        group: rows of one group stand under its name.
    """

    name: str
    cells: tuple[Cell, ...]
    facts: tuple[str, ...] = ()
    meaning: str = ""
    href: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Extractors in columns, in the order of the leaderboard; `heads` are those of the name and of the facts."""

    id: str
    title: str
    heads: tuple[str, ...]
    extractors: tuple[str, ...]
    lines: tuple[Line, ...]
    scale: str
    said: str = ""
    folded: bool = False

    @property
    def meanings(self) -> bool:
        """Whether its lines' names want explaining; a folded map stands below one that has done so."""
        return not self.folded and any(line.meaning for line in self.lines)


def quality(value: float | None, href: str = "") -> Cell:
    """A score, 0 to 1."""
    if value is None:
        return Cell("-")
    return Cell(write(value, Kind.RATE), f"q{bisect_right(QUALITY, value)}", href)


def share(value: float | None, href: str = "") -> Cell:
    """A share of something bad, 0 to 1."""
    if value is None:
        return Cell("-")
    return Cell(write(value, Kind.SHARE), f"s{bisect_right(SHARE, value) + 1}" if value else "s0", href)


def passed(count: int, total: int, href: str = "") -> Cell:
    """How many of how many passed, as a share: each row of a map is of one total, which stands at its head."""
    if not total:
        return Cell("-")
    return Cell(write(count / total, Kind.SHARE), PASSED[4 if count == total else min(3, -(-count * 3 // total))], href)


def legend(scale: str) -> list[tuple[str, str]]:
    """The class and the words of each colour of a scale, in order."""
    if scale == "quality":
        ends = [f"{end:.2f}".removeprefix("0").rstrip("0") for end in QUALITY]
        return [("q0", f"under {ends[0]}"), *((f"q{i}", f"from {end}") for i, end in enumerate(ends, 1))]
    if scale == "share":
        ends = [f"{end * 100:.0f}%" for end in SHARE]
        return [
            ("s0", "none"),
            ("s1", f"under {ends[0]}"),
            *((f"s{i}", f"from {end}") for i, end in enumerate(ends, 2)),
        ]
    if scale == "passed":
        words = ("none passed", "up to a third", "up to two thirds", "most", "all passed")
        return [(PASSED[i], word) for i, word in enumerate(words)]
    return []
