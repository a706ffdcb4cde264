# /// script
# requires-python = ">=3.11"
# dependencies = ["newspaper3k==0.2.8", "lxml-html-clean==0.4.6", "nltk==3.10.4"]
#
# [tool.uv]
# # For feeds, Chinese and Japanese; none has a wheel, and none is imported here.
# override-dependencies = [
#   "feedfinder2; python_version < '3'",
#   "jieba3k; python_version < '3'",
#   "tinysegmenter; python_version < '3'",
# ]
# ///
"""newspaper3k, told that the page is Arabic: the legacy row, since many a corpus was made with it.

Its documentation makes an `Article(url, language="ar")`, then `download(input_html=html)`, `parse()` and `.text`;
`fetch_images=False` because `parse()` would otherwise download the page's pictures to measure them.
Unmaintained since 2018, and newspaper4k has the same import name, hence an environment of its own:
`python -m bench setup newspaper3k`. Needs two packages that it does not ask for: lxml-html-clean, which left lxml
after its last release, and nltk, whose ISRI stemmer it uses for Arabic.
Comments: it has no switch; only the text of the one best element comes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import nltk  # noqa: F401 - so that a missing nltk is told before the run, and not an exception on every page
from newspaper import Article

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "newspaper3k"
OPTIONS = 'language="ar", fetch_images=False'


def extract(page: Page) -> str:
    """The article's text."""
    article = Article(page.url, language="ar", fetch_images=False)
    article.download(input_html=page.html)
    article.parse()
    return str(article.text)
