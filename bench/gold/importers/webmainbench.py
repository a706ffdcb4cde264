"""WebMainBench, JSONL: `html` in which what counts carries `cc-select="true"`, with what the annotation tool left.

Labels of the page's own DOM become marks of ours; the tool's elements, classes and ids are taken out, so that the page
is again (nearly) what its server sent. Entries without such labels are aligned by their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from bench.dom import SKIPPED, html_text
from bench.errors import BenchError
from bench.gold.importers.part import Entry, Part
from bench.gold.importers.reading import Limits, each, field, html, lines, own_of, text, without
from bench.gold.marks import FORBIDDEN

NAME = "webmainbench"
_TAG = re.compile(
    rb"""<!--.*?-->|<(?P<raw>script|style)\b.*?</(?P=raw)\s*+>|<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*)"""
    rb"""(?P<rest>(?:=\s*+"[^"]*"|=\s*+'[^']*'|[^>])*+)>""",
    re.IGNORECASE | re.DOTALL,
)
_SELECT = re.compile(rb"""\s+cc-select\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_UID = re.compile(rb"""\s+data-anno-uid(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?""", re.IGNORECASE)
_EMPTY_STYLE = re.compile(rb"""\s+style\s*=\s*(?:""|'')""", re.IGNORECASE)
_CLASS = re.compile(rb"""(\s+class\s*=\s*)(["'])([^"']*)\2""", re.IGNORECASE)
_TOOL_CLASSES = frozenset({b"mark-selected"})
_TOOL_TAGS = frozenset({b"marked-tail", b"marked-text", b"marked-inline"})
# Those that hold no text, or none that a mark could stand about.
_NO_TEXT = frozenset(
    b"area base br col embed frame hr img input link meta param source track wbr html body title".split()
) | {tag.encode() for tag in SKIPPED}
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")


def read(src: Path, limits: Limits) -> Iterator[Entry | BenchError]:
    """The entries of a JSONL file, or of all in a folder."""
    for file in sorted(src.glob("*.jsonl")) if src.is_dir() else [src]:
        values = ((str(number), where, value) for number, (where, value) in enumerate(lines(file), 1))
        yield from each(values, partial(_made, limits))


def _made(limits: Limits, number: str, where: str, entry: Mapping[str, object]) -> Entry:
    name = text(entry, "track_id", needed=False) or text(entry, "id", needed=False) or number
    raw = html(entry, "html", limits)
    if any(word in raw for word in FORBIDDEN):
        raise BenchError("its page itself holds what reads as a mark", mend="leave it out")
    marked, labels = cleaned(raw)
    kind = text(field(entry, "meta"), "style", needed=False)
    mine, url, own = without(entry, "html", "lubb"), text(entry, "url", needed=False), own_of(entry)
    place = f"{where}: {name}"
    if labels:
        return Entry(name, place, url, b"", "utf-8", (), mine, marked=marked, kind=kind, own=own)
    return Entry(name, place, url, marked, "utf-8", (Part(_text(entry)),), mine, kind=kind, own=own)


def cleaned(raw: bytes) -> tuple[bytes, int]:
    """The page without what the tool left, its labels as marks, and how many of them there are."""
    labels = 0
    open_tools: list[bool] = []

    def write(tag: re.Match[bytes]) -> bytes:
        nonlocal labels
        if not tag["name"]:
            return tag[0]
        name, rest = tag["name"].lower(), tag["rest"]
        chosen = any(value.lower() == b"true" for found in _SELECT.findall(rest) for value in found)
        if name in _TOOL_TAGS:
            if tag["close"]:
                return b"<!--/gold-->" if open_tools and open_tools.pop() else b""
            open_tools.append(chosen)
            labels += chosen
            return b"<!--gold body-->" if chosen else b""
        if tag["close"] or not (_SELECT.search(rest) or _UID.search(rest)):
            return tag[0]
        mark = chosen and name not in _NO_TEXT
        labels += mark
        rest = _EMPTY_STYLE.sub(b"", _UID.sub(b"", _SELECT.sub(b"", rest)))
        rest = _CLASS.sub(_own_classes, rest)
        return b"<%s%s%s>" % (tag["name"], b' data-gold="body"' if mark else b"", rest)

    marked = _TAG.sub(write, raw)
    return marked + b"<!--/gold-->" * sum(open_tools), labels


def _own_classes(found: re.Match[bytes]) -> bytes:
    """The page's own classes; an attribute that the tool brought goes with its class."""
    classes = found[3].split()
    if not _TOOL_CLASSES & set(classes):
        return found[0]
    own = b" ".join(name for name in classes if name not in _TOOL_CLASSES)
    return b"%s%s%s%s" % (found[1], found[2], own, found[2]) if own else b""


def _text(entry: Mapping[str, object]) -> str:
    """The gold as text: out of the HTML that was cut out, or of markdown."""
    part = text(entry, "main_html", needed=False)
    if part.strip():
        return html_text(cleaned(part.encode("utf-8", "replace"))[0].decode("utf-8"))
    for key in ("groundtruth_content", "convert_main_content"):
        markdown = text(entry, key, needed=False)
        if markdown.strip():
            return _LINK.sub(r"\1", markdown)
    return ""
