"""The one folder that a worker may write in: made for it, removed after it, even when nobody is left to do so.

A run that is killed outright removes nothing. Its folders are found by the next one: each is locked by the process that
made it, and the kernel takes the lock away when that process is gone, in whatever container it ran.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import shutil
import tempfile
import time
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
        _remove(self.path)
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
                _remove(path)
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


def _remove(folder: Path) -> None:
    for _ in range(3):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        for path in [folder, *folder.rglob("*")]:  # a plug-in may have closed its folders
            with contextlib.suppress(OSError):
                if path.is_dir() and not path.is_symlink():
                    path.chmod(0o700)
