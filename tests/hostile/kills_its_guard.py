"""Kills the process above it, and leaves a child behind that belongs to nobody."""

import os
import signal
import time

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        if os.fork() == 0:
            os.setsid()
            time.sleep(3600)
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(3600)
    return "good"
