"""Floor: the text of every `<p>` and nothing else, the lines that everybody writes first.

Beautiful Soup's documentation makes a `BeautifulSoup(html, "html.parser")` and asks it for `find_all("p")` and
`get_text()`.
Comments come out when a site sets them in paragraphs; text that a site sets in `<div>` and `<br>` does not come out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "beautifulsoup4"
OPTIONS = '"html.parser", find_all("p")'


def extract(page: Page) -> str:
    """The text inside the page's paragraphs, in page order, a line each."""
    soup = BeautifulSoup(page.html, "html.parser")
    return "\n".join(paragraph.get_text() for paragraph in soup.find_all("p"))
