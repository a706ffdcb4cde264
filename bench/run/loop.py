"""The loop of a run: every extractor on every page, each answer scored and written before the next is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError
from bench.extract.cache import Cache
from bench.extract.registry import Extractor
from bench.extract.sandbox import Sandbox
from bench.extract.worker import Worker
from bench.gold.page import GoldPage
from bench.labels import Group
from bench.model import Cost, Extraction, Status
from bench.run.crew import Crew
from bench.run.journal import Journal, text_digest
from bench.run.place import without_paths
from bench.run.progress import Progress
from bench.run.records import Record
from bench.run.rows import HARNESS, Row
from bench.score.page import PreparedPage, prepare, score

CACHED = "cache"


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for every row.

    Attributes:
        sandbox: around each worker. hidden: folders that no worker may see.
        cache: of texts; written always, read only with `read_cache`.
        stop_on_problem: an extractor that does not start ends the run, instead of being left out with its problem.
    """

    sandbox: Sandbox
    hidden: tuple[Path, ...]
    cache: Cache
    read_cache: bool
    stop_on_problem: bool


class Loop:
    """All rows of one run over its pages.

    Attributes:
        problems: by extractor, why it could not be started after all.
    """

    def __init__(self, journal: Journal, pages: Sequence[GoldPage], setting: Setting, progress: Progress) -> None:
        self.journal, self.pages, self.setting, self.progress = journal, pages, setting, progress
        self.problems: dict[str, str] = {}
        self._prepared: dict[str, PreparedPage] = {}

    def run(self, rows: Sequence[Row], jobs: int) -> None:
        """Make the records that are missing.

        Raises:
            Stopped: by a signal. What is recorded stands, and no process is left.
            BenchError: a record could not be written, or an extractor did not start.
        """
        self._crew = Crew(rows, jobs, self._row)
        self._crew.work_through()

    def _row(self, row: Row) -> None:
        name = row.info.name
        kept = [record for record in self.journal.kept.values() if record.extractor == name]
        done = {record.page for record in kept}
        missing = [page for page in self.pages if page.id not in done]
        self.progress.begin(name, kept)
        try:
            if row.extractor is None:
                self._oracle(row, missing)
            else:
                self._extractor(row, row.extractor, missing)
        except _NotStarted as refusal:
            if kept or self.setting.stop_on_problem:
                raise refusal.error from None
            self.problems[name] = without_paths(str(refusal.error))
            self.progress.problem(name, str(refusal.error))
        else:
            self.progress.end(name)

    def _oracle(self, row: Row, pages: Sequence[GoldPage]) -> None:
        for page in pages:
            if self._crew.stopping():
                return
            self._record(row, page, Extraction(Status.OK, page.text(Group.CONTENT), "", Cost()), HARNESS)

    def _extractor(self, row: Row, extractor: Extractor, pages: Sequence[GoldPage]) -> None:
        setting = self.setting
        worker = Worker(extractor, self.journal.plan.limits, setting.sandbox, setting.hidden)
        started = False
        with closing(worker), self._crew.waking(worker.kill):
            for page in pages:
                if self._crew.stopping():
                    return
                found = setting.cache.get(extractor, page.page) if setting.read_cache else None
                if found is not None:
                    self._record(row, page, found, CACHED)
                    continue
                if not started:
                    self._start(worker)
                    started = True
                extraction = worker.extract(page.page) if not self._crew.stopping() else None
                if extraction is None or self._crew.stopping():  # its process may have been ended under it
                    return
                self._record(row, page, extraction, setting.sandbox.level)
                # After the record, which has the cost: a text in the cache without one would go untimed.
                setting.cache.put(extractor, page.page, extraction)

    def _start(self, worker: Worker) -> None:
        try:
            worker.start()
        except BenchError as error:
            # When the run is being stopped its process was killed while it started, which says nothing about it.
            if not self._crew.stopping():
                raise _NotStarted(error) from None

    def _record(self, row: Row, page: GoldPage, extraction: Extraction, level: str) -> None:
        text = extraction.text if extraction.status is Status.OK else ""
        record = Record(
            extractor=row.info.name,
            page=page.id,
            status=extraction.status,
            detail=without_paths(extraction.detail),
            text=text_digest(text) if text else None,
            chars=len(text),
            cost=extraction.cost,
            score=score(self._prepare(page), text),
            sandbox=level,
        )
        self.journal.append(record, text)
        self.progress.page(record)

    def _prepare(self, page: GoldPage) -> PreparedPage:
        # Two threads may both prepare a page; they get equal ones, and a lock would make them wait for each other.
        if page.id not in self._prepared:
            self._prepared[page.id] = prepare(page)
        return self._prepared[page.id]


class _NotStarted(Exception):
    def __init__(self, error: BenchError) -> None:
        self.error = error
        super().__init__(str(error))
