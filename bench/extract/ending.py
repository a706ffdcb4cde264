"""How a child process ended, and what can honestly be said of it from outside."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass

from bench.extract import wire
from bench.model import Status

# How runtimes say, just before they abort, that an allocation failed: C++, Rust, Node, Python, and the C library's
# error text.
_OUT_OF_MEMORY = re.compile(
    r"std::bad_alloc|memory allocation of \d+ bytes failed|JavaScript heap out of memory"
    r"|MemoryError|Cannot allocate memory"
)
# What Node, Python, Java, Go and Rust say of what ended them; most say where below that.
_WHY = re.compile(
    r"^(?:[\w.]*(?:Error|Exception)\b.*|Exception in thread .*|panic: .*|thread .* panicked at .*\n?.*)$", re.MULTILINE
)
_FAULT_PLACE = re.compile(r'File "([^"]*)", line (\d+) in (\S+)')


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended.

    Attributes:
        code: its exit code; -n when signal n ended it; None when it was still alive and had to be killed.
        tail: the end of what it wrote to standard error.
        over: status and detail when it was ended for what its processes held together.
    """

    code: int | None
    tail: str
    over: tuple[Status, str] | None = None


def told(ending: Ending) -> tuple[Status, str]:
    """What a process that ended unasked died of, as far as can be known from outside.

    Without memory, C code may abort with words for it (then the status is MEMORY) or just fall over a null pointer;
    that is a crash like any other.
    """
    if ending.over is not None:
        return ending.over
    code, tail = ending.code, ending.tail
    if code is None:
        return Status.CRASH, "it closed the worker's pipe and went on"
    if code == wire.PIPE_LOST:
        return Status.CRASH, "it closed the worker's pipe"
    words = f"exit code {code}" if code >= 0 else f"killed by {_signal(-code)}"
    if code and (match := _OUT_OF_MEMORY.search(tail)):
        return Status.MEMORY, f"{words}: {match[0]}"
    if code == -signal.SIGKILL:
        return Status.CRASH, f"{words}, not by Lubb: the kernel does so when memory runs out"
    if place := _FAULT_PLACE.search(tail):
        return Status.CRASH, wire.line(f"{words} in {place[3]} ({os.path.basename(place[1])}:{place[2]})")  # noqa: PTH119
    last = tail.strip().rpartition("\n")[2]
    return Status.CRASH, wire.line(f"{words}: {last}" if last else words)


def telling(errors: str) -> str:
    """The same words with those last that say why, since the last line of a traceback need not."""
    found = _WHY.findall(errors)
    return f"{errors}\n{' '.join(found[-1].split())}" if found else errors


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
