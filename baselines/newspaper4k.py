"""newspaper4k, told that the page is Arabic.

Its documentation makes an `Article(url, language="ar")`, then `download(input_html=html)`, `parse()` and `.text`;
`fetch_images=False` because `parse()` would otherwise download the page's pictures to measure them.
Needs nltk: its Arabic tokenizer is nltk's ISRI stemmer.
Comments: it has no switch; only the text of the one best element comes out.
It writes nothing but three empty folders, on import, in the system's temporary folder (`TMPDIR`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import nltk  # noqa: F401 - so that a missing nltk is one line in the list, and not an exception on every page
from newspaper import Article

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "newspaper4k"
OPTIONS = 'language="ar", fetch_images=False'


def extract(page: Page) -> str:
    """The article's text."""
    article = Article(page.url, language="ar", fetch_images=False)
    article.download(input_html=page.html)
    article.parse()
    return str(article.text)
