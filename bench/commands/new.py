"""`lubb new`: a plug-in to begin with, which runs at once."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "new",
        help="write a plug-in to begin with",
        description="Write a plug-in that runs at once, with its test and a README, into a new folder. Kinds: python, "
        "a package for this environment; script, one file that names its own dependencies, for an environment of its "
        "own; node, a program in JavaScript; command, any other program.",
    )
    parser.add_argument("name", metavar="NAME", help="what the extractor is called in tables")
    parser.add_argument(
        "--kind", choices=("python", "script", "node", "command"), default="python", help="default: python"
    )
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="the folder to make (default: NAME, here)")
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Write, then print the files and what to type next."""
    import shlex
    from importlib import metadata

    from bench.extract.registry import GROUP
    from bench.new.plugin import write

    taken = {entry.name for entry in metadata.entry_points(group=GROUP)}
    written = write(chosen.name, chosen.kind, chosen.to, taken)
    print(f"{chosen.name}: wrote {', '.join(path.as_posix() for path in written.files)}")
    print("next:")
    spec, folder = shlex.quote(written.spec), shlex.quote(written.folder.as_posix())
    print(f"  python -m bench run --extractor {spec} --extractor trafilatura --split dev --limit 20")
    print(f"  python -m bench check {spec}")
    if chosen.kind == "python":
        print(f"  python -m pip install -e {folder}   # then {chosen.name} is a row of every run")
    else:
        print(f"  python -m bench submit-check {spec}")
    return 0
