"""BoilerPy3's ArticleSentencesExtractor, which keeps the sentences of what its ArticleExtractor finds.

Its documentation makes one `extractors.ArticleSentencesExtractor()` and calls `get_content(html)`.
Comments: it has no switch; its rules end an article at English phrases only, which no Arabic page holds.
What it cannot parse it raises as `HTMLExtractionError`, and so does this row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boilerpy3.extractors import ArticleSentencesExtractor

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "boilerpy3"
OPTIONS = "ArticleSentencesExtractor"


def extract(page: Page) -> str:
    """The content blocks, a line each."""
    # One for each page: the library makes no promise about one extractor over many pages, and it costs nothing.
    return str(ArticleSentencesExtractor().get_content(page.html))
