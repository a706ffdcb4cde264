"""The leaderboard itself: figures with their intervals, written and drawn, ranks as far as the data settle them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from bench.report.html.links import Links
from bench.report.leaderboard import CAREFUL, UNSTEADY, Board, Figures, Row
from bench.report.table import Kind, write
from bench.report.tables import NO_PROCESS, ordered

BAR = 240  # width of the drawn interval
_HALF = 7  # half of its height


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Attributes:
        text: how it is written. sort: what it sorts by ("" for none, which stands last).
        interval: in words. href: the page view that it opens.
    """

    text: str
    sort: str
    interval: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """An F1 drawn: places from 0 to `BAR`; -1 where it lies below the scale. Without an interval both ends are None."""

    at: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the leaderboard."""

    extractor: str
    version: str
    ranked: bool
    rank: Figure
    f1: Figure
    bar: Bar | None
    precision: Figure
    recall: Figure
    cost: Figure
    ms: Figure
    empty: Figure
    failures: Figure
    sandbox: str
    href: str


def standings(board: Board, links: Links, low: float) -> list[Standing]:
    """All rows, the ranked ones first; F1 is drawn from `low` to 1."""
    found = []
    place = 0
    for row in ordered(board):
        place += row["ranked"]
        intervals: Mapping[str, Any] = cast(Mapping[str, Any], row).get("intervals") or {}
        opens = {key: links.to(key, row["extractor"]) for key in ("f1", "precision", "recall", "cost")}
        found.append(
            Standing(
                extractor=row["extractor"],
                version=row["version"],
                ranked=row["ranked"],
                rank=_rank(row, place),
                f1=_figure(row["f1"], intervals.get("f1"), opens["f1"]),
                bar=_bar(row["f1"], intervals.get("f1"), low),
                precision=_figure(row["precision"], intervals.get("precision"), opens["precision"]),
                recall=_figure(row["recall"], intervals.get("recall"), opens["recall"]),
                cost=_time(row, row["cost"], Kind.COST, intervals.get("cost"), opens["cost"]),
                ms=_time(row, row["ms"], Kind.MS, None, opens["cost"]),
                empty=_count(row["statuses"].get("empty", 0), links.to("status", row["extractor"], "empty")),
                failures=_failures(row, links),
                sandbox=", ".join(row["sandbox"]),
                href=opens["f1"],
            )
        )
    return found


def first(board: Board) -> list[str]:
    """Whom the data allow the first place."""
    return [row["extractor"] for row in ordered(board) if row["ranked"] and (row.get("ranks") or [0])[0] == 1]


def has_intervals(rows: Sequence[Standing]) -> bool:
    """Whether any figure has an interval."""
    return any(row.f1.interval for row in rows)


def same_sandbox(board: Board) -> bool:
    """Whether one line can say how all were isolated."""
    levels = {level for row in board["rows"] for level in row["sandbox"]} - NO_PROCESS
    return len(levels) < 2


def cost_written(figures: Figures) -> str:
    """The cost with its mark: ~ measured in the run itself, * measured with care while the machine was not steady."""
    return marked(figures, figures["cost"], Kind.COST)


def marked(figures: Figures, value: float | None, kind: Kind) -> str:
    """A time with its mark."""
    text = write(value, kind)
    if value is None or figures["timing"] == CAREFUL:
        return text
    return f"{text}*" if figures["timing"] == UNSTEADY else f"~{text}"


def _rank(row: Row, place: int) -> Figure:
    if not row["ranked"]:
        return Figure("-", "")
    ranks = cast(Mapping[str, Any], row).get("ranks")
    if not ranks:
        return Figure(str(place), str(place))
    best, worst = ranks
    return Figure(str(best) if best == worst else f"{best}–{worst}", str(place))


def _figure(value: float | None, interval: Sequence[float] | None, href: str) -> Figure:
    return Figure(write(value, Kind.RATE), _sort(value), _interval(interval, Kind.RATE), href)


def _time(row: Row, value: float | None, kind: Kind, interval: Sequence[float] | None, href: str) -> Figure:
    return Figure(marked(row, value, kind), _sort(value), _interval(interval, kind), href if value is not None else "")


def _interval(interval: Sequence[float] | None, kind: Kind) -> str:
    return f"{write(interval[0], kind)}–{write(interval[1], kind)}" if interval else ""


def _count(count: int, href: str) -> Figure:
    return Figure(str(count) if count else "-", str(count), href=href)


def _failures(row: Row, links: Links) -> Figure:
    """The page that is opened is one of the first kind of failure."""
    found = row["failures"]
    told = ", ".join(f"{count} {name}" for name, count in found.items()) or "-"
    href = next((links.to("status", row["extractor"], name) for name in found), "")
    return Figure(told, str(sum(found.values())), href=href)


def _sort(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _bar(value: float | None, interval: Sequence[float] | None, low: float) -> Bar | None:
    if value is None:
        return None

    def at(figure: float) -> float:
        return max((figure - low) / (1 - low) * BAR, 0.0)

    if value < low:
        return Bar(-1, None, None)
    ends = (at(interval[0]), at(interval[1])) if interval else (None, None)
    return Bar(at(value), *ends)
