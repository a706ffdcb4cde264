"""Leaves the text to the converter."""

from bench.model import Page

OUTPUT = "html"


def extract(page: Page) -> str:
    return "<div><p>قال</p><p>نعم</p></div>" if page.url.endswith("bad") else "<p>good"
