"""The reference run: all rows over all pages, beside the leaderboard that stands in the repository."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from bench.ci.outcome import told_of
from bench.ci.told import Told
from bench.errors import BenchError
from bench.report.leaderboard import Board
from bench.run.records import Run
from bench.run.request import Request, Show, carry_out
from bench.run.rows import Say


@dataclass(frozen=True, slots=True)
class Night:
    """What came of it."""

    told: Told
    run: Run
    board: Board


def nightly(request: Request, committed: Path, show: Show, say: Say) -> Night:
    """Run everything anew.

    Args:
        request: how; without extractors it is all that are installed.
        committed: the leaderboard.json to stand beside it, which need not be there.
        show: makes the progress display.
        say: takes a line for each environment that has to be made.

    Raises:
        BenchError: what `carry_out` raises, or a run that holds no records.
    """
    before = committed.read_text(encoding="utf-8") if committed.is_file() else ""
    run = carry_out(replace(request, fresh=True, keep_going=True), show, say)
    told, board = told_of(
        run,
        states={},
        reasons=[("the reference run", "all rows over all pages")],
        not_run=[],
        committed=before,
        whole=True,
    )
    if board is None:
        raise BenchError("this run holds no records", where=str(run.path), mend="see python -m bench list")
    return Night(told, run, board)
