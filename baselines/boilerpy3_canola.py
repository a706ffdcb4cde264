"""BoilerPy3's CanolaExtractor, whose rules were trained on the Canola corpus (English web pages).

Its documentation makes one `extractors.CanolaExtractor()` and calls `get_content(html)`.
Comments: it has no switch; a long one is a good block.
What it cannot parse it raises as `HTMLExtractionError`, and so does this row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boilerpy3.extractors import CanolaExtractor

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "boilerpy3"
OPTIONS = "CanolaExtractor"


def extract(page: Page) -> str:
    """The content blocks, a line each."""
    # One for each page: the library makes no promise about one extractor over many pages, and it costs nothing.
    return str(CanolaExtractor().get_content(page.html))
