"""All that CI does for a submitted plug-in, step by step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.check.verdict import Verdict, failed, skipped
from bench.errors import BenchError
from bench.run.rows import Say
from bench.submit import checkout, own, trial_run
from bench.submit.submission import Submission
from bench.submit.trial_run import Setting

# In the order in which they are made, with what each is about.
OWN = {
    "found": "it is found, and can be run",
    "told": "its version and licence are known",
    "locked": "what it installs is fixed by a lock file",
    "check": "it passes the conformance suite",
}
RUN = {"run": "it fails on no page of the dev sites", "same": "a second run gives the same texts"}
UNTOUCHED = {"untouched": "nothing was written into its folder"}
CHECKOUT = {
    "belongs": "the change holds what a row needs and no more",
    "tested": "the tests of the baselines name it, and pass",
    "listed": "the table in the docs has it",
    "styled": "ruff and mypy are content",
}
ABOUT = {**OWN, **RUN, **UNTOUCHED, **CHECKOUT}


@dataclass(frozen=True, slots=True)
class Step:
    """One step and what came of it.

    Attributes:
        id: one of ABOUT.
        extractor: which it is about; "" for all of them.
        verdict: what came of it.
        seconds: how long it took.
    """

    id: str
    extractor: str
    verdict: Verdict
    seconds: float


def steps(submission: Submission, setting: Setting, say: Say) -> Iterator[Step]:
    """Make them one after the other; what stands on one that failed is skipped."""
    before = trial_run.seen(submission.place) if submission.place else None
    runnable = True
    for spec in submission.specs:
        for step in _own(spec, setting, say):
            runnable &= step.id != "found" or step.verdict.result != "fail"
            yield step
    yield from _runs(submission, setting, say, runnable=runnable)
    place = submission.place
    if place is not None and before is not None:
        yield _made("untouched", lambda: trial_run.untouched(place, before))
    if place is not None and submission.base:
        yield _made("belongs", lambda: checkout.belongs(submission))
        yield _made("tested", lambda: checkout.tested(submission, place))
        yield _made("listed", lambda: checkout.listed(submission, place))
        yield _made("styled", lambda: checkout.styled(submission, place))


def _own(spec: str, setting: Setting, say: Say) -> Iterator[Step]:
    start = time.monotonic()
    extractor, verdict = own.find(spec, say)
    yield Step("found", spec, verdict, time.monotonic() - start)
    if extractor is None:
        for name in [name for name in OWN if name != "found"]:
            yield Step(name, spec, skipped("it cannot be run"), 0.0)
        return
    yield _made("told", lambda: own.told(extractor), extractor.name)
    yield _made("locked", lambda: own.locked(extractor, spec), extractor.name)
    yield _made("check", lambda: own.conforms(spec, say, quick=setting.quick), extractor.name)


def _runs(submission: Submission, setting: Setting, say: Say, *, runnable: bool) -> Iterator[Step]:
    if not runnable:
        yield from (Step(name, "", skipped("not all of them can be run"), 0.0) for name in RUN)
        return
    start = time.monotonic()
    try:
        verdicts = trial_run.run(submission.specs, setting, say)
    except BenchError as error:
        verdicts = failed(error.what, error.mend), skipped("the first run failed")
    seconds = (time.monotonic() - start) / len(verdicts)
    yield from (Step(name, "", verdict, seconds) for name, verdict in zip(RUN, verdicts, strict=True))


def _made(name: str, look: Callable[[], Verdict], extractor: str = "") -> Step:
    start = time.monotonic()
    try:
        verdict = look()
    except BenchError as error:
        verdict = failed(f"{error.where}: {error.what}" if error.where else error.what, error.mend)
    return Step(name, extractor, verdict, time.monotonic() - start)
