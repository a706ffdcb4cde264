"""readability-lxml, a port of arc90's Readability.

Its documentation calls `Document(response.content).summary()`; `html_partial=True` leaves out the html and body wrapped
around the article. It returns HTML, which the harness turns into text.
Comments: it has no switch; what its rules take for comments by class or id goes. On a document without any element it
raises `Unparseable`, and so does this row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readability import Document

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "readability-lxml"
OPTIONS = "html_partial=True"
OUTPUT = "html"


def extract(page: Page) -> str:
    """The article's element as HTML."""
    return str(Document(page.html).summary(html_partial=True))
