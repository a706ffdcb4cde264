"""Where the labelled text of a page stands in its DOM: in links, in paragraphs, in the body container."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from bench.dom import BLOCKS, Event, Kind
from bench.gold.page import GoldPage
from bench.labels import Group, Label

if TYPE_CHECKING:
    from lxml import etree

Ancestry = tuple["etree._Element", ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Text of one label in one text node.

    Attributes:
        label: what it is.
        size: its characters, white space not counted.
        path: the elements that it stands in, from the root down.
    """

    label: Label
    size: int
    path: Ancestry

    def inside(self, *tags: str) -> bool:
        """Whether it stands in an element of one of these tags."""
        return any(node.tag in tags for node in self.path)


def place(page: GoldPage, events: Iterable[Event]) -> list[Placed]:
    """The text of a page's walk with its labels, in page order.

    Pieces hold the walk's text but for white space, so each begins after as many other characters as those before it
    have. Gold out of a script comes after all of the DOM and has no place.
    """
    labels = [(page.regions[piece.region].label, _size(piece.text)) for piece in page.pieces]
    placed: list[Placed] = []
    at = used = 0
    for path, size in _nodes(events):
        left = size
        while left and at < len(labels):
            label, length = labels[at]
            taken = min(left, length - used)
            if taken:
                placed.append(Placed(label, taken, path))
            left, used = left - taken, used + taken
            if used == length:
                at, used = at + 1, 0
    return placed


def _nodes(events: Iterable[Event]) -> Iterable[tuple[Ancestry, int]]:
    """Each text node that is not blank: the elements it stands in and its characters without white space."""
    path: Ancestry = ()
    for event in events:
        if event.kind is Kind.OPEN and event.element is not None:
            path = (*path, event.element)
        elif event.kind is Kind.CLOSE:
            path = path[:-1]
        elif event.kind is Kind.TEXT and (size := _size(event.text)):
            yield path, size


def _size(text: str) -> int:
    return len("".join(text.split()))


def of_body(label: Label) -> bool:
    """Content but the lead, which often stands above the container."""
    return label.group is Group.CONTENT and label is not Label.LEAD


def container(placed: Iterable[Placed]) -> etree._Element | None:
    """The body container: the lowest element that holds all body text; None without any.

    A paragraph or an inline element that holds the whole body (its lines broken by br) is not yet a container: its
    parent is. Whatever stands between the first and the last body text stands in the container too.
    """
    paths = [text.path for text in placed if of_body(text.label)]
    if not paths:
        return None
    common = reduce(_common, paths)
    while len(common) > 1 and (common[-1].tag == "p" or common[-1].tag not in BLOCKS):
        common = common[:-1]
    return common[-1] if common else None


def _common(one: Ancestry, other: Ancestry) -> Ancestry:
    length = 0
    for mine, its in zip(one, other, strict=False):
        if mine is not its:
            break
        length += 1
    return one[:length]


def foreign_share(placed: Sequence[Placed]) -> float | None:
    """Share of boilerplate in the characters of the body container; None on a page without body text."""
    box = container(placed)
    if box is None:
        return None
    held = [text for text in placed if any(node is box for node in text.path)]
    return sum(text.size for text in held if text.label.group is Group.BOILERPLATE) / sum(text.size for text in held)
