"""Where the words of a page stand in its bytes: what a mark may stand before and after.

No second parser decides that: a numbered comment is written before each word of the source, and the page is parsed as
gold is. The comments that come back say which bytes each text is made of; text between two that did not come back can
be read and matched, but no mark can begin there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.dom import Event, Kind, blocks, parse, walk
from bench.errors import BenchError
from bench.gold.decode import Decoded, decode_as
from bench.text import tokens

if TYPE_CHECKING:
    from lxml import etree

_HIDING = re.compile(rb"<(?:(!--|!\[cdata\[)|(script|style|textarea|title|noscript|iframe|template|svg|xmp|head)\b)")
_TAG = re.compile(rb"""<[a-zA-Z/!?](?:=\s*+"[^"]*"|=\s*+'[^']*'|[^>])*+>""")
_UNIT = re.compile(r"&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z]\w*);?|\w+|\s+|[^\w\s]")
_CLOSING = {b"!--": b"-->", b"![cdata[": b"]]>"}
_SPACE = re.compile(r"\s+|&nbsp;?|&#160;|&#[xX][aA]0;")
_PROBE = re.compile(r"lubb-at-(\d+)\.")
_HIDES = re.compile(r"\b(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_MOST_REPAIRS = 12


@dataclass(frozen=True, slots=True)
class Atom:
    """The least that can be marked: a word or a sign, whole.

    Attributes:
        text: as the page shows it, without white space.
        tokens: its `ar1` tokens; none of a sign.
        start, end: its bytes in the page; -1 where no mark can stand.
        block: number of the block that it stands in.
        apart: whether white space or a break stands before it.
        heading: whether it stands in an h1.
        hidden: whether an attribute of an element about it hides it.
    """

    text: str
    tokens: tuple[str, ...]
    start: int
    end: int
    block: int
    apart: bool
    heading: bool
    hidden: bool


@dataclass(slots=True)
class _Unit:
    """What one probe stands before. `start` is -1 for text that stands after no probe."""

    text: str
    start: int
    end: int
    block: int
    apart: bool
    heading: bool
    hidden: bool


Span = tuple[int, int]


def atoms(raw: bytes, decoded: Decoded) -> list[Atom]:
    """The words and signs of a page, in page order.

    Args:
        raw: the page without marks.
        decoded: the same, decoded.

    Raises:
        BenchError: marks do not fit the page's charset, or its text cannot be told apart from its markup.
    """
    if decoded.charset.startswith("utf-16"):
        raise BenchError("is in UTF-16, which marks do not fit", mend="save it as UTF-8")
    runs = list(_runs(raw, decoded.charset))
    plain = blocks(walk(parse(decoded.html)))
    for _ in range(_MOST_REPAIRS):
        spans = [span for run in runs for span in run]
        events = _probed(raw, decoded.charset, spans, runs)
        if blocks(events) == plain:
            return _atoms(_units(events, spans))
        bad = _first_bad(raw, decoded.charset, runs, plain)
        runs = [*runs[:bad], *runs[bad + 1 :]]
    raise BenchError("is markup that a comment changes in many places", mend="leave it out, or mark it by hand")


def _first_bad(raw: bytes, charset: str, runs: Sequence[list[Span]], plain: list[str]) -> int:
    """The first run of text in which a comment changes how the page is read."""
    low, high = 0, len(runs)
    while high - low > 1:
        middle = (low + high) // 2
        some = runs[:middle]
        same = blocks(_probed(raw, charset, [span for run in some for span in run], some)) == plain
        low, high = (middle, high) if same else (low, middle)
    return low


def _runs(raw: bytes, charset: str) -> Iterator[list[Span]]:
    """The units of each text between two tags."""
    lower = raw.lower()
    last_tag = raw.rfind(b">")
    last: dict[bytes, int] = {}
    at = 0
    while (tag := raw.find(b"<", at)) >= 0:
        if tag > at:
            yield from _units_of(raw, at, tag, charset)
        if tag > last_tag:
            return
        behind = _behind_hidden(lower, tag, last)
        if behind < 0:
            found = _TAG.match(raw, tag)
            behind = found.end() if found else tag + 1
        at = behind
    yield from _units_of(raw, at, len(raw), charset)


def _behind_hidden(lower: bytes, at: int, last: dict[bytes, int]) -> int:
    """The end of what begins at `at` and hides its text from marks; -1 where nothing of the kind begins."""
    found = _HIDING.match(lower, at)
    if not found:
        return -1
    closing = _CLOSING.get(found[1] or b"") or b"</" + found[2]
    if closing not in last:  # so that a page of nothing but open ones is not searched to its end for each
        last[closing] = lower.rfind(closing)
    end = lower.find(closing, found.end()) if last[closing] >= found.end() else -1
    return lower.find(b">", end) + 1 if end >= 0 else -1


def _units_of(raw: bytes, start: int, end: int, charset: str) -> Iterator[list[Span]]:
    part = raw[start:end]
    if not part.strip():
        return
    text = part.decode(charset, "replace")
    units: list[Span] = []
    if text.encode(charset, "replace") == part:
        at = start
        for match in _UNIT.finditer(text):
            size = len(match[0].encode(charset))
            if not _SPACE.fullmatch(match[0]):
                units.append((at, at + size))
            at += size
    else:  # bad bytes: offsets are sure at ASCII white space only
        units += ((start + word.start(), start + word.end()) for word in re.finditer(rb"[^ \t\r\n\f]+", part))
    if units:
        yield units


def _probed(raw: bytes, charset: str, spans: Sequence[Span], runs: Sequence[list[Span]]) -> list[Event]:
    """The walk of the page with a comment before each span and one behind each run."""
    ends = {run[-1][1] for run in runs}
    parts: list[bytes] = []
    done = 0
    for number, (start, end) in enumerate(spans):
        parts += (raw[done:start], b"<!--lubb-at-%d.-->" % number, raw[start:end])
        done = end
        if end in ends:
            parts.append(b"<!--lubb-at-%d.-->" % len(spans))
    return list(walk(parse(decode_as(b"".join((*parts, raw[done:])), charset))))


def _units(events: Sequence[Event], spans: Sequence[Span]) -> list[_Unit]:
    units: list[_Unit] = []
    current: int | None = None
    block = headings = hidden = 0
    apart = True
    for event in events:
        match event.kind:
            case Kind.COMMENT:
                found = _PROBE.fullmatch(event.text)
                if found:
                    current = int(found[1]) if int(found[1]) < len(spans) else None
            case Kind.BLOCK_BREAK:
                block += 1
                apart = True
            case Kind.WORD_BREAK:
                apart = True
            case Kind.OPEN | Kind.CLOSE if event.element is not None:
                step = 1 if event.kind is Kind.OPEN else -1
                headings += step * (event.element.tag == "h1")
                hidden += step * _hides(event.element)
            case Kind.TEXT:
                apart = apart or event.text[:1].isspace()
                word = "".join(event.text.split())
                if word:
                    span = (-1, -1) if current is None else spans[current]
                    units.append(_Unit(word, *span, block, apart, headings > 0, hidden > 0))
                    current = None
                    apart = False
                apart = apart or event.text[-1:].isspace()
    return units


def _atoms(units: Sequence[_Unit]) -> list[Atom]:
    """Units joined where a mark between them would split a word."""
    joined: list[_Unit] = []
    for unit in units:
        last = joined[-1] if joined else None
        if last and not unit.apart and _one_word(last.text[-1], unit.text[0]):
            last.text += unit.text
            # A mark stands before the first part and behind the last one, so both must have a place.
            last.end = unit.end
            last.start = last.start if unit.end >= 0 else -1
        else:
            joined.append(unit)
    return [_atom(unit) for unit in joined]


def _atom(unit: _Unit) -> Atom:
    words = tuple(tokens(unit.text))
    return Atom(unit.text, words, unit.start, unit.end, unit.block, unit.apart, unit.heading, unit.hidden)


def _hides(element: etree._Element) -> bool:
    return element.get("hidden") is not None or bool(_HIDES.search(element.get("style") or ""))


def _one_word(left: str, right: str) -> bool:
    return _wordly(left) and _wordly(right)


def _wordly(char: str) -> bool:
    """A letter, a digit, a sign on top of one, or what cannot be seen."""
    return char.isalnum() or unicodedata.category(char) in {"Mn", "Mc", "Me", "Cf", "Pc"}
