"""WCXB (2026): `dev/` and `test/`, each with `ground-truth/ID.json` and `html/ID.html.gz`, which it keeps as UTF-8."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.errors import BenchError
from bench.gold.importers.part import Entry, How, Part
from bench.gold.importers.reading import Limits, each, field, json_of, own_of, page_bytes, table, text, utf8, without
from bench.labels import Label
from bench.model import Split

NAME = "wcxb"


def read(src: Path, limits: Limits) -> Iterator[Entry | BenchError]:
    """The entries of a checkout, or of one of its two folders."""
    folders = [src / split for split in Split if (src / split / "ground-truth").is_dir()] or [src]
    for folder in folders:
        yield from _split(folder, limits)


def _split(folder: Path, limits: Limits) -> Iterator[Entry | BenchError]:
    split = next((split for split in Split if split == folder.name), None)

    def values() -> Iterator[tuple[str, str, object]]:
        for file in sorted((folder / "ground-truth").glob("*.json")):
            try:
                yield file.stem, str(file), json_of(file, limits.page)
            except BenchError as error:
                yield file.stem, str(file), error

    def made(name: str, where: str, entry: Mapping[str, object]) -> Entry:
        if text(entry, "file_id", needed=False) not in ("", name):
            raise BenchError(f"file_id is {entry['file_id']!r}", mend="name the file like its file_id")
        gold = table(entry.get("ground_truth"), where)
        body = text(gold, "main_content")
        title = text(gold, "title", needed=False)
        parts = [Part(body)]
        if title.strip():
            parts.append(Part(title, Label.TITLE, How.LINE))
        raw = page_bytes(folder / "html", f"{name}.html.gz", limits)
        kind = text(field(field(entry, "_internal"), "page_type"), "primary", needed=False)
        url = text(entry, "url", needed=False)
        mine = without(entry, "lubb")
        charset = utf8(raw)
        return Entry(name, where, url, raw, charset, tuple(parts), mine, kind=kind, split=split, own=own_of(entry))

    yield from each(values(), made)
