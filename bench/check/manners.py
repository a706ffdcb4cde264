"""Checks of what an extractor does beside answering: it prints, asks the network, writes, changes what it was handed.

A Python plug-in is watched from within (`bench.check.watched`). A script or a program cannot be: there the sandbox
keeps it from doing what these checks look for, and they say so.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.check import pages
from bench.check.trial import Trial
from bench.check.verdict import Check, Verdict, failed, passed, skipped, warned
from bench.model import Status

_SHOWN = 3


def _unwatched(trial: Trial, what: str) -> Verdict | None:
    """Why there is nothing to look at, or None."""
    if trial.extractor.kind != "python":
        level = trial.fence.level
        if level == "none":
            return skipped(f"{what} cannot be seen from outside, and no sandbox works on this machine")
        return skipped(f"not watched: the sandbox ({level}) keeps it from that")
    return skipped(trial.watched.problem) if trial.watched.problem else None


def _prints(trial: Trial) -> Verdict:
    if trial.extractor.kind == "program":
        for page in (pages.ORDINARY, pages.SECOND):
            answer = trial.ask(page)
            if answer.status is Status.CRASH and not answer.detail.startswith("it wrote "):
                return skipped(f"it did not answer: {answer.detail}")
            if answer.status is Status.CRASH:
                return failed(answer.detail, "print to standard error: standard output is for answers, a line each")
        return passed("nothing but answers on standard output")
    if trial.extractor.kind == "script":
        return skipped("what a script prints goes nowhere: its answers go another way")
    watched = trial.watched
    if watched.problem:
        return skipped(watched.problem)
    if not watched.printed:
        return passed("nothing")
    return warned(
        f"{watched.printed:,} bytes on standard output: {watched.print_start}",
        "log to standard error, or not at all: here it goes nowhere, elsewhere into somebody's output",
    )


def _network(trial: Trial) -> Verdict:
    if (verdict := _unwatched(trial, "the network")) is not None:
        return verdict
    if trial.watched.network:
        return failed(
            f"it asked for {_listed(trial.watched.network)}",
            "there is no network in a run: turn downloads off, and put what has to be there into the package",
        )
    return _nothing(trial)


def _writes(trial: Trial) -> Verdict:
    if (verdict := _unwatched(trial, "a file that is written")) is not None:
        return verdict
    if trial.watched.writes:
        return failed(
            f"it wrote to {_listed(trial.watched.writes)}",
            "only the folder in TMPDIR (also HOME and the working folder) can be written in a run: use tempfile",
        )
    return _nothing(trial)


def _nothing(trial: Trial) -> Verdict:
    if programs := trial.watched.programs:
        return passed(f"nothing of its own; it starts {_listed(programs)}, which is not seen here")
    return passed("nothing")


def _listed(words: Sequence[str]) -> str:
    more = len(words) - _SHOWN
    return ", ".join(words[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _unchanged(trial: Trial) -> Verdict:
    if trial.extractor.kind != "python":
        return skipped("a script or program is handed a copy of its own")
    if trial.watched.problem:
        return skipped(trial.watched.problem)
    if trial.watched.changed:
        return failed(
            f"{', '.join(trial.watched.changed)} was another thing after the call", "work on a variable of your own"
        )
    return passed("unchanged")


CHECKS = (
    Check("no-print", "looked at standard output while two pages were extracted", _prints),
    Check(
        "no-network",
        "looked for connections and look-ups of names, at import and while two pages were extracted",
        _network,
    ),
    Check(
        "no-writes",
        "looked for files written outside the scratch folder, at import and while two pages were extracted",
        _writes,
    ),
    Check("input-unchanged", "compared the page that was handed in before and after the call", _unchanged),
)
