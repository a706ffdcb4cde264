"""The child's side of watching a Python plug-in: a script that imports it, asks it, and says what else it did.

What is seen is what Python itself does: its audit events, its descriptor 1. What compiled code does without Python, and
what a program does that the plug-in starts, is not seen here; the sandbox keeps those from doing it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from typing import Any, NoReturn

if __name__ == "__main__":  # before any import of ours: run as a script, this process does not know where `bench` is
    sys.path[:] = json.loads(sys.argv[1])["path"]

from bench.extract import wire
from bench.extract.child import Pipes, call, shut_in
from bench.extract.load import NotLoaded, load
from bench.extract.plugin import Function

KEPT = 20
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Devices and the process's own entries are no files that anybody keeps.
_NO_FILES = ("/dev/", "/proc/")
_NETWORK = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "urllib.Request": 0,
}
_CHANGES = {
    "os.mkdir": 0,
    "os.remove": 0,
    "os.rmdir": 0,
    "os.rename": 1,
    "os.link": 1,
    "os.symlink": 1,
    "os.truncate": 0,
    "os.chmod": 0,
    "os.chown": 0,
    "os.utime": 0,
    "sqlite3.connect": 0,
}
_PROGRAMS = {"subprocess.Popen": 0, "os.system": 0, "os.exec": 0, "os.posix_spawn": 0, "os.spawn": 1}


class Notes:
    """What the audit hook saw: a few words a kind of event, each once."""

    def __init__(self, scratch: str) -> None:
        self.network: list[str] = []
        self.writes: list[str] = []
        self.programs: list[str] = []
        self.when = "imported"
        self._scratch = scratch
        self._busy = False

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The hook. What it does itself is not noted."""
        if self._busy:
            return
        self._busy = True
        try:
            if event == "open":
                if _writes(arguments):
                    self._write(arguments[0])
            elif event in _CHANGES:
                changed = arguments[_CHANGES[event]]
                if event != "os.mkdir" or not os.path.isdir(changed):  # noqa: PTH112 - makedirs asks for what there is
                    self._write(changed)
            elif event == "socket.getaddrinfo":
                self._note(self.network, _address(arguments[:2]))
            elif event in _NETWORK:
                self._note(self.network, _address(arguments[_NETWORK[event]]))
            elif event in _PROGRAMS:
                self._note(self.programs, _path(arguments[_PROGRAMS[event]]))
        except Exception:  # the plug-in's own call must not fail for our sake
            return
        finally:
            self._busy = False

    def _write(self, place: object) -> None:
        if isinstance(place, int) or place is None:
            return
        path = os.path.realpath(_path(place))
        if path.startswith(_NO_FILES) or path == ":memory:" or os.path.basename(path) == ":memory:":  # noqa: PTH119
            return
        if os.path.commonpath([path, self._scratch]) != self._scratch:
            self._note(self.writes, path)

    def _note(self, noted: list[str], words: str) -> None:
        words = f"{words} (while it was {self.when})"
        if words not in noted and len(noted) < KEPT:
            noted.append(words)


def _writes(arguments: tuple[Any, ...]) -> bool:
    _, mode, flags = (*arguments, None, None)[:3]
    if isinstance(mode, str) and set(mode) & set("wax+"):
        return True
    return isinstance(flags, int) and bool(flags & _WRITING)


def _path(place: object) -> str:
    return os.fsdecode(place) if isinstance(place, (str, bytes, os.PathLike)) else str(place)


def _address(address: object) -> str:
    if isinstance(address, tuple) and len(address) > 1 and address[1] is not None:
        return f"{_path(address[0])}:{address[1]}"
    return _path(address[0] if isinstance(address, tuple) else address)


class Printed:
    """Descriptor 1, pointed at a file without a name."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        os.dup2(self._file.fileno(), 1)

    def read(self) -> bytes:
        """All that was written, buffers emptied."""
        with contextlib.suppress(Exception):  # a plug-in may have closed or replaced it
            sys.stdout.flush()
        self._file.seek(0)
        return self._file.read()


def serve(pipes: Pipes, config: dict[str, Any]) -> NoReturn:
    """Import the plug-in, hand it the pages that come, and report when asked of no page."""
    notes, printed = Notes(os.path.realpath(os.getcwd())), Printed()  # noqa: PTH109
    sys.addaudithook(notes.hear)
    try:
        _, function = load(config["target"])
    except NotLoaded as error:
        pipes.send({"failed": str(error)})
        os._exit(0)
    pipes.send({"ready": True})
    notes.when = "called"
    plugin = Function(function)
    answers: list[dict[str, Any]] = []
    changed: list[str] = []
    while (page := wire.read_request(pipes.receive())[1]) is not None:
        before = (page.html, page.raw, page.url, page.charset)
        answers.append(call(plugin, page, config["output"]))
        after = (page.html, page.raw, page.url, page.charset)
        names = ("html", "raw", "url", "charset")
        changed += [f"page.{n}" for n, old, new in zip(names, before, after, strict=True) if old != new]
        pipes.send({"asked": True})
    written = printed.read()
    pipes.send(
        {
            "answers": answers,
            "printed": len(written),
            "start": written[:200].decode("utf-8", "replace"),
            "network": notes.network,
            "writes": notes.writes,
            "programs": notes.programs,
            "changed": list(dict.fromkeys(changed)),
        }
    )
    os._exit(0)


def main() -> NoReturn:
    """Run as a script with one argument, the configuration in JSON."""
    config = json.loads(sys.argv[1])
    if os.environ.get("PYTHONHASHSEED") != config["seed"]:  # it is read when Python starts
        os.environ["PYTHONHASHSEED"] = config["seed"]
        os.execv(sys.executable, [sys.executable, "-P", *sys.argv])
    serve(shut_in(config), config)


if __name__ == "__main__":
    main()
