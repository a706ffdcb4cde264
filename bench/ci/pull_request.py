"""A pull request's run: only the rows that the change can move, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from bench.ci.affected import Affected, affected
from bench.ci.outcome import LEADERBOARD, told_of
from bench.ci.told import Told
from bench.errors import BenchError
from bench.report.leaderboard import Board
from bench.run.place import checkout_root
from bench.run.records import Run
from bench.run.request import Request, Show, carry_out
from bench.run.rows import ORACLE, all_rows, named_rows
from bench.submit.change import Change, registered, since
from bench.submit.submission import check_installed

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a pull request. `run` and `board` are None when nothing was run."""

    affected: Affected
    told: Told
    run: Run | None
    board: Board | None

    @property
    def broken(self) -> list[str]:
        """New and changed rows that could not be run."""
        return [name for name, _ in self.told.not_run if self.affected.rows.get(name) in ("new", "changed")]


def pull_request(
    base: str | None, request: Request, show: Show, say: Say, explain: Say, made: Collection[Path] = ()
) -> Found:
    """Run what differs from `base`.

    Args:
        base: a commit; None for origin/main, or main.
        request: how; its extractors are chosen here.
        show: makes the progress display.
        say: takes a line for each environment that has to be made.
        explain: takes a line for each reason, before anything is run.
        made: files and folders that it writes, which are no part of the change.

    Raises:
        BenchError: this is no checkout, there is no such commit, or what `carry_out` raises.
    """
    root = checkout_root()
    if root is None:
        raise BenchError(
            "this Lubb is no checkout", mend="run it in a clone; a package of your own has bench submit-check"
        )
    change = since(root, base, [request.out, *made])
    found = affected(change)
    for what, why in found.reasons:
        explain(f"{what}: {why}")
    names, not_run = _able(change, found, say)
    explain(f"to be run: {', '.join(names) or 'nothing'}")
    run = None
    if any(name != ORACLE for name in names):
        run = carry_out(replace(request, extractors=tuple(names), keep_going=True), show, say)
    told, board = told_of(
        run,
        states=found.rows,
        reasons=found.reasons,
        not_run=not_run,
        committed=change.at_base(LEADERBOARD),
        removed=found.removed,
        whole=found.everything,
    )
    return Found(found, told, run, board)


def _able(change: Change, found: Affected, say: Say) -> tuple[list[str], list[tuple[str, str]]]:
    """The rows that can be run, and for each of the others why it cannot."""
    values = registered(change.after)
    # All at once where it is all: each look at a plug-in by itself starts a process.
    known = {row.info.name: row.info.problem for row in all_rows(say)} if found.everything else {}
    names, not_run = ([ORACLE] if found.everything else []), []
    for name in found.rows:
        try:
            check_installed({name: values[name]}, change.root)
            problem = known[name] if name in known else named_rows([name], say)[0].info.problem
        except BenchError as error:
            problem = str(error)
        if problem:
            not_run.append((name, problem))
        else:
            names.append(name)
    return names, not_run
