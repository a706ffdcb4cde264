"""Sleeps with every signal blocked that can be."""

import signal
import time

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(3600)
    return "good"
