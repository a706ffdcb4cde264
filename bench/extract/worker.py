"""The parent's side of an isolated extractor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.extract.registry import Extractor
from bench.extract.sandbox import Sandbox
from bench.model import Extraction, Page


@dataclass(frozen=True, slots=True)
class Limits:
    """What one extraction may take: seconds of wall time, and MiB of address space of the process."""

    timeout_s: float = 30.0
    memory_mib: int = 2048


class Worker:
    """One extractor in a process of its own, restarted as needed.

    A worker belongs to the thread that starts it: Linux ends the process when that thread ends.

    Args:
        extractor: as `registry` found it.
        limits: for each page.
        sandbox: from `sandbox.probe()`.
        hidden: folders that the plug-in must not see (corpus, results, cache, .git).
    """

    def __init__(self, extractor: Extractor, limits: Limits, sandbox: Sandbox, hidden: Sequence[Path] = ()) -> None:
        self.extractor, self.limits, self.sandbox, self.hidden = extractor, limits, sandbox, tuple(hidden)

    def start(self) -> None:
        """Start the process and import the plug-in. `extract` does it too when needed.

        Raises:
            BenchError: the plug-in does not import, or its process cannot be started.
        """
        raise NotImplementedError

    def extract(self, page: Page) -> Extraction:
        """The plug-in's answer for one page; whatever it does becomes a status, never an exception."""
        raise NotImplementedError

    def close(self) -> None:
        """End the process and all that it left behind. Safe to call twice."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
