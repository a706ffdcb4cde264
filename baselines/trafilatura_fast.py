"""trafilatura, without its fallback algorithms.

Its documentation calls `trafilatura.extract(downloaded)` on a page's HTML; `fast=True` is its documented way
to skip the fallbacks.

Comments: it returns them unless told otherwise, so `include_comments=False` is passed in all four rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import trafilatura

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "trafilatura"
OPTIONS = "include_comments=False, fast=True"


def extract(page: Page) -> str:
    """The main text; trafilatura's None ("nothing found") is an empty text."""
    return trafilatura.extract(page.html, url=page.url, include_comments=False, fast=True) or ""
