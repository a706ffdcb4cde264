"""`bench corpus pull`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.arguments import add_sites, count, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.gold.problems import Problem
    from bench.gold.pull import Outcome


def add_pull(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `pull` to the commands of `corpus`."""
    parser = commands.add_parser(
        "pull",
        help="fetch the pages of a collection from their sources and write its marks into them",
        description="Fetch the pages of a collection, check the digest of each and write its marks into it. What is "
        "there is kept, so that a pull that was stopped goes on; a page that is gone or has changed is refused by "
        "name, and the exit code is 1.",
    )
    parser.add_argument("collection", metavar="COLLECTION", help="a folder, or one that comes with Lubb: arabic-real")
    parser.add_argument("dest", type=Path, metavar="DEST", help="the folder of the corpus")
    add_sites(parser)
    parser.add_argument("--base", default="", metavar="URL", help="look for all files below it, not at their hosts")
    parser.add_argument("--jobs", type=count, default=8, metavar="N", help="pages at the same time (default: 8)")
    parser.add_argument("--per-host", type=count, default=2, metavar="N", help="of one host (default: 2)")
    parser.add_argument(
        "--pause", type=_pause, default=0.2, metavar="SECONDS", help="between requests to one host (default: 0.2)"
    )
    parser.add_argument("--retries", type=_retries, default=4, metavar="N", help="after a failure (default: 4)")
    parser.add_argument(
        "--timeout", type=seconds, default=60.0, metavar="SECONDS", help="for one request (default: 60)"
    )
    parser.add_argument("--max-mb", type=count, default=10, metavar="N", help="of a page (default: 10)")
    parser.add_argument(
        "--run",
        nargs=argparse.REMAINDER,
        metavar="OPTION",
        help="when all pages are there, score extractors on them; what follows goes to bench run",
    )
    parser.set_defaults(call=_pull, parser=type(parser))


def _retries(typed: str) -> int:
    return 0 if typed == "0" else count(typed)


def _pause(typed: str) -> float:
    return 0.0 if typed == "0" else seconds(typed)


def _pull(args: argparse.Namespace) -> int:
    from bench.fetch.address import ascii_url
    from bench.fetch.manners import Manners
    from bench.fetch.patient import Patience
    from bench.gold.detached import folder_of, read
    from bench.gold.pull import How, Manner, pull

    if args.base:
        ascii_url(args.base)
    run = None if args.run is None else _run_options(args)
    problems: list[Problem] = []
    sites = read(folder_of(args.collection), args.site, problems.append)
    for problem in problems:
        print(f"{problem.where}: {problem.what}; {problem.mend}")
    patience = Patience(retries=args.retries, seconds=args.timeout, max_bytes=args.max_mb * 1_000_000)
    manner = Manner(args.base, args.jobs, patience, Manners(args.per_host, args.pause))
    outcomes = pull(sites, args.dest, manner, _progress(sum(len(site.pages) for site in sites)))
    refused = [outcome for outcome in outcomes if outcome.how is How.REFUSED]
    for outcome in refused:
        print(outcome.why)
    print(_summary(args.dest, outcomes, len(problems)))
    if refused or problems:
        return 1
    if run is None:
        return 0
    sys.stdout.flush()
    code: int = run.call(run)
    return code


def _summary(dest: Path, outcomes: Sequence[Outcome], problems: int) -> str:
    from bench.gold.pull import How

    number = {how: sum(outcome.how is how for outcome in outcomes) for how in How}
    parts = [f"{number[How.PULLED]} pulled", f"{number[How.KEPT]} there before", f"{number[How.REFUSED]} refused"]
    broken = f", {problems} {'entry is' if problems == 1 else 'entries are'} broken" if problems else ""
    line = f"{dest}: {len(outcomes)} pages: {', '.join(parts)}{broken}"
    there = number[How.PULLED] + number[How.KEPT]
    return f"{line}\npython -m bench run --corpus {dest} scores extractors on the {there}" if there else line


def _run_options(args: argparse.Namespace) -> argparse.Namespace:
    """What `bench run` is to be called with, parsed before an hour of pulling, not after it."""
    from bench.commands.run import add_parser

    parser: argparse.ArgumentParser = args.parser(prog="lubb")
    add_parser(parser.add_subparsers())
    typed = ["run", "--corpus", str(args.dest), *args.run]
    chosen = parser.parse_args(typed)
    chosen.argv = typed
    return chosen


def _progress(total: int) -> Callable[[Outcome], None]:
    """How many are done, on a terminal only and gone afterwards."""
    done = 0

    def told(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        if sys.stderr.isatty():
            line = f"{done} of {total}: {outcome.page} {outcome.how.name.lower()}" if done < total else ""
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    return told
