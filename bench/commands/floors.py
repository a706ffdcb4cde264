"""`lubb floors`: hold a run against the floors that are committed, or raise them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.arguments import add_out

if TYPE_CHECKING:
    from bench.report.floors import Floors


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Mount the command and the two below it."""
    parser = subparsers.add_parser(
        "floors",
        help="hold a run against the least F1 of each row, or raise these floors",
        description="Floors are the least F1 of each row and the most failures, in results/floors.toml. They hold for "
        "one signature: the same pages, scored alike (docs/compare.md).",
    )
    jobs = parser.add_subparsers(dest="job", metavar="check|raise", required=True)
    check = jobs.add_parser(
        "check",
        help="exit 1 when a row is under its floor",
        description="Hold a run against the floors. Exit code 1 when a row is under its floor, 2 when the floors are "
        "broken, are for other pages, or name a row that the run has not.",
    )
    _add(check)
    check.set_defaults(call=call_check)
    lift = jobs.add_parser(
        "raise",
        help="write the floors that a run allows: they rise, and sink only with --allow-regression",
        description="Write the floors that a run's ranked rows allow, rounded down to a thousandth. With any floor "
        "that would sink, nothing is written and the exit code is 1.",
    )
    _add(lift)
    lift.add_argument(
        "--allow-regression",
        action="store_true",
        help="let floors sink, let go of rows that the run has not and of floors for other pages",
    )
    lift.set_defaults(call=call_raise)


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run",
        nargs="?",
        type=Path,
        metavar="RUN",
        help="a run's folder, a folder of results or a leaderboard.json (default: the latest run)",
    )
    add_out(parser)
    parser.add_argument("--floors", type=Path, metavar="FILE", help="(default: floors.toml in the folder of results)")
    parser.add_argument("--extractor", action="append", default=[], metavar="NAME", help="only this row; repeatable")


def call_check(chosen: argparse.Namespace) -> int:
    """Say which floors are not held."""
    from bench.report.floors import check, read
    from bench.report.sides import open_side
    from bench.report.table import plain

    path = _path(chosen)
    floors = read(path)
    side = open_side(chosen.run or chosen.out)
    breached, free = check(floors, side.board, where=str(path), extractors=chosen.extractor)
    for _, line in breached:
        print(line)
    if free:
        print(f"without a floor: {plain(', '.join(free))} (python -m bench floors raise)", file=sys.stderr)
    if breached:
        return 1
    count = len(set(chosen.extractor)) or len(floors.rows)
    print(f"{plain(side.name)}: {count} {'floor holds' if count == 1 else 'floors hold'}")
    return 0


def call_raise(chosen: argparse.Namespace) -> int:
    """Write the floors, or say what keeps them from being written."""
    from bench.report.floors import raised, write
    from bench.report.sides import open_side

    path = _path(chosen)
    old = _before(path, broken=chosen.allow_regression)
    side = open_side(chosen.run or chosen.out)
    found = raised(
        old, side.board, where=str(path), allow_regression=chosen.allow_regression, extractors=chosen.extractor
    )
    if found.sunk and not chosen.allow_regression:
        for line in found.sunk:
            print(line)
        print("lubb: nothing was written; --allow-regression lets these floors sink", file=sys.stderr)
        return 1
    for line in found.lines or ("no floor moved",):
        print(line)
    write(found.floors, path)
    print(path)
    return 0


def _before(path: Path, *, broken: bool) -> Floors | None:
    """The floors so far; None when there are none, or, with `broken`, none that can be read."""
    from bench.errors import BenchError
    from bench.report.floors import read

    try:
        return read(path) if path.exists() else None
    except BenchError:
        if broken:
            return None
        raise


def _path(chosen: argparse.Namespace) -> Path:
    from bench.report.floors import NAME

    path: Path = chosen.floors or chosen.out / NAME
    return path
