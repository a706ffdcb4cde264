"""`bench corpus import` and `bench corpus export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.commands.arguments import add_corpus, add_sites, count

READ = (
    "article-extraction-benchmark",
    "web-content-extraction-benchmark",
    "trafilatura",
    "wcxb",
    "webmainbench",
    "fundus-evaluation",
    "ispras",
    "label-studio",
    "plain",
)
WRITTEN = ("article-extraction-benchmark", "web-content-extraction-benchmark", "wcxb", "label-studio")
_NOT_WHOLE = 1


def add_import(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `import` and `export` to the commands of `corpus`."""
    parser = commands.add_parser(
        "import",
        help="a corpus out of another benchmark's pages and gold, or out of your own in a plain form",
        description="Find the gold of another benchmark in its pages and write it into them as marks. What cannot be "
        "placed is listed, and the exit code is then 1; the gold as it was stands in DEST/gold.",
    )
    parser.add_argument("format", choices=READ, metavar="FORMAT", help=", ".join(READ))
    parser.add_argument("source", type=Path, metavar="SRC", help="a checkout of it, or a file: docs/importing.md")
    parser.add_argument("dest", type=Path, metavar="DEST", help="the folder of the new corpus")
    parser.add_argument("--split", default="test", metavar="SPLIT", help="where the format says none: test or dev")
    parser.add_argument("--max-mb", type=count, default=10, metavar="N", help="of a page, unpacked (default: 10)")
    parser.set_defaults(call=_import)

    parser = commands.add_parser(
        "export",
        help="a corpus in another benchmark's format, or for Label Studio",
        description="Write the pages of a corpus, in UTF-8, with their gold as another benchmark keeps it. The marks "
        "go along, so that an import loses none.",
    )
    parser.add_argument("format", choices=WRITTEN, metavar="FORMAT", help=", ".join(WRITTEN))
    parser.add_argument("dest", type=Path, metavar="DEST", help="a new folder")
    add_corpus(parser)
    add_sites(parser)
    parser.set_defaults(call=_export)


def _import(args: argparse.Namespace) -> int:
    from bench.errors import BenchError
    from bench.gold.importers.bring import bring
    from bench.gold.importers.formats import READERS
    from bench.gold.importers.reading import Limits
    from bench.model import Split

    if args.split not in [*Split]:
        raise BenchError(f"--split {args.split}", mend=f"give one of {', '.join(Split)}")
    limits = Limits(args.max_mb * 1_000_000)
    brought = bring(args.format, READERS[args.format], args.source, args.dest, limits, Split(args.split))
    for line in (*brought.refused, *brought.unplaced):
        print(line)
    counts = f"{brought.pages} pages of {len(brought.sites)} sites; {len(brought.refused)} refused"
    share = f"; {brought.placed} of {brought.words} words of content placed" if brought.words else ""
    print(f"{args.dest}: {counts}, {len(brought.unplaced)} texts not placed{share}")
    if brought.pages:
        print(f"python -m bench corpus validate --corpus {args.dest} checks it and lists what has no label")
    return 0 if brought.whole else _NOT_WHOLE


def _export(args: argparse.Namespace) -> int:
    from bench.gold.corpus import shipped
    from bench.gold.exporters.formats import WRITERS
    from bench.gold.exporters.pages import outgoing

    pages = WRITERS[args.format](outgoing(args.corpus or shipped(), args.dest, args.site), args.dest)
    print(f"{args.dest}: {pages} pages as {args.format}")
    print(f"python -m bench corpus import {args.format} {args.dest} FOLDER makes a corpus of them again")
    return 0
