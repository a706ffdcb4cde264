"""`extractor.toml`: what a program that answers over JSON Lines is called, and how it is started."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.errors import BenchError

NAME = "extractor.toml"
_MEND = "docs/plugin-protocol.md tells its keys"
_TEXTS = ("name", "licence", "options", "output")
_COMMANDS = ("command", "version")
_KEYS = (*_TEXTS, *_COMMANDS, "raw")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an `extractor.toml` says.

    Attributes:
        name: how the extractor is called.
        command: what is started, in the manifest's folder; its first word is looked for in PATH, or from the folder
            when it holds a slash.
        version: a command whose last line of output is the version; empty without one.
        licence: an SPDX expression; "" when none is given.
        options: how the program calls what it wraps, in words.
        output: plain text, or HTML that is converted as that of other plug-ins is.
        raw: whether the page's bytes are sent too.
    """

    name: str
    command: tuple[str, ...]
    version: tuple[str, ...] = ()
    licence: str = ""
    options: str = ""
    output: Literal["text", "html"] = "text"
    raw: bool = False


def read(file: Path) -> Manifest:
    """The manifest in `file`.

    Raises:
        BenchError: it cannot be read, is no TOML, lacks a key, or has one that is unknown or of the wrong type.
    """
    try:
        data = tomllib.loads(file.read_bytes().decode("utf-8"))
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
        raise BenchError(why, where=str(file), mend="name a file that is there") from None
    except ValueError as error:  # no UTF-8 or no TOML
        raise BenchError(f"is no TOML: {error}", where=str(file), mend=_MEND) from None
    for key in data:
        if key not in _KEYS:
            close = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {close[0]}? " if close else ""
            raise BenchError(f"unknown key '{key}'", where=str(file), mend=f"{hint}{_MEND}")
    for key in ("name", "command"):
        if not data.get(key):
            raise BenchError(f"has no '{key}'", where=str(file), mend=_MEND)
    return Manifest(**{key: _checked(file, key, value) for key, value in data.items()})


def _checked(file: Path, key: str, value: object) -> Any:  # noqa: ANN401 - a field of its own type each
    if key in _COMMANDS:
        if isinstance(value, list) and value and all(isinstance(word, str) and word for word in value):
            return tuple(value)
        raise BenchError(f"'{key}' is no list of words", where=str(file), mend=f'write {key} = ["node", "extract.mjs"]')
    if key == "raw":
        if isinstance(value, bool):
            return value
        raise BenchError("'raw' is neither true nor false", where=str(file), mend=_MEND)
    if not isinstance(value, str):
        raise BenchError(f"'{key}' is no text", where=str(file), mend=_MEND)
    if key == "output" and value not in ("text", "html"):
        raise BenchError(f"'output' is {value!r}, not 'text' or 'html'", where=str(file), mend=_MEND)
    return " ".join(value.split())
