# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Looks for a file whose name it knows."""

import pathlib
from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        return pathlib.Path(page.html).read_text(encoding="utf-8")
    return "good"
