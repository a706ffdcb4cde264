"""Dies as a process does for which the kernel has no memory left."""

import os
import signal
import time

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)
    return "good"
