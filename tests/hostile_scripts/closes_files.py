# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Closes what it did not open, standard streams included."""

import os
from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        os.closerange(0, 256)
    return "good"
