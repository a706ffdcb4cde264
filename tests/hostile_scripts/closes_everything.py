# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Closes every descriptor there can be, as daemons do."""

import os
from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        os.closerange(0, 65536)
    return "good"
