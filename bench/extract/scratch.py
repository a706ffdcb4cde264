"""The one folder that a worker may write in: made for it, removed after it, even when nobody is left to do so.

A run that is killed outright removes nothing. Its folders are found by the next one: each is locked by the process that
made it, and the kernel takes the lock away when that process is gone, in whatever container it ran.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import itertools
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_PREFIX = "lubb-scratch-"
# Between its making and its locking a folder looks abandoned.
_SETTLED_SECONDS = 60.0


class Scratch:
    """A new folder under the system's folder for temporary files.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self) -> None:
        _sweep_once()
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
        self._lock = _locked(self.path)

    def remove(self) -> None:
        """Remove it with all that is in it, as far as that can be done."""
        remove(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def sweep() -> None:
    """Remove what earlier runs left when they were killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            about = path.lstat()
            settled = time.time() - about.st_mtime > _SETTLED_SECONDS
            if settled and about.st_uid == os.getuid() and (lock := _locked(path)) is not None:
                remove(path)
                os.close(lock)


_sweep_once = functools.cache(sweep)


def _locked(folder: Path) -> int | None:
    """A descriptor that holds the folder's lock, or None when another process holds it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def remove(folder: Path) -> None:
    """Remove a folder that a plug-in wrote in, as far as that can be done: it may be closed, or deeper than any path.

    Not by recursion (`shutil.rmtree`): what is deep is moved up until it is shallow. Symbolic links are not followed.
    """
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            names = (f"{folder.name}-{number}" for number in itertools.count())
            while sum(_gone(name, top, names) for name in os.listdir(top)):  # noqa: PTH208 - of a descriptor
                pass  # until nothing is left, or nothing that can be removed
        finally:
            os.close(top)
        folder.rmdir()


def _gone(name: str, top: int, names: Iterator[str]) -> bool:
    """Whether an entry of the folder `top` was removed; the folders in it are then entries of `top`, by other names."""
    try:
        if not stat.S_ISDIR(os.stat(name, dir_fd=top, follow_symlinks=False).st_mode):
            os.unlink(name, dir_fd=top)
            return True
        os.chmod(name, 0o700, dir_fd=top)
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
        try:
            for within in os.listdir(inner):  # noqa: PTH208
                if stat.S_ISDIR(os.stat(within, dir_fd=inner, follow_symlinks=False).st_mode):
                    os.chmod(within, 0o700, dir_fd=inner)
                    os.rename(within, next(names), src_dir_fd=inner, dst_dir_fd=top)
                else:
                    os.unlink(within, dir_fd=inner)
        finally:
            os.close(inner)
        os.rmdir(name, dir_fd=top)
    except OSError:
        return False
    return True
