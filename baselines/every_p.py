"""Floor: the text of every `<p>` and nothing else, the three lines that everybody writes first.

Comments come out when a site sets them in paragraphs; text that a site sets in `<div>` and `<br>` does not come out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.dom import Event, Kind, blocks, parse, walk

if TYPE_CHECKING:
    from bench.model import Page


def extract(page: Page) -> str:
    """The text inside the page's paragraphs, in page order, a line a block."""
    return "\n".join(blocks(_inside_paragraphs(page.html)))


def _inside_paragraphs(html: str) -> Iterator[Event]:
    depth = 0  # a recovered tree can hold a <p> below a <p>, in a table for one
    for event in walk(parse(html)):
        if event.kind in (Kind.OPEN, Kind.CLOSE) and event.element is not None and event.element.tag == "p":
            depth += 1 if event.kind is Kind.OPEN else -1
            yield Event(Kind.BLOCK_BREAK)
        elif depth:
            yield event
