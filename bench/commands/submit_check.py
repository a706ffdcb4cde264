"""`lubb submit-check`: all that CI does for a submitted plug-in, in one command."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bench.commands.arguments import add_corpus, add_limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.submit.steps import Step

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

SCHEMA = 1


def add_parser(subparsers: Subparsers) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "submit-check",
        help="do for a plug-in what CI will do",
        description="Do for a plug-in what CI will do: it is found, its version and licence are known, what it "
        "installs is locked, it passes the conformance suite, and two runs over the dev sites fail on no page and "
        "give the same texts. Without a name: the rows of this checkout that the main branch has not, with their "
        "tests, docs and style. Exit code 1 when a step fails.",
    )
    parser.add_argument(
        "plugin",
        nargs="?",
        metavar="FOLDER|FILE.py|NAME",
        help="a folder with pyproject.toml or extractor.toml, a file, or an installed name (default: what is new here)",
    )
    parser.add_argument("--base", metavar="COMMIT", help="what this checkout is compared with (default: origin/main)")
    add_corpus(parser)
    add_limit(parser)
    parser.add_argument("--quick", action="store_true", help="leave out the long checks; CI does not")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Make the steps, print each as it is done, and explain what is not well."""
    import sys

    from bench.errors import BenchError
    from bench.submit.steps import ABOUT, steps
    from bench.submit.submission import named, of_checkout
    from bench.submit.trial_run import Setting

    if chosen.plugin and chosen.base:
        raise BenchError("--base is for what is new in this checkout", mend="name a plug-in, or give --base")
    submission = named(chosen.plugin) if chosen.plugin else of_checkout(chosen.base)
    width = max(map(len, submission.specs))
    found = []
    for step in steps(
        submission,
        Setting(chosen.corpus, chosen.limit, chosen.quick),
        lambda line: print(line, file=sys.stderr, flush=True),
    ):
        found.append(step)
        if not chosen.json:
            print(_row(step, width, len(submission.specs) > 1), flush=True)
    if chosen.json:
        print(_as_json(found))
    else:
        print("\n".join(_explained(found, ABOUT)))
    return int(any(step.verdict.result == "fail" for step in found))


def _row(step: Step, width: int, several: bool) -> str:
    who = f"{step.extractor:{width}}  " if several else ""
    return f"{step.id:9}  {who}{step.verdict.result:7}  {step.verdict.came}"


def _explained(found: Sequence[Step], about: dict[str, str]) -> Iterator[str]:
    for step in found:
        if step.verdict.mend:
            who = f"{step.extractor}: " if step.extractor else ""
            yield f"\n{step.verdict.result}: {who}{about[step.id]}?"
            yield f"  came: {step.verdict.came}\n  mend: {step.verdict.mend}"
    results = [step.verdict.result.value for step in found]
    told = ", ".join(f"{results.count(result)} {result}" for result in dict.fromkeys(results))
    yield f"\n{len(found)} steps in {sum(step.seconds for step in found):.0f} s: {told}"
    yield "not yet fit to be submitted" if "fail" in results else "fit to be submitted"


def _as_json(found: Sequence[Step]) -> str:
    import json

    from bench.run.place import lubb_version

    listed = [
        {
            "step": step.id,
            "extractor": step.extractor,
            "result": step.verdict.result.value,
            "came": step.verdict.came,
            "mend": step.verdict.mend,
            "seconds": round(step.seconds, 3),
        }
        for step in found
    ]
    fit = all(step.verdict.result != "fail" for step in found)
    return json.dumps(
        {"schema": SCHEMA, "lubb": lubb_version(), "fit": fit, "steps": listed}, ensure_ascii=False, indent=1
    )
