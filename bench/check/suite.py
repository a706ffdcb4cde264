"""All checks, in the order in which they are made and shown."""

from __future__ import annotations

import difflib
import time
from collections.abc import Iterator, Sequence

from bench.check import answers, growth, manners, steady
from bench.check.trial import Trial
from bench.check.verdict import Check, Finding
from bench.errors import BenchError

CHECKS: tuple[Check, ...] = (*answers.CHECKS, *steady.CHECKS, *manners.CHECKS, *growth.CHECKS)


def chosen(only: Sequence[str] = (), *, quick: bool = False) -> list[Check]:
    """The checks to make.

    Args:
        only: their ids; none means all.
        quick: leave out the long ones, but for those that `only` names.

    Raises:
        BenchError: there is no such check.
    """
    known = [check.id for check in CHECKS]
    for name in only:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
            raise BenchError(f"there is no check {name!r}", mend=hint)
    return [check for check in CHECKS if (check.id in only if only else not (quick and check.long))]


def findings(trial: Trial, checks: Sequence[Check]) -> Iterator[Finding]:
    """Make them one after the other."""
    for check in checks:
        yield finding(trial, check)


def finding(trial: Trial, check: Check) -> Finding:
    """Make one."""
    start = time.monotonic()
    verdict = check.look(trial)
    return Finding(check, verdict, time.monotonic() - start)
