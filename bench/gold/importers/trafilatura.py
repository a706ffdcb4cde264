"""trafilatura's `tests/evaldata.json`: snippets that must and must not come out; pages in `cache/` and `eval/`.

Three snippets are no gold. The block about each of `with` becomes body, of `without` other, of `comments` comments; all
else stays without a mark, for somebody to go on with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.errors import BenchError
from bench.gold.importers.part import Entry, How, Part
from bench.gold.importers.reading import (
    Limits,
    doubles,
    each,
    inside,
    json_of,
    own_of,
    page_bytes,
    table,
    text,
    texts,
    without,
)
from bench.labels import Label

NAME = "trafilatura"
_FOLDERS = ("cache", "eval")


def read(src: Path, limits: Limits) -> Iterator[Entry | BenchError]:
    """The entries of a checkout, of its tests/, or of an evaldata.json beside cache/ and eval/."""
    path = src
    if src.is_dir():
        path = src / "evaldata.json" if (src / "evaldata.json").is_file() else src / "tests" / "evaldata.json"
    found = table(json_of(path), str(path))
    yield from doubles(found, str(path))

    def made(url: str, where: str, entry: Mapping[str, object]) -> Entry:
        file = text(entry, "file")
        if not file:
            raise BenchError("names no file", mend="its page was never saved; leave it out")
        folders = [path.parent / folder for folder in _FOLDERS]
        folder = next((each for each in folders if inside(each, file).is_file()), folders[0])
        raw = page_bytes(folder, file, limits)
        parts = snippets(entry)
        name = file.removesuffix(".html")
        return Entry(name, where, url, raw, None, parts, without(entry, "lubb"), own=own_of(entry))

    yield from each(((url, f"{path}: {url}", value) for url, value in found.items()), made)


def snippets(entry: Mapping[str, object]) -> tuple[Part, ...]:
    """The snippets of `with`, `comments` and `without`; blank ones say nothing."""
    must = [Part(each, Label.BODY, How.WITH) for each in texts(entry, "with") if each.strip()]
    out = [
        Part(each, label, How.WITHOUT)
        for key, label in (("comments", Label.COMMENTS), ("without", Label.OTHER))
        for each in texts(entry, key, needed=False)
        if each.strip()
    ]
    return (*must, *out)
