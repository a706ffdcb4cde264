"""Raises with words that would break a line, a terminal and its direction."""

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        raise ValueError("first\nsecond\x1b[31m \u202eand\x00 " + "long " * 1000)
    return "good"
