"""`results/leaderboard.*`: written whole or not at all, and the same for the same records."""

from __future__ import annotations

import json
from pathlib import Path

from bench.errors import BenchError
from bench.report import reference
from bench.report.html.document import document as html
from bench.report.html.output import NAME
from bench.report.leaderboard import Board
from bench.report.long import long
from bench.report.markdown import document
from bench.run.journal import write_whole
from bench.run.records import Run


def as_json(board: Board) -> str:
    """leaderboard.json."""
    return json.dumps(board, ensure_ascii=False, indent=1) + "\n"


def texts(board: Board) -> dict[str, str]:
    """What each of the files that follow from a leaderboard holds, by name."""
    return {
        "leaderboard.md": document(board),
        "leaderboard.csv": long(board, "leaderboard"),
        "leaderboard-sites.csv": long(board, "sites"),
        "leaderboard.json": as_json(board),
        NAME: html(board),
    }


def write(board: Board, out: Path) -> list[Path]:
    """Write leaderboard.md, .csv, .json and .html, and leaderboard-sites.csv, below `out`; returns their paths.

    Raises:
        BenchError: a file could not be written; those before it stand, whole.
    """
    return [written(out / name, text.encode("utf-8")) for name, text in texts(board).items()]


def write_reference(run: Run, out: Path) -> Path:
    """Write the run's records beside them, as the reference that `bench compare` takes and `report --check` follows.

    Raises:
        BenchError: it could not be written, or a file of `bench time` is broken.
    """
    return written(out / reference.NAME, reference.as_bytes(run))


def written(path: Path, data: bytes) -> Path:
    """Write one file of a folder of results, whole or not at all; returns its path."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
    except OSError as error:
        raise BenchError(
            f"cannot be written ({error.strerror})", where=str(path), mend="make room or give another folder: --out"
        ) from None
    return path
