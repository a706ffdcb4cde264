"""BoilerPy3's LargestContentExtractor, which keeps the one largest component of a page.

Its documentation makes one `extractors.LargestContentExtractor()` and calls `get_content(html)`.
Comments: it has no switch; only what stands in that component comes out.
What it cannot parse it raises as `HTMLExtractionError`, and so does this row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boilerpy3.extractors import LargestContentExtractor

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "boilerpy3"
OPTIONS = "LargestContentExtractor"


def extract(page: Page) -> str:
    """The content blocks, a line each."""
    # One for each page: the library makes no promise about one extractor over many pages, and it costs nothing.
    return str(LargestContentExtractor().get_content(page.html))
