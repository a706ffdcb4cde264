"""Raises something that cannot be pickled and whose message cannot be read."""

from bench.model import Page


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")

    def __reduce__(self) -> str | tuple[object, ...]:
        raise RuntimeError("no pickle")


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        raise Unspeakable(lambda: None)
    return "good"
