"""Returns twice: once in the child that it forked."""

import os

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        return "good" if os.fork() else "from the child"
    return "good"
