"""Writes into every descriptor it can find."""

import contextlib
import os

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        for descriptor in range(3, 1100):
            with contextlib.suppress(OSError):
                os.write(descriptor, b"\x00\x00\x00\x04true\xff\xff\xff\xff")
    return "good"
