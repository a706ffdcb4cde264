"""Floor: no text at all. What silence scores, and on pages without an article the right answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.model import Page


def extract(page: Page) -> str:
    """The empty string."""
    return ""
