"""Goes on whatever happens."""

import time

from bench.model import Page


def extract(page: Page) -> str:
    while page.url.endswith("bad"):
        try:
            time.sleep(3600)
        except BaseException:  # that is the point
            continue
    return "good"
