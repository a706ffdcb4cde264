"""Follows a null pointer."""

import ctypes

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        ctypes.string_at(0)
    return "good"
