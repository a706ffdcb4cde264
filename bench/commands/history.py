"""`lubb history`: how each extractor moved across stored runs."""

from __future__ import annotations

import argparse
import json
import sys

from bench.commands.arguments import add_out


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "history",
        help="show how each extractor moved across stored runs and versions",
        description="Show how each extractor moved across the runs that are stored in the folder of results, and the "
        "reference that is committed there. Runs that were not scored alike stand in tables of their own.",
    )
    add_out(parser)
    parser.add_argument(
        "--extractor", action="append", default=[], metavar="NAME", help="only this row; repeatable (default: all)"
    )
    parser.add_argument(
        "--all", action="store_true", dest="every", help="a line for each run, also where nothing but the cost differs"
    )
    parser.add_argument("--json", action="store_true", help="for programs: every run of every row")
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Print it; what was left out goes to stderr."""
    from bench.report.history import as_json, history, tables

    found = history(chosen.out, chosen.extractor)
    if chosen.json:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=1))
    else:
        from bench.report.terminal import print_tables

        print_tables(tables(found, every=chosen.every))
    sys.stdout.flush()
    for line in found.left_out:
        print(f"lubb: left out: {line}", file=sys.stderr)
    return 0
