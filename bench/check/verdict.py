"""What a check is, and what can come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.check.trial import Trial
    from bench.model import Page


class Result(StrEnum):
    """PASS; WARN: allowed, but it costs; FAIL: the contract is broken; SKIPPED: it could not be looked at."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one check.

    Attributes:
        result: see `Result`.
        came: what came back, or why nothing was looked at, in one line.
        mend: what to do about it; "" unless it warns or fails.
    """

    result: Result
    came: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at.

    Attributes:
        id: as `--only` names it.
        did: what is done, in one sentence in the past tense without a full stop.
        look: does it.
        long: left out by `--quick`.
        page: makes the document that it is about, for whoever wants to see it; None where there are several.
    """

    id: str
    did: str
    look: Callable[[Trial], Verdict]
    long: bool = False
    page: Callable[[], Page] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A check, what came of it, and the seconds it took."""

    check: Check
    verdict: Verdict
    seconds: float


def passed(came: str) -> Verdict:
    """All is well."""
    return Verdict(Result.PASS, came)


def warned(came: str, mend: str) -> Verdict:
    """Allowed, but it costs."""
    return Verdict(Result.WARN, came, mend)


def failed(came: str, mend: str) -> Verdict:
    """The contract is broken."""
    return Verdict(Result.FAIL, came, mend)


def skipped(why: str) -> Verdict:
    """It could not be looked at."""
    return Verdict(Result.SKIPPED, why)
