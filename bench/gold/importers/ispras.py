"""ISPRAS news-page-dataset, a JSON file a language: `{site: [{uuid, url, html, annotations: [{xpath, text, label}]}]}`.

The Russian part is a Label Studio export, which the format label-studio reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from bench.errors import BenchError
from bench.gold.importers.labelled import label_of
from bench.gold.importers.part import Entry, How, Part, Paths
from bench.gold.importers.reading import (
    MEND,
    Limits,
    doubles,
    each,
    each_file,
    html,
    is_table,
    json_of,
    own_of,
    table,
    text,
    without,
)

NAME = "ispras"


def read(src: Path, limits: Limits) -> Iterator[Entry | BenchError]:
    """The entries of a language's file, or of all files in a folder."""
    yield from each_file(sorted(src.glob("*.json")) if src.is_dir() else [src], partial(_file, limits))


def _file(limits: Limits, file: Path) -> Iterator[Entry | BenchError]:
    sites = table(json_of(file), str(file))
    yield from doubles(sites, str(file))
    for site, pages in sites.items():
        yield from each(_values(file, site, pages), partial(_made, limits))


def _values(file: Path, site: str, pages: object) -> Iterator[tuple[str, str, object]]:
    if not isinstance(pages, list):
        yield site, f"{file}: {site}", BenchError("is no list of pages", mend=MEND)
        return
    for number, value in enumerate(pages, 1):
        name = value.get("uuid") if is_table(value) else None
        shown = name if isinstance(name, str) and name else str(number)
        yield shown, f"{file}: {site}: {shown}", value


def _made(limits: Limits, name: str, where: str, entry: Mapping[str, object]) -> Entry:
    raw = html(entry, "html", limits)
    found = entry.get("annotations")
    if not isinstance(found, list):
        raise BenchError("annotations is no list", mend=MEND)
    paths: list[Paths] = []
    faults: list[str] = []
    for number, value in enumerate(found, 1):
        try:
            path = _path(table(value, ""))
            if path:
                paths.append(path)
        except BenchError as error:
            faults.append(f"annotation {number}: {error}")
    mine, url = without(entry, "html", "lubb"), text(entry, "url", needed=False)
    own = own_of(entry)
    return Entry(name, where, url, raw, "utf-8", (), mine, paths=tuple(paths), own=own, faults=tuple(faults))


def _path(value: Mapping[str, object]) -> Paths | None:
    said, words = text(value, "label"), text(value, "text")
    label = label_of(said)
    if label is None:
        raise BenchError(f"label {said!r} is not known", mend="name it as python -m bench labels does, or take it out")
    if not words.strip():
        return None
    return Paths(Part(words, label, How.EXACT, loose=True), text(value, "xpath", needed=False))
