"""Aborts, as C libraries do on a failed assertion."""

import os
import sys

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        print("assertion failed: everything is fine", file=sys.stderr, flush=True)
        os.abort()
    return "good"
