"""The limits that a child puts on itself before it loads a plug-in. Standard library only."""

from __future__ import annotations

import contextlib
import resource
import sys

# A plug-in may fill its scratch folder, not the disk.
MAX_FILE_BYTES = 256 * 2**20


def limit_files() -> None:
    """No core dumps, and no file above `MAX_FILE_BYTES`; handed down to all that is started from here."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_FSIZE, MAX_FILE_BYTES)


def close_in() -> None:
    """Out of reach of the program that this process is about to speak to: its memory, and the parent's pipes."""
    if sys.platform == "linux":
        from bench.extract import guard

        guard.close_memory()


def leave_keys() -> None:
    """Take from what is run here the keys that the user's session holds in the kernel."""
    if sys.platform == "linux":
        from bench.extract import guard

        guard.leave_keys()


def limit_memory(mebibytes: int) -> None:
    """Bound the address space: an allocation beyond it fails, in Python as MemoryError."""
    _lower(resource.RLIMIT_AS, mebibytes * 2**20)


def limit_tasks(number: int | None) -> None:
    """Bound the processes and threads of this user in this user namespace; real root's are not bound by the kernel."""
    if number is not None:
        _lower(resource.RLIMIT_NPROC, number)


def _lower(what: int, limit: int) -> None:
    _, hard = resource.getrlimit(what)
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    with contextlib.suppress(OSError, ValueError):  # macOS refuses some
        resource.setrlimit(what, (limit, limit))
