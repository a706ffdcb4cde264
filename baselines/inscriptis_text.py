"""Inscriptis, a converter: all of a page's text, laid out as a text browser would show it.

Its documentation calls `get_text(html)`. Tables keep their columns, so that cells which stand side by side come out in
one line.
Comments: it keeps everything, and chooses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inscriptis import get_text

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "inscriptis"


def extract(page: Page) -> str:
    """The page as text."""
    return str(get_text(page.html))
