"""JSON files of others, read with one line for whatever is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.score.peers.model import System

NO_CHECKOUT = "name the folder of a checkout of the peer's repository"


def objects(path: Path, mend: str = NO_CHECKOUT) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        BenchError: there is none, it is broken, it is no object, or it names a key twice.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BenchError("no such file", where=str(path), mend=mend) from None
    except OSError as error:
        raise BenchError(f"cannot be read ({error.strerror})", where=str(path), mend=mend) from None
    except UnicodeDecodeError as error:
        raise BenchError(f"no UTF-8 at byte {error.start}", where=str(path), mend=mend) from None
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except _TwiceError as error:
        raise BenchError(f"the key {error} stands there twice", where=str(path), mend=mend) from None
    except json.JSONDecodeError as error:
        raise BenchError(f"broken JSON ({error.msg})", where=f"{path}:{error.lineno}", mend=mend) from None
    except RecursionError:
        raise BenchError("JSON nested too deep", where=str(path), mend=mend) from None
    if not isinstance(found, dict):
        raise BenchError("no JSON object", where=str(path), mend=mend)
    return found


def entries(found: Mapping[str, Any], path: Path) -> dict[str, dict[str, Any]]:
    """`found` as one object a page.

    Raises:
        BenchError: there is no page, or what a page has is no object.
    """
    if not found:
        raise BenchError("holds no page", where=str(path), mend=NO_CHECKOUT)
    for page, entry in found.items():
        if not isinstance(entry, dict):
            raise BenchError(f"page {page!r} is no JSON object", where=str(path), mend=NO_CHECKOUT)
    return dict(found)


def text(entry: Mapping[str, Any], key: str, where: str) -> str:
    """A string of an entry; empty when it is missing or null.

    Raises:
        BenchError: it is something else.
    """
    value = entry.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BenchError(f"{key} is no string", where=where, mend=NO_CHECKOUT)
    return value


def systems(
    folder: Path, pages: Sequence[str], read: Callable[[Path], System]
) -> tuple[tuple[System, ...], tuple[str, ...]]:
    """Every output of a folder, by name, and a line for each that is refused.

    Args:
        folder: one `.json` file a system.
        pages: what each has to answer, all and only.
        read: reads one of the files.

    Raises:
        BenchError: there is no such folder, or no output in it.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise BenchError("holds no shipped output (*.json)", where=str(folder), mend=NO_CHECKOUT)
    found: list[System] = []
    refused: list[str] = []
    for path in paths:
        try:
            system = read(path)
            _answers_all(system, pages, path)
        except BenchError as error:
            refused.append(str(error))
        else:
            found.append(system)
    return tuple(found), tuple(refused)


def _answers_all(system: System, pages: Sequence[str], path: Path) -> None:
    missing = [page for page in pages if page not in system.texts]
    unknown = sorted(set(system.texts) - set(pages))
    for what, names in (("of the gold's pages missing", missing), ("pages that the gold does not have", unknown)):
        if names:
            raise BenchError(
                f"{len(names)} {what}, the first {names[0]!r}", where=str(path), mend="leave it out or mend it"
            )


class _TwiceError(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _TwiceError(repr(key))
            seen.add(key)
    return found
