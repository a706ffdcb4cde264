"""Checks that the same page gives the same text, whatever came before it and wherever it runs."""

from __future__ import annotations

from collections.abc import Callable

from bench.check import pages
from bench.check.answers import difference
from bench.check.trial import Trial
from bench.check.verdict import Check, Verdict, failed, passed, skipped
from bench.model import Extraction, Page

_SEED = "sort what comes out of a set before it decides anything, and seed what draws at random"
_STATE = "keep nothing from page to page that can change an answer: make anew in extract() what gathers state"


def _compared(one: Extraction, other: Extraction, mend: str, came: str = "the same text") -> Verdict:
    if one.status.failed and other.status.failed:
        return skipped(f"there is nothing to compare: {one.status} both times")
    if (one.status, one.text) == (other.status, other.text):
        return passed(came)
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
    watched = trial.watched
    if watched.problem:
        return skipped(watched.problem)
    text = watched.texts[0]
    if text is None or trial.ordinary.status.failed:
        return skipped("there is no answer to compare")
    if text.strip() == trial.ordinary.text.strip():
        return passed("the same text")
    return failed(f"another text: {difference(trial.ordinary.text, text)}", _SEED)


def _order(trial: Trial) -> Verdict:
    asked = [pages.ORDINARY, pages.SECOND, pages.THIRD]
    backwards = trial.fresh(asked[::-1])[::-1]
    for page, one, other in zip(asked, trial.forwards, backwards, strict=True):
        verdict = _compared(one, other, _STATE)
        if verdict.result not in ("pass", "skipped"):
            return failed(f"{page.url.rpartition('/')[2]}: {verdict.came}", verdict.mend)
    return passed("the same three texts")


def _after_odd(trial: Trial) -> Verdict:
    before = trial.forwards[0]
    odd: tuple[Callable[[], Page], ...] = (
        pages.empty,
        pages.frameset,
        pages.no_body,
        pages.nul,
        pages.xhtml,
    )
    for make in odd:
        trial.ask(make())
    return _compared(before, trial.ask(pages.ORDINARY), _STATE)


def _address(trial: Trial) -> Verdict:
    first, second = trial.ordinary, trial.ask(pages.MOVED)
    if (second.status, second.text) != (first.status, first.text):
        return passed("another text")
    if not first.text:
        return skipped(f"there is nothing to compare: {first.status} both times")
    return failed("the text of the first", "keep no answers: what a page is cannot be told by its address")


CHECKS = (
    Check("twice", "extracted the same page twice in one process", _twice),
    Check("same-address", "extracted another article under an address that was seen before", _address),
    Check("fresh-process", "extracted the same page in a new process", _fresh),
    Check("hash-seed", "extracted the same page in a Python with another hash seed", _seed),
    Check("order", "extracted three pages in one order, and in another process in the other", _order),
    Check(
        "after-odd", "extracted an ordinary page after an empty one, a frameset, one with NULs and others", _after_odd
    ),
)
