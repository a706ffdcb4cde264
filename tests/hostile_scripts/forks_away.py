# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Leaves a child behind in a session of its own, with signals blocked."""

import os
import signal
import time
from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad") and os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            time.sleep(3600)
        os._exit(0)
    return "good"
