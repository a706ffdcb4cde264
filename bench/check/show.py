"""Findings and outcomes in words: lines for a terminal, plain values for JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bench.check.hostile import Outcome
from bench.check.suite import CHECKS
from bench.check.trial import Trial
from bench.check.verdict import Finding, Result
from bench.extract.sandbox import LEVELS, Level
from bench.extract.wire import line

SCHEMA = 1
_WIDTH = max(len(check.id) for check in CHECKS)
_RESULT_WIDTH = max(len(result) for result in Result)
_SHOWN = 72


def head(trial: Trial) -> str:
    """Who is on trial, and behind what."""
    extractor = trial.extractor
    name = f"{extractor.name} {extractor.version}".strip()
    level = trial.fence.level
    return f"{name} ({extractor.kind}, {extractor.way}), {'no sandbox' if level == 'none' else f'sandbox: {level}'}"


def row(found: Finding) -> str:
    """One finding in one line."""
    verdict = found.verdict
    return f"  {found.check.id:{_WIDTH}}  {verdict.result:{_RESULT_WIDTH}}  {line(verdict.came, _SHOWN)}"


def count(found: Sequence[Finding]) -> str:
    """How many of which kind, and how long it took."""
    results = Counter(finding.verdict.result for finding in found)
    told = ", ".join(f"{results[result]} {result}" for result in Result if results[result])
    return f"{len(found)} checks in {sum(finding.seconds for finding in found):.0f} s: {told}"


def explained(found: Sequence[Finding]) -> Iterator[str]:
    """What each failure and each warning was about, failures first."""
    for result in (Result.FAIL, Result.WARN):
        for finding in found:
            if finding.verdict.result is result:
                yield ""
                yield f"{result}: {finding.check.id}"
                yield f"  done: {finding.check.did}"
                yield f"  came: {finding.verdict.came}"
                yield f"  mend: {finding.verdict.mend}"
                if finding.check.page is not None:
                    yield f"  page: python -m bench check --pages FOLDER --only {finding.check.id} writes it"


def worst(found: Sequence[Finding]) -> Result:
    """The worst result of them all; what was skipped does not count."""
    results = {finding.verdict.result for finding in found}
    return next((result for result in (Result.FAIL, Result.WARN) if result in results), Result.PASS)


def as_json(trial: Trial, found: Sequence[Finding]) -> dict[str, Any]:
    """One extractor's findings."""
    extractor = trial.extractor
    return {
        "extractor": extractor.name,
        "version": extractor.version,
        "licence": extractor.licence,
        "kind": extractor.kind,
        "way": extractor.way,
        "digest": extractor.digest,
        "sandbox": trial.fence.level,
        "result": worst(found).value,
        "checks": [
            {
                "id": finding.check.id,
                "result": finding.verdict.result.value,
                "did": finding.check.did,
                "came": finding.verdict.came,
                "mend": finding.verdict.mend,
                "seconds": round(finding.seconds, 3),
            }
            for finding in found
        ],
    }


def hostile_head(levels: Sequence[Level], width: int) -> str:
    """The names of the columns."""
    return f"{'plug-in':{width}}  {'kind':7}  {'expected':9}  {'  '.join(f'{level:10}' for level in levels)}".rstrip()


def hostile_row(of_case: Sequence[Outcome], width: int) -> str:
    """One hostile plug-in at all levels; what is not as expected is in brackets."""
    case = of_case[0].case
    cells = "  ".join(f"{f'[{o.status}]' if o.wrong else o.status:10}" for o in of_case)
    return f"{case.name:{width}}  {case.kind:7}  {case.status:9}  {cells}".rstrip()


def hostile_foot(found: Sequence[Outcome], levels: Sequence[Level]) -> Iterator[str]:
    """How many were as expected, which levels do not work here, and what was wrong, a line each."""
    wrong = [outcome for outcome in found if outcome.wrong]
    left = sum(outcome.left for outcome in found)
    yield ""
    yield f"{len(found) - len(wrong)} of {len(found)} as expected, {left} processes left"
    if missing := [level for level in LEVELS if level not in levels]:
        yield f"not tried, since it does not work on this machine: {', '.join(missing)}"
    for outcome in wrong:
        yield f"  {outcome.case.name} ({outcome.case.kind}) at {outcome.level}: {outcome.wrong}"


def hostile_json(found: Sequence[Outcome], levels: Sequence[Level]) -> dict[str, Any]:
    """All outcomes."""
    return {
        "schema": SCHEMA,
        "levels": list(levels),
        "cases": [
            {
                "name": outcome.case.name,
                "kind": outcome.case.kind,
                "level": outcome.level,
                "status": outcome.status,
                "expected": outcome.case.status.value,
                "detail": outcome.detail,
                "left": outcome.left,
                "wrong": outcome.wrong,
            }
            for outcome in found
        ],
    }
