"""Finding extractors: by the name of an entry point, by a file, by a module."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.errors import BenchError

GROUP = "lubb.extractors"
Way = Literal["entry-point", "file", "module"]


@dataclass(frozen=True, slots=True)
class Extractor:
    """A plug-in that was found, whether it works or not.

    Attributes:
        name: how it is called in records and tables; ASCII without ":" or "/" whatever the way in.
        way: how it was named: an entry point, a file, or `module:attribute`.
        target: `module:attribute`, or `/absolute/path.py:attribute`.
        distribution: the installed distribution whose version and licence its row shows; "" for a file without one.
        version: of that distribution; "" when unknown.
        licence: of that distribution, as its metadata names it; "" when unknown.
        options: what the plug-in's OPTIONS constant says of how the library is called; "" without one.
        output: what it returns: plain text, or HTML that the worker converts with `bench.dom.html_text`.
        problem: None when it can be run, else one line that says why not and what to do.
        digest: sha256 over its files and the versions of what it needs; "" with a problem.
        files: its own source files, the one that defines it first.
    """

    name: str
    way: Way
    target: str
    distribution: str = ""
    version: str = ""
    licence: str = ""
    options: str = ""
    output: Literal["text", "html"] = "text"
    problem: str | None = None
    digest: str = ""
    files: tuple[Path, ...] = ()


def installed() -> list[Extractor]:
    """All extractors registered by installed distributions, by name; a broken one carries its problem."""
    raise NotImplementedError


def resolve(spec: str) -> Extractor:
    """The extractor that `spec` names: an entry point, `file.py[:function]` or `module:attribute`.

    Raises:
        BenchError: nothing has that name, or it cannot be run.
    """
    raise BenchError(f"unknown extractor {spec!r}")
