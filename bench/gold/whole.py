"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from bench.errors import BenchError


def write_whole(path: Path, data: bytes) -> None:
    """Writes beside `path` and renames, so that nobody finds half of it, also when this process is killed.

    Raises:
        BenchError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")  # two processes may write the same file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise BenchError(what, where=str(path), mend="make room, or give another folder") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)  # there only if something went wrong, or the user stopped it
