"""BoilerPy3's DefaultExtractor, the general one: blocks by density of text and links, neighbours considered.

Its documentation makes one `extractors.DefaultExtractor()` and calls `get_content(html)`.
Comments: it has no switch; a long one is a good block.
What it cannot parse it raises as `HTMLExtractionError`, and so does this row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boilerpy3.extractors import DefaultExtractor

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "boilerpy3"
OPTIONS = "DefaultExtractor"


def extract(page: Page) -> str:
    """The content blocks, a line each."""
    # One for each page: the library makes no promise about one extractor over many pages, and it costs nothing.
    return str(DefaultExtractor().get_content(page.html))
