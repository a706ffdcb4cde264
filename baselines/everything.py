"""Floor: all of the page's text, exactly as the benchmark defines text, boilerplate, comments and all.

Its recall is one by definition; its precision says how much of a page is article.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.dom import html_text

if TYPE_CHECKING:
    from bench.model import Page


def extract(page: Page) -> str:
    """Every block of text of the page, a line a block."""
    return html_text(page.html)
