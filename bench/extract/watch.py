"""What all processes of a worker hold together: their memory, their number, and the size of the folder they write in.

A child bounds itself (`bench.extract.setting`), but each process on its own: ten hold ten times as much, and a limit on
address space does not suit Node, which reserves far more than it uses. So the parent adds up what stands in /proc, from
a thread of its own: what a plug-in left running between two pages is seen too. A look at the three or four processes of
an ordinary worker takes .2 ms.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.extract import tree
from bench.model import Status

# A bomb of processes grows by some hundreds between two looks.
LOOK_SECONDS = 0.05
# Dearer looks: at every file of the scratch folder, and at every mapping of processes that share their memory.
DEAR_SECONDS = 0.5
MAX_PROCESSES = 256
# The dead that nobody has waited for count as threads do: each has a process id.
TASKS_EACH = 4
MAX_SCRATCH_MIB = 1024
MAX_SCRATCH_FILES = 20_000

# Among a thousand that want to run, an equal among equals gets no turn for seconds.
_AHEAD = -15

_GROWING_LOOKS = 10

Verdict = tuple[Status, str]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the processes of one worker may hold together.

    Attributes:
        memory_mib: resident and swapped memory in MiB, what they share counted once; None for no bound.
        processes: how many may live at a time; four times as many threads.
    """

    memory_mib: int | None = None
    processes: int = MAX_PROCESSES


class Watch:
    """Looks at the processes below one until it is told to stop, or has seen too much.

    Args:
        pid: the first of them.
        scratch: the folder that they write in.
        bounds: what they may hold.
        over: called once, from the watch's thread, with status and detail; it should end them.
    """

    def __init__(self, pid: int, scratch: Path, bounds: Bounds, over: Callable[[Status, str], None]) -> None:
        self._pid, self._scratch, self._bounds, self._over = pid, scratch, bounds, over
        self._number = self._growing = 0
        self._dear = {"scratch": 0.0, "shares": 0.0}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"lubb-watch-{pid}", daemon=True)
        if sys.platform == "linux":  # elsewhere there is no /proc to look at
            self._thread.start()

    def stop(self) -> None:
        """Look no more. Must be called before the process is reaped: its id may be another's then."""
        self._stopped.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        with contextlib.suppress(OSError):  # only root may; and only root's processes does the kernel not count
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _AHEAD)
        while not self._stopped.wait(LOOK_SECONDS):
            if verdict := self.look():
                self._over(*verdict)
                return

    def look(self) -> Verdict | None:
        """What is wrong now, if anything is."""
        return self._crowd() or (self._hoard() if self._due("scratch") else None)

    def _due(self, what: str) -> bool:
        now = time.monotonic()
        if now - self._dear[what] < DEAR_SECONDS:
            return False
        self._dear[what] = now
        return True

    def _crowd(self) -> Verdict | None:
        bounds = self._bounds
        tasks = TASKS_EACH * bounds.processes
        states: list[_State] = []
        for at_most in (bounds.processes, tasks):  # not further than it takes: a bomb leaves little time to look
            pids = [self._pid, *tree.descendants(self._pid, at_most)]
            states = [state for pid in pids if (state := _state(pid))]
            if sum(state.alive for state in states) > bounds.processes:
                return Status.CRASH, f"it started more than {bounds.processes:,} processes"
            if len(pids) <= at_most:
                break
        if sum(state.threads for state in states) > tasks or len(pids) > tasks:
            return Status.CRASH, f"it started more than {tasks:,} threads"
        if bounds.memory_mib is None:
            return None
        held = sum(state.kib for state in states) // 1024
        if held > bounds.memory_mib and self._settled(len(pids)) and self._due("shares"):
            held = sum(_share_kib(state) for state in states) // 1024
            if held > bounds.memory_mib:
                return Status.MEMORY, (
                    f"the processes of this extractor held {held:,} MiB; the limit is {bounds.memory_mib:,}"
                )
        return None

    def _settled(self, number: int) -> bool:
        """Whether the processes have stopped multiplying, or have done so for a while.

        To read its share of memory waits for a process that forks, for seconds in a bomb, whose number is to be seen.
        """
        grown, self._number = number > self._number, number
        self._growing = self._growing + 1 if grown else 0
        return self._growing % _GROWING_LOOKS == 0

    def _hoard(self) -> Verdict | None:
        size = files = 0
        waiting = [str(self._scratch)]
        while waiting:
            try:
                with os.scandir(waiting.pop()) as entries:
                    for entry in entries:
                        files += 1
                        with contextlib.suppress(FileNotFoundError):
                            size += entry.stat(follow_symlinks=False).st_blocks * 512
                            if entry.is_dir(follow_symlinks=False):
                                waiting.append(entry.path)
                        if size > MAX_SCRATCH_MIB * 2**20:
                            return Status.CRASH, f"it wrote more than {MAX_SCRATCH_MIB:,} MiB into its scratch folder"
                        if files > MAX_SCRATCH_FILES:
                            return Status.CRASH, f"it made more than {MAX_SCRATCH_FILES:,} files in its scratch folder"
            except (FileNotFoundError, NotADirectoryError):  # removed while we looked
                continue
            except OSError as error:  # closed to its owner, or too deep for a path: a hiding place
                return Status.CRASH, f"its scratch folder cannot be looked through: {error.strerror}"
        return None


@dataclass(frozen=True, slots=True)
class _State:
    pid: int
    alive: bool
    threads: int
    kib: int


def _state(pid: int) -> _State | None:
    try:
        with open(f"/proc/{pid}/status", "rb", buffering=0) as file:  # noqa: PTH123 - twice a look, 20 looks a second
            status = file.read(8192)
    except OSError:
        return None
    alive = _letter(status) not in b"ZX"
    kib = _field(status, b"VmRSS:") + _field(status, b"VmSwap:")
    return _State(pid, alive, max(_field(status, b"Threads:"), 1), kib)


def _letter(status: bytes) -> bytes:
    at = status.find(b"\nState:") + 7  # with the newline: a process may call itself "State:"
    return status[at : at + 4].strip()[:1]


def _field(status: bytes, name: bytes) -> int:
    """A number of a file in /proc; 0 where it is missing: a dead process has no memory."""
    at = status.find(b"\n" + name)
    words: Iterable[bytes] = status[at + 1 + len(name) : at + 40].split(maxsplit=1) if at >= 0 else ()
    return next((int(word) for word in words), 0)


def _share_kib(state: _State) -> int:
    """Its share of memory: what n processes hold in common counts 1/n in each. All of it where that is not told."""
    try:
        with open(f"/proc/{state.pid}/smaps_rollup", "rb", buffering=0) as file:  # noqa: PTH123
            rollup = file.read(8192)
    except OSError:
        return state.kib
    return _field(rollup, b"Pss:") + _field(rollup, b"SwapPss:")
