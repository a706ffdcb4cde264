"""Options that several commands share: one spelling, one help text, one check."""

from __future__ import annotations

import argparse
from pathlib import Path

DAY_SECONDS = 86400


def add_corpus(parser: argparse.ArgumentParser) -> None:
    """--corpus PATH."""
    parser.add_argument(
        "--corpus",
        type=Path,
        metavar="PATH",
        help="a folder with sites/, a built data set, or its name on the Hub (default: the shipped corpus)",
    )


def add_extractors(parser: argparse.ArgumentParser, verb: str, default: str) -> None:
    """--extractor, repeatable."""
    parser.add_argument(
        "--extractor",
        action="append",
        default=[],
        metavar="NAME|FILE.py:FUNCTION|MODULE:ATTRIBUTE",
        help=f"which to {verb}; repeatable (default: {default})",
    )


def add_sites(parser: argparse.ArgumentParser) -> None:
    """--site SLUG, repeatable."""
    parser.add_argument("--site", action="append", default=[], metavar="SLUG", help="only this site; repeatable")


def add_limit(parser: argparse.ArgumentParser) -> None:
    """--limit N."""
    parser.add_argument("--limit", type=count, metavar="N", help="at most N pages, spread over the sites")


def add_out(parser: argparse.ArgumentParser) -> None:
    """--out FOLDER."""
    parser.add_argument(
        "--out", type=Path, default=Path("results"), metavar="FOLDER", help="the folder of results (default: results)"
    )


def count(typed: str) -> int:
    """A whole number of 1 or more.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    number = int(typed) if typed.isascii() and typed.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{typed}' is no whole number of 1 or more")
    return number


def seconds(typed: str) -> float:
    """A number of seconds above 0 and up to a day.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        number = float(typed)
    except ValueError:
        number = 0
    if not 0 < number <= DAY_SECONDS:
        raise argparse.ArgumentTypeError(f"'{typed}' is no number of seconds above 0 and up to a day")
    return number
