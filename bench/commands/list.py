"""`lubb list`: the extractors there are, and what is missing for those that cannot be run."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.run.plan import ExtractorInfo

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

COLUMNS = ("extractor", "version", "licence", "way", "available")


def add_parser(subparsers: Subparsers) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "list",
        help="list the extractors",
        description="List the extractors: name, version and licence of the installed distribution, how each was "
        "found, and whether it can be run or the one line that makes it so.",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array, an object an extractor")
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Print them in the order of a run."""
    from bench.run.rows import all_rows

    infos = [row.info for row in all_rows()]
    if chosen.json:
        print(as_json(infos))
    else:
        print("\n".join(lines(infos)))
    return 0


def as_json(infos: Sequence[ExtractorInfo]) -> str:
    """Every field, and `available`."""
    import json
    from dataclasses import asdict

    return json.dumps([{**asdict(i), "available": not i.problem} for i in infos], ensure_ascii=False, indent=1)


def lines(infos: Sequence[ExtractorInfo]) -> list[str]:
    """Aligned columns; the last holds "yes" or what to do."""
    table = [COLUMNS]
    table += [(i.name, i.version or "-", i.licence or "-", i.way, i.problem or "yes") for i in infos]
    widths = [max(len(row[column]) for row in table) for column in range(len(COLUMNS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
