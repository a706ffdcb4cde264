"""Which Python a script runs under: one that starts, and that the script's `requires-python` allows."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError
from bench.extract import installers

# What the server that loads a script is written for (`bench.extract.scripted`).
OLDEST = (3, 8)
_CLAUSE = re.compile(r"(~=|===?|!=|<=|>=|<|>)\s*v?(\d+(?:\.\d+)*)(\.\*)?")
_ASK = "import sys; print(*sys.version_info[:3], sys.version_info[3])"
_START_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that starts: its path as it was found, and its version as three numbers."""

    path: Path
    version: tuple[int, int, int]

    def __str__(self) -> str:
        return f"Python {'.'.join(map(str, self.version))}"


def fits(version: tuple[int, ...], requires: str) -> bool:
    """Whether a version satisfies a `requires-python` such as ">=3.12,<3.13"; "" allows every one.

    Raises:
        BenchError: it is no such specifier.
    """
    return all(_holds(version, clause.strip()) for clause in requires.split(",") if clause.strip())


def _holds(version: tuple[int, ...], clause: str) -> bool:
    match = _CLAUSE.fullmatch(clause)
    if match is None or (match[3] and match[1] not in ("==", "!=")):
        raise BenchError(f"requires-python has {clause!r}", mend='write it as in requires-python = ">=3.12,<3.14"')
    operator, wanted = match[1], tuple(map(int, match[2].split(".")))
    if match[3]:
        return (version[: len(wanted)] == wanted) is (operator == "==")
    size = max(len(version), len(wanted))
    have, want = (numbers + (0,) * (size - len(numbers)) for numbers in (version, wanted))
    if operator == "~=":
        return have >= want and version[: len(wanted) - 1] == wanted[:-1]
    answers = {"<": have < want, "<=": have <= want, ">": have > want, ">=": have >= want, "!=": have != want}
    return answers.get(operator, have == want)


def find(requires: str, name: str, *, download: bool = False) -> Interpreter:
    """The Python that runs this if `requires` allows it, else the newest one found that it allows.

    Found on PATH, among pyenv's versions, then among those that uv has installed.

    Args:
        requires: a `requires-python`.
        name: what `bench setup` knows the script by, for what to type next.
        download: have uv install one when there is none.

    Raises:
        BenchError: there is none, or uv could not install one.
    """
    found = _find(requires)
    if found is None and download:
        installers.uv("python", "install", requires or f">={OLDEST[0]}.{OLDEST[1]}", downloads=True)
        _started.cache_clear()
        found = _find(requires)
    if found is None:
        asked = f"python -m bench setup --download-python {name}"
        raise BenchError(f"needs Python {requires}: install one, or {asked}")
    return found


def _find(requires: str) -> Interpreter | None:
    tried = (found for path in _candidates() if (found := _started(path)) is not None)
    return next((found for found in tried if found.version >= OLDEST and fits(found.version, requires)), None)


def _candidates() -> Iterator[Path]:
    yield Path(sys.executable)
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    places = [Path(place) for place in os.environ.get("PATH", "").split(os.pathsep) if place]
    named = [path for place in places for path in _listed(place, "python3.*") if path.name[8:].isdecimal()]
    named += _listed(root / "versions", "*/bin/python")
    yield from sorted(named, key=_hint, reverse=True)
    yield from sorted(_listed(_managed(), "*/bin/python3"), key=_hint, reverse=True)


def _managed() -> Path:
    """Where uv installs its Pythons."""
    named = os.environ.get("UV_PYTHON_INSTALL_DIR")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(named) if named else Path(data) / "uv" / "python"


def _listed(place: Path, pattern: str) -> list[Path]:
    try:
        return sorted(place.glob(pattern))
    except OSError:  # a folder of PATH that may not be read
        return []


def _hint(path: Path) -> tuple[int, ...]:
    """The version that a path speaks of, so that the newest is started first and mostly alone."""
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", str(path.name if path.name != "python" else path.parent.parent))
    match = match or re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", path.parent.parent.name)
    return tuple(int(number or 0) for number in match.groups()) if match else ()


@functools.cache
def _started(path: Path) -> Interpreter | None:
    """The interpreter there, or None: a shim of pyenv may stand for a version that is not switched on."""
    try:
        done = subprocess.run(
            [path, "-I", "-S", "-c", _ASK],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    match = re.fullmatch(r"(\d+) (\d+) (\d+) (\w+)\n", done.stdout)
    if done.returncode or match is None or (match[4] != "final" and path != Path(sys.executable)):
        return None
    return Interpreter(path, (int(match[1]), int(match[2]), int(match[3])))
