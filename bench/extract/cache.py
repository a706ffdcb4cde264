"""Extracted texts, kept so that a page is not extracted twice by an unchanged plug-in. Timings are never kept.

One compressed file a text, named by a digest over everything the text depends on, so that there is nothing to
invalidate and nothing to lock: two runs that write the same file write the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import zlib
from pathlib import Path

from bench.extract.load import split
from bench.extract.registry import Extractor
from bench.extract.wire import MAX_ANSWER_BYTES
from bench.model import Cost, Extraction, Page, Status

# Part of every key: raise it when the worker comes to treat a plug-in's answer differently.
_SCHEMA = 1
_KEPT = (Status.OK, Status.EMPTY)


def folder(results: Path) -> Path:
    """Where texts are cached: `$LUBB_CACHE`, or beside the runs that made them.

    Beside them, since a text from the cache is shown with the cost that an earlier run measured: a cache that outlived
    its runs, or served another folder of results, would leave tables without costs.
    """
    named = os.environ.get("LUBB_CACHE")
    return Path(named).expanduser() if named else results / "cache"


def key(extractor: Extractor, page: Page) -> str:
    """The digest under which a text is kept: of the page as the plug-in gets it, the plug-in, and what it stands on."""
    facts = [
        _SCHEMA,
        hashlib.sha256(page.raw).hexdigest(),
        hashlib.sha256(page.html.encode("utf-8", "surrogatepass")).hexdigest(),
        page.charset,
        page.url,
        extractor.digest,
        extractor.name,
        split(extractor.target)[1],
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


class Cache:
    """Texts by page and extractor, each a compressed file.

    Args:
        path: the folder, made when first written to; `folder()` when None.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, extractor: Extractor, page: Page) -> Extraction | None:
        """The text kept for this page and extractor, its cost marked `cached`, or None; what is damaged is a miss."""
        try:
            text, detail = _unpacked(self._place(key(extractor, page)).read_bytes())
        except (OSError, ValueError, zlib.error):
            return None
        return Extraction(Status.OK if text else Status.EMPTY, text, detail, Cost(cached=True))

    def put(self, extractor: Extractor, page: Page, extraction: Extraction) -> None:
        """Keep a text. Only status ok and empty are kept; a folder that cannot be written is no error."""
        if extraction.status not in _KEPT or not extractor.digest:
            return
        with contextlib.suppress(OSError):  # a cache that cannot be kept costs time, and nothing else
            _write(self._place(key(extractor, page)), _packed(extraction.text, extraction.detail))

    def _place(self, name: str) -> Path:
        return self.path / "texts" / name[:2] / name[2:]


def _packed(text: str, detail: str) -> bytes:
    """Text and detail compressed, behind their own digest."""
    data = json.dumps([text, detail]).encode("ascii")
    return hashlib.sha256(data).digest() + zlib.compress(data, 6)


def _unpacked(stored: bytes) -> tuple[str, str]:
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(stored[32:], MAX_ANSWER_BYTES)
    if not unpacker.eof or unpacker.unused_data or hashlib.sha256(data).digest() != stored[:32]:
        raise ValueError("damaged")
    text, detail = json.loads(data)
    return text, detail


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".tmp-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
