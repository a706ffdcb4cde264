"""Takes memory until there is none."""

from bench.model import Page


def extract(page: Page) -> str:
    eaten = []
    while page.url.endswith("bad"):
        eaten.append(bytearray(2**20))
    return "good"
