"""The conformance suite as a pytest class, for the repository of whoever writes an extractor. No plug-in is needed.

from bench.testing import ExtractorConformance


class TestMine(ExtractorConformance):
    extractor = "../mine.py"
"""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from bench.check.suite import CHECKS, finding
from bench.check.trial import Trial
from bench.check.verdict import Check, Result
from bench.errors import BenchError
from bench.extract.worker import Limits
from bench.run.on_trial import on_trial


class ConformanceWarning(UserWarning):
    """An extractor does what is allowed, but costs it.

    `-W error::bench.testing.ConformanceWarning` makes a failure of it.
    """


class ExtractorConformance:
    """One test a check of `python -m bench check`, which docs/conformance.md describes one by one.

    Attributes:
        extractor: as `lubb run --extractor` takes it; a path is looked for beside the file of the subclass first.
        quick: leave out the long checks: large pages, memory, time.
        timeout_s: the deadline for each page, in seconds.
    """

    extractor: ClassVar[str] = ""
    quick: ClassVar[bool] = False
    timeout_s: ClassVar[float] = 30.0

    @pytest.fixture(scope="class")
    @classmethod
    def lubb_trial(cls) -> Iterator[Trial]:
        """The extractor in its sandbox, one process for the whole class."""
        problem = ""
        try:
            with on_trial(_spec(cls), print, Limits(cls.timeout_s)) as trial:
                yield trial
        except BenchError as error:
            problem = str(error)
        if problem:  # not within the handler, or pytest would tell it twice
            pytest.fail(problem, pytrace=False)

    @pytest.mark.parametrize("check", [pytest.param(check, id=check.id) for check in CHECKS])
    def test_conforms(self, check: Check, lubb_trial: Trial, record_property: Callable[[str, object], None]) -> None:
        """Fails when the contract is broken; warns of what costs; skips what could not be looked at."""
        if check.long and self.quick:
            pytest.skip("left out: quick")
        verdict = finding(lubb_trial, check).verdict
        for name, value in (("result", verdict.result.value), ("came", verdict.came), ("mend", verdict.mend)):
            record_property(f"lubb_{name}", value)
        if verdict.result is Result.SKIPPED:
            pytest.skip(verdict.came)
        words = f"{check.id}\n  done: {check.did}\n  came: {verdict.came}\n  mend: {verdict.mend}"
        if verdict.result is Result.FAIL:
            pytest.fail(words, pytrace=False)
        if verdict.result is Result.WARN:
            warnings.warn(words, ConformanceWarning, stacklevel=1)


def _spec(of_class: type[ExtractorConformance]) -> str:
    """The extractor's name, or its path where one stands beside the class's file."""
    if not of_class.extractor:
        raise BenchError(f"{of_class.__name__} names no extractor", mend='set extractor = "path/to/mine.py" in it')
    path, _, function = of_class.extractor.partition(":")
    beside = Path(inspect.getfile(of_class)).parent / path
    # A bare name may be a folder's too: "mine" is the entry point, "./mine" the folder.
    if re.search(r"[/.]", path) and beside.exists():
        return f"{beside.resolve()}:{function}" if function else str(beside.resolve())
    return of_class.extractor
