"""Environments of their own for scripts and Node programs: made beforehand, since in the sandbox there is no network.

Making one runs no code of the packages that go into it: wheels only, npm without install scripts, and byte code written
by a Python that does not see the environment, in which a `.pth` file would be run. What is there is told by a stamp,
written last, so that the list of extractors starts no process to know it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from bench.errors import BenchError
from bench.extract import block, installers, interpreters, requirements
from bench.extract.block import Script
from bench.extract.interpreters import Interpreter
from bench.extract.packages import licence_of

# Part of every stamp: raise it when environments come to be made differently.
_SCHEMA = 1
_STAMP = ".lubb.json"
# What is said when there was nothing to do.
ALREADY = "already made"
_HALF_MADE = ".half-"


@dataclass(frozen=True, slots=True)
class Ready:
    """An environment that was made.

    Attributes:
        python: its interpreter; None for Node.
        distributions: name, version and licence of each thing installed in it, by name.
        digest: sha256 over these versions and the interpreter's.
    """

    python: Path | None
    distributions: tuple[tuple[str, str, str], ...]
    digest: str


def folder() -> Path:
    """Where environments are kept: `$LUBB_ENVIRONMENTS`, else a folder of the user's cache."""
    named = os.environ.get("LUBB_ENVIRONMENTS")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(named).expanduser().resolve() if named else Path(cache) / "lubb" / "environments"


def script_state(file: Path, name: str = "") -> Ready | str:
    """A script's environment, or one line that says why it is not there and what to do. Starts no process.

    Args:
        file: the script.
        name: what `bench setup` knows it by; its path when "".

    Raises:
        BenchError: its metadata block is broken.
    """
    wishes = block.script(file)
    made = [ready for place in _places(file) if (ready := _read(place, wishes.digest)) is not None]
    ours = platform.python_version()
    made.sort(key=lambda found: (found[0] == ours, [int(n) for n in found[0].split(".")]))
    return made[-1][1] if made else _unmade(name or str(file))


def _places(file: Path) -> list[Path]:
    return sorted(path for path in folder().glob(f"{_stem(file)}-*") if re.fullmatch(r"[0-9a-f]{12}", path.name[-12:]))


def _stem(file: Path) -> str:
    return re.sub(r"[^\w.+-]+", "-", file.stem)


def _unmade(name: str) -> str:
    return f"its environment is not made: python -m bench setup {name}"


def _read(place: Path, digest: str) -> tuple[str, Ready] | None:
    """The interpreter's version and the environment, if its stamp says that it was made for this digest."""
    try:
        stamp = json.loads((place / _STAMP).read_text("utf-8"))
        if stamp["made_for"] != _sha256(_SCHEMA, digest):
            return None
        distributions = tuple((name, version, licence) for name, version, licence in stamp["distributions"])
        ready = Ready(place / "bin" / "python", distributions, _sha256(stamp["python"], distributions))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return (stamp["python"], ready) if ready.python and ready.python.exists() else None


def make_script(file: Path, say: Callable[[str], None], *, download: bool = False, name: str = "") -> None:
    """Make a script's environment, unless it is there.

    Args:
        file: the script.
        say: told what was made, in one line, once.
        download: whether uv may download a Python when none on this machine fits.
        name: as for `script_state`.

    Raises:
        BenchError: it could not be made; one line says why.
    """
    wishes = block.script(file)
    if isinstance(script_state(file), Ready):
        say(ALREADY)
        return
    installers.find_uv()
    python = interpreters.find(wishes.requires, name or str(file), download=download)
    try:
        with _only_one(folder(), say):
            if isinstance(script_state(file), Ready):  # another process has made it meanwhile
                say(ALREADY)
                return
            say(_made(file, wishes, python))
    except OSError as error:
        raise _unwritable(error, folder()) from None


def _made(file: Path, wishes: Script, python: Interpreter) -> str:
    for left in folder().glob(f"{_HALF_MADE}*"):  # by a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_HALF_MADE, dir=folder(), ignore_cleanup_errors=True) as name:
        top = Path(name)
        made = top / "made"
        installers.uv("venv", "--quiet", "--no-project", "--relocatable", "--python", python.path, made, cwd=top)
        if wishes.dependencies:
            wanted = top / "requirements.txt"
            requirements.write(file, wishes, python, wanted)
            options = ["--no-deps", *requirements.wheels(wishes), *requirements.hashes(file, wishes)]
            installers.uv("pip", "install", "--quiet", "--python", made, *options, "-r", wanted, cwd=top)
        (site,) = made.glob("lib/python*/site-packages")
        subprocess.run(  # not by the environment's own Python, see above
            [python.path, "-I", "-S", "-m", "compileall", "-qq", site], capture_output=True, check=False
        )
        found = sorted({(d.name, d.version, licence_of(d)) for d in metadata.distributions(path=[str(site)])})
        version = ".".join(map(str, python.version))
        stamp = {"made_for": _sha256(_SCHEMA, wishes.digest), "python": version, "distributions": found}
        (made / _STAMP).write_text(json.dumps(stamp, ensure_ascii=False, indent=1), "utf-8")
        target = folder() / f"{_stem(file)}-{_sha256(wishes.digest, version)[:12]}"
        shutil.rmtree(target, ignore_errors=True)  # one whose stamp or interpreter is gone
        made.rename(target)
    locked = f"as locked in {wishes.lock.name}" if wishes.lock else "not locked"
    return f"{python}, {_counted(found)}, {locked if wishes.dependencies else 'no dependencies'}"


