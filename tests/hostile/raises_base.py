"""Raises what `except Exception` does not catch."""

from bench.model import Page


class Beyond(BaseException):
    pass


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        raise Beyond("caught?")
    return "good"
