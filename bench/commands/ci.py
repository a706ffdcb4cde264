"""`lubb ci`: what a CI job does, so that its YAML has nothing to decide. docs/ci.md tells the jobs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.arguments import add_corpus, add_limit, add_out
from bench.commands.compare import share

if TYPE_CHECKING:
    from bench.ci.told import Told
    from bench.report.leaderboard import Board
    from bench.run.records import Run
    from bench.run.request import Request

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

SUMMARY = "GITHUB_STEP_SUMMARY"


def add_parser(subparsers: Subparsers) -> None:
    """Mount the command and the three below it."""
    parser = subparsers.add_parser(
        "ci",
        help="what a CI job does: a pull request's rows, a comment, the reference run",
        description="What a CI job does, so that its YAML has nothing to decide (docs/ci.md).",
    )
    jobs = parser.add_subparsers(dest="job", metavar="JOB", required=True)
    _add_pull_request(jobs)
    _add_comment(jobs)
    _add_nightly(jobs)


def _add_pull_request(jobs: Subparsers) -> None:
    parser = jobs.add_parser(
        "pull-request",
        help="run only the rows that a change can move, and say why",
        description="Run only the rows that a change can move: new rows, rows whose files, lock file, entry point or "
        "libraries differ, all rows where pages, gold, the parse or the scoring differ, none for docs. Exit code 1 "
        "when a new or changed row cannot be run.",
    )
    parser.add_argument("--base", metavar="COMMIT", help="what this checkout is compared with (default: origin/main)")
    _add_run(parser)
    parser.add_argument("--strict", action="store_true", help="exit 3 when an extractor failed on any page")
    parser.set_defaults(call=call_pull_request)


def _add_comment(jobs: Subparsers) -> None:
    parser = jobs.add_parser(
        "comment",
        help="print the comment on a pull request, from files that are not trusted",
        description="Print, as Markdown of at most 60,000 bytes, what the comment.json in a folder says. The file is "
        "checked, and nothing in it becomes structure, a link or a mention. Needs nothing but Python.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="with comment.json")
    parser.add_argument("--link", default="", metavar="ADDRESS", help="of the run, to be linked")
    parser.set_defaults(call=call_comment)


def _add_nightly(jobs: Subparsers) -> None:
    parser = jobs.add_parser(
        "nightly",
        help="the reference run, and how it differs from what is committed",
        description="Run all rows over all pages anew, and set them beside results/leaderboard.json.",
    )
    _add_run(parser)
    parser.add_argument(
        "--committed",
        type=Path,
        default=Path("results/leaderboard.json"),
        metavar="FILE",
        help="the leaderboard to stand beside it (default: results/leaderboard.json); with a reference.jsonl.gz in the "
        "same folder, what moved is told page by page",
    )
    parser.add_argument(
        "--max-drop",
        type=share,
        metavar="F1",
        help="exit 1 when the F1 of a row fell by more than this since then, beyond noise",
    )
    parser.set_defaults(call=call_nightly)


def _add_run(parser: argparse.ArgumentParser) -> None:
    add_corpus(parser)
    add_limit(parser)
    add_out(parser)
    parser.add_argument("--artifacts", type=Path, metavar="FOLDER", help="write the tables and comment.json there")
    parser.add_argument(
        "--summary", type=Path, metavar="FILE", help=f"add the summary to this file (default: what {SUMMARY} names)"
    )
    parser.add_argument("--require-sandbox", action="store_true", help="refuse to go on without a sandbox")


def call_pull_request(chosen: argparse.Namespace) -> int:
    """Run what a change can move; say why before, and what came of it after."""
    import sys
    from contextlib import nullcontext

    from bench.ci.pull_request import pull_request
    from bench.commands.run import refuse_failures
    from bench.run.progress import Lines

    found = pull_request(
        chosen.base,
        _request(chosen),
        lambda _: nullcontext(Lines(sys.stderr)),
        _say,
        lambda line: print(line, flush=True),
        [path for path in (chosen.artifacts, _summary(chosen)) if path],
    )
    _show(chosen, found.told, found.run, found.board)
    if found.broken:
        print(f"could not be run: {', '.join(found.broken)}", file=sys.stderr)
        return 1
    if chosen.strict and found.run is not None:
        refuse_failures(found.run)
    return 0


def call_comment(chosen: argparse.Namespace) -> int:
    """Print the comment."""
    import re

    from bench.ci.comment import comment
    from bench.ci.told import read
    from bench.errors import BenchError

    if chosen.link and not re.fullmatch(r"https://[\w.-]+(?:/[\w./-]*)?", chosen.link, re.ASCII):
        raise BenchError(f"{chosen.link!r} is no address of a run", mend="give https://HOST/PATH")
    print(comment(read(chosen.folder), link=chosen.link), end="")
    return 0


def call_nightly(chosen: argparse.Namespace) -> int:
    """Make the reference run, and say how it differs."""
    import sys
    from contextlib import nullcontext

    from bench.ci.nightly import nightly
    from bench.run.progress import Lines

    night = nightly(_request(chosen), chosen.committed, lambda _: nullcontext(Lines(sys.stderr)), _say)
    _show(chosen, night.told, night.run, night.board)
    return _compare(chosen, night.run)


def _compare(chosen: argparse.Namespace, run: Run) -> int:
    """What moved since the committed reference: printed, added to the summary and kept. 1 when a gate is not passed."""
    import sys

    from bench.ci.outcome import append, write_text
    from bench.errors import BenchError
    from bench.report import compared
    from bench.report.compare import compare
    from bench.report.markdown import markdown
    from bench.report.sides import open_committed, open_side
    from bench.report.terminal import print_tables

    now = open_side(run.path)
    try:
        found = compare(now, open_committed(chosen.committed.parent))
    except BenchError as error:  # none is committed, or it is of another corpus: that is news, and no failure
        print(f"not compared: {error}", flush=True)
        return 0
    tables = compared.tables(found)
    print_tables(tables)
    if chosen.artifacts:
        write_text(chosen.artifacts / "compare.md", markdown(tables))
    if file := _summary(chosen):
        append(file, markdown(tables[:1]))
    failed = compared.gates(found, max_drop=chosen.max_drop)
    for line in failed:
        print(f"lubb: {line}", file=sys.stderr)
    return 1 if failed else 0


def _request(chosen: argparse.Namespace) -> Request:
    from bench.run.place import command_line
    from bench.run.request import Request

    return Request(
        corpus=chosen.corpus,
        limit=chosen.limit,
        out=chosen.out,
        require_sandbox=chosen.require_sandbox,
        command=command_line(chosen.argv),
    )


def _say(line: str) -> None:
    import sys

    print(line, file=sys.stderr, flush=True)


def _show(chosen: argparse.Namespace, told: Told, run: Run | None, board: Board | None) -> None:
    """The figures on stdout, the summary where CI wants it, the files."""
    from bench.ci.comment import figures, summed_up
    from bench.ci.outcome import append, keep, summary
    from bench.report.table import plain
    from bench.report.terminal import print_tables

    print(f"\n{summed_up(told)}")
    if told.rows:
        print_tables([figures(told, told.rows)])
    for name, why in told.not_run:
        print(plain(f"not run: {name}: {why}"))
    if chosen.artifacts:
        keep(chosen.artifacts, told, run, board)
        print(f"files: {chosen.artifacts}")
    if file := _summary(chosen):
        append(file, summary(told, run, board))


def _summary(chosen: argparse.Namespace) -> Path | None:
    import os

    named: Path | None = chosen.summary
    return named or (Path(os.environ[SUMMARY]) if os.environ.get(SUMMARY) else None)