def node_state(place: Path, name: str = "") -> Ready | str | None:
    """The packages of a Node program, None when it needs none (no package-lock.json), or one line as `script_state`.

    Args:
        place: its folder.
        name: what `bench setup` knows it by; its path when "".
    """
    if not (place / "package-lock.json").is_file():
        return None
    try:
        version = installers.node_version()
        stamp = json.loads((place / "node_modules" / _STAMP).read_text("utf-8"))
        if stamp["made_for"] != _node_digest(place):
            return _unmade(name or str(place))
        packages = tuple((package, number, licence) for package, number, licence in stamp["distributions"])
    except BenchError as error:
        return str(error)
    except (OSError, ValueError, KeyError, TypeError):
        return _unmade(name or str(place))
    return Ready(None, packages, _sha256(version, packages))


def make_node(place: Path, say: Callable[[str], None]) -> None:
    """Install the packages of a Node program in its folder, as locked, unless they are there or none are needed.

    Raises:
        BenchError: it could not be done; one line says why.
    """
    if not (place / "package-lock.json").is_file():
        say("nothing to make")
        return
    try:
        with _only_one(place, say):
            if isinstance(node_state(place), Ready):
                say(ALREADY)
                return
            stamp = place / "node_modules" / _STAMP
            stamp.unlink(missing_ok=True)
            # Optional ones too, as everybody has them: some libraries do not start without.
            flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"]
            installers.npm("ci", *flags, cwd=place)
            found = _node_packages(place)
            facts = {"made_for": _node_digest(place), "distributions": found}
            stamp.parent.mkdir(exist_ok=True)  # npm makes none when there is no dependency
            stamp.write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
    except OSError as error:
        raise _unwritable(error, place) from None
    say(f"node {installers.node_version()}, {_counted(found)}, as locked in package-lock.json")


def remove(file: Path | None, place: Path | None) -> int:
    """Delete the environments of a script, in whatever state, and the packages of a Node program that were made here.

    Args:
        file: the script, or None.
        place: the program's folder, or None.

    Returns:
        How many were deleted.

    Raises:
        BenchError: one cannot be deleted.
    """
    gone = _places(file) if file else []
    if place and (place / "node_modules" / _STAMP).is_file():
        gone.append(place / "node_modules")
    return _deleted(gone)


def remove_all() -> int:
    """Delete every environment of a script, and what is left of half-made ones; returns how many.

    Raises:
        BenchError: one cannot be deleted.
    """
    made = [path.parent for path in folder().glob(f"*/{_STAMP}")]
    return _deleted([*made, *folder().glob(f"{_HALF_MADE}*")])


def _deleted(places: list[Path]) -> int:
    for place in places:
        try:
            shutil.rmtree(place)
        except OSError as error:
            raise BenchError(f"cannot be deleted: {error.strerror}", where=str(error.filename or place)) from None
    return len(places)


def _node_digest(place: Path) -> str:
    files = ("package.json", "package-lock.json")
    return _sha256(_SCHEMA, *((place / name).read_text("utf-8") for name in files))


def _node_packages(place: Path) -> list[tuple[str, str, str]]:
    """Name, version and licence of what stands in node_modules, as each package.json states them."""
    found = set()
    for file in (place / "node_modules").rglob("package.json"):
        if file.parent.parent.name != "node_modules" and not file.parent.parent.name.startswith("@"):
            continue  # a part of a package
        with contextlib.suppress(OSError, ValueError, AttributeError):
            facts = json.loads(file.read_text("utf-8"))
            licence = facts.get("license", "")
            if isinstance(licence, dict):
                licence = licence.get("type", "")
            if isinstance(facts.get("version"), str) and isinstance(facts.get("name"), str):
                found.add((facts["name"], facts["version"], licence if isinstance(licence, str) else ""))
    return sorted(found)


@contextlib.contextmanager
def _only_one(place: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Of several processes that would make the same, one does, and the others wait to find it made."""
    place.mkdir(parents=True, exist_ok=True)
    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another process that makes environments")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _unwritable(error: OSError, place: Path) -> BenchError:
    why = (error.strerror or str(error)).lower()
    return BenchError(f"its environment cannot be made: {why}", where=str(error.filename or place))


def _counted(found: list[tuple[str, str, str]]) -> str:
    return f"{len(found)} package{'s' * (len(found) != 1)}"


def _sha256(*facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()
