"""Tables for a terminal: aligned text, the same when piped; on a terminal titles and notes are styled in addition."""

from __future__ import annotations

import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from bench.report.leaderboard import leaderboard
from bench.report.outcome import Outcome, body, by_label, head
from bench.report.table import Table, narrowed, plain, split
from bench.report.tables import USUAL, tables
from bench.score.outcome import Kind as Fate

if TYPE_CHECKING:
    from bench.run.records import Run

WIDTH = 100
_LEFT_TO_RIGHT = "\u200e"
_STYLES = {"title": "bold", "head": "bold", "note": "dim", "row": "", "rule": "dim"}
_FATES = {Fate.KEPT: "green", Fate.OPTIONAL: "", Fate.SKIPPED: "dim", Fate.MOVED: "yellow", Fate.REPEATED: "yellow"}


def print_run(run: Run, *, console: Console | None = None) -> None:
    """The leaderboard, what could not be run, every extractor on every site, and the other tracks."""
    print_tables(tables(leaderboard(run), USUAL), console=console)


def print_tables(found: Iterable[Table], *, console: Console | None = None, piped: int = WIDTH) -> None:
    """Print to standard output. Tables wider than the terminal (`piped`: than that) are split by groups of columns."""
    console = console or console_for_stdout()
    width = max(80, console.width) if console.is_terminal else piped
    fitting = (narrowed(table, width) if console.is_terminal else table for table in found)
    for number, part in enumerate(part for table in fitting for part in split(table, width)):
        if number:
            console.print()
        for kind, line in _lines(part):
            # No markup and no wrapping: a name prints as itself, a row stays a row. Only notes break, between words.
            for written in _wrapped(line, width) if kind == "note" and console.is_terminal else (line,):
                console.print(Text(written, style=_STYLES[kind]), soft_wrap=True)


def print_outcome(found: Outcome, *, full: bool = False, console: Console | None = None) -> None:
    """One page in reading order, then its tokens by label."""
    console = console or console_for_stdout()
    width = max(80, console.width) if console.is_terminal else WIDTH
    for number, line in enumerate(head(found)):
        console.print(Text(line, style=_STYLES["note" if number else "title"]), soft_wrap=True)
    console.print()
    for fate, line in body(found.spans, full=full, width=width):
        console.print(Text(line, style=_FATES.get(fate, "red")), soft_wrap=True)
    console.print()
    print_tables([by_label(found.spans)], console=console)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command line: `| head` is no failed gate, and rich would exit with 1."""
        raise BrokenPipeError


def console_for_stdout() -> Console:
    """A console that highlights nothing by itself."""
    return _Console(file=sys.stdout, highlight=False, emoji=False, markup=False)


def text(table: Table) -> str:
    """One table as aligned lines."""
    return "".join(f"{line}\n" for _, line in _lines(table))


def _lines(table: Table) -> Iterator[tuple[str, str]]:
    heads = [plain(column.name) for column in table.columns]
    rows = table.written()
    widths = _widened(table, [max(map(cell_len, cells)) for cells in zip(heads, *rows, strict=True)])
    yield "title", plain(table.title)
    if any(column.group for column in table.columns):
        yield "head", _group_line(table, widths)
    yield "head", _row(table, heads, widths)
    rule = _row(table, ["-" * width for width in widths], widths)
    yield "rule", rule
    for number, row in enumerate(rows):
        if table.apart and 0 < number == len(rows) - table.apart:
            yield "rule", rule
        yield "row", _row(table, row, widths)
    for note in table.notes:
        yield "note", plain(note)


def _wrapped(note: str, width: int) -> list[str]:
    """Lines broken between words, but for a note with a word too long for a line: a signature is copied whole."""
    if any(len(word) > width - len("signature: ") for word in note.split()):
        return [note]
    return textwrap.wrap(note, width, break_long_words=False, break_on_hyphens=False) or [note]


def _widened(table: Table, widths: list[int]) -> list[int]:
    """Column widths, the first of a group made wider where the group's name needs it."""
    widths = list(widths)
    for name, places in _groups(table):
        short = cell_len(plain(name)) - sum(widths[place] for place in places) - len(places) + 1
        if name and short > 0:
            widths[places[0]] += short
    return widths


def _groups(table: Table) -> list[tuple[str, list[int]]]:
    places = groupby(range(len(table.columns)), key=lambda place: table.columns[place].group)
    return [(name, list(found)) for name, found in places]


def _group_line(table: Table, widths: Sequence[int]) -> str:
    cells = []
    for name, places in _groups(table):
        gap = 1 if name else 2
        width = sum(widths[place] for place in places) + gap * (len(places) - 1)
        cells.append(_padded(plain(name), width, right=False))
    return "  ".join(cells).rstrip()


def _row(table: Table, cells: Sequence[str], widths: Sequence[int]) -> str:
    line, before = "", ""
    for column, cell, width in zip(table.columns, cells, widths, strict=True):
        if line:
            line += " " if column.group and column.group == before else "  "
        line += _padded(cell, width, right=column.right)
        before = column.group
    return line.rstrip(f" {_LEFT_TO_RIGHT}")


def _padded(cell: str, width: int, *, right: bool) -> str:
    space = " " * (width - cell_len(cell))
    if any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in cell):
        cell += _LEFT_TO_RIGHT  # else the figures that follow stand the other way round, as part of the Arabic
    return space + cell if right else cell + space
