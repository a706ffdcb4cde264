"""One table, whatever it is printed as: typed cells, how a cell is written, nothing that a name can break."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from enum import Enum

Cell = str | int | float | None
NOTHING = "-"
_JOINERS = "\u200c\u200d"  # zero-width non-joiner and joiner: part of how Arabic is spelt
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol that look like nothing


class Kind(Enum):
    """What a column holds, hence how it is written and to which side it stands."""

    TEXT = "text"
    COUNT = "count"
    RATE = "rate"  # 0 to 1, three decimals
    SHARE = "share"  # 0 to 1, in whole percent
    COST = "cost"  # multiples of an lxml parse
    MS = "ms"
    AMOUNT = "amount"  # MB/s, MiB
    FIGURE = "figure"  # a count, a length or a share: the rows of one column measure different things


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and what its cells hold. Neighbours of one `group` (a site, a label) stand under its name."""

    name: str
    kind: Kind = Kind.TEXT
    group: str = ""

    @property
    def right(self) -> bool:
        """True for numbers: they stand to the right."""
        return self.kind is not Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """What every renderer is given.

    Attributes:
        title: one line above it.
        columns: as many as each row has cells.
        rows: cells as measured; writing them is the renderer's work.
        notes: lines below it.
        apart: how many of the last rows stand apart from the others (unranked).
        spare: names of columns that a narrow terminal can do without, the first to go first.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    apart: int = 0
    spare: tuple[str, ...] = ()

    def written(self) -> list[list[str]]:
        """The rows as people read them."""
        return [[write(cell, column.kind) for cell, column in zip(row, self.columns, strict=True)] for row in self.rows]


def write(cell: Cell, kind: Kind) -> str:
    """One cell as people read it; what was not measured is a hyphen."""
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, str):
        return plain(cell)
    if kind is Kind.RATE:
        return _rate(cell)
    if kind is Kind.SHARE:
        return _share(cell)
    if kind in (Kind.COST, Kind.MS, Kind.AMOUNT):
        return _quantity(cell)
    if kind is Kind.FIGURE:
        return _figure(cell)
    return str(cell)


def _rate(value: float) -> str:
    """`.962`, and `1.000` only for a whole one: a score just below may not look perfect."""
    if value < 1:
        return f"{min(value, 0.9994):.3f}"[1:]
    return f"{value:.3f}"


def _share(value: float) -> str:
    """Whole percents; what is not none is never written as 0, what is not all never as 100."""
    if 0 < value < 0.005:
        return "<1%"
    if 0.995 <= value < 1:
        return ">99%"
    return f"{value * 100:.0f}%"


def _quantity(value: float) -> str:
    """Two or three figures: .32, 6.1, 123; what is not none is never written as 0."""
    if value == 0 or value >= 99.95:
        return f"{value:.0f}"
    if value >= 0.995:
        return f"{value:.1f}"
    return f"{value:.2f}"[1:] if value >= 0.01 else "<.01"


def _figure(value: float) -> str:
    """`.29`, `7.5`, `142`, `15k`; what is not none is never written as 0."""
    if value >= 9999.5:
        return f"{value / 1000:.0f}k"
    if value >= 9.95 or value == round(value):
        return f"{value:.0f}"
    if value >= 0.995:
        return f"{value:.1f}"
    return f"{value:.2f}"[1:] if value >= 0.005 else "<.01"


def plain(text: str) -> str:
    """`text` on one line, its control, bidi and other invisible characters, and a blank text, as `\\u` escapes.

    A single space stays: it is the cell that has nothing to show.
    """
    if text.isspace() and text != " ":
        return "".join(map(_escape, text))
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character in _JOINERS:
        return character
    if character not in _BLANK and unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return character
    return _escape(character)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def columns(spec: str, group: str = "") -> tuple[Column, ...]:
    """Columns from `name:kind` words ("extractor P:rate cost:cost"); an underscore in a name is a space."""
    return tuple(_column(word, group) for word in spec.split())


def _column(word: str, group: str) -> Column:
    name, _, kind = word.partition(":")
    return Column(name.replace("_", " "), Kind(kind) if kind else Kind.TEXT, group)


def groups(table: Table) -> list[tuple[str, list[int]]]:
    """The table's groups and their columns' places; columns of no group, which lead, are left out."""
    places: dict[str, list[int]] = {}
    for place, column in enumerate(table.columns):
        if column.group:
            places.setdefault(column.group, []).append(place)
    return list(places.items())


def split(table: Table, width: int) -> list[Table]:
    """Tables of at most about `width` characters: groups stay whole, leading columns stand in each."""
    found = groups(table)
    leading = [place for place, column in enumerate(table.columns) if not column.group]
    widths = _widths(table)
    chunks: list[list[int]] = []
    room = 0
    for name, places in found:
        need = max(sum(widths[place] + 1 for place in places) + 1, len(name) + 2)
        if not chunks or need > room:
            chunks.append([])
            room = width - sum(widths[place] + 2 for place in leading)
        chunks[-1] += places
        room -= need
    parts = [_cut(table, leading + chunk) for chunk in chunks] or [table]
    if len(parts) == 1:
        return parts
    last = len(parts)
    return [
        replace(part, title=f"{table.title} ({i} of {last})", notes=table.notes if i == last else ())
        for i, part in enumerate(parts, 1)
    ]


def narrowed(table: Table, width: int) -> Table:
    """The table without as many of its spare columns as it takes to fit; the last note names those."""
    gone: list[str] = []
    for name in table.spare:
        if sum(_widths(table)) + 2 * (len(table.columns) - 1) <= width:
            break
        kept = [place for place, column in enumerate(table.columns) if column.name != name]
        if len(kept) < len(table.columns):
            table, gone = _cut(table, kept), [*gone, name]
    note = f"no room here for: {', '.join(gone)} (--format markdown has all)"
    return replace(table, notes=(*table.notes, note)) if gone else table


def by_group(table: Table) -> list[Table]:
    """One table a group, named by it; the notes under the last."""
    leading = [place for place, column in enumerate(table.columns) if not column.group]
    parts = [replace(_cut(table, leading + places), title=name, notes=()) for name, places in groups(table)]
    if parts:
        parts[-1] = replace(parts[-1], notes=table.notes)
    return [replace(part, columns=tuple(replace(column, group="") for column in part.columns)) for part in parts]


def _cut(table: Table, places: list[int]) -> Table:
    return replace(
        table,
        columns=tuple(table.columns[place] for place in places),
        rows=tuple(tuple(row[place] for place in places) for row in table.rows),
    )


def _widths(table: Table) -> list[int]:
    lines = [[column.name for column in table.columns], *table.written()]
    return [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
