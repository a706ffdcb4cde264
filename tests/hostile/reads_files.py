"""Looks for a file whose name it knows."""

from pathlib import Path

from bench.model import Page


def extract(page: Page) -> str:
    return Path(page.raw.decode()).read_text(encoding="utf-8") if page.url.endswith("bad") else "good"
