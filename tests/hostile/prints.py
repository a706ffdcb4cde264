"""Prints wherever one can."""

import os
import sys

from bench.model import Page

print("at import")
os.write(1, b"\x00\x00\x00\x01x")


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        print("نص", flush=True)
        print("نص", file=sys.__stdout__, flush=True)
        os.write(1, b"\xff" * 100_000)
        os.write(0, b"\xff" * 100_000)
    return "good"
