# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Sleeps with every signal blocked that can be."""

import signal
import time
from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(3600)
    return "good"
