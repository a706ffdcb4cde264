"""The parent's side of an isolated extractor: one long-lived process for each, replaced when it cannot be trusted.

See `bench.extract.process` for why no pool, `bench.extract.wire` for why frames. The process is kept from page to page
and replaced after a timeout, a crash and a failed allocation, which leave it dead, stuck or in an unknown state.

What it costs, with a plug-in that returns nothing (medians on a two-core machine, `tests/speed/test_worker_speed.py`):
  a page of 1 KB     .19 to .31 ms by the level of sandbox, its parse by the calibrator .02
  a page of 84 KB   1.2 to 1.3 ms, its parse up to 1.1
  a page of 600 KB  9.6 to 10 ms, its parse 4.3
  a restart          81 ms in bubblewrap, 93 in unshare, 120 in none, with the page that follows (extracted twice)
The figures within a call (`bench.extract.child.call`) take .03 ms. Garbage is not collected before a call: on 8 pages
and four libraries that moved no cost by more than two runs of one way differ, and took 37 ms a page.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.errors import BenchError
from bench.extract import wire
from bench.extract.ending import told
from bench.extract.process import Gone, Late, Process
from bench.extract.registry import Extractor
from bench.extract.sandbox import Sandbox
from bench.model import MAX_TEXT_CHARS, Cost, Extraction, Page, Status

# Heavy libraries take seconds to import on a busy machine.
START_SECONDS = 120.0
# How long a page may take to reach the plug-in: it is read, decoded and parsed once, none of which is the plug-in's
# doing.
_HANDOVER_SECONDS = 60.0
# After these the process is dead, or nobody knows what state it is in.
_REPLACED = frozenset({Status.TIMEOUT, Status.CRASH, Status.MEMORY})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one extraction may take: seconds of wall time, and MiB of memory.

    Of memory, so much address space for a process that is Python's, and so much resident memory for all together.
    """

    timeout_s: float = 30.0
    memory_mib: int = 2048


