"""`bench corpus detach`."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from bench.commands.arguments import add_sites

_KINDS = {"UrlSource": "at an address", "GitSource": "in a repository", "WarcSource": "in a WARC file"}


def add_detach(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `detach` to the commands of `corpus`."""
    parser = commands.add_parser(
        "detach",
        help="marks without their pages, for pages that may not be redistributed",
        description="Write the marks of a corpus without a word of its pages, and where each page's bytes are: its "
        "source in site.toml, the provenance OWNER/NAME COMMIT PATH of a site of one page, or its url.",
    )
    parser.add_argument("source", type=Path, metavar="SRC", help="a corpus: a folder with sites/")
    parser.add_argument("dest", type=Path, metavar="DEST", help="the folder of the collection")
    parser.add_argument("--at", default="", metavar="URL", help="where all pages are, with {site} and {page} in it")
    add_sites(parser)
    parser.set_defaults(call=_detach)


def _detach(args: argparse.Namespace) -> int:
    from bench.gold.detached import write

    sites = write(args.source, args.dest, args.site, args.at)
    kinds = Counter(type(page.source).__name__ for site in sites for page in site.pages)
    marks = sum(len(page.marks.inserts) for site in sites for page in site.pages)
    where = ", ".join(f"{kinds[kind]} {words}" for kind, words in _KINDS.items() if kinds[kind])
    print(f"{args.dest}: {len(sites)} sites, {kinds.total()} pages, {marks} marks; the bytes are {where}")
    print(f"python -m bench corpus pull {args.dest} FOLDER brings pages and marks together again")
    return 0
