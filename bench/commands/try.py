"""`bench try`: extractors on any page, side by side, and where they differ."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.arguments import count, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.report.compare_texts import Comparison
    from bench.run.side_by_side import Answer

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "try",
        help="run extractors on any page and show where they differ",
        description="Run extractors on one page, side by side, and show which block of it each kept. Labels stand "
        "beside the blocks where the page has any.",
    )
    parser.add_argument(
        "page", metavar="FILE|URL|SITE/PAGE|-", help="a saved page, an address, a page of the corpus, or standard input"
    )
    parser.add_argument(
        "-x",
        "--extractor",
        action="append",
        default=[],
        metavar="NAME|FILE|MODULE:ATTRIBUTE",
        help="which to try, as in a run; repeatable (default: all that can be run, but the floors and the oracle)",
    )
    parser.add_argument("--url", default="", help="the page's address, where a file does not say it")
    parser.add_argument("--charset", default="", help="the charset that HTTP would name")
    parser.add_argument("--corpus", type=Path, metavar="PATH", help="where SITE/PAGE is (default: the shipped corpus)")
    parser.add_argument("--timeout", type=seconds, metavar="SECONDS", help="deadline of each (default: 30)")
    parser.add_argument("--memory", type=count, metavar="MIB", help="memory limit of each (default: 2048)")
    parser.add_argument("--full", action="store_true", help="every block, and all of its text")
    parser.add_argument("--json", action="store_true", help="for programs: every text, every block")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write each text to a file there")
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Find the page, ask, compare, print."""
    import json

    from bench.extract.worker import Limits
    from bench.report.compare_texts import as_json, compare
    from bench.run import side_by_side
    from bench.run.one_page import find

    found = find(chosen.page, url=chosen.url, charset=chosen.charset, corpus_path=chosen.corpus)
    rows, left_out = side_by_side.chosen(chosen.extractor, found, _say)
    usual = Limits()
    limits = Limits(chosen.timeout or usual.timeout_s, chosen.memory or usual.memory_mib)
    try:
        texts = list(side_by_side.answers(rows, found, limits, _progress(len(rows))))
    finally:
        _progress_over()
    if chosen.out:
        _write(chosen.out, texts)
    comparison = compare(found, texts)
    if chosen.json:
        print(json.dumps(as_json(comparison), ensure_ascii=False, indent=1))
    else:
        _print(comparison, full=chosen.full)
    for info in left_out:
        _say(f"{info.name} is left out: {info.problem}")
    return 0


def _print(comparison: Comparison, *, full: bool) -> None:
    from bench.report.side_by_side import WIDTH, lines, summary
    from bench.report.terminal import console_for_stdout, print_tables

    console = console_for_stdout()
    print_tables([summary(comparison)], console=console)
    print()
    width = max(80, console.width) if console.is_terminal else WIDTH
    for line in lines(comparison, full=full, width=width):
        print(line)


def _write(folder: Path, texts: list[Answer]) -> None:
    """NAME.txt for each, empty for what failed."""
    from bench.errors import BenchError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for answer in texts:
            (folder / f"{answer.info.name}.txt").write_text(answer.extraction.text, encoding="utf-8")
    except OSError as error:
        raise BenchError(
            f"cannot be written ({error.strerror})", where=str(folder), mend="give another folder with --out"
        ) from None


def _say(line: str) -> None:
    import sys

    print(line, file=sys.stderr, flush=True)


def _progress(total: int) -> Callable[[str], None]:
    """Who is being asked, on a terminal only and gone afterwards."""
    import sys

    number = 0

    def begin(name: str) -> None:
        nonlocal number
        number += 1
        if sys.stderr.isatty():
            print(f"\r\x1b[K{number} of {total}: {name}", end="", file=sys.stderr, flush=True)

    return begin


def _progress_over() -> None:
    import sys

    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
