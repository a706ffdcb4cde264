# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Returns far more than any page holds."""

from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        return "ن" * 50_000_000
    return "good"
