# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Calls itself without end."""

from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    return extract(page) + "" if page.url.endswith("bad") else "good"
