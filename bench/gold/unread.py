"""Why a mark did not come back from the parse: what it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bench.dom import SKIPPED

if TYPE_CHECKING:
    from lxml import etree

Why = tuple[str, str]
_RAW_TEXT = frozenset({"script", "style", "textarea", "title", "xmp", "plaintext", "noframes"})


def why_unread(names: Mapping[int, str], root: etree._Element | None, html: str) -> dict[int, Why]:
    """For each lost mark what is wrong and how to mend it.

    Args:
        names: for each lost mark the text that stands in its place in `html`, and nowhere else.
        root: the tree of `html`.
        html: the page as it was parsed, with names for marks.
    """
    places = dict(_places(root))
    end = html.lower().rfind("</html")
    found: dict[int, Why] = {}
    for number, name in names.items():
        at = html.find(name)
        holder = next((why for text, why in places.items() if name in text), None)
        if holder is None and 0 <= end < at:
            holder = ("mark after </html>, where no text of the page is", "move it before </body>")
        found[number] = holder or (
            "mark that the parser drops (an end tag, a second mark on one element, outside of <html>)",
            "move it to a start tag, or use a comment pair within <body>",
        )
    return found


def _places(root: etree._Element | None) -> Iterator[tuple[str, Why]]:
    """All text of a tree that is no text of the page, or where a mark is none, with what to say of it."""
    if root is None:
        return
    for node in root.iter():
        tag: object = node.tag  # of a comment it is a function
        skipped = _skipped_around(node)
        if not isinstance(tag, str):
            yield node.text or "", _in_skipped(skipped) if skipped else _COMMENT
            continue
        for name, value in node.attrib.items():
            inside = (f"mark inside the attribute {name!s} of <{tag}>", "move it out of the attribute")
            yield str(value), _in_skipped(skipped) if skipped and name in ("data-gold", "data-trap") else inside
        yield node.text or "", _in_text(tag, skipped)
        yield node.tail or "", _IN_TEXT


_COMMENT: Why = ("mark inside a comment", "move it out of the comment")
_IN_TEXT: Why = ("mark in running text, not in a start tag", "move it into a start tag, or use a comment pair")


def _in_text(tag: str, skipped: str) -> Why:
    if tag in _RAW_TEXT and tag not in SKIPPED and not skipped:
        return (f"mark inside <{tag}>, which holds text only", f"mark the <{tag}> element itself")
    return _in_skipped(skipped) if skipped else _IN_TEXT


def _in_skipped(tag: str) -> Why:
    return (f"mark inside <{tag}>: what stands there is no text of the page", "take it out")


def _skipped_around(node: etree._Element) -> str:
    """The innermost skipped element that holds `node` or is it."""
    at: etree._Element | None = node
    while at is not None:
        if at.tag in SKIPPED:
            return str(at.tag)
        at = at.getparent()
    return ""
