"""Checks that the same page gives the same text, whatever came before it and wherever it runs."""

from __future__ import annotations

from collections.abc import Sequence

from bench.check import pages
from bench.check.answers import difference, failure
from bench.check.trial import Trial
from bench.check.verdict import Check, Result, Verdict, failed, passed, skipped
from bench.check.watch import HASH_SEEDS
from bench.model import Extraction, Page

_SEED = "sort what comes out of a set before it decides anything, and seed what draws at random"
_STATE = "keep nothing from page to page that can change an answer: make anew in extract() what gathers state"


def _compared(one: Extraction, other: Extraction, mend: str) -> Verdict:
    if one.status.failed and other.status.failed:
        return skipped(f"there is nothing to compare: {one.status} both times")
    if (one.status, one.text) == (other.status, other.text):
        return passed("the same text")
    if one.status is not other.status:
        return failed(f"{_told(one)}, then {_told(other)}", mend)
    return failed(f"another text: {difference(one.text, other.text)}", mend)


def _told(answer: Extraction) -> str:
    return f"{answer.status} ({answer.detail})" if answer.detail else str(answer.status)


def _twice(trial: Trial) -> Verdict:
    return _compared(trial.ask(pages.ORDINARY), trial.ask(pages.ORDINARY), _STATE)


def _fresh(trial: Trial) -> Verdict:
    return _compared(trial.ordinary, trial.forwards[0], "nothing may depend on the process: no time, no process id")


def _seed(trial: Trial) -> Verdict:
    if trial.extractor.kind != "python":
        return skipped("only a Python plug-in can be started with another seed")
    if _fresh(trial).result is Result.FAIL:
        return skipped("a new process gives another text with the same seed: see fresh-process")
    asked = (pages.ORDINARY, pages.SECOND)
    for seed in HASH_SEEDS:
        watched = trial.watched if seed == HASH_SEEDS[0] else trial.seeded(seed)
        if watched.problem:
            return skipped(watched.problem)
        verdict = _all_compared(asked, trial.forwards, watched.answers[1:], _SEED)
        if verdict.result is not Result.PASS:
            return verdict
    return passed("the same text")


def _all_compared(
    asked: Sequence[Page], some: Sequence[Extraction], others: Sequence[Extraction], mend: str
) -> Verdict:
    """The first page on which two processes differ; skipped when there is no page to compare."""
    verdicts = [_compared(one, other, mend) for one, other in zip(some, others, strict=False)]
    for page, verdict in zip(asked, verdicts, strict=True):
        if verdict.result is Result.FAIL:
            return failed(f"{page.url.rpartition('/')[2]}: {verdict.came}", mend)
    return next((verdict for verdict in verdicts if verdict.result is Result.PASS), verdicts[0])


def _order(trial: Trial) -> Verdict:
    asked = [pages.ORDINARY, pages.SECOND, pages.THIRD]
    return _all_compared(asked, trial.forwards, trial.fresh(asked[::-1])[::-1], _STATE)


def _after_odd(trial: Trial) -> Verdict:
    before = trial.forwards[0]
    odd = [make() for make in (pages.empty, pages.frameset, pages.no_body, pages.nul, pages.xhtml)]
    for page in odd:
        trial.ask(page)
    verdict = _compared(before, trial.ask(pages.ORDINARY), _STATE)
    if verdict.result is not Result.PASS:
        return verdict
    # And where they come first: some of them hold the article, and what learns from page to page has not seen it yet.
    return _compared(before, trial.fresh([*odd, pages.ORDINARY])[-1], _STATE)


def _address(trial: Trial) -> Verdict:
    first, second = trial.ordinary, trial.ask(pages.MOVED)
    if first.status.failed:
        return skipped(f"there is nothing to compare: {first.status} the first time")
    if (verdict := failure(second, odd=False)) is not None:
        return verdict
    if second.text != first.text:
        return passed("another text")
    if not first.text:
        return skipped("there is nothing to compare: empty both times")
    return failed("the text of the first", "keep no answers: what a page is cannot be told by its address")


CHECKS = (
    Check("twice", "extracted the same page twice in one process", _twice),
    Check("same-address", "extracted another article under an address that was seen before", _address),
    Check("fresh-process", "extracted the same page in a new process", _fresh),
    Check("hash-seed", f"extracted two pages in a Python with each of {len(HASH_SEEDS)} other hash seeds", _seed),
    Check("order", "extracted three pages in one order, and in another process in the other", _order),
    Check(
        "after-odd", "extracted an ordinary page after an empty one, a frameset, one with NULs and others", _after_odd
    ),
)
