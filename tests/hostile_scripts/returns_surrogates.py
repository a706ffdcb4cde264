# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Returns text that UTF-8 cannot hold."""

from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        return "قال\ud800 نعم"
    return "good"
