"""`results/leaderboard.*`: written whole or not at all, and the same for the same records."""

from __future__ import annotations

import json
from pathlib import Path

from bench.errors import BenchError
from bench.report.html.output import NAME, write_html
from bench.report.leaderboard import Board
from bench.report.long import long
from bench.report.markdown import document
from bench.run.journal import write_whole


def as_json(board: Board) -> str:
    """leaderboard.json."""
    return json.dumps(board, ensure_ascii=False, indent=1) + "\n"


def write(board: Board, out: Path) -> list[Path]:
    """Write leaderboard.md, .csv, .json and .html, and leaderboard-sites.csv, below `out`; returns their paths.

    Raises:
        BenchError: a file could not be written; those before it stand, whole.
    """
    texts = {
        "leaderboard.md": document(board),
        "leaderboard.csv": long(board, "leaderboard"),
        "leaderboard-sites.csv": long(board, "sites"),
        "leaderboard.json": as_json(board),
    }
    return [*(_written(out / name, text) for name, text in texts.items()), write_html(board, out / NAME)]


def _written(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8"))
    except OSError as error:
        raise BenchError(
            f"cannot be written ({error.strerror})", where=str(path), mend="make room or give another folder: --out"
        ) from None
    return path
