"""Speaking to a program: JSON Lines on its standard input and output (`docs/plugin-protocol.md`).

Runs in the child, in the sandbox with the program, so that whatever it answers is read where it can do no harm. The
deadline is not kept here: the parent ends this process and the program with it.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from bench.extract import tree
from bench.extract.ending import Ending, telling, told
from bench.extract.load import NotLoaded
from bench.extract.wire import MAX_ANSWER_BYTES, line
from bench.model import MAX_TEXT_CHARS, Page, Status

PROTOCOL = 1
# HTML is longer than the text in it: a line may be four times what a text may be.
MAX_LINE_BYTES = 4 * MAX_ANSWER_BYTES
_PART_BYTES = 2**20
_TAIL_BYTES = 8192
# How long a program that closed its output has to end, so that its exit code is known.
_GRACE_SECONDS = 2.0
_SHOWN = 60
# Ends of lines to Unicode, not to JSON. The others that it knows are control characters, which JSON escapes.
_SEPARATORS = "\x85\u2028\u2029"


class Failed(Exception):
    """A program's answer was none.

    Attributes:
        status, detail: as they stand in the record.
        spent: nobody knows what state it is in; it has to be replaced.
    """

    def __init__(self, status: Status, detail: str, *, spent: bool = True) -> None:
        super().__init__(detail)
        self.status, self.detail, self.spent = status, line(detail), spent


class Program:
    """A program that answers for one page after another. Called like a function; see `plugin.Plugin`.

    Args:
        command: its executable's full path, and its arguments.
        folder: where it is started; the present folder when None.
        raw: whether it is sent the page's bytes too.
        served: whether `scripted.py`, our own server, speaks for it: then its measured CPU time around the call counts,
            as that of a plug-in in this process would, and not that of all the processes around the request.
    """

    def __init__(self, command: Sequence[str], folder: str | None, *, raw: bool, served: bool) -> None:
        self._command, self._folder, self._raw, self._served = list(command), folder, raw, served
        self._number = 0
        self._told_total = 0
        self.told_ns: int | None = None

    def start(self) -> None:
        """Start it, and wait until it says that it is ready.

        Raises:
            NotLoaded: it cannot be started, ended at once, or said something else.
        """
        self._received, self._errors = bytearray(), bytearray()
        try:
            self._popen = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
            )
        except (OSError, ValueError) as error:
            raise NotLoaded(f"it cannot be started: {line(str(error))}") from error
        assert self._popen.stdin is not None and self._popen.stdout is not None and self._popen.stderr is not None
        self._to, self._from = self._popen.stdin.fileno(), self._popen.stdout.fileno()
        self._stderr = self._popen.stderr.fileno()
        for end in (self._to, self._from, self._stderr):
            os.set_blocking(end, False)
        for end in (self._to, self._from):
            with contextlib.suppress(OSError, AttributeError):  # an optimisation: a page in one write
                fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, _PART_BYTES)
        self._pidfd = os.pidfd_open(self._popen.pid) if sys.platform == "linux" else -1
        try:
            self._greeting(self._exchange(b""))
        except Failed as failure:
            raise NotLoaded(f"it was not ready: {failure.detail}") from None

    def _greeting(self, answer: bytes) -> None:
        try:
            fields = json.loads(answer)
        except (ValueError, RecursionError):
            fields = None
        if isinstance(fields, dict) and "failed" in fields and self._served:
            raise NotLoaded(line(str(fields["failed"])))
        if not isinstance(fields, dict) or "lubb" not in fields:
            raise NotLoaded(
                f'it wrote {_shown(answer)} where {{"lubb": {PROTOCOL}}} was due: standard output is for answers, '
                "print to standard error"
            )
        if fields["lubb"] != PROTOCOL:
            raise NotLoaded(f"it speaks version {line(str(fields['lubb']), _SHOWN)} of the protocol, not {PROTOCOL}")

    def __call__(self, page: Page) -> object:
        """Its text for one page.

        Raises:
            Failed: it gave none.
        """
        self._number += 1
        self.told_ns = None
        self._take()
        if self._received:  # else the answer to an earlier page, written twice, would be this one's
            raise Failed(Status.CRASH, f"it wrote {_shown(self._received)} before it was asked")
        answer = _read(self._exchange(self._request(page)))
        number = answer.get("id")
        if number != self._number or isinstance(number, bool):
            raise Failed(Status.CRASH, f"it answered for id {line(repr(number), _SHOWN)} when {self._number} was asked")
        if self._received:
            raise Failed(Status.CRASH, f"it wrote {_shown(self._received)} after its answer: one line for each page")
        self._note(answer.get("cpu_ns"))
        if answer.get("error") is not None:  # null: how many a library writes a field without a value
            status = Status.MEMORY if self._served and answer.get("memory") is True else Status.EXCEPTION
            words = answer["error"]
            raise Failed(status, words if isinstance(words, str) else json.dumps(words), spent=False)
        if self._served and "returned" in answer:
            raise Failed(Status.BAD_TYPE, f"returned {answer['returned']}, not str", spent=False)
        if self._served and "chars" in answer:
            words = f"returned {int(answer['chars']):,} characters; {MAX_TEXT_CHARS:,} is the limit"
            raise Failed(Status.TOO_BIG, words, spent=False)
        if "text" not in answer:
            raise Failed(Status.CRASH, "its answer has neither text nor error")
        if not isinstance(answer["text"], str):
            raise Failed(Status.BAD_TYPE, f"its text is {_kind(answer['text'])}, not a string", spent=False)
        return answer["text"]

    def _request(self, page: Page) -> bytes:
        fields: dict[str, Any] = {"id": self._number, "url": page.url, "charset": page.charset, "html": page.html}
        if self._raw:
            fields["raw"] = base64.b64encode(page.raw).decode("ascii")
        text = json.dumps(fields, ensure_ascii=False)
        for separator in _SEPARATORS:  # JSON allows them as they are, and readers of lines split there (Node 24, Bun)
            text = text.replace(separator, f"\\u{ord(separator):04x}")
        try:
            return text.encode("utf-8") + b"\n"
        except UnicodeEncodeError:  # a lone surrogate has no UTF-8, but an escape
            return json.dumps(fields).encode("ascii") + b"\n"

    def _note(self, told_ns: object) -> None:
        if isinstance(told_ns, int) and not isinstance(told_ns, bool) and 0 <= told_ns < 2**63:
            self._told_total += told_ns
            self.told_ns = None if self._served else told_ns

    def _exchange(self, data: bytes) -> bytes:
        """Write `data` and read a line, both at once: a program may answer before it has read all.

        Raises:
            Failed: there will be no line, or none that is short enough.
        """
        view = memoryview(data)
        poll = select.poll()
        for end in (self._from, self._stderr, self._pidfd):
            if end >= 0:
                poll.register(end, select.POLLIN)
        if view:
            poll.register(self._to, select.POLLOUT)
        searched = 0
        while (end_of_line := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            if searched > MAX_LINE_BYTES:
                raise Failed(Status.TOO_BIG, f"a line of more than {MAX_LINE_BYTES:,} bytes")
            ready = {fd for fd, _ in poll.poll()}
            if self._to in ready and not (view := self._write(view)):
                poll.unregister(self._to)
            if self._stderr in ready and not self._hear():
                poll.unregister(self._stderr)
            if self._from in ready:
                if not self._take():
                    raise self._ended()
            elif self._pidfd in ready:
                raise self._ended()
        answer = bytes(self._received[:end_of_line])
        del self._received[: end_of_line + 1]
        return answer

    def _write(self, view: memoryview) -> memoryview:
        """What is left to write; nothing when nobody reads any more: its end is seen elsewhere, with the reason."""
        try:
            return view[os.write(self._to, view) :]
        except BlockingIOError:
            return view
        except OSError:
            return view[:0]

    def _take(self) -> bool:
        """Read what it wrote. False at its end."""
        with contextlib.suppress(BlockingIOError):
            part = os.read(self._from, _PART_BYTES)
            self._received += part
            return bool(part)
        return True

    def _hear(self) -> bool:
        """Read what it wrote to standard error, and keep the end of that. False when nothing more will come."""
        with contextlib.suppress(BlockingIOError):
            part = os.read(self._stderr, _PART_BYTES)
            self._errors += part
            del self._errors[:-_TAIL_BYTES]
            return bool(part)
        return True

    def _ended(self) -> Failed:
        """What it died of."""
        try:
            code = self._popen.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            return Failed(Status.CRASH, "it closed its standard output and went on")
        poll = select.poll()
        poll.register(self._stderr, select.POLLIN)
        while poll.poll(100) and self._hear():  # a grandchild may hold it open
            pass
        status, words = told(Ending(code, telling(self._errors.decode("utf-8", "replace"))))
        half = f", half a line written: {_shown(self._received)}" if self._received.strip() else ""
        return Failed(status, f"it ended without an answer: {words}{half}")

    def cpu_ns(self) -> int:
        """CPU time so far: of all processes of the program, or what our server measured around its calls."""
        if self._served:
            return self._told_total
        if sys.platform != "linux":
            return tree.ended_ns()
        # From the first process of the sandbox down: what a program leaves behind when it forks falls to that one.
        me, first = os.getpid(), os.getppid()
        others = [pid for pid in [first, *tree.descendants(first)] if pid != me]
        return tree.ended_ns() + sum(map(tree.cpu_ns, others))

    def forget_peak(self) -> None:
        """Peak memory counts from now on."""
        for pid in self._all():
            tree.forget_peak(pid)

    def peak_kib(self) -> int:
        """Peak resident memory, summed over its processes."""
        return sum(map(tree.peak_kib, self._all()))

    def _all(self) -> list[int]:
        return [self._popen.pid, *tree.descendants(self._popen.pid)] if sys.platform == "linux" else []


def _read(answer: bytes) -> dict[str, Any]:
    try:
        text = answer.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Failed(
            Status.CRASH, f"its answer is no UTF-8: byte 0x{answer[error.start]:02x} at {error.start}"
        ) from None
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Failed(
            Status.CRASH, f"it wrote {_shown(answer)}, which is no JSON object: standard output is for answers only"
        )
    return fields


def _shown(data: bytes | bytearray) -> str:
    return repr(line(data[: 8 * _SHOWN].decode("utf-8", "replace"), _SHOWN))


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")
