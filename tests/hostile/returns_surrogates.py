"""Returns text that UTF-8 cannot hold."""

from bench.model import Page


def extract(page: Page) -> str:
    return "قال\ud800 نعم" if page.url.endswith("bad") else "good"
