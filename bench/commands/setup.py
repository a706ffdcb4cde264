"""`lubb setup`: makes the environments that scripts and Node programs run in, before any of them runs."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.extract.registry import Extractor

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

NOTHING_TO_MAKE = "runs without an environment of its own"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one extractor.

    Attributes:
        extractor: as it was named, or its name.
        state: "made", "already made", "not needed", "locked", "removed" or "failed".
        what: what was made, or why not, in one line.
        seconds: how long it took.
    """

    extractor: str
    state: str
    what: str
    seconds: float


def add_parser(subparsers: Subparsers) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "setup",
        help="make the environments of extractors that have their own",
        description="Make what extractors need that do not run in this environment: for a script a Python with its "
        "dependencies, by uv; for a Node program its packages, by npm. Without names, for all registered ones. No code "
        "of a package runs while that is done.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME|FILE.py|FOLDER", help="which (default: all registered)")
    parser.add_argument(
        "--download-python", action="store_true", help="let uv download a Python where none on this machine fits"
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument(
        "--lock", action="store_true", help="write the lock files of scripts anew (FILE.lock.txt), and make nothing"
    )
    action.add_argument("--remove", action="store_true", help="delete the environments instead")
    parser.add_argument("--json", action="store_true", help="print a JSON array, an object an extractor")
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Do it for one after the other, each with its line; 1 when it failed for any."""
    import json
    import sys
    from dataclasses import asdict

    found = _found(chosen.names)
    width = max((len(name) for name, _ in found), default=0)
    outcomes = []
    for name, extractor in found:
        outcome = _outcome(name, extractor, chosen)
        outcomes.append(outcome)
        print(f"{name:{width}}  {_line(outcome)}", file=sys.stderr if chosen.json else sys.stdout, flush=True)
    if chosen.remove and not chosen.names:
        from bench.extract import environments

        environments.remove_all()
    if chosen.json:
        print(json.dumps([asdict(outcome) for outcome in outcomes], ensure_ascii=False, indent=1))
    elif not found:
        print("no registered extractor has an environment of its own")
    return int(any(outcome.state == "failed" for outcome in outcomes))


def _found(names: list[str]) -> list[tuple[str, Extractor]]:
    """Those asked for, each as it was named, or all registered ones that need something."""
    from bench.extract import registry

    if names:
        return [(name, registry.look_up(name)) for name in names]
    return [(found.name, found) for found in registry.installed() if found.kind != "python"]


def _outcome(name: str, extractor: Extractor, chosen: argparse.Namespace) -> Outcome:
    from bench.errors import BenchError

    start = time.monotonic()
    try:
        state, what = _done(name, extractor, chosen)
    except BenchError as error:
        state, what = "failed", str(error)
    return Outcome(name, state, what, round(time.monotonic() - start, 1))


def _done(name: str, extractor: Extractor, chosen: argparse.Namespace) -> tuple[str, str]:
    from bench.errors import BenchError
    from bench.extract import environments, registry, requirements

    if extractor.problem and not extractor.unmade and not extractor.files:
        raise BenchError(extractor.problem)
    file = extractor.files[0] if extractor.kind == "script" else None
    if chosen.lock:
        if file is None:
            raise BenchError("is no script", mend="a Node program is locked by npm install --package-lock-only")
        return "locked", requirements.lock(file, name)
    if chosen.remove:
        count = environments.remove(file, extractor.folder)
        return "removed", f"{count} environment{'s' * (count != 1)}"
    said: list[str] = []
    if file is not None:
        environments.make_script(file, said.append, download=chosen.download_python, name=name)
    elif extractor.folder is not None and environments.node_state(extractor.folder) is not None:
        environments.make_node(extractor.folder, said.append)
    else:
        said.append(NOTHING_TO_MAKE)
    problem = registry.look_up(name).problem if extractor.unmade else extractor.problem
    if problem:
        raise BenchError(problem)
    words = said[-1]
    return {environments.ALREADY: environments.ALREADY, NOTHING_TO_MAKE: "not needed"}.get(words, "made"), words


def _line(outcome: Outcome) -> str:
    if outcome.state in ("made", "locked"):
        return f"{outcome.state}: {outcome.what} ({outcome.seconds:.1f} s)"
    if outcome.state in ("failed", "removed"):
        return f"{outcome.state}: {outcome.what}"
    return outcome.what
