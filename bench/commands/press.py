"""`bench corpus press`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.arguments import add_sites

if TYPE_CHECKING:
    from bench.press.press import Difference


def add_press(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `press` to the commands of `corpus`."""
    parser = commands.add_parser(
        "press",
        help="make the pages from their articles and templates",
        description="Make the pages of a corpus from articles and templates. The same sources give the same bytes.",
    )
    parser.add_argument(
        "--from", dest="press", type=Path, metavar="PATH", help="articles and templates (default: the shipped ones)"
    )
    parser.add_argument("--to", type=Path, metavar="PATH", help="the corpus to write (default: the shipped one)")
    add_sites(parser)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page would change")
    parser.add_argument(
        "--shuffle",
        type=int,
        metavar="SEED",
        help="pair articles and templates anew, into the corpus that --to names",
    )
    parser.set_defaults(call=_press)


def _press(args: argparse.Namespace) -> int:
    from bench.errors import BenchError
    from bench.gold.corpus import shipped
    from bench.press.press import apply, differences, read_sources, shuffled

    press = args.press or shipped() / "press"
    if args.shuffle is not None and (args.to is None or args.check):
        raise BenchError("--shuffle makes a corpus of its own", mend="name its folder with --to, without --check")
    target = (args.to or shipped()) / "sites"
    sources = read_sources(press, args.site)
    if args.shuffle is not None:
        sources = shuffled(sources, args.shuffle)
    changed = pages = 0
    for source in sources:
        for found in differences(source, press, target):
            changed += 1
            if not args.check:
                apply(found)
            print(_line(found, args.check))
            sys.stdout.flush()
        pages += len(source.articles)
    if args.check and changed:
        print(f"{changed} files are not as their sources have them; run: python -m bench corpus press")
        return 1
    print(f"{len(sources)} sites, {pages} pages: {changed} files {'would change' if args.check else 'written'}")
    return 0


def _line(found: Difference, check: bool) -> str:
    verb = "delete" if found.data is None else "write"
    return f"{found.path}: {'would ' + verb if check else {'delete': 'deleted', 'write': 'written'}[verb]}"
