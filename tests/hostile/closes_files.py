"""Closes what it did not open, standard streams included."""

import os

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        os.closerange(0, 256)
    return "good"
