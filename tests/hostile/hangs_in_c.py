"""A regular expression that backtracks until the end of days, the interpreter lock held."""

import re

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        re.match(r"(ن+)+$", "ن" * 60 + "!")
    return "good"
