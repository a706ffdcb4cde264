"""trafilatura's `baseline`: no rules about a page's structure, only the places where text is usually found.

Its documentation calls `trafilatura.baseline(downloaded)` and takes the text out of the three things that it returns.
It takes the first of these that holds enough: text embedded as JSON, `<article>` elements, paragraphs and quotations,
the whole body.

Comments: it has no switch; they come out where they stand within what was taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import trafilatura

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "trafilatura"
OPTIONS = "baseline"


def extract(page: Page) -> str:
    """The text; the tree and the length beside it are not needed."""
    return trafilatura.baseline(page.html)[1]