class Worker:
    """One extractor in a process of its own, restarted as needed.

    A worker belongs to the thread that starts it, restarts included: Linux ends the process when that thread ends. So
    start and use it in one thread, or start it in one that lives as long.

    Args:
        extractor: as `registry` found it.
        limits: for each page.
        sandbox: from `sandbox.probe()`.
        hidden: folders that the plug-in must not see (corpus, results, cache, .git).
    """

    def __init__(self, extractor: Extractor, limits: Limits, sandbox: Sandbox, hidden: Sequence[Path] = ()) -> None:
        self.extractor, self.limits, self.sandbox, self.hidden = extractor, limits, sandbox, tuple(hidden)
        self._process: Process | None = None
        self._warm = False
        self._number = 0
        self._killed = False
        self._spent = False

    def start(self) -> None:
        """Start the process and import the plug-in, unless that is done. `extract` does it too when needed.

        Raises:
            BenchError: the plug-in does not import, or its process cannot be started.
        """
        if self._process is not None:
            return
        name = self.extractor.name
        if self.extractor.problem is not None:
            raise BenchError(f"extractor {name!r} is not available: {self.extractor.problem}")
        memory_mib = self.limits.memory_mib
        config = self.extractor.job(memory_mib)
        self._process = Process(
            "child.py", config, self.sandbox, self.hidden, self.extractor.needs, memory_mib=memory_mib
        )
        if self._killed:  # by another thread, which looked for a process before there was one
            self._process.kill()
        why = self._greeting(self._process)
        if why is not None:
            self.close()
            raise BenchError(
                f"extractor {name!r} cannot be started: {why}",
                where=self.extractor.target,
                mend="mend the plug-in, or run without it",
            )

    def _greeting(self, process: Process) -> str | None:
        """Why the plug-in cannot be used, or None."""
        try:
            message = process.receive(time.monotonic() + START_SECONDS)
        except Late:
            return f"it was not ready within {START_SECONDS:.0f} seconds"
        except wire.Garbled as error:
            return f"its process sent {error}"
        except Gone:
            process.wait()
            status, detail = told(process.end())
            hint = f"; the limit is {self.limits.memory_mib} MiB" if status is Status.MEMORY else ""
            return f"its process ended: {detail}{hint}"
        return (
            None if message.get("ready") else wire.line(str(message.get("failed", "it did not say that it is ready")))
        )

    def extract(self, page: Page) -> Extraction:
        """The plug-in's answer for one page; whatever it does becomes a status, never an exception.

        The first page after each start is extracted twice and the second call counts, so that what a library loads or
        compiles on first use is nobody's page. When that first call fails, it is the answer: a failure is neither paid
        twice nor hidden by a second try.
        """
        try:
            self.start()
        except BenchError as error:
            return Extraction(Status.CRASH, "", wire.line(str(error)), Cost())
        answer = self._ask(page)
        if not self._warm and not answer.status.failed:
            self._warm = True
            answer = self._ask(None)
        if answer.status in _REPLACED or self._spent:
            self.close()
        return answer

    def _ask(self, page: Page | None) -> Extraction:
        process = self._process
        assert process is not None
        self._number += 1
        parse_ns: int | None = None
        asked = time.monotonic()
        try:
            process.send(wire.request(self._number, page), asked + _HANDOVER_SECONDS)
            parse_ns = _whole(_checked(process.receive(asked + _HANDOVER_SECONDS), self._number)["parse_ns"])
            asked = time.monotonic()
            answer = process.receive(asked + self.limits.timeout_s)
            self._spent = bool(_checked(answer, self._number).get("spent"))
            return _extraction(answer, parse_ns)
        except Late:
            return self._timed_out(asked, parse_ns)
        except Gone:
            process.wait()
            status, detail = told(process.end())
        except (wire.Garbled, KeyError, TypeError, ValueError, ArithmeticError) as error:
            status, detail = Status.CRASH, wire.line(f"its process sent what is no answer: {error}")
        wall = round((time.monotonic() - asked) * 1e9)
        return Extraction(status, "", detail, Cost(wall_ns=wall, parse_ns=parse_ns))

    def _timed_out(self, asked: float, parse_ns: int | None) -> Extraction:
        limit = self.limits.timeout_s
        cost = Cost(round(limit * 1e9), round((time.monotonic() - asked) * 1e9), parse_ns)
        return Extraction(Status.TIMEOUT, "", f"no answer within {limit:g} s", cost)

    def kill(self) -> None:
        """From any thread: end the process for good. What waits for it in `start` or `extract` comes back at once.

        An `extract` that is under way answers with a crash, which says nothing of the plug-in. Close it as ever.
        """
        self._killed = True
        if (process := self._process) is not None:
            process.kill()

    def close(self) -> None:
        """End the process and all that it left behind. Safe to call twice."""
        process, self._process, self._warm, self._spent = self._process, None, False, False
        if process is not None:
            process.end()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _checked(message: dict[str, Any], number: int) -> dict[str, Any]:
    if message["number"] != number:
        raise wire.Garbled("the answer to another page")
    return message


def _extraction(answer: dict[str, Any], parse_ns: int | None) -> Extraction:
    """An answer as the types that everything downstream relies on: the process that sent it is not to be trusted."""
    status, text = Status(answer["status"]), str(answer["text"])
    if len(text) > MAX_TEXT_CHARS or (text and status is not Status.OK):
        raise wire.Garbled("a text that its status does not allow")
    cpu_ns, wall_ns, peak_kib, told_ns = (
        _whole(answer.get(name)) for name in ("cpu_ns", "wall_ns", "peak_kib", "told_ns")
    )
    cost = Cost(cpu_ns, wall_ns, parse_ns, peak_kib, told_ns=told_ns)
    return Extraction(status, text.encode("utf-8", "replace").decode("utf-8"), wire.line(str(answer["detail"])), cost)


def _whole(value: object) -> int | None:
    """A figure, or None. Means are taken of it later, and a float holds no number of a thousand digits."""
    if value is None:
        return None
    number = int(str(value))
    if not 0 <= number < 2**63:
        raise wire.Garbled("a figure that nothing can have taken")
    return number
