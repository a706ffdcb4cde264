"""The child's side of a worker: a script that imports one plug-in and answers for one page after another.

Nothing that a plug-in prints, closes or raises may reach the pipes, so they are moved to high numbers and standard
input and output are pointed at nowhere before the plug-in is imported. Standard library only, with lxml for the
calibrator (and for plug-ins that return HTML): what is imported here is paid at each restart, and stands in every
plug-in's memory figure.
"""

from __future__ import annotations

import faulthandler
import fcntl
import json
import os
import resource
import sys
import time
from typing import Any, NoReturn

if __name__ == "__main__":  # before any import of ours: run as a script, this process does not know where `bench` is
    sys.path[:] = json.loads(sys.argv[1])["path"]

from bench import dom
from bench.extract import wire
from bench.extract.load import NotLoaded, told
from bench.extract.plugin import Plugin, opened
from bench.extract.program import Failed
from bench.extract.setting import leave_keys, limit_files, limit_tasks
from bench.model import MAX_TEXT_CHARS, Page, Status

# HTML is longer than the text in it; above this it is not converted at all.
MAX_HTML_CHARS = 4 * MAX_TEXT_CHARS


class Pipes:
    """The two ends that the parent knows, out of the reach of ordinary file handling."""

    def __init__(self, read: int, write: int) -> None:
        self._pid = os.getpid()
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        high = max(min(soft, 1024) - 64, 3)
        self._read = fcntl.fcntl(read, fcntl.F_DUPFD_CLOEXEC, high)
        self._write = fcntl.fcntl(write, fcntl.F_DUPFD_CLOEXEC, high)
        os.close(read)
        os.close(write)

    def receive(self) -> bytes:
        """The next frame. At the parent's end, or when the plug-in has closed the pipe, the process ends."""
        (size,) = wire.LENGTH.unpack(self._exactly(wire.LENGTH.size))
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size:
            try:
                part = os.read(self._read, min(size, 2**20))
            except OSError:
                self._lost()
            if not part:
                os._exit(0)
            parts.append(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def send(self, fields: dict[str, Any]) -> None:
        """Answer the parent. A copy of this process that a plug-in forked stays silent and ends."""
        if os.getpid() != self._pid:
            os._exit(0)
        data = memoryview(wire.message(fields))
        while data:
            try:
                data = data[os.write(self._write, data) :]
            except OSError:
                self._lost()

    def _lost(self) -> NoReturn:
        os._exit(wire.PIPE_LOST)


def shut_in(config: dict[str, Any]) -> Pipes:
    """Take the pipes away from the plug-in, silence it, and leave it no arguments: some read theirs when imported."""
    pipes = Pipes(config["read"], config["write"])
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    del sys.argv[1:]
    faulthandler.enable()  # its words end in the parent's tail of standard error
    limit_files()
    limit_tasks(config.get("tasks"))
    leave_keys()
    return pipes


def _parse_ns(page: Page) -> int:
    """CPU time of one lxml parse. Of this thread: what a plug-in left running must not make parsing look dear."""
    start = time.thread_time_ns()
    tree = dom.parse(page.html)
    used = time.thread_time_ns() - start
    del tree
    return used


def call(plugin: Plugin, page: Page, output: str) -> dict[str, Any]:
    """One timed call. The answer's fields: status, text, detail, spent, cpu_ns, wall_ns, told_ns, peak_kib."""
    result: object = None
    raised: BaseException | None = None
    plugin.forget_peak()
    wall, cpu = time.perf_counter_ns(), plugin.cpu_ns()
    try:
        result = plugin(page)
    except BaseException as error:
        raised = error
    cpu, wall = plugin.cpu_ns() - cpu, time.perf_counter_ns() - wall
    cost = {"cpu_ns": cpu, "wall_ns": wall, "told_ns": plugin.told_ns, "peak_kib": plugin.peak_kib()}
    if isinstance(raised, Failed):
        lost = {"cpu_ns": None, "peak_kib": None} if raised.spent else {}  # with the process that it was read from
        words = {"status": raised.status, "text": "", "detail": raised.detail, "spent": raised.spent}
        return words | cost | lost
    try:
        status, text, detail = _failed(raised) if raised is not None else _judged(result, output)
    except MemoryError as error:  # while the result was converted
        status, text, detail = Status.MEMORY, "", told(error)
    return {"status": status, "text": text, "detail": detail, "spent": False} | cost


def _failed(error: BaseException) -> tuple[Status, str, str]:
    cause: BaseException | None = error
    for _ in range(10):  # a library may have wrapped the MemoryError in its own
        if cause is None:
            break
        if isinstance(cause, MemoryError):
            return Status.MEMORY, "", told(error)
        cause = cause.__cause__ or cause.__context__
    return Status.EXCEPTION, "", told(error)


def _judged(result: object, output: str) -> tuple[Status, str, str]:
    if not isinstance(result, str):
        return Status.BAD_TYPE, "", wire.line(f"returned {type(result).__name__}, not str")
    text = str.__str__(result)  # libraries return subclasses of str, which may do anything
    if output == "html":
        if len(text) > MAX_HTML_CHARS:
            return _too_big(text, "HTML, ")
        text = dom.html_text(text)
    if len(text) > MAX_TEXT_CHARS:
        return _too_big(text, "")
    if not text.strip():
        return Status.EMPTY, "", ""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        mended = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
        return Status.OK, mended, "lone surrogates replaced by U+FFFD"
    return Status.OK, text, ""


def _too_big(text: str, what: str) -> tuple[Status, str, str]:
    return Status.TOO_BIG, "", f"returned {what}{len(text):,} characters; {MAX_TEXT_CHARS:,} is the limit"


def serve(pipes: Pipes, config: dict[str, Any]) -> NoReturn:
    """Import the plug-in, say whether it worked, then answer until the parent hangs up."""
    try:
        plugin = opened(config)
    except NotLoaded as error:
        pipes.send({"failed": str(error)})
        os._exit(0)
    pipes.send({"ready": True})
    page: Page | None = None
    while True:
        number, sent = wire.read_request(pipes.receive())
        page = sent or page
        assert page is not None, "the first request brings a page"
        # The parent's clock starts with this message: neither sending nor parsing the page is the plug-in's time.
        pipes.send({"number": number, "parse_ns": _parse_ns(page)})
        pipes.send({"number": number} | call(plugin, page, config["output"]))


def main() -> NoReturn:
    """Run as a script with one argument, the configuration in JSON."""
    config = json.loads(sys.argv[1])
    serve(shut_in(config), config)


if __name__ == "__main__":
    main()
