"""An extractor on trial: its workers, and the answers that several checks look at."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.check import pages
from bench.check.watch import HASH_SEEDS, Watched, watch
from bench.extract.registry import Extractor
from bench.extract.sandbox import Sandbox
from bench.extract.worker import Limits, Worker
from bench.model import Extraction, Page


class Trial:
    """One extractor, run as it would be in a run of the benchmark.

    Args:
        extractor: from `registry.resolve`.
        fence: from `sandbox.probe()`.
        hidden: folders that it must not see.
        limits: for each page.
    """

    def __init__(
        self, extractor: Extractor, fence: Sandbox, hidden: Sequence[Path] = (), limits: Limits | None = None
    ) -> None:
        self.extractor, self.fence, self.hidden = extractor, fence, tuple(hidden)
        self.limits = limits or Limits()
        self._worker = self.worker()

    def worker(self) -> Worker:
        """A new process for it, not yet started."""
        return Worker(self.extractor, self.limits, self.fence, self.hidden)

    def ask(self, page: Page) -> Extraction:
        """What the process says that all checks share, whatever it has seen before."""
        return self._worker.extract(page)

    def fresh(self, asked: Sequence[Page]) -> list[Extraction]:
        """What a new process says of these pages, in this order; crashes when it does not start a second time."""
        with closing(self.worker()) as worker:
            return [worker.extract(page) for page in asked]

    @cached_property
    def ordinary(self) -> Extraction:
        """Its answer for an ordinary page."""
        return self.ask(pages.ORDINARY)

    @cached_property
    def forwards(self) -> list[Extraction]:
        """What a new process says of three pages."""
        return self.fresh([pages.ORDINARY, pages.SECOND, pages.THIRD])

    @cached_property
    def watched(self) -> Watched:
        """What it does beside answering: only for a Python function can that be seen."""
        return self.seeded(HASH_SEEDS[0])

    def seeded(self, seed: str) -> Watched:
        """The same with another hash seed: two pages, and the first of them once before, as a worker asks."""
        asked = [pages.ORDINARY, pages.ORDINARY, pages.SECOND]
        return watch(self.extractor, self.fence, self.hidden, asked, self.limits.timeout_s, seed)

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            BenchError: it cannot be started.
        """
        self._worker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.close()
