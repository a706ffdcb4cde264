"""jusText with its own Arabic stop list, its thresholds as shipped.

Its documentation calls `justext.justext(response.content, justext.get_stoplist("English"))` and joins the paragraphs
that are not `is_boilerplate`.
As shipped it is often silent on Arabic: a text needs one paragraph above `length_high` (200 characters) to grow from.
Comments: it has no switch; a long comment is a good paragraph. On a document without any element lxml's `ParserError`
comes through, as a user of the library would see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import justext

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "justext"
OPTIONS = "stoplist=Arabic"
_STOP_LIST = justext.get_stoplist("Arabic")


def extract(page: Page) -> str:
    """The paragraphs that jusText calls good, a line each."""
    paragraphs = justext.justext(page.html, _STOP_LIST)
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)
