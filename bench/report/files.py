"""`results/leaderboard.*`: written whole or not at all, and the same for the same records."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from bench.errors import BenchError
from bench.report.leaderboard import Board
from bench.report.long import long
from bench.report.markdown import document


def as_json(board: Board) -> str:
    """leaderboard.json."""
    return json.dumps(board, ensure_ascii=False, indent=1) + "\n"


def write(board: Board, out: Path) -> list[Path]:
    """Write leaderboard.md, .csv and .json, and leaderboard-sites.csv, below `out`; returns their paths.

    Raises:
        BenchError: a file could not be written; those before it stand, whole.
    """
    texts = {
        "leaderboard.md": document(board),
        "leaderboard.csv": long(board, "leaderboard"),
        "leaderboard-sites.csv": long(board, "sites"),
        "leaderboard.json": as_json(board),
    }
    return [_replace(out / name, text) for name, text in texts.items()]


def _replace(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise BenchError(
            f"cannot be written ({error.strerror})", where=str(path), mend="make room or give another folder: --out"
        ) from None
    return path
