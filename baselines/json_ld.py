"""Floor: what the publisher says of itself, the `articleBody` of the page's JSON-LD (schema.org).

Nothing of the visible page is read, so comments cannot come out; a page without the property gives nothing.
Broken JSON is common on news pages, so each of these is tolerated: raw line breaks and tabs within strings, a comment
or CDATA wrapped around the block, and, where the block still does not parse, its `articleBody` strings are read singly.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.model import Page

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
_TYPE = re.compile(r"""\btype\s*=\s*["']?\s*application/ld\+json\b""", re.IGNORECASE)
_WRAPPER = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*$")
_BODY = re.compile(r'"articleBody"\s*:\s*("(?:[^"\\]|\\.)*")', re.DOTALL)
_BREAK = re.compile(r"<br\b[^>]*>|</?(?:p|div|li|ul|ol|h[1-6]|blockquote|section|tr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)


def extract(page: Page) -> str:
    """The distinct article bodies of all JSON-LD blocks, in page order, a line a paragraph."""
    bodies = (_plain(body) for block in _blocks(page.html) for body in _bodies(block))
    return "\n".join(dict.fromkeys(body for body in bodies if body))


def _blocks(document: str) -> Iterator[str]:
    for attributes, content in _SCRIPT.findall(document):
        if _TYPE.search(attributes):
            yield _WRAPPER.sub("", content)


def _bodies(block: str) -> list[str]:
    try:
        return list(_under(json.loads(block, strict=False)))
    except (ValueError, RecursionError):
        return [text for text in map(_string, _BODY.findall(block)) if text is not None]


def _under(value: object) -> Iterator[str]:
    """Each `articleBody` at any depth: in `@graph`, in a list of things, in a live blog's updates."""
    if isinstance(value, dict):
        body = value.get("articleBody")
        for text in body if isinstance(body, list) else [body]:
            if isinstance(text, str):
                yield text
        for child in value.values():
            yield from _under(child)
    elif isinstance(value, list):
        for child in value:
            yield from _under(child)


def _string(literal: str) -> str | None:
    try:
        text = json.loads(literal, strict=False)
    except ValueError:
        return None
    return text if isinstance(text, str) else None


def _plain(body: str) -> str:
    """Entities resolved, then tags removed: publishers put both raw and escaped HTML into the property."""
    # Twice, for `&amp;quot;` and the like: templates escape what an editor had escaped already.
    text = html.unescape(html.unescape(body))
    text = _TAG.sub("", _BREAK.sub("\n", text))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
