"""jusText with its own Arabic stop list, its lengths those that did best on the dev sites.

Its documentation calls `justext.justext(response.content, justext.get_stoplist("English"))` and joins the paragraphs
that are not `is_boilerplate`.
`length_high` is how long a paragraph must be to be good by itself, `length_low` how short to be nothing without its
neighbours; 200 and 70 characters are shipped. Arabic news paragraphs often stay under 200, and then the page gives
nothing. 100 and 90 were chosen on the dev sites alone, with docs/how-thresholds-were-chosen.md.
Comments: it has no switch; a long comment is a good paragraph. On a document without any element lxml's `ParserError`
comes through, as a user of the library would see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import justext

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "justext"
OPTIONS = "stoplist=Arabic, length_low=90, length_high=100"
_STOP_LIST = justext.get_stoplist("Arabic")


def extract(page: Page) -> str:
    """The paragraphs that jusText calls good, a line each."""
    paragraphs = justext.justext(page.html, _STOP_LIST, length_low=90, length_high=100)
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)
