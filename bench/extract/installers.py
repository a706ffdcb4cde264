"""uv and npm: where they are, how they are started, and what they said when they could not."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.errors import BenchError

OLDEST_NODE = 18
_REASON_CHARS = 300
# An entry of uv's error begins so, in its newer and its older form; lines below it continue it.
_ENTRY = re.compile(r"\s*(?:error:|cause:|Caused by:|×|├─▶|╰─▶)\s*(.*)")
_HINT = re.compile(r"\n\s*hint: ")
_NO_WHEEL = re.compile(r"Wheels are required for `([^`]+)`")
_NPM_LINE = re.compile(r"npm (?:error|ERR!) ?(.*)")
_NPM_NOISE = re.compile(
    r"(?:code|errno|syscall|path|type|command|dest) |A complete log of this run|Log files were not|$"
)


class NoWheel(BenchError):
    """A package that would have to be built, which nobody has allowed. Attribute `package` is its name."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"{package} has no wheel for this Python and machine",
            mend=f'pin a version that has one, or let it be built: [tool.lubb] build = ["{package}"] in the block',
        )
        self.package = package


def uv(*arguments: str | Path, cwd: Path | None = None, downloads: bool = False) -> str:
    """Run uv and return what it printed.

    Args:
        arguments: its command and options.
        cwd: the folder to run in: uv obeys a configuration file in it or above.
        downloads: whether it may download a Python.

    Raises:
        BenchError: there is no uv, or it failed; one line with its reason.
    """
    more = {"UV_PYTHON_DOWNLOADS": "manual" if downloads else "never", "UV_NO_PROGRESS": "1", "NO_COLOR": "1"}
    done = _run([find_uv(), *arguments], cwd, more)
    if done.returncode:
        unbuilt = _NO_WHEEL.search(done.stderr)
        raise NoWheel(unbuilt[1]) if unbuilt else BenchError(f"uv failed: {uv_reason(done.stderr, done.returncode)}")
    return done.stdout


def find_uv() -> Path:
    """uv's program: that of the installed wheel, else the first on PATH.

    Raises:
        BenchError: there is none.
    """
    try:
        from uv import find_uv_bin

        return Path(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise BenchError("needs uv", mend="pip install uv")
    return Path(found)


def uv_reason(said: str, code: int) -> str:
    """The innermost cause that uv told, in one line."""
    entries: list[str] = []
    for line in _HINT.split(said)[0].splitlines():
        if match := _ENTRY.match(line):
            entries.append(match[1])
        elif entries:
            entries[-1] += f" {line.strip(' │')}"
    return _short(entries[-1] if entries else said, code)


def npm(*arguments: str, cwd: Path) -> None:
    """Run npm in a folder.

    Raises:
        BenchError: node or npm is missing or too old, or npm failed; one line with its reason.
    """
    node_version()
    program = shutil.which("npm")
    if program is None:
        raise BenchError("needs npm, which comes with node", mend=f"install node {OLDEST_NODE} or newer with npm")
    done = _run([program, *arguments], cwd, {"NO_COLOR": "1", "NO_UPDATE_NOTIFIER": "1"})
    if done.returncode:
        raise BenchError(f"npm failed: {npm_reason(done.stderr, done.returncode)}")


def npm_reason(said: str, code: int) -> str:
    """What npm complains of, in one line: its error's first line that is no code and no path."""
    lines = [match[1] for line in said.splitlines() if (match := _NPM_LINE.match(line))]
    return _short(next((line for line in lines if not _NPM_NOISE.match(line)), said), code)


def node_version() -> str:
    """The version of the node on PATH, as "20.20.2".

    Raises:
        BenchError: there is none, or it is too old.
    """
    mend = f"needs node {OLDEST_NODE} or newer on PATH"
    program = shutil.which("node")
    if program is None:
        raise BenchError(mend)
    version = _version_of(program)
    if not version or int(version.partition(".")[0]) < OLDEST_NODE:
        raise BenchError(f"{mend}: {program} is {version or 'no node that starts'}")
    return version


@functools.cache
def _version_of(program: str) -> str:
    try:
        done = _run([program, "--version"], None, {})
    except BenchError:
        return ""
    match = re.fullmatch(r"v(\d+\.\d+\.\d+)\S*", done.stdout.strip())
    return match[1] if match and not done.returncode else ""


def _run(argv: Sequence[str | Path], cwd: Path | None, more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    own = {"VIRTUAL_ENV", "CONDA_PREFIX", "UV_PYTHON", "PYTHONPATH", "PYTHONHOME"}  # of our environment, not of theirs
    environment = {name: value for name, value in os.environ.items() if name not in own} | dict(more)
    try:
        return subprocess.run(
            argv,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise BenchError(f"{argv[0]} does not start: {error.strerror}") from None


def _short(reason: str, code: int) -> str:
    line = " ".join(reason.split())[:_REASON_CHARS].rstrip(" .")
    return line or f"exit code {code}, and it said nothing"
