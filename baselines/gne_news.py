"""GNE (GeneralNewsExtractor), made for Chinese news: the element with the densest text and punctuation.

It looks below `itemprop="articleBody"` where a page has that, else in the whole body.

Its documentation makes a `GeneralNewsExtractor()`, calls `extract(html)` and reads `["content"]`.
Comments: it has no switch but XPaths of noise that differ from site to site (`noise_node_list`), which none is given;
only the text of the one best element comes out.
It keeps the elements of a page in the instance, so that one shared by threads mixes their pages up: hence one for each
page. Where it finds nothing at all it raises, and so does this row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gne import GeneralNewsExtractor

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "gne"


def extract(page: Page) -> str:
    """The article's text; its headline, author and date are other fields and left out."""
    return str(GeneralNewsExtractor().extract(page.html)["content"])
