"""jusText with its own Arabic stop list, and `length_high` lowered to 140.

Its documentation calls `justext.justext(response.content, justext.get_stoplist("English"))` and joins the paragraphs
that are not `is_boilerplate`.
`length_high` is how long a paragraph must be to be good by itself; Arabic news paragraphs often stay under the 200 that
are shipped, and then the page gives nothing. 140 was set beforehand, not tuned on this corpus.
Comments: it has no switch; a long comment is a good paragraph. On a document without any element lxml's `ParserError`
comes through, as a user of the library would see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import justext

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "justext"
OPTIONS = "stoplist=Arabic, length_high=140"
_STOP_LIST = justext.get_stoplist("Arabic")


def extract(page: Page) -> str:
    """The paragraphs that jusText calls good, a line each."""
    paragraphs = justext.justext(page.html, _STOP_LIST, length_high=140)
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)
