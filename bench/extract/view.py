"""What a fenced process sees of the file system: the system's own folders, and what it needs of the rest.

All else is empty folders: home folders with their keys, other people's temporary files, data, mounted disks, sockets of
local daemons, and in /etc what is not for everybody. Shown again are this Python with its libraries, what it may import
from, this package, and a plug-in's files with the folder that the first of them lies in. Folders that a caller hides
(gold, results, cache) go before all of that, but for the files that a plug-in is made of.
"""

from __future__ import annotations

import functools
import os
import pwd
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# What stands at the top of a Linux system and belongs to its programs. Whatever else does is data of somebody.
_SYSTEM = frozenset("bin dev etc gnu lib lib32 lib64 libx32 nix opt proc sbin snap sys usr".split())
_ETC = Path("/etc")
# Lists of folders that a fenced process is handed down (`sandbox.environment`).
_LISTS = ("NLTK_DATA", "LD_LIBRARY_PATH")
# What is shown of an installation whose folder is not to be shown as a whole: `~/bin/node` belongs to `~`.
INSTALLED = ("bin", "lib", "lib64", "libexec", "pyvenv.cfg")
_MAX_LINKS = 40


@dataclass(frozen=True, slots=True)
class Step:
    """One mount: `path` is hidden, or shown again in a hidden folder, or is made a link to `target` there."""

    what: Literal["hide", "show", "link"]
    path: Path
    target: str = ""


def steps(hidden: Iterable[Path], kept: Iterable[Path]) -> list[Step]:
    """What to mount, outer folders first: a folder may be hidden within a shown one within a hidden one.

    Args:
        hidden: folders that are to be empty, files that are to be empty; what does not exist is passed over.
        kept: what stays visible although it lies in a hidden folder; of the first, a plug-in's own file, what lies
            beside it too. Python and this package always do.
    """
    kept = list(kept)
    needed = [Path(path).absolute() for path in [*_python(), *kept] if _seen(path)]
    useful = [Path(path).absolute() for path in [*_importable(), *map(_folder_of, kept[:1])] if _seen(path)]
    secret = _resolved(hidden)
    private = _resolved(_private())
    hide = secret | private
    show = {path for one in _resolved(needed) for path in (_parts(one) if one in private else [one])}
    show |= {path for path in _resolved(useful) if not any(path.is_relative_to(place) for place in secret)}
    hide |= {path / ".git" for path in show if _seen(path / ".git")}  # tokens stand in its configuration
    plan = _effective([*(Step("show", path) for path in show - hide), *(Step("hide", path) for path in hide)])
    links = {link for path in {*needed, *useful} for link in _links(path) if _state(plan, link) == "hide"}
    return _sorted([*plan.values(), *(Step("link", link, str(link.readlink())) for link in links)])


def _effective(wanted: Iterable[Step]) -> dict[str, Step]:
    """By path, outer folders first, and without what changes nothing: hidden in a hidden folder, shown in a shown."""
    plan: dict[str, Step] = {}
    for step in _sorted(wanted):
        if _state(plan, step.path) != step.what:
            plan[str(step.path)] = step
    return plan


def _sorted(wanted: Iterable[Step]) -> list[Step]:
    return sorted(wanted, key=lambda step: (len(step.path.parts), step.path))


def _state(plan: Mapping[str, Step], path: Path) -> str:
    """What was done to the innermost folder above `path` of which the plan speaks."""
    here = str(path)
    while here != "/":
        here = os.path.dirname(here)  # noqa: PTH120 - a plan is made before each start of a worker
        if here in plan:
            return plan[here].what
    return "show"


def _python() -> Iterator[Path]:
    executable = Path(sys.executable)
    yield from (executable, executable.parent, executable.resolve().parent, Path(sys.prefix), Path(sys.base_prefix))
    yield Path(__file__).resolve().parents[1]


def _importable() -> Iterator[Path]:
    yield from map(Path, filter(None, sys.path))
    for name in _LISTS:
        yield from map(Path, filter(None, os.environ.get(name, "").split(os.pathsep)))


def _folder_of(path: Path) -> Path:
    """The folder of a plug-in's file, for what lies beside it; of a folder, itself. Links are followed."""
    path = path.resolve()
    return path if path.is_dir() else path.parent


def _parts(prefix: Path) -> list[Path]:
    return [part.resolve() for name in INSTALLED if _seen(part := prefix / name)]


def _private() -> Iterator[Path]:
    """Folders and files that are nobody's business but their owner's."""
    with os.scandir("/") as entries:
        yield from (Path(entry) for entry in entries if entry.name not in _SYSTEM and not entry.is_symlink())
    homes = {os.path.expanduser("~"), _registered_home(), tempfile.gettempdir(), "/var/tmp"}  # noqa: PTH111
    for place in (Path(home).resolve() for home in homes):
        if len(place.parts) > 2 and (place.parts[1] == "opt" or place.parts[1] not in _SYSTEM):
            yield place
    yield from _closed()


def _registered_home() -> str:
    """As the system has it: $HOME may say something else."""
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:  # a container's user
        return "/"


@functools.cache
def _closed() -> tuple[Path, ...]:
    """What of /etc we can read and others cannot: passwords and private keys, where this is root."""
    found: list[Path] = []
    for top, folders, files in os.walk(_ETC):
        for name in [*folders, *files]:
            path = os.path.join(top, name)  # noqa: PTH118 - a thousand files
            try:
                mode = os.lstat(path).st_mode
            except OSError:
                continue
            if not mode & 0o004 and os.access(path, os.R_OK):
                found.append(Path(path))
                if name in folders:
                    folders.remove(name)
    return tuple(found)


def _resolved(paths: Iterable[Path]) -> set[Path]:
    return {path.resolve() for path in paths if _seen(path)}


def _seen(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises where a folder above may not be entered


def _links(path: Path) -> Iterator[Path]:
    """The symbolic links on the way to what `path` names, each by a way without links."""
    here, waiting = Path("/"), list(path.parts[1:])
    for _ in range(_MAX_LINKS):
        while waiting:
            name = waiting.pop(0)
            here = here.parent if name == ".." else here / name
            if here.is_symlink():
                yield here
                target = here.readlink()
                here = here.parent
                if target.is_absolute():
                    here = Path("/")
                waiting = [part for part in target.parts if part != "/"] + waiting
                break
        else:
            return
