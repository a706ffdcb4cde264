"""`bench show`: what one extractor kept, lost and let through on one page."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bench.commands.arguments import add_out


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of `bench show`."""
    parser = subparsers.add_parser(
        "show",
        help="print what an extractor kept, lost and let through on one page",
        description="Print one page in reading order, by label: what came out, what was lost and what leaked.",
    )
    parser.add_argument("extractor", metavar="EXTRACTOR", help="as named in the run")
    parser.add_argument("page", metavar="SITE/PAGE", help="the page's id, as akhbar-arzal/001")
    parser.add_argument("--run", type=Path, metavar="FOLDER", help="a complete run (default: the latest)")
    add_out(parser)
    parser.add_argument("--corpus", type=Path, metavar="PATH", help="the run's corpus (default: the one of Lubb)")
    parser.add_argument("--full", action="store_true", help="all text, not only the ends of long pieces")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(call=call)


def call(options: argparse.Namespace) -> int:
    """Print the outcome."""
    from bench.gold import corpus
    from bench.report.outcome import as_json, find, page_outcome
    from bench.run.records import latest_run, open_run

    run = open_run(options.run or latest_run(options.out))
    find(run, options.extractor, options.page)  # a wrong name is told before a corpus is read
    loaded = corpus.load(options.corpus or corpus.shipped())
    found = page_outcome(run, loaded, options.extractor, options.page)
    if options.json:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=1))
        return 0
    from bench.report.terminal import print_outcome

    print_outcome(found, full=options.full)
    return 0
