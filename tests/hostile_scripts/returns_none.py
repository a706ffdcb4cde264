# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Forgets to return."""

from typing import Any


def extract(page: Any) -> object:  # noqa: ANN401
    if page.url.endswith("bad"):
        return None
    return "good"
