"""What is submitted: a plug-in that was named, or the rows of this checkout that the main branch has not."""

from __future__ import annotations

import subprocess
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.extract import manifest
from bench.extract.registry import GROUP, look_up
from bench.run.place import checkout_root

_GIT_SECONDS = 30
_BASES = ("origin/main", "main")
_PROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Submission:
    """What is to be looked at.

    Attributes:
        specs: the extractors, each as `--extractor` takes it.
        place: the folder that is theirs, which nothing may be written into; None for a file or an installed name.
        base: the commit that a checkout is compared with; "" for a plug-in that was named.
        touched: what differs from it, relative to `place`.
    """

    specs: tuple[str, ...]
    place: Path | None
    base: str = ""
    touched: tuple[str, ...] = ()


def named(what: str) -> Submission:
    """A plug-in by its folder, its file, or the name that it is installed under.

    Raises:
        BenchError: there is none of that name, in that folder, or it was not installed.
    """
    path = Path(what).expanduser()
    folder = path.parent if path.name in (manifest.NAME, _PROJECT) else path
    if (folder / manifest.NAME).is_file():
        return Submission((str(folder / manifest.NAME),), folder.resolve())
    if (folder / _PROJECT).is_file():
        registered = _registered((folder / _PROJECT).read_bytes(), folder)
        if registered:
            _check_installed(registered, folder)
            return Submission(tuple(registered), folder.resolve())
    if folder.is_dir() and what not in {entry.name for entry in metadata.entry_points(group=GROUP)}:
        raise BenchError(
            "there is no plug-in in this folder",
            where=str(folder),
            mend=f"give one with {manifest.NAME}, or a {_PROJECT} with entry points in {GROUP}, or a script's file",
        )
    look_up(what)
    return Submission((what,), None)


def of_checkout(base: str | None) -> Submission:
    """The rows that this checkout registers anew or whose files it changes, commited or not.

    Args:
        base: a commit; None for origin/main, or main where there is no such.

    Raises:
        BenchError: this is no checkout, there is no such commit, or no row differs.
    """
    root = checkout_root()
    if root is None:
        raise BenchError("this Lubb is no checkout", mend="name the plug-in: python -m bench submit-check FOLDER")
    fork = next(
        (found for name in ([base] if base else _BASES) if (found := _git(root, "merge-base", name, "HEAD"))), ""
    )
    if not fork:
        raise BenchError(
            f"there is no commit {base or ' or '.join(_BASES)} to compare with",
            where=str(root),
            mend="give --base COMMIT",
        )
    differing = _git(root, "diff", "--name-only", fork, "--").splitlines()
    differing += _git(root, "ls-files", "--others", "--exclude-standard").splitlines()
    touched = tuple(sorted(set(differing)))
    before = _registered(_git(root, "show", f"{fork}:{_PROJECT}").encode(), root)
    after = _registered((root / _PROJECT).read_bytes(), root)
    names = [name for name, value in after.items() if before.get(name) != value or _holds(value, touched)]
    if not names:
        raise BenchError(
            f"no row differs from {base or 'the main branch'} ({fork[:12]})",
            mend="register yours in pyproject.toml, or name a plug-in: python -m bench submit-check FOLDER",
        )
    _check_installed({name: after[name] for name in names}, root)
    return Submission(tuple(names), root, fork, touched)


def _registered(project: bytes, folder: Path) -> dict[str, str]:
    try:
        table: Any = tomllib.loads(project.decode("utf-8"))
        points = table.get("project", {}).get("entry-points", {}).get(GROUP, {})
        return {str(name): str(value) for name, value in points.items()}
    except (ValueError, AttributeError) as error:
        raise BenchError(f"cannot be read: {error}", where=str(folder / _PROJECT), mend="mend it") from None


def _holds(value: str, touched: tuple[str, ...]) -> bool:
    """Whether the module or folder of an entry point is among the files."""
    stem = value.partition(":")[0].strip().replace(".", "/")
    return any(path == f"{stem}.py" or path.startswith((f"{stem}/", f"{stem}.")) for path in touched)


def _check_installed(registered: dict[str, str], folder: Path) -> None:
    """An entry point is known from the installation, which a changed pyproject.toml does not change."""
    known = {(entry.name, entry.value) for entry in metadata.entry_points(group=GROUP)}
    for name, value in registered.items():
        if (name, value) not in known:
            raise BenchError(
                f"{_PROJECT} registers {name!r}, but it is not installed",
                where=str(folder),
                mend=f"python -m pip install -e {folder}",
            )


def _git(root: Path, *arguments: str) -> str:
    """What git says; "" when it fails."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, timeout=_GIT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()
