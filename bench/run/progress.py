"""What a run tells while it goes on, to stderr: nothing, or a line an extractor. The bar is in `console`."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TextIO

from bench.run.records import Record


class Progress(Protocol):
    """Called from several threads at once when a run has several jobs."""

    def begin(self, extractor: str, kept: Sequence[Record]) -> None:
        """An extractor begins; `kept` are its records from before the run was resumed."""

    def page(self, record: Record) -> None:
        """A record was written."""

    def end(self, extractor: str) -> None:
        """An extractor has no page left, or was stopped."""

    def problem(self, extractor: str, line: str) -> None:
        """An extractor is left out of the run."""


class Quiet:
    """Tells nothing."""

    def begin(self, extractor: str, kept: Sequence[Record]) -> None:
        """Nothing."""

    def page(self, record: Record) -> None:
        """Nothing."""

    def end(self, extractor: str) -> None:
        """Nothing."""

    def problem(self, extractor: str, line: str) -> None:
        """Nothing."""


@dataclass(slots=True)
class _Tally:
    pages: int = 0
    failed: int = 0
    began: float = field(default_factory=time.monotonic)


class Lines:
    """A line an extractor: pages, failures, seconds."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._tallies: dict[str, _Tally] = {}
        self._lock = threading.Lock()

    def begin(self, extractor: str, kept: Sequence[Record]) -> None:
        """Start the clock."""
        self._tallies[extractor] = _Tally(len(kept), sum(record.status.failed for record in kept))

    def page(self, record: Record) -> None:
        """Count."""
        tally = self._tallies[record.extractor]
        tally.pages += 1
        tally.failed += record.status.failed

    def end(self, extractor: str) -> None:
        """Print the line."""
        tally = self._tallies[extractor]
        failures = f", {tally.failed} failed" if tally.failed else ""
        self._print(f"{extractor}: {tally.pages} pages{failures}, {time.monotonic() - tally.began:.1f} s")

    def problem(self, extractor: str, line: str) -> None:
        """Print why it is left out."""
        self._print(f"{extractor} is left out: {line}")

    def _print(self, line: str) -> None:
        with self._lock:
            print(line, file=self._stream, flush=True)
