"""`bench report`: tables from the stored records of a run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.arguments import add_out
from bench.errors import BenchError
from bench.report.names import TABLES

if TYPE_CHECKING:
    from bench.report.leaderboard import Board
    from bench.run.records import Run

FORMATS = ("terminal", "markdown", "csv", "json", "github-action-benchmark", "pytest-benchmark", "junit")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of `bench report`."""
    parser = subparsers.add_parser(
        "report",
        help="print the tables of a run, or write them to results/leaderboard.*",
        description="Print tables from the stored records of a run: nothing is extracted or scored again.",
    )
    parser.add_argument("run", nargs="?", type=Path, metavar="RUN_FOLDER", help="a complete run (default: the latest)")
    add_out(parser)
    parser.add_argument(
        "--table",
        action="append",
        choices=(*TABLES, "all"),
        help="may be repeated (default: leaderboard, sites and tracks)",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="terminal",
        help="json is always the whole leaderboard; the last three are for other programs: F1 (or, with --table cost, "
        "cost) an extractor, CPU time by site, and a test case a page",
    )
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    parser.add_argument("--split", choices=("test", "dev", "all"), help="pages of another split than the headline's")
    parser.add_argument(
        "--kind", action="append", default=[], metavar="KIND", help="only pages of this kind (news, live); repeatable"
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="write OUT/leaderboard.md, .csv, .json and .html, and the records that they follow from",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="exit 1 when what --write wrote no longer follows from its records, this code and the corpus",
    )
    _add_html(parser)
    parser.set_defaults(call=call)


def _add_html(parser: argparse.ArgumentParser) -> None:
    html = parser.add_argument_group("the HTML report (docs/report-html.md)")
    html.add_argument("--html", type=Path, metavar="FILE", help="write the leaderboard as one HTML file")
    html.add_argument(
        "--pages",
        type=Path,
        metavar="FOLDER",
        help="write page views: what each extractor kept, lost and leaked; with --html, the leaderboard links to them",
    )
    html.add_argument("--extractor", action="append", default=[], metavar="NAME", help="page views of this row only")
    html.add_argument("--site", action="append", default=[], metavar="SLUG", help="page views of this site only")
    html.add_argument("--corpus", type=Path, metavar="PATH", help="the run's corpus (default: the one of Lubb)")
    html.add_argument(
        "--open", action="store_true", help="open it in the browser; alone: written into the run's folder"
    )


def call(options: argparse.Namespace) -> int:
    """Print or write."""
    from bench.report.leaderboard import leaderboard
    from bench.run.records import latest_run, open_run

    if options.check:
        return _check(options)
    if options.write and (options.split or options.kind):
        raise BenchError("--write writes the headline and takes no --split or --kind", mend="leave one of the two out")
    if (options.extractor or options.site or options.corpus) and not options.pages:
        raise BenchError("--extractor, --site and --corpus are for page views", mend="add --pages FOLDER")
    run = open_run(options.run or latest_run(options.out))
    if not run.records:
        raise BenchError("this run holds no records", where=str(run.path), mend="make one: python -m bench run")
    if options.kind:
        from bench.report.view import of_kinds

        run = of_kinds(run, options.kind)
    board = leaderboard(run, split=options.split)
    if options.write:
        from bench.report.files import write, write_reference

        for path in (*write(board, options.out), write_reference(run, options.out)):
            print(path)
    if options.html or options.pages or options.open:
        _html(run, board, options)
    if options.write or options.html or options.pages or options.open:
        return 0
    if options.format in FORMATS[4:]:
        _export(run, board, options)
    else:
        _print(board, options.table or [], options.format)
    return 0


def _check(options: argparse.Namespace) -> int:
    from bench.report.check import check

    if options.run or options.write or options.html or options.pages or options.open or options.split or options.kind:
        raise BenchError("--check looks at what is committed", mend="give it alone, with --out or --corpus at most")
    problems = check(options.out, options.corpus)
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{options.out}: all follows from the reference run, this code and the corpus")
    return 1 if problems else 0


def _export(run: Run, board: Board, options: argparse.Namespace) -> None:
    from bench.report import exports

    if options.format == "github-action-benchmark":
        names = options.table or ["leaderboard"]
        sys.stdout.write(exports.github_action_benchmark(board, names[0] if len(names) == 1 else "all"))
        return
    if options.table:
        raise BenchError(f"{options.format} is always the whole run", mend="leave --table out")
    if options.format == "junit":
        sys.stdout.write(exports.junit(run, board, split=options.split))
    else:
        sys.stdout.write(exports.pytest_benchmark(run, board))


def _html(run: Run, board: Board, options: argparse.Namespace) -> None:
    """Write the HTML report as far as asked for, print where it is, and open it."""
    from bench.report.html.output import NAME, write_html, write_pages

    alone = options.open and not (options.html or options.pages or options.write)
    html: Path | None = run.path / NAME if alone else options.html
    found, first = None, options.out / NAME
    if options.pages:
        count, found = write_pages(
            run,
            board,
            options.pages,
            corpus_path=options.corpus,
            html=html,
            split=options.split,
            extractors=options.extractor,
            sites=options.site,
        )
        first = options.pages / "index.html"
        print(f"{first} ({count} page views)")
    if html:
        first = write_html(board, html, found)
        print(first)
    if options.open:
        _open(first)


def _open(path: Path) -> None:
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        raise BenchError("no browser could be started", mend=f"open it by hand: {path}")


def _print(board: Board, names: list[str], form: str) -> None:
    from bench.report.tables import USUAL, tables

    wanted = TABLES if "all" in names else tuple(names)
    if form == "json":
        from bench.report.files import as_json

        sys.stdout.write(as_json(board))
    elif form == "csv":
        from bench.report.long import long

        if len(wanted) > 1:
            raise BenchError("CSV holds one table", mend=f"choose one: --table {'|'.join(TABLES)}")
        sys.stdout.write(long(board, wanted[0] if wanted else "leaderboard"))
    elif form == "markdown":
        from bench.report.markdown import markdown

        sys.stdout.write(markdown(tables(board, wanted or USUAL)))
    else:
        from bench.report.terminal import print_tables

        found = tables(board, wanted or USUAL)
        print_tables(found)
        if not found:
            print(f"lubb: nothing to show: this run has no {' and no '.join(wanted)}", file=sys.stderr)
