"""The command line: parse, call, print. What a command does is in `bench.commands`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import NoReturn

from bench.errors import BenchError

# In the order of --help. Each module has `add_parser(subparsers)` and imports what is heavy inside its functions.
COMMANDS = tuple(
    "run list setup try show report compare history floors score time new check submit-check ci corpus peers "
    "labels".split()
)
# What no command of ours works without, as imported and as installed; extractors' libraries are told of in their rows.
REQUIRED = {name.replace("-", "_"): name for name in ("lxml", "rapidfuzz", "resiliparse", "rich", "pytest-benchmark")}
INTERRUPTED = 130
PIPE_CLOSED = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 a gate, 2 a user's mistake, 3 an extractor under --strict."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal without Arabic gets escapes, not a traceback
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _command(arguments)
        sys.stdout.flush()
    except BenchError as error:
        for line in [*getattr(error, "__notes__", ()), str(error)]:
            print(f"lubb: {line}", file=sys.stderr)
        return error.exit_code
    except ModuleNotFoundError as error:
        wanted = REQUIRED.get((error.name or "").partition(".")[0])
        if wanted is None:
            raise
        print(f"lubb: {wanted} is missing, which Lubb itself needs; pip install {wanted}", file=sys.stderr)
        return BenchError.exit_code
    except BrokenPipeError:
        # `| head` has seen enough. The interpreter would flush into the closed pipe once more, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        print("lubb: stopped", file=sys.stderr)
        return INTERRUPTED
    return code


def _command(arguments: list[str]) -> int:
    parser = build_parser()
    chosen = parser.parse_args(arguments)
    if chosen.command is None:
        parser.print_help()
        return BenchError.exit_code
    chosen.argv = arguments
    code: int = chosen.call(chosen)
    return code


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; `call` of what it returns runs the one that was chosen."""
    parser = _Parser(
        prog="lubb",
        description="The Arabic news boilerplate-removal benchmark: which extractor gives the article and nothing but "
        "the article, on which sites, at what cost, and what does it let through?",
        epilog="Begin with: python -m bench run",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name in COMMANDS:
        import_module(f"bench.commands.{name.replace('-', '_')}").add_parser(subparsers)
    return parser


class _Parser(argparse.ArgumentParser):
    """Tells a mistake in one line, as every other is told: the usage would fill a screen above it."""

    def error(self, message: str) -> NoReturn:
        self.exit(BenchError.exit_code, f"lubb: {message}; {self.prog} --help tells more\n")


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: reading metadata takes longer than all the rest of --help."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib import metadata

        try:
            version = metadata.version("lubb")
        except metadata.PackageNotFoundError:
            version = "unknown (not installed)"
        print(f"lubb {version}")
        parser.exit()
