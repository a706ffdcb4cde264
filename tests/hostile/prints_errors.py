"""Fills standard error, which is a pipe of limited size."""

import os

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        for _ in range(100):
            os.write(2, b"warning\n" * 10_000)
    return "good"
