"""`lubb check`: whether an extractor keeps the contract, whatever document it is handed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.arguments import seconds

if TYPE_CHECKING:
    from bench.check.verdict import Check

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "check",
        help="check that an extractor keeps the contract",
        description="Hand an extractor ordinary, odd and large documents, in the sandbox, and say what it does that "
        "breaks the contract (fail) or costs it points (warn), and how to mend it. docs/conformance.md has every "
        "check. Exit code 1 when one fails.",
    )
    parser.add_argument(
        "extractor", nargs="*", metavar="NAME|FILE.py|extractor.toml", help="what to check, named as for lubb run"
    )
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="only this check; repeatable")
    parser.add_argument("--quick", action="store_true", help="leave out the long ones: large pages, memory, time")
    parser.add_argument("--strict", action="store_true", help="a warning is a failure")
    parser.add_argument("--timeout", type=seconds, metavar="SECONDS", help="deadline for each page (default: 30)")
    parser.add_argument(
        "--pages", type=Path, metavar="FOLDER", help="instead: write the documents of the checks there, to try them"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--hostile",
        action="store_true",
        help="instead: run the hostile plug-ins of this checkout at every level of sandbox, and compare statuses",
    )
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Check, print, and tell by the exit code."""
    from bench.errors import BenchError

    if chosen.hostile:
        if chosen.extractor:
            raise BenchError("--hostile has plug-ins of its own", mend="name an extractor, or give --hostile")
        return _hostile(as_json=chosen.json)
    from bench.check.suite import chosen as checks

    if chosen.pages is not None:
        return _write(chosen.pages, checks(chosen.only, quick=chosen.quick))
    if not chosen.extractor:
        raise BenchError("there is no extractor to check", mend="name one: python -m bench check trafilatura")
    return _check(chosen, checks(chosen.only, quick=chosen.quick))


def _write(folder: Path, checks: list[Check]) -> int:
    from bench.errors import BenchError

    made = [(check.id, check.page().raw) for check in checks if check.page is not None]
    if not made:
        raise BenchError("these checks have no document of their own", mend="name others by --only, or none")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, raw in made:
            (folder / f"{name}.html").write_bytes(raw)
    except OSError as error:
        raise BenchError(f"it cannot be written: {error.strerror}", where=str(folder), mend="name another") from error
    print(f"{len(made)} documents in {folder}")
    return 0


def _check(chosen: argparse.Namespace, checks: list[Check]) -> int:
    import json
    import sys

    from bench.check import show
    from bench.check.suite import findings
    from bench.check.verdict import Result
    from bench.extract.worker import Limits
    from bench.run.on_trial import on_trial
    from bench.run.place import lubb_version

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    limits = Limits(chosen.timeout or Limits().timeout_s)
    # All are found before the first is checked: a mistyped name is told at once.
    trials = [on_trial(spec, say, limits) for spec in chosen.extractor]
    told = []
    bad = False
    for number, trial in enumerate(trials):
        with trial:
            if not chosen.json:
                print(f"{chr(10) if number else ''}{show.head(trial)}", flush=True)
            found = []
            for finding in findings(trial, checks):
                found.append(finding)
                if not chosen.json:
                    print(show.row(finding), flush=True)
        worst = show.worst(found)
        bad |= worst is Result.FAIL or (chosen.strict and worst is Result.WARN)
        told.append(show.as_json(trial, found))
        if not chosen.json:
            print("\n".join([show.count(found), *show.explained(found)]), flush=True)
    if chosen.json:
        whole = {"schema": show.SCHEMA, "lubb": lubb_version(), "extractors": told}
        print(json.dumps(whole, ensure_ascii=False, indent=1))
    return 1 if bad else 0


def _hostile(*, as_json: bool) -> int:
    import json
    from itertools import groupby

    from bench.check import hostile, show

    tests = hostile.folder()
    cases = hostile.cases(tests)
    levels = hostile.levels()
    width = max(len(case.name) for case in cases)
    found = []
    if not as_json:
        print(show.hostile_head(levels, width))
    for _, group in groupby(hostile.outcomes(cases, tests, levels), key=lambda outcome: outcome.case):
        of_case = list(group)
        found += of_case
        if not as_json:
            print(show.hostile_row(of_case, width), flush=True)
    if as_json:
        print(json.dumps(show.hostile_json(found, levels), ensure_ascii=False, indent=1))
    else:
        print("\n".join(show.hostile_foot(found, levels)))
    return 1 if any(outcome.wrong for outcome in found) else 0
