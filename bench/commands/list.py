"""`bench list`: the extractors there are, and what is missing for those that cannot be run."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "list",
        help="list the extractors",
        description="List the extractors: version and licence as the installed distribution states them, how each "
        "runs, and whether it can be run or the one line that makes it so. Nothing is made or downloaded.",
    )
    parser.add_argument("--long", action="store_true", help="also how each library is called")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print a JSON array, an object an extractor, every field")
    form.add_argument("--markdown", action="store_true", help="print the table of docs/extractors.md")
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Print them in the order of a run."""
    import json

    from bench.report import field
    from bench.run.rows import all_rows

    rows = all_rows()
    if chosen.json:
        print(json.dumps(field.as_json(rows), ensure_ascii=False, indent=1))
    elif chosen.markdown:
        print("\n".join(field.markdown(rows)))
    else:
        from bench.report.terminal import print_tables

        print_tables([field.table(rows, long=chosen.long)])
    return 0
