"""Where a plug-in's files may lie, as far as this process knows without running it.

A plug-in is imported to be described, in a process that it can take over. So what that process says of files is not
believed: they are read here, and they are shown in the sandbox in whatever hidden folder they lie.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from importlib.machinery import all_suffixes
from pathlib import Path

from bench.errors import BenchError
from bench.extract.load import split

_OURS = Path(__file__).resolve().parents[1]


def files(target: str, said: Sequence[Path]) -> tuple[Path, ...]:
    """The files that a plug-in says it is made of, the one that defines it first, without symbolic links.

    Args:
        target: `module:attribute` or `/absolute/path.py:attribute`.
        said: the files.

    Raises:
        BenchError: one of them is no file of Python's, or lies elsewhere than its own.
    """
    place = split(target)[0]
    found = tuple(file.resolve() for file in said)
    below = [Path(place).parent] if place.endswith(".py") else [path for top in _top(place) for path in top]
    for file in found:
        python = file.is_file() and file.name.endswith(tuple(all_suffixes()))
        if not python or not any(map(file.is_relative_to, [*below, _OURS])):
            raise BenchError(f"it says that {file} is one of its files, and it is not")
    if not set(found[:1]) & set(_defining(place)):
        raise BenchError(f"it says that {found[0]} defines it, and that is not so" if found else "it has no file")
    return found


def folder(target: str, said: Path) -> Path:
    """The folder that a program says it lies in.

    Args:
        target: `package` or `/absolute/folder`.
        said: the folder.

    Raises:
        BenchError: it is another.
    """
    if said not in {Path(target), *(top.joinpath(*target.split(".")[1:]) for top in _top(target)[1])}:
        raise BenchError(f"it says that {said} is its folder, and it is not")
    return said


def _defining(place: str) -> Iterator[Path]:
    """Where the file that defines a plug-in may be: it is that of the target, or lies where its name says."""
    if place.endswith(".py"):
        yield Path(place)
        return
    file, folders = _top(place)
    _, *inner = place.split(".")
    if not inner:
        yield from file
    for base in (folder.joinpath(*inner) for folder in folders if inner):
        for suffix in all_suffixes():
            yield (base / f"__init__{suffix}").resolve()
            yield base.with_name(base.name + suffix).resolve()


def _top(module: str) -> tuple[list[Path], list[Path]]:
    """File and folders of a module's top-level package. To find these imports nothing."""
    try:
        spec = importlib.util.find_spec(module.partition(".")[0])
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        return [], []
    file = [Path(spec.origin).resolve()] if spec.origin and spec.has_location else []
    return file, [Path(place).resolve() for place in spec.submodule_search_locations or []]
