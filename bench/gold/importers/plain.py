"""The plain form, for whoever has pages of their own: `{html, url, title, body: [...]}` in JSON or JSONL.

`body` may be one string; `title`, `url` and `id` may be left out; `html_file` may stand for `html`, a path below the
folder of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from bench.errors import BenchError
from bench.gold.importers.part import Entry, How, Part
from bench.gold.importers.reading import (
    Limits,
    each,
    each_file,
    html,
    json_of,
    lines,
    own_of,
    page_bytes,
    text,
    texts,
    without,
)
from bench.labels import Label

NAME = "plain"


def read(src: Path, limits: Limits) -> Iterator[Entry | BenchError]:
    """The entries of a .json (one, or a list) or a .jsonl, or of all such files in a folder."""
    files = sorted((*src.glob("*.json"), *src.glob("*.jsonl"))) if src.is_dir() else [src]
    yield from each_file(files, partial(_file, limits))


def _file(limits: Limits, file: Path) -> Iterator[Entry | BenchError]:
    def made(name: str, where: str, entry: Mapping[str, object]) -> Entry:
        parts = [Part(each) for each in texts(entry, "body")]
        title = text(entry, "title", needed=False)
        if title.strip():
            parts.append(Part(title, Label.TITLE, How.LINE))
        path = text(entry, "html_file", needed=False)
        raw = page_bytes(file.parent, path, limits) if path else html(entry, "html", limits)
        charset = None if path else "utf-8"
        url = text(entry, "url", needed=False)
        name = text(entry, "id", needed=False) or name
        return Entry(name, where, url, raw, charset, tuple(parts), without(entry, "lubb", "html"), own=own_of(entry))

    yield from each(_values(file), made)


def _values(file: Path) -> Iterator[tuple[str, str, object]]:
    if file.suffix == ".jsonl":
        for number, (where, value) in enumerate(lines(file), 1):
            yield f"{file.stem}-{number}", where, value
        return
    found = json_of(file)
    if not isinstance(found, list):
        yield file.stem, str(file), found
        return
    for number, value in enumerate(found, 1):
        yield f"{file.stem}-{number}", f"{file}: entry {number}", value
