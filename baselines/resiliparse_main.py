"""Resiliparse's main-content extraction.

Its documentation calls `extract_plain_text(html, main_content=True)`; bullets and pictures' alternative texts, which
are no text of the page, are switched off.
Comments: it keeps comment sections unless told otherwise, so `comments=False` is passed, as for trafilatura.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resiliparse.extract.html2text import extract_plain_text

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "resiliparse"
OPTIONS = "main_content=True, alt_texts=False, list_bullets=False, comments=False"


def extract(page: Page) -> str:
    """The main content as plain text."""
    return extract_plain_text(page.html, main_content=True, alt_texts=False, list_bullets=False, comments=False)
