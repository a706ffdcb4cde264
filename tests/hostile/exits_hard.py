"""Ends the process without a word."""

import os

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        os._exit(3)
    return "good"
