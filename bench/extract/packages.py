"""What is installed: versions and licences from its metadata, and the digest of all that a plug-in stands on."""

from __future__ import annotations

import functools
import hashlib
import json
import platform
import re
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

from bench import dom

_REQUIREMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# A licence field longer than this holds the licence itself.
_LICENCE_CHARS = 60


@functools.lru_cache(maxsize=1024)
def metadata_of(distribution: str) -> metadata.Distribution | None:
    """An installed distribution, or None."""
    try:
        return metadata.distribution(distribution)
    except (metadata.PackageNotFoundError, ValueError):
        return None


def version(distribution: str) -> str:
    """Its version, or "" when it is not installed."""
    found = metadata_of(distribution)
    return found.version if found else ""


def licence(distribution: str) -> str:
    """Its licence as it names it: License-Expression, else a short License, else its classifiers; or ""."""
    found = metadata_of(distribution)
    return licence_of(found) if found else ""


def licence_of(found: metadata.Distribution) -> str:
    """The same of a distribution wherever it is installed."""
    fields = found.metadata
    for name in ("License-Expression", "License"):
        value = str((fields.get_all(name) or [""])[0]).strip()
        if value and value.upper() != "UNKNOWN" and "\n" not in value and len(value) <= _LICENCE_CHARS:
            return value
    classifiers = [value for value in fields.get_all("Classifier") or [] if value.startswith("License ::")]
    return ", ".join(value.rpartition(" :: ")[2] for value in classifiers)


@functools.lru_cache(maxsize=1024)
def requirements(distribution: str) -> tuple[str, ...]:
    """Names of what it may require, extras included: an extra that is installed is used by many libraries unasked."""
    found = metadata_of(distribution)
    lines = (found.requires or []) if found else []
    return tuple(sorted({match[0] for line in lines if (match := _REQUIREMENT_NAME.match(line))}))


def standing_on(distributions: Iterable[str]) -> dict[str, str]:
    """The versions of all installed distributions that these are or require, at any remove, by normalised name."""
    versions: dict[str, str] = {}
    waiting = [name for name in distributions if name]
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        found = metadata_of(name)
        if key not in versions and found is not None:
            versions[key] = found.version
            waiting += requirements(name)
    return versions


@functools.cache
def _providers() -> dict[str, list[str]]:
    return {module: list(names) for module, names in metadata.packages_distributions().items()}


def provider(module: str) -> str:
    """The installed distribution that a top-level module comes from, or "" when there is none or more than one."""
    names = set(_providers().get(module, []))
    return names.pop() if len(names) == 1 else ""


def digest(files: Sequence[Path], distributions: Iterable[str], imports: Iterable[str], *, converted: bool) -> str:
    """sha256 over everything that can change what a plug-in returns, as far as it is known without running it.

    Args:
        files: the plug-in's own; their names and bytes count, not where they stand.
        distributions: names of distributions.
        imports: top-level modules that the files import.
        converted: whether its HTML passes through our converter.
    """
    named = [*distributions, *(name for module in imports for name in _providers().get(module, []))]
    own = [*files, Path(dom.__file__)] if converted else [*files]
    facts = {
        "python": [platform.python_implementation(), platform.python_version(), platform.machine()],
        "files": [[path.name, hashlib.sha256(path.read_bytes()).hexdigest()] for path in own],
        "installed": sorted(standing_on(named).items()),
    }
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
