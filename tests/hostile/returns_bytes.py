"""Encodes what it should not."""

from bench.model import Page


def extract(page: Page) -> str | bytes:
    return "نص".encode() if page.url.endswith("bad") else "good"
