"""Extractors on one page, one after the other, as a run would ask them; nothing is scored, cached or recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError
from bench.extract import sandbox
from bench.extract.worker import Limits, Worker
from bench.gold import corpus
from bench.labels import Group
from bench.model import Cost, Extraction, Status
from bench.run.one_page import OnePage
from bench.run.plan import ExtractorInfo
from bench.run.request import hidden_folders
from bench.run.rows import ORACLE, Row, Say, all_rows, named_rows

# Of these a comparison learns nothing: they keep all, nothing, or what the labels say.
FLOORS = (ORACLE, "everything", "nothing")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one extractor made of the page."""

    info: ExtractorInfo
    extraction: Extraction


def chosen(specs: Sequence[str], found: OnePage, say: Say) -> tuple[list[Row], list[ExtractorInfo]]:
    """The rows to try, and those left out because they cannot be run.

    Args:
        specs: as typed; none means all that are installed but `FLOORS`.
        found: the page.
        say: takes a line for each environment that has to be made.

    Raises:
        BenchError: one that was named is unknown or cannot be run, or is the oracle of a page without labels.
    """
    if not specs:
        rows = [row for row in all_rows() if row.info.name not in FLOORS]
        return [row for row in rows if not row.info.problem], [row.info for row in rows if row.info.problem]
    if ORACLE in specs and not found.labelled:
        raise BenchError("the oracle reads labels, and this page has none", where=found.name, mend="leave it out")
    return named_rows(specs, say), []


def answers(
    rows: Sequence[Row], found: OnePage, limits: Limits, begin: Callable[[str], None], results: Path = Path("results")
) -> Iterator[Answer]:
    """Ask each in turn; `begin` is told its name before. What does not start is a crash of that row."""
    fence = sandbox.probe()
    hidden = hidden_folders(found.folder or corpus.shipped(), results, rows, make_cache=False)
    for row in rows:
        begin(row.info.name)
        if row.extractor is None:
            yield Answer(row.info, Extraction(Status.OK, found.gold.text(Group.CONTENT), "", Cost()))
            continue
        worker = Worker(row.extractor, limits, fence, hidden)
        try:
            extraction = worker.extract(found.page)
        finally:
            worker.close()
        yield Answer(row.info, extraction)
