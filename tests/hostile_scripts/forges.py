# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Writes half an answer into every descriptor it can find."""

import contextlib
import os
from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        for descriptor in range(3, 1100):
            with contextlib.suppress(OSError):
                os.write(descriptor, b'{"id": 3, "text": "forged')
    return "good"
