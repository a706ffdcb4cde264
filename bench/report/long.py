"""Tables for programs, as CSV: one fact a line, figures as measured, an empty cell where nothing was."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

from bench.report.leaderboard import Board, Figures, Row
from bench.report.table import plain
from bench.report.tables import ordered

Line = dict[str, object]
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@")


def long(board: Board, name: str) -> str:
    """The table `name` (one of `names.TABLES`) as CSV with a heading line."""
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
            **_ends("rank", row.get("ranks"), ("best", "worst")),
            **_figures(row),
            **_intervals(row),
            "problem": None,
            **_stamp(board),
        }
        for row in ordered(board)
    ]
    return lines + [
        {"extractor": entry["extractor"], "ranked": "false", "problem": entry["problem"]}
        for entry in board["unavailable"]
    ]


def _intervals(row: Row) -> Line:
    found = row.get("intervals")
    line: Line = {}
    for name in ("precision", "recall", "f1", "cost"):
        line |= _ends(name, found and found[name])
    return line


def _ends(name: str, pair: Sequence[float] | None, ends: tuple[str, str] = ("low", "high")) -> Line:
    return {f"{name}_{end}": pair[i] if pair else None for i, end in enumerate(ends)}


def _stamp(board: Board) -> Line:
    """What a table is over and where its figures are from."""
    calibrator = board.get("calibrator")
    return {
        "signature": board["signature"],
        "commit": board["commit"] + ("+" if board["dirty"] else ""),
        "machine": board["machine"]["cpu"],
        "sandbox": board["sandbox"],
        "calibrator_cv": calibrator["cv"] if calibrator else None,
        "calibrator_unstable": str(calibrator["unstable"]).lower() if calibrator else None,
    }


def _only_intervals(board: Board) -> list[Line]:
    return [
        {
            "extractor": row["extractor"],
            **{name: row[name] for name in ("precision", "recall", "f1", "cost")},
            **_intervals(row),
        }
        for row in ordered(board)
    ]


def _pairs(board: Board) -> list[Line]:
    return [
        {
            "better": pair["better"],
            "worse": pair["worse"],
            "difference": pair["difference"],
            **_ends("difference", pair["interval"]),
            "p": pair["p"],
            "p_holm": pair["p_holm"],
            "settled": str(pair["settled"]).lower(),
            "fragile_sites": " ".join(pair["fragile_sites"]),
        }
        for pair in board.get("pairs") or []
    ]


def _difficulty(board: Board) -> list[Line]:
    return [
        {
            "by": by,
            "bin": name,
            "pages": entry["pages"],
            "sites": entry["sites"],
            "extractor": row["extractor"],
            "f1": entry["f1"].get(row["extractor"]),
        }
        for by, bins in (board.get("difficulty") or {}).items()
        for name, entry in bins.items()
        for row in ordered(board)
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
    "intervals": _only_intervals,
    "sites": _sites,
    "tracks": _tracks,
    "difficulty": _difficulty,
    "pairs": _pairs,
    "leaks": _leaks,
    "losses": _losses,
    "traps": _traps,
    "beside": _beside,
    "cost": _cost,
}
