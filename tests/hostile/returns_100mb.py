"""Returns far more than any page holds."""

from bench.model import Page


def extract(page: Page) -> str:
    return "ن" * 50_000_000 if page.url.endswith("bad") else "good"
