"""Leaves as a script would."""

import sys

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        sys.exit("that is all")
    return "good"
