"""Leaves a child behind that holds every descriptor."""

import os
import time

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad") and os.fork() == 0:
        time.sleep(3600)
    return "good"
