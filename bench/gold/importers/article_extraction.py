"""article-extraction-benchmark: `ground-truth.json` and `html/ID.html.gz`, which it keeps and reads as UTF-8."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.errors import BenchError
from bench.gold.importers.part import Entry, Part
from bench.gold.importers.reading import Limits, doubles, each, json_of, own_of, page_bytes, table, text, utf8, without

NAME = "article-extraction-benchmark"


def read(src: Path, limits: Limits) -> Iterator[Entry | BenchError]:
    """The entries of a checkout, or of its ground-truth.json."""
    path = src if src.is_file() else src / "ground-truth.json"
    found = table(json_of(path), str(path))
    yield from doubles(found, str(path))

    def made(name: str, where: str, entry: Mapping[str, object]) -> Entry:
        parts = (Part(text(entry, "articleBody")),)
        raw = page_bytes(path.parent / "html", f"{name}.html.gz", limits)
        url = text(entry, "url", needed=False)
        return Entry(name, where, url, raw, utf8(raw), parts, without(entry, "lubb"), own=own_of(entry))

    yield from each(((name, f"{path}: {name}", value) for name, value in found.items()), made)
