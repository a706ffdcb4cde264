"""Closes every descriptor there can be, as daemons do."""

import os

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        os.closerange(0, 65536)
    return "good"
