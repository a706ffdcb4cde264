"""`bench peers`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

FORMATS = ("article-extraction-benchmark", "fundus-evaluation")
DIFFERENT = 1


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `peers` to the command line."""
    parser = subparsers.add_parser(
        "peers",
        help="another benchmark's outputs by its formula and by ours",
        description="Score the outputs that another benchmark ships, by its own formula and by ours, and say whether "
        "its published figures come out. Exit code 1 when one does not, or an output cannot be read.",
    )
    parser.add_argument("format", choices=FORMATS, metavar="FORMAT", help=" or ".join(FORMATS))
    parser.add_argument("checkout", type=Path, metavar="CHECKOUT", help="folder of a clone of its repository")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.set_defaults(call=_peers)


def _peers(args: argparse.Namespace) -> int:
    from bench.report.peers import tables, to_json
    from bench.report.terminal import print_tables
    from bench.score.peers import article_extraction, fundus

    compare = {article_extraction.NAME: article_extraction.compare, fundus.NAME: fundus.compare}[args.format]
    found = compare(args.checkout)
    if args.json:
        print(json.dumps(to_json(found), ensure_ascii=False, indent=2))
    else:
        print_tables(tables(found))
    for line in found.refused:
        print(f"lubb: {line}", file=sys.stderr)
    if found.refused:
        print(f"lubb: {len(found.refused)} of {len(found.refused) + len(found.rows)} outputs refused", file=sys.stderr)
    return 0 if found.passed else DIFFERENT
