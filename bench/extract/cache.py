"""Extracted texts, kept so that a page is not extracted twice by an unchanged plug-in. Timings are never kept."""

from __future__ import annotations

from pathlib import Path

from bench.extract.registry import Extractor
from bench.model import Extraction, Page


def folder() -> Path:
    """Where texts are cached: `$LUBB_CACHE`, `$XDG_CACHE_HOME/lubb` or `~/.cache/lubb`."""
    raise NotImplementedError


class Cache:
    """Texts by page and extractor, each a compressed file.

    Args:
        path: the folder, made when first written to; `folder()` when None.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path

    def get(self, extractor: Extractor, page: Page) -> Extraction | None:
        """The text kept for this page and extractor (its cost says `cached`), or None."""
        raise NotImplementedError

    def put(self, extractor: Extractor, page: Page, extraction: Extraction) -> None:
        """Keep a text. Only status ok and empty are kept; a folder that cannot be written is no error."""
        raise NotImplementedError
