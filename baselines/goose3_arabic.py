"""goose3 with its Arabic stop words.

Its documentation, under "Goose in Arabic", makes a `Goose({"stopwords_class": StopWordsArabic})` and calls
`extract(raw_html=html).cleaned_text`.
Needs nltk: without it goose3 only warns, and returns nothing for every page.
Comments: it has no switch; elements whose class or id says comment are removed first. It raises ValueError on an empty
document, and so does this row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import nltk  # noqa: F401 - so that a missing nltk is an error here, and not silence on every page
from goose3 import Goose
from goose3.text import StopWordsArabic

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "goose3"
OPTIONS = "stopwords_class=StopWordsArabic"


def extract(page: Page) -> str:
    """The article's text."""
    with Goose({"stopwords_class": StopWordsArabic}) as goose:
        return str(goose.extract(raw_html=page.html).cleaned_text)
