"""A plug-in as the child calls it: a function of its own process, or a program that it speaks to."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

from bench.extract import tree
from bench.extract.load import load
from bench.extract.program import Program
from bench.extract.setting import close_in, limit_memory
from bench.model import Page


class Plugin(Protocol):
    """What the child needs of a plug-in: its answer, and the clock that its cost is read from.

    Attributes:
        told_ns: the CPU time that a program says its last answer took; None when it says nothing.
    """

    told_ns: int | None

    def __call__(self, page: Page) -> object:
        """The answer for one page; may raise anything."""

    def cpu_ns(self) -> int:
        """CPU time so far, in nanoseconds, on a clock of its own."""

    def forget_peak(self) -> None:
        """Peak memory counts from now on."""

    def peak_kib(self) -> int:
        """Peak resident memory in KiB."""


class Function:
    """A function loaded into this process: its clock is the process's, ended children included."""

    told_ns: int | None = None

    def __init__(self, function: Callable[[Page], object]) -> None:
        self._function = function

    def __call__(self, page: Page) -> object:
        """Call it."""
        return self._function(page)

    def cpu_ns(self) -> int:
        """CPU time of this process and of the children it has waited for."""
        return time.process_time_ns() + tree.ended_ns()

    def forget_peak(self) -> None:
        """Peak memory counts from now on, where the kernel can do that."""
        tree.forget_peak()

    def peak_kib(self) -> int:
        """Peak resident memory of this process."""
        peak = tree.peak_kib()
        if peak:
            return peak
        import resource

        whole = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return whole // 1024 if sys.platform == "darwin" else whole


def opened(job: dict[str, Any]) -> Plugin:
    """Load or start what a job names, within its memory.

    Args:
        job: `target` and `memory_mib`; and for a script or program `command`, `folder`, `raw` and `served`.

    Raises:
        NotLoaded: it does not import, or does not start.
    """
    if not job.get("command"):
        limit_memory(job["memory_mib"])
        return Function(load(job["target"])[1])
    close_in()
    program = Program(job["command"], job["folder"], raw=job["raw"], served=job["served"])
    program.start()
    # After it has started: a limit on address space would be handed down, and Node reserves more than it uses. The
    # memory of all processes together is the parent's to watch.
    limit_memory(job["memory_mib"])
    return program
