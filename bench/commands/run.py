"""`lubb run`: every extractor on every page, then the tables."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bench.commands.arguments import add_corpus, add_extractors, add_limit, add_out, add_sites, count, seconds

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from bench.run.plan import Plan
    from bench.run.progress import Progress
    from bench.run.records import Run
    from bench.run.request import Request

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "run",
        help="run extractors over a corpus and print the tables",
        description="Run extractors over a corpus, score them and print the tables. An interrupted run is resumed by "
        "the same command. All pages are run; the headline is over static pages of test sites.",
    )
    add_corpus(parser)
    add_extractors(parser, "run", "all that lubb list shows, and the oracle")
    add_sites(parser)
    add_limit(parser)
    parser.add_argument("--split", choices=("dev", "test", "all"), help="only these sites, and the headline over them")
    parser.add_argument(
        "--track", choices=("static", "script", "no-article"), help="only this track, and the headline over it"
    )
    parser.add_argument("--timeout", type=seconds, metavar="SECONDS", help="deadline for each page (default: 30)")
    parser.add_argument("--memory", type=count, metavar="MIB", help="memory limit of each extractor (default: 2048)")
    parser.add_argument(
        "--jobs", type=count, default=1, metavar="N", help="extractors side by side (default: 1, for honest times)"
    )
    parser.add_argument("--fresh", action="store_true", help="begin anew: no resuming, no texts from the cache")
    parser.add_argument(
        "--shuffle",
        type=int,
        metavar="SEED",
        help="run also over a corpus whose articles and templates are paired anew, and compare",
    )
    add_out(parser)
    parser.add_argument("--json", action="store_true", help="print leaderboard.json instead of tables")
    parser.add_argument("--strict", action="store_true", help="exit 3 when an extractor failed on any page")
    parser.add_argument("--require-sandbox", action="store_true", help="refuse to go on without a sandbox")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Run, print, and with --strict look for failures."""
    from bench.run.request import carry_out

    run = carry_out(_request(chosen), _show(chosen.quiet), _say(chosen.quiet))
    if chosen.shuffle is not None:
        return _shuffle(chosen, run)
    print_result(run, as_json=chosen.json, quiet=chosen.quiet)
    if chosen.strict:
        refuse_failures(run)
    return 0


def _shuffle(chosen: argparse.Namespace, published: Run) -> int:
    """The same run over a shuffled corpus, in a folder of results of its own, and what moved."""
    import json
    from dataclasses import replace

    from bench.gold.corpus import shipped
    from bench.press.press import press_shuffled
    from bench.report.shuffle import shift_table, shifts
    from bench.run.request import carry_out

    out = chosen.out / f"shuffle-{chosen.shuffle}"
    press_shuffled((chosen.corpus or shipped()) / "press", out / "corpus", chosen.shuffle)
    run = carry_out(replace(_request(chosen), corpus=out / "corpus", out=out), _show(chosen.quiet), _say(chosen.quiet))
    found = shifts(published, run)
    if chosen.json:
        print(json.dumps({"seed": chosen.shuffle, "shifts": [shift.to_json() for shift in found]}, indent=2))
    else:
        from bench.report.terminal import print_tables

        print_tables([shift_table(found, chosen.shuffle)])
    if chosen.strict:
        refuse_failures(run)
    return 0


def print_result(run: Run, *, as_json: bool, quiet: bool = False) -> None:
    """The tables or leaderboard.json on stdout; where the run is on stderr."""
    import sys

    if as_json:
        from bench.report.files import as_json as leaderboard_json
        from bench.report.leaderboard import leaderboard

        sys.stdout.write(leaderboard_json(leaderboard(run)))
    else:
        from bench.report.terminal import print_run

        print_run(run)
    sys.stdout.flush()
    if not quiet:
        print(f"run: {run.path}", file=sys.stderr)


def refuse_failures(run: Run) -> None:
    """Raise when anything of the run failed.

    Raises:
        ExtractorFailed: naming the first.
    """
    from bench.errors import ExtractorFailed

    problems = [f"{extractor.name}: {extractor.problem}" for extractor in run.plan.extractors if extractor.problem]
    failed = [record for record in run.records if record.status.failed]
    failures = [f"{r.extractor} on {r.page}: {r.status}{f' ({r.detail})' if r.detail else ''}" for r in failed]
    if problems or failures:
        parts = [f"{len(failures)} of {len(run.records)} extractions failed"] if failures else []
        parts += [f"{len(problems)} extractors could not be run"] if problems else []
        raise ExtractorFailed(
            f"{' and '.join(parts)}; first {(failures + problems)[0]}",
            mend="see why: python -m bench report --table leaderboard, or run without --strict",
        )


def _request(chosen: argparse.Namespace) -> Request:
    from bench.extract.worker import Limits
    from bench.model import Track
    from bench.run.place import command_line
    from bench.run.request import Request

    usual = Limits()
    return Request(
        corpus=chosen.corpus,
        extractors=tuple(chosen.extractor),
        sites=tuple(chosen.site),
        split=chosen.split,
        track=Track(chosen.track) if chosen.track else None,
        limit=chosen.limit,
        limits=Limits(chosen.timeout or usual.timeout_s, chosen.memory or usual.memory_mib),
        jobs=chosen.jobs,
        fresh=chosen.fresh,
        out=chosen.out,
        require_sandbox=chosen.require_sandbox,
        command=command_line(chosen.argv),
    )


def _show(quiet: bool) -> Callable[[Plan], AbstractContextManager[Progress]]:
    """A bar on a terminal, lines elsewhere, on stderr so that stdout holds nothing but the result."""
    import sys
    from contextlib import nullcontext

    from bench.run.progress import Lines, Quiet

    def show(plan: Plan) -> AbstractContextManager[Progress]:
        if quiet:
            return nullcontext(Quiet())
        if not sys.stderr.isatty():
            return nullcontext(Lines(sys.stderr))
        from bench.run.console import Bar

        return Bar(sys.stderr, plan.total)

    return show


def _say(quiet: bool) -> Callable[[str], None]:
    """What is done before the run, on stderr."""
    import sys

    def say(line: str) -> None:
        if not quiet:
            print(line, file=sys.stderr, flush=True)

    return say
