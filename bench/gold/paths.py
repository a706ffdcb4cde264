"""Paths to the text nodes of a page, as annotation tools write them, and back to a place in its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.dom import Event, Kind

_STEP = re.compile(r"(?:text\(\)|[A-Za-z][\w:.-]*)(?:\[\d+\])?")
_BODY = "/html[1]/body[1]"


@dataclass(frozen=True, slots=True)
class Node:
    """A text node.

    Attributes:
        path: from the root down, `/html[1]/body[1]/p[2]/text()[1]`.
        before: how many characters stand before it in the page, white space not counted.
        text: as the parser gives it.
    """

    path: str
    before: int
    text: str


@dataclass(slots=True)
class _Open:
    """An element that is open, and how many children of each name it has had."""

    path: str
    seen: Counter[str] = field(default_factory=Counter)


class Places:
    """The text nodes and elements of a page by their paths. What is no text of the page is not among them."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.nodes: list[Node] = []
        self._at: dict[str, Node] = {}
        self._elements: dict[str, int] = {}
        stack = [_Open("")]
        before = 0
        for event in events:
            if event.kind is Kind.OPEN and event.element is not None:
                path = _next(stack[-1], str(event.element.tag))
                self._elements[path] = before
                stack.append(_Open(path))
            elif event.kind is Kind.CLOSE:
                stack.pop()
            elif event.kind is Kind.TEXT:
                node = Node(_next(stack[-1], "text()"), before, event.text)
                self.nodes.append(node)
                self._at[node.path] = node
                before += _size(event.text)

    def find(self, xpath: str, offset: int = 0) -> int:
        """How many characters, white space not counted, stand before a place; -1 where the path leads nowhere.

        Args:
            xpath: from the root or from the body, by position alone. A browser's `tbody` may stand in it.
            offset: into the text node, in characters.
        """
        steps = xpath.strip().removeprefix("/").split("/")
        if not all(_STEP.fullmatch(step) for step in steps):
            return -1
        full = "".join(f"/{step if step.endswith(']') else f'{step}[1]'}" for step in steps)
        for path in (full, _BODY + full):
            for form in (path, path.replace("/tbody[1]", "")):
                node = self._at.get(form)
                if node:
                    return node.before + _size(node.text[:offset])
                if form in self._elements:
                    return self._elements[form]
        return -1


def of_body(path: str) -> str:
    """A path as seen from the body."""
    return path.removeprefix(_BODY)


def _next(parent: _Open, name: str) -> str:
    parent.seen[name] += 1
    return f"{parent.path}/{name}[{parent.seen[name]}]"


def _size(text: str) -> int:
    return len("".join(text.split()))
