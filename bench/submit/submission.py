"""What is submitted: a plug-in that was named, or the rows of this checkout that the main branch has not."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from bench.errors import BenchError
from bench.extract import manifest
from bench.extract.registry import GROUP, look_up
from bench.run.place import checkout_root
from bench.submit.change import PROJECT, holds, project, registered, since


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
    folder = path.parent if path.name in (manifest.NAME, PROJECT) else path
    if (folder / manifest.NAME).is_file():
        return Submission((str(folder / manifest.NAME),), folder.resolve())
    if (folder / PROJECT).is_file():
        rows = registered(project((folder / PROJECT).read_bytes(), folder))
        if rows:
            check_installed(rows, folder)
            return Submission(tuple(rows), folder.resolve())
    if folder.is_dir() and what not in {entry.name for entry in metadata.entry_points(group=GROUP)}:
        raise BenchError(
            "there is no plug-in in this folder",
            where=str(folder),
            mend=f"give one with {manifest.NAME}, or a {PROJECT} with entry points in {GROUP}, or a script's file",
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
    change = since(root, base)
    before, after = registered(change.before), registered(change.after)
    names = [
        name
        for name, value in after.items()
        if before.get(name) != value or any(holds(value, path) for path in change.touched)
    ]
    if not names:
        raise BenchError(
            f"no row differs from {base or 'the main branch'} ({change.base[:12]})",
            mend="register yours in pyproject.toml, or name a plug-in: python -m bench submit-check FOLDER",
        )
    check_installed({name: after[name] for name in names}, root)
    return Submission(tuple(names), root, change.base, change.touched)


def check_installed(rows: dict[str, str], folder: Path) -> None:
    """An entry point is known from the installation, which a changed pyproject.toml does not change.

    Raises:
        BenchError: one of `rows`, entry points by name, is not installed.
    """
    known = {(entry.name, entry.value) for entry in metadata.entry_points(group=GROUP)}
    for name, value in rows.items():
        if (name, value) not in known:
            raise BenchError(
                f"{PROJECT} registers {name!r}, but it is not installed",
                where=str(folder),
                mend=f"python -m pip install -e {folder}",
            )
