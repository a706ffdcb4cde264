"""The one parse of a page, and what counts as its text. All of lxml is behind this module.

A page's text is every DOM text node outside `SKIPPED`, whatever CSS says. A block boundary is a newline; between two
inline elements with nothing between them there is a word break; between text and an inline element there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from lxml import etree

SKIPPED = frozenset({"head", "script", "style", "template", "svg", "iframe", "noscript"})
# Elements that break a line in every browser's default style sheet, and those drawn as a box of their own.
BLOCKS = frozenset(
    """address article aside blockquote body br button caption center col colgroup dd details dialog dir div dl dt
    fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu
    nav ol optgroup option p pre search section select summary table tbody td textarea tfoot th thead tr ul""".split()
)


class Kind(Enum):
    """What happens next in a page, in document order."""

    TEXT = auto()
    WORD_BREAK = auto()
    BLOCK_BREAK = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMENT = auto()


@dataclass(slots=True)
class Event:
    """One step of a walk. `text` of TEXT and COMMENT; `element` of OPEN and CLOSE."""

    kind: Kind
    text: str = ""
    element: etree._Element | None = None


_WORD_BREAK = Event(Kind.WORD_BREAK)
_BLOCK_BREAK = Event(Kind.BLOCK_BREAK)


def parse(html: str) -> etree._Element | None:
    """The tree of a page, or None when there is nothing to parse.

    lxml refuses a str with an encoding declaration and stops at NUL, so the parser is given UTF-8 without either.
    """
    data = html.replace("\x00", "\ufffd").encode("utf-8", "replace")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # "Document is empty": the one thing that the recovering parser refuses
        return None


def walk(root: etree._Element | None) -> Iterator[Event]:
    """The page in document order, skipped elements left out; comments and skipped elements' tails are kept."""
    if root is None:
        return
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    after_inline = False
    for event, node in walker:
        if event in ("comment", "pi"):
            if event == "comment":
                yield Event(Kind.COMMENT, node.text or "")
        else:
            block = node.tag in BLOCKS
            if block:
                yield _BLOCK_BREAK
            if event == "start":
                if after_inline and not block:
                    yield _WORD_BREAK
                after_inline = False
                if node.tag in SKIPPED:
                    walker.skip_subtree()
                    continue
                yield Event(Kind.OPEN, element=node)
                if node.text:
                    yield Event(Kind.TEXT, node.text)
                continue
            if node.tag not in SKIPPED:
                yield Event(Kind.CLOSE, element=node)
            after_inline = not block
        if node.tail:
            yield Event(Kind.TEXT, node.tail)
            after_inline = False


def blocks(events: Iterable[Event]) -> list[str]:
    """The non-empty blocks of a walk, white space collapsed."""
    parts: list[str] = []
    for event in events:
        if event.kind is Kind.TEXT:
            # A newline in the source is white space, not a boundary.
            parts.append(event.text.replace("\n", " ").replace("\r", " "))
        elif event.kind is Kind.WORD_BREAK:
            parts.append(" ")
        elif event.kind is Kind.BLOCK_BREAK:
            parts.append("\n")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return [line for line in lines if line]


def comments(root: etree._Element) -> int:
    """How many comments an element holds."""
    return sum(1 for _ in root.iter(etree.Comment))


def html_text(html: str) -> str:
    """All text of a document, a line a block. Also the converter for plug-ins that return HTML."""
    return "\n".join(blocks(walk(parse(html))))
