"""Tables for programs, as CSV: one fact a line, figures as measured, an empty cell where nothing was."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from bench.report.leaderboard import Board, Figures
from bench.report.table import plain
from bench.report.tables import ordered

Line = dict[str, object]
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@")


def long(board: Board, name: str) -> str:
    """The table `name` (one of `tables.NAMES`) as CSV with a heading line."""
    lines = _LINES[name](board)
    out = io.StringIO()
    heads = list(dict.fromkeys(head for line in lines for head in line))
    writer = csv.DictWriter(out, heads, restval="", lineterminator="\n")
    if heads:
        writer.writeheader()
    writer.writerows({head: _safe(cell) for head, cell in line.items()} for line in lines)
    return out.getvalue()


def _safe(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    cell = plain(cell)
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _figures(figures: Figures) -> Line:
    return {
        "pages": figures["pages"],
        "precision": figures["precision"],
        "recall": figures["recall"],
        "f1": figures["f1"],
        "cost": figures["cost"],
        "ms": figures["ms"],
        "p95_ms": figures["p95_ms"],
        "mb_per_s": figures["mb_per_s"],
        "peak_kib": figures["peak_kib"],
        "timed": figures["timed"],
        "cached": figures["cached"],
        "timing": figures["timing"],
        "failures": sum(figures["failures"].values()),
        "empty": figures["statuses"].get("empty", 0),
    }


def _leaderboard(board: Board) -> list[Line]:
    lines: list[Line] = [
        {
            "extractor": row["extractor"],
            "version": row["version"],
            "ranked": str(row["ranked"]).lower(),
            **_figures(row),
            "problem": None,
            "signature": board["signature"],
        }
        for row in ordered(board)
    ]
    return lines + [
        {"extractor": entry["extractor"], "ranked": "false", "problem": entry["problem"]}
        for entry in board["unavailable"]
    ]


def _sites(board: Board) -> list[Line]:
    return [
        {"extractor": row["extractor"], "site": site, **_figures(figures)}
        for row in ordered(board)
        for site, figures in row["sites"].items()
    ]


def _tracks(board: Board) -> list[Line]:
    return [
        {"track": track, "extractor": row["extractor"], **_figures(figures), "silent": figures["silent"]}
        for track in board["tracks"]
        for row in ordered(board)
        for figures in [row["tracks"][track]]
    ]


def _leaks(board: Board) -> list[Line]:
    return [
        {"extractor": row["extractor"], "label": label, **leak}
        for row in ordered(board)
        for label, leak in row["leaks"].items()
    ]


def _losses(board: Board) -> list[Line]:
    return [
        {"extractor": row["extractor"], "label": label, **loss}
        for row in ordered(board)
        for label, loss in row["losses"].items()
    ]


def _traps(board: Board) -> list[Line]:
    return [
        {"extractor": row["extractor"], "trap": trap, **passed}
        for row in ordered(board)
        for trap, passed in row["traps"].items()
    ]


def _beside(board: Board) -> list[Line]:
    lines: list[Line] = []
    for row in ordered(board):
        views = {
            "pooled": row["pooled"],
            "strict": row["strict"],
            "folded": row["folded"],
            "bag": row["bag"],
            "shingles": row["shingles"],
            "as_published": row["shingles"]["as_published"],
        }
        line: Line = {"extractor": row["extractor"]}
        for name, rates in views.items():
            line |= {f"{name}_precision": rates["precision"], f"{name}_recall": rates["recall"]}
            line[f"{name}_f1"] = rates["f1"]
        lines.append(line | {"similarity": row["similarity"], "exact": row["exact"], **row["answers"]})
    return lines


def _cost(board: Board) -> list[Line]:
    return [{"extractor": row["extractor"], **_figures(row)} for row in ordered(board)]


_LINES: dict[str, Callable[[Board], list[Line]]] = {
    "leaderboard": _leaderboard,
    "sites": _sites,
    "tracks": _tracks,
    "leaks": _leaks,
    "losses": _losses,
    "traps": _traps,
    "beside": _beside,
    "cost": _cost,
}
