"""WebMainBench, JSONL: `html` in which what counts carries `cc-select="true"`, with what the annotation tool left.

The tool's elements, classes and ids are taken out, so that the page is again (nearly) what its server sent; marks of
ours say what was selected. An element of the tool may begin or end within a word, and may stand where no mark can be
read, so selected characters are counted in the labelled page and found again in the clean one. Entries without such
labels are aligned by their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from bench.dom import Kind, html_text, parse, walk
from bench.errors import BenchError
from bench.gold.decode import decode
from bench.gold.importers.atoms import atoms
from bench.gold.importers.part import Entry, Part
from bench.gold.importers.place import NO_MARK, Tag, inserts, unmarkable
from bench.gold.importers.reading import Limits, each, field, html, lines, own_of, text, without
from bench.gold.marks import FORBIDDEN, insert
from bench.labels import Label

NAME = "webmainbench"
_TAG = re.compile(
    rb"""<!--.*?-->|<(?P<raw>script|style)\b.*?</(?P=raw)\s*+>|<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*)"""
    rb"""(?P<rest>(?:=\s*+"[^"]*"|=\s*+'[^']*'|[^>])*+)>""",
    re.IGNORECASE | re.DOTALL,
)
_SELECT = re.compile(rb"""\s+cc-select\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_UID = re.compile(rb"""\s+data-anno-uid(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?""", re.IGNORECASE)
_EMPTY_STYLE = re.compile(rb"""\s+style\s*=\s*(?:""|'')""", re.IGNORECASE)
_CLASS = re.compile(rb"""(\s+class\s*=\s*)(["'])([^"']*)\2""", re.IGNORECASE)
_TOOL_CLASSES = frozenset({b"mark-selected"})
_TOOL_TAGS = frozenset({b"marked-tail", b"marked-text", b"marked-inline"})
_TOOL_STYLE = re.compile(rb"""<style\s[^>]*\bcc-extraStyle\b""", re.IGNORECASE)
_HIDES = re.compile(r"display: ?none")  # the two spellings that the benchmark looks for
_SHOWN = 10
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")


def read(src: Path, limits: Limits) -> Iterator[Entry | BenchError]:
    """The entries of a JSONL file, or of all in a folder."""
    for file in sorted(src.glob("*.jsonl")) if src.is_dir() else [src]:
        values = ((str(number), where, value) for number, (where, value) in enumerate(lines(file), 1))
        yield from each(values, partial(_made, limits))


def _made(limits: Limits, number: str, where: str, entry: Mapping[str, object]) -> Entry:
    name = text(entry, "track_id", needed=False) or text(entry, "id", needed=False) or number
    labelled = html(entry, "html", limits)
    if any(word in labelled for word in FORBIDDEN):
        raise BenchError("its page itself holds what reads as a mark", mend="leave it out")
    raw = cleaned(labelled)
    chosen = _selected(labelled)
    kind = text(field(entry, "meta"), "style", needed=False)
    mine, url, own = without(entry, "html", "lubb"), text(entry, "url", needed=False), own_of(entry)
    place = f"{where}: {name}"
    if any(is_chosen for _, is_chosen in chosen):
        marked, lost = _marked(raw, chosen)
        faults = (f"{len(lost)} selected words {NO_MARK}: {' '.join(lost[:_SHOWN])}",) if lost else ()
        return Entry(name, place, url, b"", "utf-8", (), mine, marked=marked, kind=kind, own=own, faults=faults)
    return Entry(name, place, url, raw, "utf-8", (Part(_text(entry)),), mine, kind=kind, own=own)


def cleaned(labelled: bytes) -> bytes:
    """The page without what the tool left."""

    def write(tag: re.Match[bytes]) -> bytes:
        if not tag["name"]:
            return b"" if _TOOL_STYLE.match(tag[0]) else tag[0]
        if tag["name"].lower() in _TOOL_TAGS:
            return b""
        rest = tag["rest"]
        if tag["close"] or not (_SELECT.search(rest) or _UID.search(rest)):
            return tag[0]
        rest = _EMPTY_STYLE.sub(b"", _UID.sub(b"", _SELECT.sub(b"", rest)))
        return b"<%s%s>" % (tag["name"], _CLASS.sub(_own_classes, rest))

    return _TAG.sub(write, labelled)


def _own_classes(found: re.Match[bytes]) -> bytes:
    """The page's own classes; an attribute that the tool brought goes with its class."""
    classes = found[3].split()
    if not _TOOL_CLASSES & set(classes):
        return found[0]
    own = b" ".join(name for name in classes if name not in _TOOL_CLASSES)
    return b"%s%s%s%s" % (found[1], found[2], own, found[2]) if own else b""


def _selected(labelled: bytes) -> list[tuple[str, bool]]:
    """Each character of the page's text, white space not counted, and whether it is selected.

    As the benchmark itself reads its labels: what stands in a selected element is selected, and what stands in a
    hidden one is not, unless that is selected with an element about it.
    """
    found: list[tuple[str, bool]] = []
    states: list[bool | None] = [None]
    for event in walk(parse(decode(labelled, "utf-8").html)):
        if event.kind is Kind.OPEN and event.element is not None:
            state = states[-1]
            if state is None and _HIDES.search(event.element.get("style") or ""):
                state = False
            elif state is None and event.element.get("cc-select") == "true":
                state = True
            states.append(state)
        elif event.kind is Kind.CLOSE:
            states.pop()
        elif event.kind is Kind.TEXT:
            found += ((char, states[-1] is True) for char in event.text if not char.isspace())
    return found


def _marked(raw: bytes, chosen: list[tuple[str, bool]]) -> tuple[bytes, list[str]]:
    """The clean page with marks about what was selected, and the words that got none.

    A word counts by its greater part.

    Raises:
        BenchError: without what the tool left, the page has another text.
    """
    words = atoms(raw, decode(raw, "utf-8"))
    if "".join(word.text for word in words) != "".join(char for char, _ in chosen):
        raise BenchError("its page reads otherwise without the labels", mend="leave it out, or mark it by hand")
    tags: list[Tag | None] = []
    at = 0
    for word in words:
        size = len(word.text)
        share = sum(is_chosen for _, is_chosen in chosen[at : at + size])
        tags.append((Label.BODY, (), -1) if 2 * share >= size else None)
        at += size
    lost = [word.text for found in unmarkable(tags, words).values() for word in found]
    return insert(raw, inserts(tags, words)), lost


def _text(entry: Mapping[str, object]) -> str:
    """The gold as text: out of the HTML that was cut out, or of markdown."""
    part = text(entry, "main_html", needed=False)
    if part.strip():
        return html_text(cleaned(part.encode("utf-8", "replace")).decode("utf-8"))
    for key in ("groundtruth_content", "convert_main_content"):
        markdown = text(entry, key, needed=False)
        if markdown.strip():
            return _LINK.sub(r"\1", markdown)
    return ""
