"""Closes every descriptor there can be and stays."""

import os
import time

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        os.closerange(0, 65536)
        time.sleep(3600)
    return "good"
