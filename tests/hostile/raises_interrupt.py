"""Raises what Ctrl-C raises."""

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        raise KeyboardInterrupt
    return "good"
