"""A plug-in that holds, starts and reads what it should not; which of it, the page's address says."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from pathlib import Path

from bench.model import Page

MIB = 2**20
CLONE_NEWUSER = 0x10000000
KEYCTL_READ = 11


def child(work: Callable[[], None]) -> None:
    if os.fork() == 0:
        try:
            work()
        finally:
            os._exit(0)


def hold() -> None:
    kept = bytearray(b"x") * (90 * MIB)
    time.sleep(30)
    del kept


def crowd(words: list[str]) -> None:
    for _ in range(5):
        child(hold)
    time.sleep(30)


def later(words: list[str]) -> None:
    for _ in range(5):
        child(hold)


def shares(words: list[str]) -> None:
    """Ten processes with the same 90 MiB."""
    kept = bytearray(b"x") * (90 * MIB)
    for _ in range(10):
        child(lambda: time.sleep(1.0))
    time.sleep(0.8)
    del kept


def bomb(words: list[str]) -> None:
    for _ in range(11):  # 2,048 of them, should nobody end them
        os.fork()
    time.sleep(30)


def fills(words: list[str]) -> None:
    for number in range(int(words[0])):
        handle = os.open(f"file{number}", os.O_CREAT | os.O_WRONLY)
        if int(words[1]):
            os.posix_fallocate(handle, 0, int(words[1]) * MIB)
        os.close(handle)
    time.sleep(30)


def lists(words: list[str]) -> str:
    try:
        return "\n".join(entry.name for entry in Path(words[0]).iterdir())
    except OSError as error:
        return f"none: {error.strerror}"


def reads(words: list[str]) -> str:
    try:
        return Path(words[0]).read_text()
    except OSError as error:
        return f"none: {error.strerror}"


def leaves(words: list[str]) -> str:
    path = Path(words[0]).absolute()
    path.write_text("left here")
    return str(path)


def attacks(words: list[str]) -> str:
    """What was within reach."""
    found = []
    try:
        os.close(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY))
        found.append("settings")
    except OSError:
        pass
    disks = [entry for entry in Path("/dev").iterdir() if entry.is_block_device()]
    found += ["disks"] if disks else []
    pid = os.fork()
    if pid == 0:
        os._exit(0 if ctypes.CDLL(None).unshare(CLONE_NEWUSER) == 0 else 1)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0:
        found.append("namespaces")
    return " ".join(found) or "nothing"


def asks_key(words: list[str]) -> str:
    """The text of a key of the user's session, by its number in the kernel."""
    text = ctypes.create_string_buffer(64)
    length = ctypes.CDLL(None).syscall(int(words[0]), KEYCTL_READ, int(words[1]), text, len(text))
    return text.value.decode() if length > 0 else "none"


def extract(page: Page) -> str:
    name, *words = page.url.split()
    if name == "good":
        return "good"
    answer: str | None = globals()[name](words)
    return answer or "good"
