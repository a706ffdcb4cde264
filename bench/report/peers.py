"""A peer's table beside ours: for people, and for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bench.report.table import NOTHING, Cell, Column, Kind, Table, columns, write
from bench.score.peers.model import NAMES, Comparison, Figures, Row
from bench.score.peers.orders import ranks

SCHEMA = 1
_HEADS = {"precision": "P", "recall": "R", "f1": "F1", "exact": "exact"}
_SAME = {True: "yes", False: "no", None: ""}


def tables(found: Comparison) -> list[Table]:
    """Every system by Lubb's F1, best first; then how far the orders agree."""
    rows = sorted(found.rows, key=lambda row: (-(row.headline.f1 or 0.0), row.system))
    shown = [name for name in NAMES if any(row.computed.of(name) is not None for row in rows)]
    places = _places([row.computed.f1 for row in rows])
    own = _places([row.headline.f1 for row in rows])
    rates = [Column(_HEADS[name], Kind.RATE) for name in shown]
    table = Table(
        title=f"{found.peer} beside Lubb: {found.pages} pages of {found.sites} sites, {len(rows)} systems",
        columns=(
            Column("system"),
            *_grouped(rates, "published"),
            *_grouped([*rates, Column("same")], "computed"),
            *_grouped([*columns("silent:count F1:rate")], "counted"),
            *_grouped([*columns("F1:rate")], "Lubb"),
            *_grouped([*columns("its Lubb")], "place"),
        ),
        rows=tuple(
            (
                row.system,
                *_cells(row.published, shown),
                *_cells(row.computed, shown),
                "older" if row.older else _SAME[row.same],
                row.silent,
                row.counted.f1,
                row.headline.f1,
                place,
                mine,
            )
            for row, place, mine in zip(rows, places, own, strict=True)
        ),
        notes=_notes(found),
    )
    return [table, _orders(found)]


def to_json(found: Comparison) -> dict[str, Any]:
    """The whole comparison, as computed: no figure is rounded."""
    return {"schema": SCHEMA, "passed": found.passed, **asdict(found)}


def _grouped(found: list[Column], group: str) -> tuple[Column, ...]:
    return tuple(Column(column.name, column.kind, group) for column in found)


def _cells(figures: Figures | None, names: list[str]) -> tuple[Cell, ...]:
    return tuple(None if figures is None else figures.of(name) for name in names)


def _places(values: list[float | None]) -> list[str]:
    """1 for the highest; equal ones share a place, those without a value have none."""
    known = [value for value in values if value is not None]
    place = dict(zip(known, ranks([-value for value in known]), strict=True))
    return ["" if value is None else f"{place[value]:g}" for value in values]


def _notes(found: Comparison) -> tuple[str, ...]:
    told = [row for row in found.rows if row.same is not None]
    same = [row for row in told if row.same]
    notes = [
        f"published: what its files say; computed: its formula ({found.metric}) on the outputs it ships",
        f"same, {found.exactness}: {len(same)} of {len(told)} that it publishes"
        + (f", {len(found.rows) - len(told)} more are not published" if len(told) < len(found.rows) else ""),
        "counted: the same, what it leaves out of its means as 0; silent: pages of which it gave no words",
        "Lubb F1: page, then site (host of the address), then overall; docs/peers.md tells how to read it",
        *(_different(row) for row in told if not row.same),
    ]
    if found.unshipped:
        notes.append(f"published, and no output of it here: {', '.join(found.unshipped)}")
    spread = _spread(found.rows)
    if spread is not None:
        notes.append(f"its ± drawn here with a seed is within {write(spread, Kind.RATE)} of the published")
    return tuple(notes)


def _different(row: Row) -> str:
    line = f"{row.system}: up to {row.worst:.3g} from {row.where}"
    return f"{line}; its output makes the figures of: {row.older}" if row.older else line


def _spread(rows: tuple[Row, ...]) -> float | None:
    """The greatest distance of a published ± from the one drawn here, of the rows that are the same."""
    distances = [
        abs(a - b)
        for row in rows
        if row.same and row.published_spread is not None and row.spread is not None
        for name in NAMES
        if (a := row.published_spread.of(name)) is not None and (b := row.spread.of(name)) is not None
    ]
    return max(distances, default=None)


def _orders(found: Comparison) -> Table:
    return Table(
        title="Whether it puts the systems in Lubb's order",
        columns=columns("figure systems:count Spearman Kendall"),
        rows=tuple(
            (order.name, order.systems, _signed(order.spearman), _signed(order.kendall)) for order in found.orders
        ),
        notes=("1: the same order as Lubb's F1, 0: none, -1: the reverse; Kendall's tau-b",),
    )


def _signed(value: float | None) -> str:
    return NOTHING if value is None else f"{value:+.3f}"
