"""The rows of a run: the extractors that were asked for, and the harness's own."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.errors import BenchError
from bench.extract import registry
from bench.extract.packages import licence
from bench.extract.registry import Extractor
from bench.run.place import lubb_version
from bench.run.plan import ExtractorInfo

ORACLE = "oracle"
HARNESS = "harness"
OUTPUTS = "outputs"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One extractor of a run. `extractor` is None for the oracle, which no plug-in could be: it reads gold."""

    info: ExtractorInfo
    extractor: Extractor | None


def oracle() -> Row:
    """The ceiling: the text of the content regions, which must score 1 everywhere."""
    info = ExtractorInfo(
        name=ORACLE,
        version=lubb_version(),
        licence=licence("lubb"),
        distribution="lubb",
        options="the text of the content regions",
        way=HARNESS,
        digest="oracle1",
    )
    return Row(info, None)


def all_rows(make: Say | None = None) -> list[Row]:
    """The oracle and every installed extractor; those that cannot be run carry their problem.

    Args:
        make: environments that are missing are made, and what is done is told here; without it none is made.
    """
    return [oracle(), *(_row(_made(extractor, make)) for extractor in registry.installed())]


def named_rows(specs: Sequence[str], make: Say | None = None) -> list[Row]:
    """The extractors named, in that order; `make` as for `all_rows`.

    Raises:
        BenchError: one is unknown or cannot be run, or two have one name.
    """
    rows = [oracle() if spec == ORACLE else _row(_made(registry.look_up(spec), make)) for spec in specs]
    for row in rows:
        if row.info.problem:
            raise BenchError(f"extractor '{row.info.name}' is not available: {row.info.problem}")
    for name, times in Counter(row.info.name for row in rows).items():
        if times > 1:
            raise BenchError(
                f"{times} extractors of this run are called '{name}'", mend="name each once, or rename one of the files"
            )
    return rows


def _made(extractor: Extractor, make: Say | None) -> Extractor:
    # For where a download is never wanted: tests, and machines without a network.
    if make is None or os.environ.get("LUBB_OFFLINE"):
        return extractor
    return registry.made(extractor, make)


def _row(extractor: Extractor) -> Row:
    info = ExtractorInfo(
        name=extractor.name,
        version=extractor.version,
        licence=extractor.licence,
        distribution=extractor.distribution,
        options=extractor.options,
        way=extractor.way,
        digest=extractor.digest,
        problem=extractor.problem or "",
        kind=extractor.kind,
    )
    return Row(info, extractor)
