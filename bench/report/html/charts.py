"""The two pictures: precision against recall, and F1 against cost with the Pareto front."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.report.html.labels import Box, Placed, place
from bench.report.html.standings import cost_written
from bench.report.leaderboard import Board, Row
from bench.report.table import Kind, plain, write
from bench.report.tables import ordered

WIDTH, HEIGHT = 740, 540
FRAME = Box(50.0, 12.0, 692.0, 490.0)
_ISO = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
_STEPS = 48


@dataclass(frozen=True, slots=True)
class Tick:
    """Where an axis is marked, and with what."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """One extractor: its place and shape, and what it says when pointed at."""

    x: float
    y: float
    ranked: bool
    title: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A line, and the name at its end."""

    path: str
    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, ready to be drawn, and the table that says the same.

    Attributes:
        front: the Pareto front's path, "" for none. best: names of those on it, the cheapest first.
        outside: names of those that lie outside the picture.
    """

    id: str
    title: str
    desc: str
    across: str
    up: str
    xs: tuple[Tick, ...]
    ys: tuple[Tick, ...]
    curves: tuple[Curve, ...]
    front: str
    points: tuple[Point, ...]
    labels: tuple[Placed, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    outside: tuple[str, ...]
    best: tuple[str, ...] = ()
    frame: Box = FRAME
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Axis:
    """From figures to places: `low` stands at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a figure."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, step: float) -> tuple[Tick, ...]:
        """A mark each `step` from 0."""
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(Tick(self.at(i * step), f"{i * step:.1f}".removeprefix("0")) for i in range(first, last + 1))


def lowest(values: Sequence[float]) -> float:
    """Where an axis begins so that those who matter fill it: the tenth below the lowest, of those given."""
    return max(0.0, math.floor(min(values, default=0.0) * 10 - 1e-9) / 10)


def near(rows: Sequence[Row]) -> list[Row]:
    """The ranked rows with at least half of the best F1: pictures are drawn for them."""
    ranked = [row for row in rows if row["ranked"]] or list(rows)
    best = max((row["f1"] or 0.0 for row in ranked), default=0.0)
    return [row for row in ranked if (row["f1"] or 0.0) >= best / 2]


def precision_recall(board: Board) -> Chart | None:
    """Precision against recall, with lines of equal F1; None without a row."""
    rows = [row for row in ordered(board) if row["precision"] is not None and row["recall"] is not None]
    if not rows:
        return None
    across = Axis(lowest([row["recall"] or 0.0 for row in near(rows)]), 1.0, FRAME.x0, FRAME.x1)
    up = Axis(lowest([row["precision"] or 0.0 for row in near(rows)]), 1.0, FRAME.y1, FRAME.y0)
    at = [(row, row["recall"] or 0.0, row["precision"] or 0.0) for row in rows]
    inside = [(row, across.at(x), up.at(y)) for row, x, y in at if x >= across.low and y >= up.low]
    return Chart(
        id="precision-recall",
        title="Precision and recall",
        desc="Each extractor by recall, to the right, and precision, upwards. Grey lines join points of equal F1; the "
        "F1 of a row is a mean over pages, so that a row need not lie on the line of its F1." + _apart(inside),
        across="recall",
        up="precision",
        xs=across.ticks(0.1),
        ys=up.ticks(0.1),
        curves=tuple(curve for value in _ISO if (curve := _iso(value, across, up))),
        front="",
        points=_points(inside),
        labels=_labelled(inside),
        heads=("extractor", "precision", "recall", "F1"),
        rows=tuple(
            (row["extractor"], *(write(row[key], Kind.RATE) for key in ("precision", "recall", "f1"))) for row in rows
        ),
        outside=_outside(rows, inside),
    )


