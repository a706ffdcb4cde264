"""Serves a plug-in file over JSON Lines, in an environment of its own (`bench.extract.program` speaks to it).

Run as a script by that environment's Python, with the file, the function's name and the memory limit in MiB. It imports
nothing of ours and nothing that is not in the standard library of Python 3.8: what is installed here is the plug-in's
business alone.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    del sys.path[0]  # this folder, whose modules' names would stand in the way of others

import base64
import contextlib
import faulthandler
import fcntl
import importlib.util
import json
import os
import resource
import time
from typing import Any, Callable  # noqa: UP035 - Python 3.8

# As in bench.extract.program, bench.extract.wire and bench.model.
PROTOCOL = 1
PIPE_LOST = 113
MAX_CHARS = {"text": 1_000_000, "html": 4_000_000}


class Page:
    """What the plug-in is handed: html, raw, url, charset, as everywhere."""

    __slots__ = ("charset", "html", "raw", "url")

    def __init__(self, html: str, raw: bytes, url: str, charset: str) -> None:
        self.html, self.raw, self.url, self.charset = html, raw, url, charset


class Answers:
    """Standard output, taken away from the plug-in before it is imported."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        high = max(min(soft, 1024) - 64, 3)  # out of the reach of what closes all files that it did not open
        self.requests = os.fdopen(fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, high), "rb")
        self.out = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, high)
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        os.close(nowhere)

    def send(self, fields: dict[str, Any]) -> None:
        """Write one line. A copy of this process that the plug-in forked stays silent and ends."""
        if os.getpid() != self.pid:
            os._exit(0)
        data = json.dumps(fields).encode("ascii") + b"\n"
        try:
            while data:
                data = data[os.write(self.out, data) :]
        except OSError:
            os._exit(PIPE_LOST)


def told(error: BaseException) -> str:
    """An exception in words, even one whose own words raise."""
    try:
        words = str(error)
    except BaseException as worse:
        words = "(its message cannot be read: {})".format(type(worse).__name__)  # noqa: UP032 - as old as the rest
    return (type(error).__name__ + (": " + words if words else ""))[:3000]


def out_of_memory(error: BaseException | None) -> bool:
    """Whether a MemoryError is the cause, or the cause of the cause: a library may have wrapped it."""
    for _ in range(10):
        if error is None:
            return False
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__ or error.__context__
    return False


def loaded(file: str, name: str) -> tuple[Callable[[Page], object], int]:
    """The function, and how long its answer may be."""
    module_name = "lubb_file_" + os.path.basename(file).partition(".")[0]  # noqa: PTH119
    spec = importlib.util.spec_from_file_location(module_name, file)
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    sys.modules[module_name] = module
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    function: Any = module
    for part in name.split("."):
        function = getattr(function, part)
    if not callable(function):
        raise TypeError("{!r} is no function but {}".format(name, type(function).__name__))  # noqa: UP032
    return function, MAX_CHARS.get(getattr(module, "OUTPUT", "text"), MAX_CHARS["text"])


def clock() -> int:
    """CPU nanoseconds of this process and of the children that it has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time_ns() + round((used.ru_utime + used.ru_stime) * 1e9)


def answer(function: Callable[[Page], object], page: Page, limit: int) -> dict[str, Any]:
    """One timed call, as the fields of an answer."""
    result: object = None
    raised: BaseException | None = None
    start = clock()
    try:
        result = function(page)
    except BaseException as error:
        raised = error
    fields: dict[str, Any] = {"cpu_ns": clock() - start}
    if raised is not None:
        fields.update(error=told(raised), memory=out_of_memory(raised))
    elif not isinstance(result, str):
        fields.update(returned=type(result).__name__)
    elif str.__len__(result) > limit:
        fields.update(chars=str.__len__(result))
    else:
        fields.update(text=str.__str__(result))
    return fields


def main() -> None:
    """Load, say so, answer until standard input ends."""
    file, name, mebibytes = sys.argv[1:]
    del sys.argv[1:]  # some plug-ins read theirs when they are imported
    answers = Answers()
    faulthandler.enable()
    with contextlib.suppress(OSError, ValueError):  # some systems have none
        resource.setrlimit(resource.RLIMIT_AS, (int(mebibytes) * 2**20, resource.getrlimit(resource.RLIMIT_AS)[1]))
    try:
        function, limit = loaded(file, name)
    except BaseException as error:
        answers.send({"failed": "it does not import: " + told(error)})
        os._exit(0)
    answers.send({"lubb": PROTOCOL})
    for line in answers.requests:
        request = json.loads(line)
        page = Page(request["html"], base64.b64decode(request["raw"]), request["url"], request["charset"])
        try:
            fields = answer(function, page, limit)
        except MemoryError as error:
            fields = {"error": told(error), "memory": True}
        answers.send(dict(fields, id=request["id"]))
    os._exit(0)


if __name__ == "__main__":
    main()
