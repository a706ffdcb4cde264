"""BoilerPy3's ArticleExtractor, a port of Boilerpipe's news extractor.

Its documentation makes one `extractors.ArticleExtractor()` and calls `get_content(html)`.
Comments: it has no switch; its rules end an article where they see one of a list of English phrases, which no Arabic
page holds. What it cannot parse it raises as `HTMLExtractionError`, and so does this row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boilerpy3.extractors import ArticleExtractor

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "boilerpy3"


def extract(page: Page) -> str:
    """The content blocks, a line each."""
    # One for each page: the library makes no promise about one extractor over many pages, and it costs nothing.
    return str(ArticleExtractor().get_content(page.html))
