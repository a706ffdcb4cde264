# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Ends as a program does that was given wrong arguments."""

import sys
from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        sys.exit("that is all")
    return "good"
