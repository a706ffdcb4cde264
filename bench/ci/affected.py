"""Which rows a change can move: from the names of its files and pyproject.toml, never by running any of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.extract import packages
from bench.submit.change import PROJECT, Change, holds, registered, stem

State = Literal["new", "changed", "again"]

# What every score depends on. What `report` makes of records counts as far as it makes figures.
_ALL = (
    ("corpus/sites/", "pages or gold differ"),
    ("corpus/VERSION", "pages or gold differ"),
    ("bench/score/", "scores may differ"),
    ("bench/gold/", "gold may differ"),
    ("bench/extract/", "extractors are run otherwise"),
    ("bench/run/", "extractors are run otherwise"),
    ("bench/dom.py", "the parse may differ"),
    ("bench/text.py", "the words may differ"),
    ("bench/model.py", "what extractors are handed may differ"),
    ("bench/labels.py", "what counts as content may differ"),
    ("bench/report/means.py", "the means may differ"),
    ("bench/report/judgement.py", "intervals and places may differ"),
    ("bench/report/difficulty.py", "the view by difficulty may differ"),
    ("bench/report/leaderboard.py", "the means may differ"),
    ("bench/report/view.py", "the pages of the headline may differ"),
)
# What no score depends on. Anything that stands in neither list runs all rows: an error on the safe side.
_NOTHING = ("bench/", "corpus/", "docs/", "tests/", "results/", "baselines/tuning/", ".github/", ".ci/")
_WORDS_ONLY = (".md", ".cff", "LICENSE", ".gitignore", ".gitattributes", "/.gitignore")
_NAMED = 6
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


@dataclass(frozen=True, slots=True)
class Affected:
    """What is to be run, and why.

    Attributes:
        rows: by name, how each differs: new, changed, or only to be run again.
        everything: whether these are all that are registered, so that the oracle belongs to them.
        removed: rows that the change takes out.
        reasons: (file or entry, what follows from it), those that ask for a run first.
    """

    rows: dict[str, State]
    everything: bool
    removed: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]


def affected(change: Change) -> Affected:
    """The rows that a change can move."""
    return _Look(change).found()


class _Look:
    def __init__(self, change: Change) -> None:
        self.change = change
        self.before, self.after = registered(change.before), registered(change.after)
        self.sources = {name: _sources(change.root, value) for name, value in self.after.items()}
        self.states: dict[str, State] = {}
        self.reasons: list[tuple[str, str]] = []
        self.everything = False
        self.idle = 0

    def found(self) -> Affected:
        if PROJECT in self.change.touched:  # first: a file of a new row says nothing that this does not
            self._project()
        for path in self.change.touched:
            if path != PROJECT:
                self._file(path)
        if self.everything:
            for name in self.after:
                self.states.setdefault(name, "again")
        if self.idle:
            files = "1 other file" if self.idle == 1 else f"{self.idle} other files"
            self.reasons.append((files if self.reasons else files.replace(" other", ""), "no score depends on it"))
        if not self.change.touched:
            self.reasons.append(("no file differs", "nothing is to be run"))
        removed = tuple(sorted(self.before.keys() - self.after.keys()))
        self.reasons += [(name, "is no longer registered") for name in removed]
        order = sorted(self.states, key=lambda name: (("new", "changed", "again").index(self.states[name]), name))
        return Affected({name: self.states[name] for name in order}, self.everything, removed, tuple(self.reasons))

    def _file(self, path: str) -> None:
        rows = [name for name, files in self.sources.items() if path in files or holds(self.after[name], path)]
        why = next((why for start, why in _ALL if path.startswith(start)), "")
        if rows:
            self._rows(path, rows)
        elif why:
            self._all(path, why)
        elif path.startswith(_NOTHING) or path.endswith(_WORDS_ONLY):
            self.idle += 1
        elif path.startswith("baselines/") and any(holds(value, path) for value in self.before.values()):
            self.idle += 1  # of a row that was taken out
        else:
            self._all(path, "it is not known what depends on it")

    def _rows(self, what: str, rows: list[str], front: str = "") -> None:
        known = [name for name in rows if self.states.setdefault(name, "changed") != "new"]
        if known:
            names = ", ".join(known) if len(known) <= _NAMED else f"{len(known)} rows"
            self.reasons.append((what, f"{front}{names} may differ"))

    def _all(self, what: str, why: str) -> None:
        self.everything = True
        self.reasons.append((what, f"{why}: all rows"))

    def _project(self) -> None:
        for name, value in self.after.items():
            if name not in self.before:
                self.states[name] = "new"
                self.reasons.append((PROJECT, f"{name} is registered"))
            elif self.before[name] != value:
                self.states[name] = "changed"
                self.reasons.append((PROJECT, f"{name} is another entry point"))
        for library in sorted(_changed(_requirements(self.change.before), _requirements(self.change.after))):
            self._library(library)
        if not any(what == PROJECT for what, _ in self.reasons) and self.before == self.after:
            self.idle += 1

    def _library(self, library: str) -> None:
        """A wish for a library has changed: rows that stand on it may get another version."""
        rows = [name for name, files in self.sources.items() if library in _libraries(self.change.root, files)]
        if rows:
            self._rows(PROJECT, rows, f"{library}: ")
        else:
            self._all(PROJECT, f"it is not known which rows stand on {library}")


def _requirements(told: dict[str, Any]) -> dict[str, str]:
    """What is installed with Lubb, by normalised name; extras are for those who develop it."""
    table = told.get("project")
    listed = table.get("dependencies") if isinstance(table, dict) else None
    found = {}
    for wish in map(str, listed if isinstance(listed, list) else []):
        match = _REQUIREMENT.match(wish)
        if match:
            found[_normal(match[1])] = wish
    return found


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _sources(root: Path, value: str) -> frozenset[str]:
    """The files of a row's module, and of what it imports from its own package, at any remove, there or not."""
    own = stem(value)
    package = own.partition("/")[0]
    found: set[str] = set()
    waiting = [f"{own}.py"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        if (root / path).is_file():
            waiting += [f"{package}/__init__.py"]
        for module in _imports(root, path):
            if module.startswith(f"{package}."):
                waiting += [f"{module.replace('.', '/')}.py", f"{module.replace('.', '/')}/__init__.py"]
    return frozenset(found)


def _libraries(root: Path, files: frozenset[str]) -> set[str]:
    """The distributions that files import, and what these require."""
    modules = {module.partition(".")[0] for path in files for module in _imports(root, path)}
    return {_normal(name) for name in packages.standing_on(filter(None, map(packages.provider, sorted(modules))))}


def _imports(root: Path, path: str) -> Iterator[str]:
    try:
        tree = ast.parse((root / path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return  # its row says so when it is run
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # One dot is the folder that the file lies in, each further one the folder above.
            folders = path.split("/")[: -node.level] if node.level else []
            module = ".".join([*folders, *filter(None, [node.module])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
