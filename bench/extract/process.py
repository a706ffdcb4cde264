"""One child process, fenced in and watched: started, spoken to by a deadline, and ended with all that it left behind.

Pools were tried before this was written (pebble, loky, concurrent.futures, multiprocessing.Pool): each left a spinning
orphan when its parent was killed, and most never kill a worker that hangs in C. What they do not do is done here: the
deadline is the parent's, the whole group is killed, the kernel ends the child when the parent dies, and the end of the
process is watched beside its pipe, because a grandchild that a plug-in forked keeps the pipe open.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.extract import wire
from bench.extract.ending import Ending
from bench.extract.sandbox import Sandbox, environment
from bench.extract.scratch import Scratch
from bench.extract.watch import MAX_PROCESSES, TASKS_EACH, Bounds, Watch
from bench.model import Status

TAIL_BYTES = 8192
_PIPE_BYTES = 2**20
_GRACE_SECONDS = 2.0
MARKER = "LUBB_WORKER"
_numbers = itertools.count(1)


class Late(Exception):
    """The deadline passed."""


class Gone(Exception):
    """The process ended, or nobody is left at the other end of the pipe."""


class OverLimit(Gone):
    """Its processes held too much together, and were ended for that.

    Attributes:
        status, detail: as they stand in the record; `ending.told` says the same of the process's ending.
    """

    def __init__(self, status: Status, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class Process:
    """A child that runs one of our scripts.

    It belongs to the thread that starts it: Linux ends a child when the thread that started it ends.

    Args:
        script: a file of this package or a full path, run with one argument, `config` with the pipes' numbers in JSON.
        config: what the script needs to know.
        sandbox: the fence.
        hidden: folders that it must not see.
        kept: files that it must see, wherever they lie.
        memory_mib: what it and all that it starts may hold together, in MiB; None for no bound.
        processes: how many of them may live at a time.

    Raises:
        BenchError: it cannot be started.
    """

    def __init__(
        self,
        script: str,
        config: dict[str, Any],
        sandbox: Sandbox,
        hidden: Sequence[Path] = (),
        kept: Sequence[Path] = (),
        memory_mib: int | None = None,
        processes: int = MAX_PROCESSES,
    ) -> None:
        self._fenced = sandbox.level != "none"
        self._marker = f"{os.getpid()}-{next(_numbers)}"
        self._scratch = _scratch()
        self._received = bytearray()
        self._errors = bytearray()
        self._ending: Ending | None = None
        self._over: OverLimit | None = None
        self._reaping = threading.Lock()
        self._reaped = False
        theirs_read, self._to = os.pipe()
        self._from, theirs_write = os.pipe()
        whole = config | {
            "read": theirs_read,
            "write": theirs_write,
            "path": [str(Path(entry).resolve()) for entry in sys.path],
            # Within a fence the kernel counts this user's processes there alone; without one, all that the user has.
            "tasks": TASKS_EACH * processes if self._fenced else None,
        }
        inner = [sys.executable, "-P", str(Path(__file__).parent / script), json.dumps(whole)]
        try:
            self._popen = subprocess.Popen(
                sandbox.wrap(inner, hidden, self._scratch.path, kept),
                cwd=self._scratch.path,
                env=environment(self._scratch.path) | {MARKER: self._marker},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(theirs_read, theirs_write),
                start_new_session=True,  # a group to kill, and out of the reach of Ctrl-C
            )
        except OSError as error:
            os.close(self._to)
            os.close(self._from)
            self._scratch.remove()
            raise BenchError(
                f"a worker cannot be started: {error}", mend="free some memory or processes, or run with fewer jobs"
            ) from error
        finally:
            os.close(theirs_read)
            os.close(theirs_write)
        self._listen()
        self._watch = Watch(self._popen.pid, self._scratch.path, Bounds(memory_mib, processes), self._exceeded)

    def _listen(self) -> None:
        assert self._popen.stderr is not None
        self._stderr = self._popen.stderr.fileno()
        for end in (self._to, self._from, self._stderr):
            os.set_blocking(end, False)
        for end in (self._to, self._from):
            with contextlib.suppress(OSError, AttributeError):  # an optimisation: a page in one write
                fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self._pidfd = -1
        with contextlib.suppress(OSError, AttributeError):  # elsewhere than on Linux the pipe's end has to do
            self._pidfd = os.pidfd_open(self._popen.pid)
        self._poll = select.poll()
        self._poll.register(self._from, select.POLLIN)
        self._poll.register(self._stderr, select.POLLIN)
        if self._pidfd >= 0:
            self._poll.register(self._pidfd, select.POLLIN)

    def send(self, data: bytes, deadline: float) -> None:
        """Write a frame.

        Args:
            data: from `wire.frame`, `wire.message` or `wire.request`.
            deadline: on the clock of `time.monotonic`.

        Raises:
            Late: the process does not read.
            Gone: it cannot any more; `OverLimit` when it was ended for what it held.
        """
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._to, view) :]
            except BlockingIOError:
                self._poll.register(self._to, select.POLLOUT)
                try:
                    ready = self._wait(deadline)
                finally:
                    self._poll.unregister(self._to)
                if self._pidfd in ready:
                    raise self._gone() from None
            except OSError:
                raise self._gone() from None

    def receive(self, deadline: float) -> dict[str, Any]:
        """The next message.

        Raises:
            Late: none came.
            Gone: none will come; `OverLimit` when it was ended for what it held.
            wire.Garbled: something else came.
        """
        while (payload := self._frame()) is None:
            ready = self._wait(deadline)
            # The pipe first: a process may answer and end at once.
            if self._from in ready:
                self._read()
            elif self._pidfd in ready:
                raise self._gone()
        return wire.read_message(payload)

    def _gone(self) -> Gone:
        return self._over or Gone()

    def _exceeded(self, status: Status, detail: str) -> None:
        """End it for what it holds. Called by the watch, from its thread; told by what happens on the pipes then."""
        self._over = OverLimit(status, detail)
        if not self._fenced:  # only the guard outruns what multiplies
            self.kill(signal.SIGTERM)
            self.wait()
        self.kill()

    def _frame(self) -> bytes | None:
        head = wire.LENGTH.size
        if len(self._received) < head:
            return None
        (size,) = wire.LENGTH.unpack_from(self._received)
        if size > wire.MAX_ANSWER_BYTES:
            raise wire.Garbled(f"a frame of {size:,} bytes")
        if len(self._received) < head + size:
            return None
        payload = bytes(self._received[head : head + size])
        del self._received[: head + size]
        return payload

    def _read(self) -> None:
        part = b""
        with contextlib.suppress(BlockingIOError):
            part = os.read(self._from, _PIPE_BYTES)
            if not part:
                # Closed, yet perhaps not ended: the plug-in's time runs on, at each level alike.
                self._poll.unregister(self._from)
                if self._pidfd < 0:
                    raise self._gone()
        self._received += part

    def _wait(self, deadline: float) -> set[int]:
        """The descriptors on which something happened, standard error drained on the way."""
        left = deadline - time.monotonic()
        ready = {fd for fd, _ in self._poll.poll(left * 1000)} if left > 0 else set()
        if not ready:
            raise self._over or Late()
        if self._stderr in ready:
            self._drain()
        return ready

    def _drain(self) -> bool:
        """Take what stands in standard error, and keep its end. False when nothing more will come."""
        if self._stderr < 0:
            return False
        with contextlib.suppress(BlockingIOError):
            part = os.read(self._stderr, _PIPE_BYTES)
            if part:
                self._errors += part
                del self._errors[:-TAIL_BYTES]
                return True
            self._poll.unregister(self._stderr)
            self._stderr = -1
            return False
        return True

    def end(self) -> Ending:
        """Kill the process and everything it started, if that still lives; what it left in its folder is removed."""
        if self._ending is not None:
            return self._ending
        self._watch.stop()
        code = self._code()
        if not self._fenced:  # the guard knows children that no group holds
            self.kill(signal.SIGTERM)
            self.wait()
        self.kill()
        with self._reaping:
            self._popen.wait()
            self._reaped = True
        if not self._fenced:
            _sweep(self._marker)
        self._last_words()
        assert self._popen.stderr is not None
        self._popen.stderr.close()
        for end in (self._to, self._from, self._pidfd):
            if end >= 0:
                os.close(end)
        self._scratch.remove()
        over = (self._over.status, self._over.detail) if self._over else None
        self._ending = Ending(code, self._errors.decode("utf-8", "replace"), over)
        return self._ending

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal: SIGTERM to the first process, SIGKILL to all of the group. From any thread, at any time.

        Never after the process was reaped: its id may be another's then.
        """
        send = os.killpg if how is signal.SIGKILL else os.kill
        with self._reaping, contextlib.suppress(ProcessLookupError, PermissionError):
            if not self._reaped:
                send(self._popen.pid, how)

    def wait(self, seconds: float = _GRACE_SECONDS) -> None:
        """Give a process that has closed its pipe the time to end by itself, so that its exit code is known."""
        if self._pidfd >= 0:
            ended = select.poll()
            ended.register(self._pidfd, select.POLLIN)
            ended.poll(seconds * 1000)
        else:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._popen.wait(seconds)

    def _code(self) -> int | None:
        """Its exit code if it has ended; looked up without reaping it where that can be done."""
        if sys.platform == "linux":
            how = os.WEXITED | os.WNOHANG | os.WNOWAIT
            ended = os.waitid(os.P_PID, self._popen.pid, how)
            if ended is None:
                return None
            code: int | None = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        else:
            code = self._popen.poll()
        # The first process inside tells of a signal as shells do; exit codes above 128 are rare enough.
        return 128 - code if code is not None and code > 128 else code

    def _last_words(self) -> None:
        """Read standard error to its end, which comes when the last process that holds it has died."""
        deadline = time.monotonic() + _GRACE_SECONDS
        while self._drain() and (left := deadline - time.monotonic()) > 0:
            poll = select.poll()
            poll.register(self._stderr, select.POLLIN)
            poll.poll(left * 1000)


def _scratch() -> Scratch:
    try:
        return Scratch()
    except OSError as error:
        raise BenchError(
            f"a worker gets no folder for temporary files: {error}",
            mend="free some space, or set TMPDIR to another folder",
        ) from error


def _sweep(marker: str) -> None:
    """Kill what escaped the guard, or had none. Told by our marker in the environment that it inherited."""
    wanted = f"{MARKER}={marker}".encode()
    for _ in range(100):  # what forks while we look is found the next time
        found = [int(entry.name) for entry in _processes() if _carries(entry, wanted)]
        if not found:
            return
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def _processes() -> list[Path]:
    with contextlib.suppress(OSError):
        return [entry for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return []


def _carries(entry: Path, wanted: bytes) -> bool:
    with contextlib.suppress(OSError):
        return wanted in (entry / "environ").read_bytes().split(b"\0")
    return False
