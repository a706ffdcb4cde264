# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Returns a subclass of str that lies about itself."""

from typing import Any


class Odd(str):
    __slots__ = ()

    def __len__(self) -> int:
        raise ValueError("no length")

    def __str__(self) -> str:
        raise ValueError("no words")

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        raise ValueError("no bytes")


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        return Odd("نص")
    return "good"
