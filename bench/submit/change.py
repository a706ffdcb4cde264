"""What differs in a checkout from the commit that it forked from: files, and the rows that are registered."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.extract.registry import GROUP

PROJECT = "pyproject.toml"
_GIT_SECONDS = 30
_BASES = ("origin/main", "main")


@dataclass(frozen=True, slots=True)
class Change:
    """A checkout beside the commit that it forked from.

    Attributes:
        root: its folder.
        base: that commit.
        touched: the files that differ, committed or not, relative to `root`, in order.
        before, after: pyproject.toml at both.
    """

    root: Path
    base: str
    touched: tuple[str, ...]
    before: dict[str, Any]
    after: dict[str, Any]

    def at_base(self, path: str) -> str:
        """A file as it was; "" where there was none."""
        return _git(self.root, "show", f"{self.base}:{path}")


def since(root: Path, base: str | None, made: Collection[Path] = ()) -> Change:
    """What differs from a commit.

    Args:
        root: a checkout.
        base: a commit; None for origin/main, or main where there is no such.
        made: what an earlier call of the same command wrote: there, nothing counts that git does not know.

    Raises:
        BenchError: there is no such commit, or a pyproject.toml that cannot be read.
    """
    fork = next(
        (found for name in ([base] if base else _BASES) if (found := _git(root, "merge-base", name, "HEAD"))), ""
    )
    if not fork:
        raise BenchError(
            f"there is no commit {base or ' or '.join(_BASES)} to compare with",
            where=str(root),
            mend="give --base COMMIT",
        )
    # Paths are divided by NUL, so that git quotes none of them.
    names = _git(root, "diff", "--name-only", "--no-renames", "-z", fork, "--").split("\0")
    ours = [path.resolve() for path in made if not root.resolve().is_relative_to(path.resolve())]
    loose = _git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    names += [name for name in loose if not any((root.resolve() / name).is_relative_to(path) for path in ours)]
    before = project(_git(root, "show", f"{fork}:{PROJECT}").encode(), root)
    after = project((root / PROJECT).read_bytes(), root)
    return Change(root, fork, tuple(sorted({name for name in names if name})), before, after)


def project(text: bytes, folder: Path) -> dict[str, Any]:
    """What a pyproject.toml says.

    Raises:
        BenchError: it is no TOML.
    """
    try:
        return tomllib.loads(text.decode("utf-8"))
    except ValueError as error:
        raise BenchError(f"cannot be read: {error}", where=str(folder / PROJECT), mend="mend it") from None


def registered(told: dict[str, Any]) -> dict[str, str]:
    """The rows that a pyproject.toml registers: the entry point by name."""
    table: Any = told
    for key in ("project", "entry-points", GROUP):
        table = table.get(key) if isinstance(table, dict) else None
    return {str(name): str(value) for name, value in table.items()} if isinstance(table, dict) else {}


def stem(value: str) -> str:
    """Where the module or folder of an entry point lies, without an ending: "baselines/gne_news"."""
    return value.partition(":")[0].strip().replace(".", "/")


def holds(value: str, path: str) -> bool:
    """Whether a file is of the module or folder of an entry point; its lock file is."""
    own = stem(value)
    return path == f"{own}.py" or path.startswith((f"{own}/", f"{own}."))


def _git(root: Path, *arguments: str) -> str:
    """What git says; "" when it fails."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, timeout=_GIT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()
