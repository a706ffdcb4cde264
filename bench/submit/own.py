"""The steps for each extractor: found, told, locked, and by the conformance suite."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.check.suite import chosen, findings
from bench.check.verdict import Result, Verdict, failed, passed, skipped, warned
from bench.errors import BenchError
from bench.extract import block
from bench.extract.registry import Extractor
from bench.run.on_trial import on_trial
from bench.run.rows import Say, named_rows


def find(spec: str, say: Say) -> tuple[Extractor | None, Verdict]:
    """The extractor, its environment made where that was missing, and whether it can be run."""
    try:
        (row,) = named_rows([spec], say)
    except BenchError as error:
        return None, failed(error.what, error.mend or "do that first")
    if row.extractor is None:
        return None, failed("the harness's own row is no plug-in", "name one that is")
    return row.extractor, passed(f"{row.extractor.name}: {row.extractor.kind}, by {row.extractor.way}")


def told(extractor: Extractor) -> Verdict:
    """A row shows a version and a licence that nobody typed for it."""
    if extractor.version and extractor.licence:
        return passed(f"version {extractor.version}, licence {extractor.licence}")
    missing = " and ".join(what for what in ("version", "licence") if not getattr(extractor, what))
    if extractor.kind == "program":
        keys = " and ".join(f"'{what}'" for what in ("version", "licence") if not getattr(extractor, what))
        return failed(f"no {missing} is known", f"add {keys} to its extractor.toml")
    if extractor.distribution:
        return failed(
            f"{extractor.distribution} says no {missing} in its metadata",
            "give its pyproject.toml both, or ask its authors",
        )
    if extractor.kind == "script" and not block.script(extractor.files[0]).dependencies:
        return warned("it wraps no library, so that its row has no version", "register it in a package, which has one")
    return failed(
        f"no {missing} is known", 'name the library that it wraps: DISTRIBUTION = "…", or register it in a package'
    )


def locked(extractor: Extractor, spec: str) -> Verdict:
    """What it installs is fixed to the last byte, by a file that stands beside it.

    That a lock is the one for its dependencies is seen when the environment is made, which has happened before.
    """
    if extractor.kind == "script":
        wishes = block.script(extractor.files[0])
        if not wishes.dependencies:
            return passed("no dependencies, so nothing to lock")
        if wishes.lock is None:
            return failed("it has dependencies and no lock file", f"python -m bench setup --lock {spec}")
        return passed(f"as {wishes.lock.name} says")
    if extractor.kind == "program" and extractor.folder is not None:
        if (extractor.folder / "package-lock.json").is_file():
            return passed("as package-lock.json says")
        if _node_dependencies(extractor.folder):
            return failed("package.json has dependencies, and there is no package-lock.json", "npm install, and add it")
        return passed("no package-lock.json, so nothing to install")
    return skipped("it runs in the environment that it is installed in")


def _node_dependencies(folder: Path) -> bool:
    try:
        package: Any = json.loads((folder / "package.json").read_bytes())
        return bool(package.get("dependencies"))
    except (OSError, ValueError, AttributeError):
        return False


def conforms(spec: str, say: Say, *, quick: bool) -> Verdict:
    """The conformance suite, as `bench check` makes it; `quick` leaves out its long checks."""
    with on_trial(spec, say) as trial:
        found = list(findings(trial, chosen(quick=quick)))
    bad = [finding for finding in found if finding.verdict.result is Result.FAIL]
    doubtful = [finding.check.id for finding in found if finding.verdict.result is Result.WARN]
    again = f"python -m bench check {spec}"
    if bad:
        ids = ", ".join(finding.check.id for finding in bad)
        return failed(f"{len(bad)} of {len(found)} checks fail: {ids}; {bad[0].verdict.came}", f"see them: {again}")
    if doubtful:
        return warned(f"{len(doubtful)} of {len(found)} checks warn: {', '.join(doubtful)}", f"see them: {again}")
    return passed(f"{len(found)} checks, none fails")
