"""Takes memory until there is none, and calls it something else."""

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        try:
            bytearray(2**40)
        except MemoryError as error:
            raise RuntimeError("parser failed") from error
    return "good"
