"""web-content-extraction-benchmark (SIGIR 2023): `ground-truth/DATASET.jsonl` and `html/DATASET/ID.html`, unpacked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.errors import BenchError
from bench.gold.importers.part import Entry, Part
from bench.gold.importers.reading import Limits, is_table, lines, own_of, page_bytes, table, text, utf8, without

NAME = "web-content-extraction-benchmark"


def read(src: Path, limits: Limits) -> Iterator[Entry | BenchError]:
    """The entries of a checkout, of its `datasets/combined`, or of one JSONL file in it."""
    if src.is_file():
        root, files = src.parent.parent, [src]
    else:
        inner = src / "datasets" / "combined"
        root = inner if inner.is_dir() else src
        files = sorted((root / "ground-truth").glob("*.jsonl"))
    for file in files:
        for where, value in lines(file):
            yield _entry(root, file.stem, where, value, limits)


def _entry(root: Path, dataset: str, where: str, value: object, limits: Limits) -> Entry | BenchError:
    if isinstance(value, BenchError):
        return value
    try:
        return _made(root, dataset, where, table(value, where), limits)
    except BenchError as error:
        name = value.get("page_id") if is_table(value) else ""
        place = f"{where}: {name}" if isinstance(name, str) and name else where
        return BenchError(error.what, where=error.where or place, mend=error.mend)


def _made(root: Path, dataset: str, where: str, entry: Mapping[str, object], limits: Limits) -> Entry:
    name = text(entry, "page_id")
    parts = (Part(text(entry, "plaintext")),)
    raw = page_bytes(root / "html" / dataset, f"{name}.html", limits)
    url = text(entry, "url", needed=False)
    place = f"{where}: {name}"
    return Entry(name, place, url, raw, utf8(raw), parts, without(entry, "lubb"), kind=dataset, own=own_of(entry))
