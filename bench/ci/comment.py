"""What is said of a pull request: `Told` as Markdown, and that on at most as many bytes as a comment may have.

This module needs nothing that has to be installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bench.ci.told import Row, Told
from bench.report.markdown import item, markdown
from bench.report.table import Kind, Table, columns, write

# GitHub takes 65,536 characters; what counts as one differs, and there has to be room for what stands around.
COMMENT_BYTES = 60_000
_STATES = {"new": "new", "changed": "changed", "again": ""}
_SPEC = "extractor is version P:rate R:rate F1:rate before:rate change place cost:cost empty:count failures"


def comment(told: Told, *, link: str = "", most: int = COMMENT_BYTES) -> str:
    """The comment.

    Args:
        told: what a run that nobody has looked at says.
        link: the address of that run, from somewhere that can be trusted; "" for none.
        most: bytes in UTF-8. What does not fit is left out from the end of the longest list, and counted.
    """
    shown = told
    while True:
        more = f" [The run]({link}) has all tables in its summary." if link else ""
        source = "Figures are those of the pull request's own run, which nobody has looked at."
        text = "\n".join([*head(told, shown), f"<sub>{source}{more}</sub>", ""])
        longest = max(("rows", "not_run", "reasons"), key=lambda name: len(getattr(shown, name)))
        count = len(getattr(shown, longest))
        size = len(text.encode("utf-8"))
        if size <= most or not count:
            return text
        less = max(1, count // (2 if size > 2 * most else 8))
        shown = replace(shown, **{longest: getattr(shown, longest)[: count - less]})


def head(told: Told, shown: Told | None = None) -> list[str]:
    """The lines that comment and summary share: what was run, its figures, what was not run, and why.

    Args:
        told: what there is to say.
        shown: the same, of each list as much as there is room for; None for all. What is left out is counted.
    """
    shown = shown or told
    lines = [f"## Lubb: {summed_up(told)}", ""]
    if shown.rows:
        lines.append(markdown([figures(told, shown.rows)]).replace("## ", "### ", 1))
    if len(shown.rows) < len(told.rows):
        lines += [f"{len(told.rows) - len(shown.rows)} further rows are left out: there is no room for them here.", ""]
    if told.not_run:
        lines += ["### Not run", "", *_listed(shown.not_run, len(told.not_run)), ""]
    return [*lines, *folded("Why", _listed(shown.reasons, len(told.reasons)))]


def _listed(pairs: Sequence[tuple[str, str]], total: int) -> list[str]:
    lines = [item(f"{what}: {why}") for what, why in pairs]
    return lines if len(pairs) == total else [*lines, f"- and {total - len(pairs)} more"]


def folded(name: str, lines: Iterable[str]) -> list[str]:
    """Lines of Markdown behind a word of ours that unfolds them."""
    return ["<details>", f"<summary>{name}</summary>", "", *lines, "", "</details>", ""]


def summed_up(told: Told) -> str:
    """One line: how many rows of which kind."""
    counts = {state: sum(row.state == state for row in told.rows) for state in _STATES}
    parts = [f"{count} {_STATES[state] or 'further'}" for state, count in counts.items() if count]
    if not parts:
        return "no row could be run" if told.not_run else "nothing to run"
    if not counts["new"] and not counts["changed"]:
        parts = [f"{counts['again']} rows run again"]
        return parts[0] if counts["again"] != 1 else "1 row run again"
    total = len(told.rows)
    return f"{' and '.join(parts)} row{'s' if total != 1 else ''}"


def figures(told: Told, rows: Sequence[Row]) -> Table:
    """The rows as a table; columns in which nothing stands are left out."""
    interval = any(row.low is not None for row in rows)
    cells = []
    for row in rows:
        span = "" if row.low is None or row.high is None else f"{_rate(row.low)} to {_rate(row.high)}"
        change = "" if row.before is None or row.f1 is None else _signed(row.f1 - row.before)
        failures = ", ".join(f"{count} {name}" for name, count in row.failures.items())
        cells.append(
            (
                row.extractor,
                _STATES[row.state],
                row.version,
                row.precision,
                row.recall,
                row.f1,
                *((span,) if interval else ()),
                row.before,
                change,
                _place(row),
                None if row.cost is None else f"~{write(row.cost, Kind.COST)}",
                row.empty or "",
                failures,
            )
        )
    heads = columns(_SPEC.replace("F1:rate", "F1:rate F1_95%") if interval else _SPEC)
    used = [
        place
        for place, head in enumerate(heads)
        if head.name in ("extractor", "P", "R", "F1", "cost", "failures")
        or any(row[place] not in ("", None) for row in cells)
    ]
    notes = [
        told.beside,
        "~ cost: CPU time as a multiple of an lxml parse, measured once",
        f"sandbox: {told.sandbox}; machine: {told.machine}; lubb {told.lubb}",
        f"signature: {told.signature}",
    ]
    return Table(
        told.title,
        tuple(heads[place] for place in used),
        tuple(tuple(row[place] for place in used) for row in cells),
        tuple(filter(None, notes)),
    )


def _place(row: Row) -> str:
    if not (row.best and row.worst and row.places):
        return ""
    return f"{row.best} of {row.places}" if row.best == row.worst else f"{row.best} to {row.worst} of {row.places}"


def _rate(value: float) -> str:
    return write(value, Kind.RATE)


def _signed(value: float) -> str:
    """`+.012`; what moved is never written as nothing."""
    if not value:
        return "0"
    size = f"{abs(value):.3f}".removeprefix("0")
    return f"{'+' if value > 0 else '-'}{'<.001' if size == '.000' else size}"
