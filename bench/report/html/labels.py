"""Where the names of points stand in a picture, so that they cover each other and the points as little as may be."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SIZE = 12.0  # of the letters, in the picture's units
_LETTER = 0.6  # mean width of a letter of a sans-serif, as a share of SIZE; of a narrow one:
_NARROWS, _NARROW = frozenset(" .,:;'|!()[]-ijlftr"), 0.4
_LONGEST = 26
_DISTANCES = (7.0, 16.0, 28.0, 42.0, 60.0, 82.0, 108.0)
_ANGLES = 16
_POINT = 6.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, right, bottom."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlap(self, other: Box) -> float:
        """The area that both cover."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return width * height if width > 0 and height > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A name: its base line, and the line that leads to its point when it stands apart.

    `x` is the base line's start, middle or end, as `anchor` says: whichever faces the point. How wide a text is depends
    on the reader's fonts, and the error so lies on the far side.
    """

    x: float
    y: float
    text: str
    anchor: str
    leader: tuple[float, float, float, float] | None


def place(
    points: Sequence[tuple[float, float, str]], frame: Box, line: Sequence[tuple[float, float]] = ()
) -> list[Placed]:
    """A place for each name, the first ones best served; `line`, of upright and level parts, is kept clear too."""
    dots = [Box(x - _POINT, y - _POINT, x + _POINT, y + _POINT) for x, y, _ in points]
    dots += [
        Box(min(x0, x1) - 1, min(y0, y1) - 1, max(x0, x1) + 1, max(y0, y1) + 1) for (x0, y0), (x1, y1) in pairwise(line)
    ]
    taken: list[Box] = []
    placed = []
    for x, y, name in points:
        text = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
        box = min(_places(x, y, width(text)), key=lambda box: _badness(box, (x, y), taken, dots, frame))
        taken.append(box)
        anchor, at = _anchor(x, box)
        placed.append(Placed(at, box.y1 - SIZE * 0.25, text, anchor, _leader(x, y, box)))
    return placed


def width(text: str) -> float:
    """About how wide a text is."""
    return sum(_em(character) for character in text) * SIZE


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return _NARROW if character in _NARROWS else _LETTER


def _places(x: float, y: float, wide: float) -> list[Box]:
    found = []
    for distance in _DISTANCES:
        for step in range(_ANGLES):
            angle = 2 * math.pi * step / _ANGLES
            dx, dy = math.cos(angle), math.sin(angle)
            # The box touches the circle of that radius with the side or corner that faces the point.
            left = x + distance * dx - wide * (1 - dx) / 2
            top = y + distance * dy - SIZE * (1 - dy) / 2
            found.append(Box(left, top, left + wide, top + SIZE))
    return found


def _badness(
    box: Box, point: tuple[float, float], taken: Sequence[Box], dots: Sequence[Box], frame: Box
) -> tuple[float, float]:
    area = (box.x1 - box.x0) * SIZE
    outside = area - box.overlap(frame)
    covered = sum(box.overlap(other) for other in taken) * 2 + sum(box.overlap(dot) for dot in dots)
    return round(outside * 4 + covered, 1), _gap(*point, box)


def _anchor(x: float, box: Box) -> tuple[str, float]:
    share = (x - box.x0) / (box.x1 - box.x0)
    if share < 0.25:
        return "start", box.x0
    return ("end", box.x1) if share > 0.75 else ("middle", (box.x0 + box.x1) / 2)


def _nearest(x: float, y: float, box: Box) -> tuple[float, float]:
    return min(max(x, box.x0), box.x1), min(max(y, box.y0), box.y1)


def _gap(x: float, y: float, box: Box) -> float:
    near = _nearest(x, y, box)
    return math.dist((x, y), near)


def _leader(x: float, y: float, box: Box) -> tuple[float, float, float, float] | None:
    near = _nearest(x, y, box)
    return (x, y, *near) if math.dist((x, y), near) > 2 * _DISTANCES[0] else None
