# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Raises with words that would break a line, a terminal and its direction."""

from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        raise ValueError("first\nsecond\x1b[31m \u202eand\x00 " + "long " * 100_000)
    return "good"
