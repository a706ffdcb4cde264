# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Follows a null pointer."""

import ctypes
from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        ctypes.string_at(0)
    return "good"
