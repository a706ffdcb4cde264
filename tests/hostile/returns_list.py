"""Returns paragraphs instead of a text."""

from bench.model import Page


def extract(page: Page) -> str | list[str]:
    return ["نص"] if page.url.endswith("bad") else "good"
