"""The steps that run: over the dev sites, twice, and nothing is written where it does not belong."""

from __future__ import annotations

import os
import tempfile
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from bench.check.verdict import Verdict, failed, passed, warned
from bench.errors import BenchError
from bench.extract.sandbox import probe
from bench.model import Split
from bench.run.plan import Plan
from bench.run.progress import Progress, Quiet
from bench.run.records import Record
from bench.run.request import Request, carry_out
from bench.run.rows import Say

# What tools leave behind in any folder, and what git keeps.
_PASSED_OVER = frozenset({".git", ".venv", "node_modules", "__pycache__", ".hypothesis", ".benchmarks"})


@dataclass(frozen=True, slots=True)
class Setting:
    """How much is done.

    Attributes:
        corpus: the folder of one; None for that which comes with Lubb.
        limit: at most so many pages of it.
        quick: leave out the long checks of the conformance suite.
    """

    corpus: Path | None = None
    limit: int | None = None
    quick: bool = False


def run(specs: tuple[str, ...], setting: Setting, say: Say) -> tuple[Verdict, Verdict]:
    """Both runs over the dev sites: whether anything failed, and whether the texts were the same.

    Test sites are left alone: whoever looks at how an extractor does on them begins to tune on them.
    """
    level = probe().level
    with tempfile.TemporaryDirectory(prefix="lubb-submit-") as name:
        first, second = (_once(specs, setting, Path(name) / turn, level != "none", say) for turn in ("one", "two"))
    bad = [record for record in first if record.status.failed]
    again = f"python -m bench run --split dev --strict {' '.join(f'--extractor {spec}' for spec in specs)}"
    if bad:
        worst = bad[0]
        verdict = failed(
            f"{len(bad)} of {len(first)} extractions failed, first {worst.extractor} on {worst.page}: "
            f"{worst.status}{f' ({worst.detail})' if worst.detail else ''}",
            f"see them: {again}",
        )
    elif level == "none":
        verdict = warned(
            f"{len(first)} extractions, none failed, but in no sandbox, for none works here",
            "install bubblewrap: with it a plug-in sees no network, and writes nowhere but in its scratch folder",
        )
    else:
        verdict = passed(f"{len(first)} extractions in {level}, none failed")
    other = {record.key: record.text for record in second}
    changed = [record for record in first if other.get(record.key) != record.text]
    if changed:
        one = changed[0]
        return verdict, failed(
            f"{len(changed)} of {len(first)} texts are others the second time, first {one.extractor} on {one.page}",
            "seed what draws numbers, sort what comes out of a set, keep nothing from page to page",
        )
    return verdict, passed(f"{len(first)} texts, the same in both runs")


def _once(specs: tuple[str, ...], setting: Setting, out: Path, fenced: bool, say: Say) -> tuple[Record, ...]:
    request = Request(
        corpus=setting.corpus,
        extractors=specs,
        split=Split.DEV.value,
        limit=setting.limit,
        fresh=True,
        out=out,
        require_sandbox=fenced,
    )
    kept = os.environ.get("LUBB_CACHE")
    os.environ["LUBB_CACHE"] = str(out / "cache")  # the user's own cache is no business of a trial
    try:
        return tuple(carry_out(request, _quiet, say).records)
    finally:
        if kept is None:
            del os.environ["LUBB_CACHE"]
        else:
            os.environ["LUBB_CACHE"] = kept


def _quiet(_: Plan) -> AbstractContextManager[Progress]:
    return nullcontext(Quiet())


Seen = dict[Path, tuple[int, int]]


def seen(place: Path) -> Seen:
    """Size and time of each file below a folder.

    Raises:
        BenchError: it cannot be read.
    """
    found: Seen = {}
    try:
        for top, folders, files in os.walk(place):
            folders[:] = [name for name in folders if name not in _PASSED_OVER and not name.endswith("_cache")]
            for name in files:
                facts = (Path(top) / name).lstat()
                found[Path(top) / name] = facts.st_size, facts.st_mtime_ns
    except OSError as error:
        raise BenchError(f"cannot be read: {error.strerror}", where=str(error.filename or place)) from None
    return found


def untouched(place: Path, before: Seen) -> Verdict:
    """Nothing below the folder is new, changed or gone."""
    after = seen(place)
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    if changed:
        names = ", ".join(str(path.relative_to(place)) for path in changed[:3])
        return failed(
            f"{len(changed)} files changed while it was tried: {names}{' …' if len(changed) > 3 else ''}",
            "an extractor writes into its scratch folder (TMPDIR) only; if it was you, once more",
        )
    return passed(f"{len(before)} files, as they were")
