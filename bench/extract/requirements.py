"""Exactly what goes into a script's environment: as locked, or as its dependencies come to today."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.errors import BenchError
from bench.extract import block, installers, interpreters
from bench.extract.block import Script
from bench.extract.interpreters import Interpreter

_BARE = ("--no-header", "--no-annotate")


def write(file: Path, wishes: Script, python: Interpreter, to: Path) -> None:
    """Write them into the file `to`, each with its one version and, where they are locked, its hashes.

    Raises:
        BenchError: its lock was made for other dependencies, or uv finds no versions that go together.
    """
    if wishes.lock is None:
        _resolve(file, wishes, python, to)
    elif wishes.lock == block.lock_file(file):
        locked = wishes.lock.read_text("utf-8")
        if locked.partition("\n")[0].strip() != block.locked_for(wishes):
            raise _mismatch(file, f"python -m bench setup --lock {file}")
        to.write_text(locked, "utf-8")
    else:
        _export(file, python, to)


def lock(file: Path, name: str = "") -> str:
    """Write the lock file of ours beside a script, with hashes for every platform, and say in a line what was written.

    Args:
        file: the script.
        name: what `bench setup` knows it by; its path when "".

    Raises:
        BenchError: the script is broken, uv finds no versions that go together, or the file cannot be written.
    """
    wishes, target = block.script(file), block.lock_file(file)
    python = interpreters.find(wishes.requires, name or str(file))
    with tempfile.TemporaryDirectory(prefix="lubb-lock-") as top:
        to = Path(top) / target.name
        _resolve(file, wishes, python, to, "--universal", "--generate-hashes", "--no-emit-index-url")
        found = to.read_text("utf-8")
    try:
        target.write_text(f"{block.locked_for(wishes)}\n{found}", "utf-8")
    except OSError as error:
        raise BenchError(f"cannot be written: {error.strerror}", where=str(target)) from None
    packages = {line.partition("==")[0] for line in found.splitlines() if line[:1].isalnum()}
    return f"{target.name}, {len(packages)} package{'s' * (len(packages) != 1)}"


def wheels(wishes: Script) -> list[str]:
    """The options of uv that allow wheels only, but for what the script lets be built."""
    return ["--only-binary", ":all:", *(word for package in wishes.build for word in ("--no-binary", package))]


def hashes(file: Path, wishes: Script) -> list[str]:
    """The option of uv that asks for a hash of everything: uv's own lock has none of a wheel in a folder."""
    return ["--require-hashes"] if wishes.lock == block.lock_file(file) else []


def _resolve(file: Path, wishes: Script, python: Interpreter, to: Path, *more: str) -> None:
    options = [*_BARE, *wheels(wishes), *more]
    installers.uv(
        "pip",
        "compile",
        "--quiet",
        "--python",
        python.path,
        *options,
        file.resolve(),
        "--output-file",
        to,
        cwd=to.parent,
    )


def _export(file: Path, python: Interpreter, to: Path) -> None:
    """Turn uv's own lock file into requirements; offline, since what it holds needs no index to be checked."""
    options = ["--locked", "--offline", "--quiet", "--format", "requirements-txt", *_BARE]
    place = ("--python", python.path, "--output-file", to)
    try:
        installers.uv("export", "--script", file.resolve(), *options, *place, cwd=to.parent)
    except BenchError as error:
        # What does not match is resolved anew, which without a network fails or comes to something else.
        if "needs to be updated" in error.what or "we can conclude" in error.what:
            raise _mismatch(file, f"uv lock --script {file}") from None
        raise


def _mismatch(file: Path, mend: str) -> BenchError:
    return BenchError("its lock file does not match its dependencies", where=str(file), mend=mend)
