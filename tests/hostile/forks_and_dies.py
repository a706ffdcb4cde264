"""Leaves a child behind that keeps the pipes open, and crashes."""

import os
import time

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        if os.fork() == 0:
            os.setsid()
            time.sleep(3600)
        os._exit(7)
    return "good"
