"""Returns a subclass of str that lies about itself."""

from bench.model import Page


class Odd(str):
    __slots__ = ()

    def __len__(self) -> int:
        raise ValueError("no length")

    def __str__(self) -> str:
        raise ValueError("no words")

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        raise ValueError("no bytes")


def extract(page: Page) -> str:
    return Odd("نص") if page.url.endswith("bad") else "good"