def cost_quality(board: Board) -> Chart | None:
    """F1 against cost; None where nothing ranked was timed."""
    rows = [row for row in ordered(board) if row["ranked"] and row["cost"] and row["f1"] is not None]
    if not rows:
        return None
    costs = [row["cost"] or 0.0 for row in rows]
    low, high = math.log10(min(costs)) - 0.08, math.log10(max(costs)) + 0.08
    if high - low < 1:
        low, high = (low + high) / 2 - 0.5, (low + high) / 2 + 0.5
    across = Axis(low, high, FRAME.x0, FRAME.x1)
    up = Axis(lowest([row["f1"] or 0.0 for row in near(rows)]), 1.0, FRAME.y1, FRAME.y0)
    front = pareto(rows)
    corners = _steps([(across.at(math.log10(r["cost"] or 1.0)), up.at(r["f1"] or 0.0)) for r in front])
    at = [(row, across.at(math.log10(row["cost"] or 1.0)), row["f1"] or 0.0) for row in rows]
    inside = [(row, x, up.at(f1)) for row, x, f1 in at if f1 >= up.low]
    return Chart(
        id="cost-quality",
        title="Cost and quality",
        desc="Each ranked extractor by cost, to the right and in powers, and F1, upwards. The line is the Pareto "
        "front: nothing is both cheaper and better than what stands on it.",
        across="cost: CPU time as a multiple of one lxml parse, logarithmic",
        up="F1",
        xs=_powers(across),
        ys=up.ticks(0.1),
        curves=(),
        front=_polyline(corners),
        points=_points(inside),
        labels=_labelled(inside, corners),
        heads=("extractor", "cost", "F1", "on the front"),
        rows=tuple(
            (r["extractor"], cost_written(r), write(r["f1"], Kind.RATE), "yes" if r in front else "no")
            for r in sorted(rows, key=lambda r: r["cost"] or 0.0)
        ),
        outside=_outside(rows, inside),
        best=tuple(row["extractor"] for row in front),
    )


def pareto(rows: Sequence[Row]) -> list[Row]:
    """The rows that no other beats in both cost and F1, the cheapest first."""
    front: list[Row] = []
    for row in sorted(rows, key=lambda row: (row["cost"] or 0.0, -(row["f1"] or 0.0))):
        if not front or (row["f1"] or 0.0) > (front[-1]["f1"] or 0.0):
            front.append(row)
    return front


Inside = Sequence[tuple[Row, float, float]]


def _points(inside: Inside) -> tuple[Point, ...]:
    return tuple(Point(x, y, row["ranked"], _title(row)) for row, x, y in inside)


def _labelled(inside: Inside, line: Sequence[tuple[float, float]] = ()) -> tuple[Placed, ...]:
    return tuple(place([(x, y, plain(row["extractor"])) for row, x, y in inside], FRAME, line))


def _apart(inside: Inside) -> str:
    return "" if all(row["ranked"] for row, _, _ in inside) else " Squares are not ranked."


def _outside(rows: Sequence[Row], inside: Inside) -> tuple[str, ...]:
    seen = {row["extractor"] for row, _, _ in inside}
    return tuple(row["extractor"] for row in rows if row["extractor"] not in seen)


def _title(row: Row) -> str:
    scores = ", ".join(
        f"{name} {write(value, Kind.RATE)}"
        for name, value in (("P", row["precision"]), ("R", row["recall"]), ("F1", row["f1"]))
    )
    return plain(f"{row['extractor']}: {scores}, cost {cost_written(row)}")


def _iso(f1: float, across: Axis, up: Axis) -> Curve | None:
    """Where 2PR / (P + R) is `f1`, as far as it lies in the picture."""
    low = max(across.low, f1 / (2 - f1))  # below that, no precision is high enough
    path = []
    for i in range(_STEPS + 1):
        recall = low + (1 - low) * i / _STEPS
        precision = f1 * recall / (2 * recall - f1)
        if up.low <= precision <= 1 + 1e-9:
            path.append((across.at(recall), up.at(precision)))
    if len(path) < 2:
        return None
    text = f"F1 {f1:.2f}".replace("0.", ".").removesuffix("0")
    x, y = path[-1]
    # To the right of the picture, or, where the line leaves it below, above that end.
    return Curve(_polyline(path), text, *((x + 5, y + 4) if x > FRAME.x1 - 1 else (x - 30, y - 14)))


def _powers(axis: Axis) -> tuple[Tick, ...]:
    found = [
        base * 10.0**power for power in range(math.floor(axis.low) - 1, math.ceil(axis.high) + 1) for base in (1, 2, 5)
    ]
    inside = [value for value in found if axis.low <= math.log10(value) <= axis.high]
    return tuple(Tick(axis.at(math.log10(value)), f"{value:g}".removeprefix("0")) for value in inside)


def _steps(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Up only at the next corner: between two extractors one has the worse of the two. On to the right edge."""
    path: list[tuple[float, float]] = []
    for x, y in corners:
        if path:
            path.append((x, path[-1][1]))
        path.append((x, y))
    return [*path, (FRAME.x1, path[-1][1])]


def _polyline(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
