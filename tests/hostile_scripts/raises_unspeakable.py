# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Raises something whose message cannot be read."""

from typing import Any


class Unspeakable(BaseException):
    def __str__(self) -> str:
        raise RuntimeError("no words")


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        raise Unspeakable
    return "good"
