"""`bench report`: tables from the stored records of a run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.arguments import add_out
from bench.errors import BenchError

if TYPE_CHECKING:
    from bench.report.leaderboard import Board
    from bench.run.records import Run

# The names of `bench.report.tables`, which --help need not import.
TABLES = ("leaderboard", "sites", "tracks", "leaks", "losses", "traps", "beside", "cost")
FORMATS = ("terminal", "markdown", "csv", "json", "github-action-benchmark", "pytest-benchmark", "junit")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of `bench report`."""
    parser = subparsers.add_parser(
        "report",
        help="print the tables of a run, or write them to results/leaderboard.*",
        description="Print tables from the stored records of a run: nothing is extracted or scored again.",
    )
    parser.add_argument("run", nargs="?", type=Path, metavar="RUN_FOLDER", help="a complete run (default: the latest)")
    add_out(parser)
    parser.add_argument(
        "--table",
        action="append",
        choices=(*TABLES, "all"),
        help="may be repeated (default: leaderboard, sites and tracks)",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="terminal",
        help="json is always the whole leaderboard; the last three are for other programs: F1 (or, with --table cost, "
        "cost) an extractor, CPU time by site, and a test case a page",
    )
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    parser.add_argument("--split", choices=("test", "dev", "all"), help="pages of another split than the headline's")
    parser.add_argument(
        "--kind", action="append", default=[], metavar="KIND", help="only pages of this kind (news, live); repeatable"
    )
    parser.add_argument("--write", action="store_true", help="write OUT/leaderboard.md, .csv and .json")
    parser.set_defaults(call=call)


def call(options: argparse.Namespace) -> int:
    """Print or write."""
    from bench.report.leaderboard import leaderboard
    from bench.run.records import latest_run, open_run

    if options.write and (options.split or options.kind):
        raise BenchError("--write writes the headline and takes no --split or --kind", mend="leave one of the two out")
    run = open_run(options.run or latest_run(options.out))
    if not run.records:
        raise BenchError("this run holds no records", where=str(run.path), mend="make one: python -m bench run")
    if options.kind:
        from bench.report.view import of_kinds

        run = of_kinds(run, options.kind)
    board = leaderboard(run, split=options.split)
    if options.write:
        from bench.report.files import write

        for path in write(board, options.out):
            print(path)
        return 0
    if options.format in FORMATS[4:]:
        _export(run, board, options)
    else:
        _print(board, options.table or [], options.format)
    return 0


def _export(run: Run, board: Board, options: argparse.Namespace) -> None:
    from bench.report import exports

    if options.format == "github-action-benchmark":
        names = options.table or ["leaderboard"]
        sys.stdout.write(exports.github_action_benchmark(board, names[0] if len(names) == 1 else "all"))
        return
    if options.table:
        raise BenchError(f"{options.format} is always the whole run", mend="leave --table out")
    if options.format == "junit":
        sys.stdout.write(exports.junit(run, board, split=options.split))
    else:
        sys.stdout.write(exports.pytest_benchmark(run, board))


def _print(board: Board, names: list[str], form: str) -> None:
    from bench.report.tables import USUAL, tables

    wanted = TABLES if "all" in names else tuple(names)
    if form == "json":
        from bench.report.files import as_json

        sys.stdout.write(as_json(board))
    elif form == "csv":
        from bench.report.long import long

        if len(wanted) > 1:
            raise BenchError("CSV holds one table", mend=f"choose one: --table {'|'.join(TABLES)}")
        sys.stdout.write(long(board, wanted[0] if wanted else "leaderboard"))
    elif form == "markdown":
        from bench.report.markdown import markdown

        sys.stdout.write(markdown(tables(board, wanted or USUAL)))
    else:
        from bench.report.terminal import print_tables

        found = tables(board, wanted or USUAL)
        print_tables(found)
        if not found:
            print(f"lubb: nothing to show: this run has no {' and no '.join(wanted)}", file=sys.stderr)
