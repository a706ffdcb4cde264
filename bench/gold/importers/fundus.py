"""fundus-evaluation: `dataset/ground_truth.json` with paragraphs, `[optional]` ones among them, and `dataset/html/`.

An entry's key is the name of its page's file, `SITE_0.html.gz`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.errors import BenchError
from bench.gold.importers.part import Entry, Part
from bench.gold.importers.reading import (
    Limits,
    doubles,
    each,
    json_of,
    own_of,
    page_bytes,
    table,
    text,
    texts,
    utf8,
    without,
)
from bench.labels import Label

NAME = "fundus-evaluation"
_OPTIONAL = Label.EDITOR_NOTE  # neither rewarded nor punished, as there


def read(src: Path, limits: Limits) -> Iterator[Entry | BenchError]:
    """The entries of a checkout, of its dataset/, or of a ground_truth.json beside html/."""
    path = src
    if src.is_dir():
        inner = src / "dataset"
        path = (inner if inner.is_dir() else src) / "ground_truth.json"
    found = table(json_of(path), str(path))
    yield from doubles(found, str(path))

    def made(name: str, where: str, entry: Mapping[str, object]) -> Entry:
        parts = tuple(map(_part, texts(entry, "body")))
        raw = page_bytes(path.parent / "html", name, limits)
        url = text(entry, "url", needed=False)
        return Entry(name, where, url, raw, utf8(raw), parts, without(entry, "lubb"), own=own_of(entry))

    yield from each(((name, f"{path}: {name}", value) for name, value in found.items()), made)


def _part(paragraph: str) -> Part:
    if len(paragraph) > 1 and paragraph[0] == "[" and paragraph[-1] == "]":
        return Part(paragraph[1:-1], _OPTIONAL)
    return Part(paragraph)
