"""What there is to know of a plug-in that does not run in this environment: a script with its own, or a program."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench import dom
from bench.errors import BenchError
from bench.extract import environments, manifest, wire
from bench.extract.ending import telling, told
from bench.extract.environments import Ready
from bench.extract.process import Gone, Late, Process
from bench.extract.sandbox import probe
from bench.extract.view import INSTALLED

_SERVER = Path(__file__).with_name("scripted.py")
# Made by others from what does count, or of no consequence.
_PASSED_OVER = {"node_modules", "__pycache__", ".git", ".pytest_cache"}
_VERSION_SECONDS = 20.0
# What a plug-in's processes may hold together while it is described, in MiB.
MEMORY_MIB = 4096


@dataclass(frozen=True, slots=True)
class Isolated:
    """The fields of an `Extractor` (see there) that a script or program fills."""

    kind: Literal["script", "program"]
    files: tuple[Path, ...]
    folder: Path | None = None
    shown: tuple[Path, ...] = ()
    command: tuple[str, ...] = ()
    raw: bool = False
    distribution: str = ""
    version: str = ""
    licence: str = ""
    options: str = ""
    output: Literal["text", "html"] = "text"
    digest: str = ""
    problem: str | None = None
    unmade: bool = False


def script(file: Path, attribute: str, constants: dict[str, str], name: str = "") -> Isolated:
    """A plug-in file with a metadata block.

    Args:
        file: the plug-in.
        attribute: its function.
        constants: `distribution`, `options` and `output`, as its source has them.
        name: of its entry point; "" when it was named by its path.
    """
    output: Literal["text", "html"] = "html" if constants["output"] == "html" else "text"
    known: dict[str, Any] = {"files": (file,), "options": constants["options"], "output": output}
    try:
        state = environments.script_state(file, name)
    except BenchError as error:
        return Isolated("script", problem=str(error), **known)
    if isinstance(state, str) or state.python is None:
        return Isolated("script", problem=str(state), unmade=True, **known)
    installed = {_normal(name): (name, version, licence) for name, version, licence in state.distributions}
    distribution, version, licence = constants["distribution"], "", ""
    if distribution:
        if _normal(distribution) not in installed:
            why = f"its DISTRIBUTION {distribution!r} is not among what its environment holds: mend its dependencies"
            return Isolated("script", problem=why, **known)
        distribution, version, licence = installed[_normal(distribution)]
    return Isolated(
        "script",
        command=(str(state.python), str(_SERVER), str(file), attribute),
        raw=True,
        shown=_interpreter(state.python),
        distribution=distribution,
        version=version,
        licence=licence,
        digest=_digest([(file.name, file)], state, [attribute], converted=output == "html"),
        **known,
    )


def program(folder: Path, name: str = "") -> tuple[str, Isolated]:
    """The name and the rest of a program.

    Args:
        folder: where its `extractor.toml` is.
        name: of its entry point; "" when it was named by its path.

    Raises:
        BenchError: its manifest is broken.
    """
    file = folder / manifest.NAME
    told = manifest.read(file)
    known: dict[str, Any] = {
        "files": (file,),
        "folder": folder,
        "raw": told.raw,
        "licence": told.licence,
        "options": told.options,
        "output": told.output,
    }
    command, why = _command(told.command, folder)
    if why:
        return told.name, Isolated("program", problem=why, **known)
    state = environments.node_state(folder, name)
    if isinstance(state, str):
        return told.name, Isolated("program", problem=state, unmade=True, **known)
    shown = (folder, *_interpreter(Path(command[0])))
    digest = _digest(list(_own(folder)), state, told.command, converted=told.output == "html")
    version = ""
    if told.version:
        asked, why = _command(told.version, folder)
        version, why = _version(tuple(asked), folder, digest, shown) if not why else ("", why)
        if why:
            return told.name, Isolated("program", problem=why, **known)
    return told.name, Isolated(
        "program", command=tuple(command), shown=shown, version=version, digest=_mixed(digest, version), **known
    )


def _command(words: Sequence[str], folder: Path) -> tuple[list[str], str]:
    """The command with its first word's full path, or why there is none."""
    first, *others = words
    if "/" in first:
        place = (folder / first).resolve()
        if not os.access(place, os.X_OK) or place.is_dir():
            return [], f"its command {first} is no file that can be run: chmod +x it, or build it"
        return [str(place), *others], ""
    found = shutil.which(first)
    return ([found, *others], "") if found else ([], f"needs {first} on PATH: install it")


def _interpreter(program: Path) -> tuple[Path, ...]:
    """What a program needs beside itself when it lies in a hidden place: the installation that it belongs to.

    `…/bin/python` of an environment is a link to the interpreter of another installation; both are needed. `…/shims` is
    where version managers (pyenv, asdf, mise) put scripts that look for the program elsewhere in their folder. Not all
    of an installation: a manifest may name any program, and beside `~/.local/bin` stand the user's keys.
    """
    shown = [program]
    for path in (program, program.resolve()):
        if path.parent.name == "bin":
            shown += [path.parents[1] / name for name in INSTALLED]
        else:
            shown.append(path.parents[1] if path.parent.name == "shims" else path)
    return tuple(dict.fromkeys(shown))


def _own(folder: Path) -> Iterator[tuple[str, Path]]:
    """The program's own files, each with its name within the folder."""
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER)
        for name in sorted(files):
            path = Path(top) / name
            if path.is_file() and not name.endswith(".pyc"):
                yield str(path.relative_to(folder)), path


def _digest(files: Sequence[tuple[str, Path]], state: Ready | None, words: Sequence[str], *, converted: bool) -> str:
    own = [*files, ("dom.py", Path(dom.__file__))] if converted else [*files]
    facts = {
        "machine": platform.machine(),
        "files": [[name, hashlib.sha256(path.read_bytes()).hexdigest()] for name, path in own],
        "installed": state.digest if state else "",
        "words": list(words),
    }
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _mixed(digest: str, version: str) -> str:
    return hashlib.sha256(f"{digest} {version}".encode("utf-8", "surrogateescape")).hexdigest()


@functools.lru_cache(maxsize=256)
def _version(command: tuple[str, ...], folder: Path, digest: str, shown: tuple[Path, ...]) -> tuple[str, str]:
    """The last line that a version command prints, or why there is none. In the sandbox: the command is not ours.

    `digest` is there so that an edited program is asked again.
    """
    config = {"command": command, "folder": str(folder)}
    process = Process("describe.py", config, probe(), kept=shown, memory_mib=MEMORY_MIB)
    try:
        answer = process.receive(time.monotonic() + _VERSION_SECONDS)
        code, said, errors = answer.get("code", 0), str(answer.get("said", "")), str(answer.get("errors", ""))
        why = str(answer.get("problem", ""))
    except Late:
        return "", f"its version command was not done within {_VERSION_SECONDS:.0f} seconds"
    except (Gone, wire.Garbled):
        process.wait()
        return "", f"its version command failed: {told(process.end())[1]}"
    finally:
        process.end()
    if why:
        return "", wire.line(f"its version command failed: {why}")
    if code:
        words = telling(errors).strip().rpartition("\n")[2]
        return "", wire.line(f"its version command ended with {code}{f': {words}' if words else ''}")
    last = wire.line(said.strip().rpartition("\n")[2], 40)
    return (last, "") if last else ("", "its version command printed nothing")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
