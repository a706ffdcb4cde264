"""CPU time and memory of the processes below one: what a program costs, read by the process that started it.

`/proc/PID/stat` counts CPU time in ticks of 10 ms, which is more than many a page takes; the kernel's CPU clock of
another process (clock_getcpuclockid(3), whose encoding clock_gettime(2) knows) counts nanoseconds. Standard library
only.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import time

_TICK_NS = 10**9 // os.sysconf("SC_CLK_TCK")
# CPUCLOCK_SCHED of linux/posix-timers.h: the CPU time of all threads of a process.
_CPUCLOCK_SCHED = 2


def descendants(pid: int, at_most: int = sys.maxsize) -> list[int]:
    """The ids of all processes below `pid`, which is not among them; dead ones that nobody has waited for included.

    Above `at_most` the search ends: processes that multiply faster than they are found would never let it.
    """
    try:
        return _by_children(pid, at_most)
    except OSError:
        return _by_parents(pid)


def _by_children(pid: int, at_most: int) -> list[int]:
    """By the kernel's own lists (CONFIG_PROC_CHILDREN).

    Raises:
        OSError: it keeps none.
    """
    found: list[int] = []
    waiting = [pid]
    while waiting and len(found) <= at_most:
        asked = waiting.pop()
        try:
            threads = os.listdir(f"/proc/{asked}/task")  # noqa: PTH208 - no pathlib: this is done around each page
        except OSError:  # it has ended meanwhile
            continue
        for thread in threads:
            try:
                with open(f"/proc/{asked}/task/{thread}/children", "rb", buffering=0) as file:  # noqa: PTH123
                    children = [int(word) for word in file.read().split()]
            except FileNotFoundError:
                if os.path.exists("/proc/self/task") and not os.path.exists(  # noqa: PTH110
                    f"/proc/self/task/{os.getpid()}/children"
                ):
                    raise
                continue
            except ProcessLookupError:
                continue
            found += children
            waiting += children
    return found


def _by_parents(pid: int) -> list[int]:
    """By one pass over all processes."""
    below: dict[int, list[int]] = {}
    for name in filter(str.isdecimal, os.listdir("/proc")):  # noqa: PTH208
        fields = _stat(int(name))
        if fields:
            below.setdefault(int(fields[1]), []).append(int(name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = below.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def _stat(pid: int) -> list[bytes]:
    """The fields of /proc/PID/stat from the state on; none when there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:  # noqa: PTH123
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return []


def cpu_ns(pid: int) -> int:
    """CPU time of one process and of the children that it has waited for; 0 when there is none.

    The children's is known in ticks of 10 ms only.
    """
    try:
        own = time.clock_gettime_ns((~pid << 3) | _CPUCLOCK_SCHED)
    except OSError:
        own = 0
    fields = _stat(pid)
    return own + (int(fields[13]) + int(fields[14])) * _TICK_NS if fields else own


def ended_ns() -> int:
    """CPU time of the children that this process has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round((used.ru_utime + used.ru_stime) * 1e9)


def forget_peak(pid: int | str = "self") -> bool:
    """Make the kernel's peak of resident memory start from now."""
    try:
        with open(f"/proc/{pid}/clear_refs", "wb", buffering=0) as file:  # noqa: PTH123 - a third of Path.open's time
            file.write(b"5")
    except OSError:
        return False
    return True


def peak_kib(pid: int | str = "self") -> int:
    """Peak resident memory of a process in KiB since `forget_peak`, else of its life; 0 when it is not known."""
    with contextlib.suppress(OSError, ValueError):
        with open(f"/proc/{pid}/status", "rb", buffering=0) as file:  # noqa: PTH123
            status = file.read(4096)
        start = status.index(b"VmHWM:") + 6
        return int(status[start : status.index(b"kB", start)])
    return 0
