"""What a script asks for: the metadata block at its top (PEP 723), and the lock file beside it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.extract import interpreters

# As PEP 723 has it: a line that opens, lines of comment, the last line that closes.
_BLOCK = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
_OPENING = re.compile(r"(?m)^# /// script[ \t]*$")
_LOCKED_FOR = "# locked for the metadata block with sha256 "


@dataclass(frozen=True, slots=True)
class Script:
    """A script's wishes.

    Attributes:
        requires: its `requires-python`; "" without one.
        dependencies: its `dependencies`.
        build: packages that it lets be built from source.
        block: the text of its metadata block.
        lock: its lock file, or None.
        digest: sha256 over block and lock.
    """

    requires: str
    dependencies: tuple[str, ...]
    build: tuple[str, ...]
    block: str
    lock: Path | None
    digest: str


def metadata_block(source: str) -> dict[str, Any] | None:
    """The parsed metadata block of a script, or None when it has none.

    Raises:
        BenchError: it does not end, there are two, or it is no TOML.
    """
    text = _block_text(source)
    try:
        return None if text is None else tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BenchError(f"its metadata block is no TOML: {error}", mend="see PEP 723") from None


def _block_text(source: str) -> str | None:
    source = source.replace("\r\n", "\n")
    found = [match["content"] for match in _BLOCK.finditer(source) if match["type"] == "script"]
    if len(found) > 1 or (found and len(_OPENING.findall(source)) > 1):
        raise BenchError("it has two metadata blocks", mend="keep one '# /// script' block")
    if not found and _OPENING.search(source):
        raise BenchError("its metadata block does not end", mend="close it with a line '# ///', comments only between")
    if not found:
        return None
    return "".join(line[2:] if line.startswith("# ") else line[1:] for line in found[0].splitlines(keepends=True))


def script(file: Path) -> Script:
    """What a script asks for in its metadata block.

    Raises:
        BenchError: it cannot be read, has no block, or one that asks for something in a way that is not understood.
    """
    try:
        source = file.read_text("utf-8-sig")
    except OSError as error:
        raise BenchError(f"cannot be read: {error.strerror}", where=str(file)) from None
    except ValueError:
        raise BenchError("is not UTF-8", where=str(file), mend="save it as UTF-8") from None
    try:
        block, text = metadata_block(source), _block_text(source)
        if block is None or text is None:
            raise BenchError("it has no metadata block", mend="begin it with '# /// script', see PEP 723")
        requires = block.get("requires-python", "")
        if not isinstance(requires, str):
            raise BenchError("its requires-python is no text", mend='write requires-python = ">=3.12"')
        interpreters.fits(interpreters.OLDEST, requires)
        ours = block.get("tool", {}).get("lubb", {})
        if not isinstance(ours, dict) or set(ours) - {"build"}:
            raise BenchError("its [tool.lubb] has another key than 'build'", mend='write build = ["package"]')
        dependencies, build = _texts(block, "dependencies"), _texts(ours, "build")
    except BenchError as error:
        raise BenchError(error.what, where=str(file), mend=error.mend) from None
    lock = next((path for path in _locks(file) if path.is_file()), None)
    whole = text.encode() + b"\0" + (lock.read_bytes() if lock else b"")
    return Script(requires, dependencies, build, text, lock, hashlib.sha256(whole).hexdigest())


def _texts(table: dict[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise BenchError(f"its {key} is no list of texts", mend=f'write {key} = ["package"]')
    return tuple(value)


def _locks(file: Path) -> tuple[Path, Path]:
    """Its two possible lock files: ours first, then uv's own."""
    return lock_file(file), file.with_name(f"{file.name}.lock")


def lock_file(file: Path) -> Path:
    """The lock file of ours beside a script: requirements with hashes, without the address of any index."""
    return file.with_suffix(".lock.txt")


def locked_for(wishes: Script) -> str:
    """The first line of a lock file of ours, which says for which metadata block it was made."""
    return f"{_LOCKED_FOR}{hashlib.sha256(wishes.block.encode()).hexdigest()}"
