# /// script
# requires-python = ">=3.12"
# dependencies = ["magic-html==0.1.8"]
#
# [tool.uv]
# # py-asciimath's command line, which is not used here, asks for it, and it has no wheel.
# override-dependencies = ["docopt; python_version < '3'"]
# ///
"""magic-html (OpenDataLab), its extractor for articles.

Its documentation calls `GeneralExtractor().extract(html, base_url=url)` for an article; what it returns holds the main
region as HTML under "html", which the harness turns into text.
Needs Python 3.12 or newer, hence an environment of its own: `python -m bench setup magic-html`.
Comments: it has no switch; elements whose class or id says comment are among those that its rules remove.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from magic_html import GeneralExtractor

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "magic-html"
OUTPUT = "html"


def extract(page: Page) -> str:
    """The article's region as HTML."""
    return str(GeneralExtractor().extract(page.html, base_url=page.url)["html"])
