"""Forgets to return."""

from bench.model import Page


def extract(page: Page) -> str | None:
    return None if page.url.endswith("bad") else "good"
