# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Returns twice: once in the child that it forked."""

import os
from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        return "good" if os.fork() else "from the child"
    return "good"
