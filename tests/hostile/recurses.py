"""Calls itself without end."""

from bench.model import Page


def extract(page: Page) -> str:
    return extract(page) + "" if page.url.endswith("bad") else "good"
