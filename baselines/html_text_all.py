"""html-text, a converter: all of a page's text without scripts and styles, broken where a browser would break it.

Its documentation calls `html_text.extract_text(html)`. The page's `<title>` is text to it.
Comments: it keeps everything, and chooses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import html_text

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "html-text"


def extract(page: Page) -> str:
    """The page as text."""
    return html_text.extract_text(page.html)
