"""`lubb score`: texts that were extracted elsewhere, scored like a run, shown apart and unranked."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.arguments import add_corpus, add_out

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "score",
        help="score texts that were extracted elsewhere",
        description='Score a file of lines {"page": "site/001", "text": "..."}, one for each page of the corpus. '
        "The tables show it apart and unranked, for nobody can run it again.",
    )
    parser.add_argument("outputs", type=Path, metavar="OUTPUTS.jsonl", help="the texts")
    parser.add_argument("--name", help="what to call them in the tables (default: the file's name)")
    add_corpus(parser)
    parser.add_argument(
        "--missing-as-empty", action="store_true", help="score pages that the file does not name as empty texts"
    )
    add_out(parser)
    parser.add_argument("--json", action="store_true", help="print leaderboard.json instead of tables")
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Read, score, print."""
    from bench.commands.run import print_result
    from bench.run.outputs import score_outputs
    from bench.run.place import command_line

    run = score_outputs(
        chosen.outputs,
        corpus_path=chosen.corpus,
        out=chosen.out,
        name=chosen.name,
        missing_as_empty=chosen.missing_as_empty,
        command=command_line(chosen.argv),
    )
    print_result(run, as_json=chosen.json)
    return 0
