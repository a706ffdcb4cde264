"""The progress bar on a terminal. All of rich that a run needs is behind this module."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from bench.run.records import Record


class Bar:
    """One bar over all records of a run, with extractor, page, failures and time left; leaves a line an extractor.

    Args:
        stream: the terminal.
        total: records that the run will have.
    """

    def __init__(self, stream: TextIO, total: int) -> None:
        self._failed: dict[str, int] = {}
        self._progress = Progress(
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[extractor]}"),
            TextColumn("{task.fields[page]}"),
            TextColumn("{task.fields[failed]}"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=Console(file=stream),
            transient=True,
        )
        self._task: TaskID = self._progress.add_task("", total=total, extractor="", page="", failed=self._all_failed())

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, extractor: str, kept: Sequence[Record]) -> None:
        """Name the extractor, and count what stands already."""
        self._failed[extractor] = sum(record.status.failed for record in kept)
        self._progress.update(self._task, advance=len(kept), extractor=extractor, page="", failed=self._all_failed())

    def page(self, record: Record) -> None:
        """One more."""
        self._failed[record.extractor] += record.status.failed
        self._progress.update(
            self._task, advance=1, extractor=record.extractor, page=record.page, failed=self._all_failed()
        )

    def end(self, extractor: str) -> None:
        """Leave a line when pages failed: what went well needs none."""
        if self._failed[extractor]:
            self._progress.console.print(f"{escape(extractor)}: [red]{self._failed[extractor]} failed[/red]")

    def problem(self, extractor: str, line: str) -> None:
        """Say why it is left out."""
        self._progress.console.print(f"{escape(extractor)} is left out: {escape(line)}")

    def _all_failed(self) -> str:
        failed = sum(self._failed.values())
        return f"[red]{failed} failed[/red]" if failed else "0 failed"
