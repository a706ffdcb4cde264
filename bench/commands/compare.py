"""`lubb compare`: what moved between two runs, beyond noise or not, and on which pages."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bench.commands.arguments import add_out

FORMATS = ("terminal", "markdown", "json")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "compare",
        help="say what moved between two runs, beyond noise or not, and on which pages",
        description="Say what moved from one run to another: scores and cost, beyond noise or not, and the pages, "
        "worst first. Each of the two is a run's folder, a folder of results (its latest run), a leaderboard.json "
        "(without pages) or a reference run. Runs that were not scored alike are refused. docs/compare.md tells more.",
        epilog="Exit code 1: a gate (--max-drop, --max-site-drop, --fail-under) is not passed.",
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="the run to judge")
    parser.add_argument(
        "against",
        nargs="?",
        type=Path,
        metavar="AGAINST",
        help="what to compare it with (default: the reference that is committed in the folder of results)",
    )
    add_out(parser)
    parser.add_argument(
        "--extractor", action="append", default=[], metavar="NAME", help="only this row; repeatable (default: all)"
    )
    parser.add_argument(
        "--as",
        action="append",
        default=[],
        type=renaming,
        dest="renamed",
        metavar="OLD=NEW",
        help="compare the row NEW of RUN with the row OLD of AGAINST; repeatable",
    )
    parser.add_argument(
        "--pages", type=at_most, default=None, metavar="N", help="list at most N pages each way (default: 10)"
    )
    parser.add_argument("--format", choices=FORMATS, default="terminal", help="(default: terminal)")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    gates = parser.add_argument_group("gates")
    gates.add_argument(
        "--max-drop",
        type=share,
        metavar="F1",
        help="fail when the F1 of a row fell by more than this, beyond noise (or over too few sites to tell noise)",
    )
    gates.add_argument(
        "--max-site-drop",
        type=share,
        metavar="F1",
        help="fail when the F1 of a row fell by more than this on any one site, noise or not",
    )
    gates.add_argument(
        "--fail-under",
        action="append",
        default=[],
        type=least,
        metavar="NAME=F1",
        help="fail when this row's F1 is lower; repeatable",
    )
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Print the comparison, then what fails."""
    from bench.report import compared
    from bench.report.compare import compare
    from bench.report.sides import open_committed, open_side

    now = open_side(chosen.run)
    before = open_side(chosen.against) if chosen.against else open_committed(chosen.out)
    renamed = {new: old for old, new in chosen.renamed}
    found = compare(now, before, extractors=chosen.extractor, renamed=renamed)
    failed = compared.gates(
        found,
        max_drop=chosen.max_drop,
        max_site_drop=chosen.max_site_drop,
        fail_under=dict(chosen.fail_under),
    )
    if chosen.format == "json":
        print(json.dumps(compared.as_json(found, chosen.pages, failed), ensure_ascii=False, indent=1))
    elif chosen.format == "markdown":
        from bench.report.markdown import markdown

        sys.stdout.write(markdown(compared.tables(found, _pages(chosen.pages))))
    else:
        from bench.report.terminal import print_tables

        print_tables(compared.tables(found, _pages(chosen.pages)))
    sys.stdout.flush()
    for line in failed:
        print(f"lubb: {line}", file=sys.stderr)
    return 1 if failed else 0


def _pages(asked: int | None) -> int:
    from bench.report.compared import PAGES

    return PAGES if asked is None else asked


def renaming(typed: str) -> tuple[str, str]:
    """OLD=NEW.

    Raises:
        argparse.ArgumentTypeError: it is not.
    """
    old, equals, new = typed.partition("=")
    if not (old and equals and new):
        raise argparse.ArgumentTypeError(f"'{typed}' is not OLD=NEW")
    return old, new


def share(typed: str) -> float:
    """A number from 0 to 1.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        number = float(typed)
    except ValueError:
        number = -1
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"'{typed}' is no number from 0 to 1")
    return number


def least(typed: str) -> tuple[str, float]:
    """NAME=F1.

    Raises:
        argparse.ArgumentTypeError: it is not.
    """
    name, equals, number = typed.rpartition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"'{typed}' is not NAME=F1")
    return name, share(number)


def at_most(typed: str) -> int:
    """A whole number of 0 or more.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if not (typed.isascii() and typed.isdecimal()):
        raise argparse.ArgumentTypeError(f"'{typed}' is no whole number")
    return int(typed)
