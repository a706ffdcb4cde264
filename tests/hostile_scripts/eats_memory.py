# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Takes memory until there is none."""

from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        eaten = []
        while True:
            eaten.append(bytearray(2**20))
    return "good"
