"""Fails on its first call in a process, and only then."""

from bench.model import Page

calls: list[str] = []


def extract(page: Page) -> str:
    calls.append(page.url)
    if len(calls) == 1:
        raise ValueError("the first call")
    return f"call {len(calls)}"
