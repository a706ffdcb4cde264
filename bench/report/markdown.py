"""Tables as GitHub Markdown. A name may hold anything: nothing of it becomes structure, a link or a mention.

What others install is imported by `document` alone: a comment on a pull request is written by a bare Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bench.report.table import Table, by_group, plain, split

if TYPE_CHECKING:
    from bench.report.leaderboard import Board

WIDTH = 150
# An underscore between letters, a lone tilde and a lone dollar are no markup; leaving them keeps the source readable.
_SPECIAL = re.compile(r"[\\`*\[\]<&|]|(?<![^\W_])_|_(?![^\W_])|[~$](?=.*[~$])")
# A mention, an issue, an emoji or an address needs its sign next to a word: an empty comment stands between them.
# (Emoji named by digits alone are two; `20:10:01` is a time.)
_LINKED = re.compile(
    r"(?<=[@#])(?=\w)|(?<=:)(?=//|\d*[a-z+-][\w+-]*:|1(?:00|234):)|(?<=www)(?=\.)|(?<=\bGH)(?=-\d)", re.IGNORECASE
)
# What opens a block at the start of a line, and is no markup elsewhere.
_OPENS = re.compile(r"^(?:(?=[>+=-]|#{1,6}(?: |$))|(\d{1,9})(?=[.)](?: |$)))")


def document(board: Board) -> str:
    """All tables of a leaderboard: leaderboard.md."""
    from bench.report.names import TABLES
    from bench.report.tables import tables

    return "# Lubb leaderboard\n\n" + markdown(tables(board, TABLES))


def markdown(found: Iterable[Table]) -> str:
    """Tables under headings; the per-site table as one table a site, other wide ones in parts."""
    return "\n".join(_section(table) for table in found)


def _section(table: Table) -> str:
    if not table.title.startswith("Per site"):
        return "\n".join(_table(part, "##") for part in split(table, WIDTH))
    parts = "\n".join(_table(part, "###") for part in by_group(table))
    return f"## {escaped(table.title)}\n\n{parts}"


def _table(table: Table, level: str) -> str:
    heads = [f"{column.group} {column.name}".strip() for column in table.columns]
    lines = [
        f"{level} {escaped(table.title)}",
        "",
        _line(escaped(head) for head in heads),
        _line("---:" if column.right else "---" for column in table.columns),
        *(_line(escaped(cell) for cell in row) for row in table.written()),
        "",
        *(_note(note) for note in table.notes),
        *([""] if table.notes else []),
    ]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _note(note: str) -> str:
    name, separator, value = note.partition("signature: ")
    return f"- {separator}`{plain(value)}`" if separator and not name and "`" not in value else item(note)


def item(text: str) -> str:
    """`text` as one item of a list: it opens no heading, quotation, list or block of code in there."""
    return "- " + _OPENS.sub(r"\1\\", escaped(text.lstrip()))


def escaped(text: str) -> str:
    """`text` so that Markdown shows it as it is, on one line, its invisible characters made visible."""
    marked = _SPECIAL.sub(lambda match: "\\" + match[0], plain(text))
    return _LINKED.sub("<!-- -->", marked)
