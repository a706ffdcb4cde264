"""What the markup of a page is made of, counted in one pass over its tree and its source; labels play no part."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.dom import comments
from bench.model import Page

if TYPE_CHECKING:
    from lxml import etree

# Counted in the source, hence in scripts and comments too, as the published figures were.
_LINKED_URL = ('href="http://', 'href="https://', 'src="http://', 'src="https://')
_HOST = re.compile(r"https?://([\w.-]+)", re.IGNORECASE)
_NBSP = re.compile(r"\xa0|&nbsp;|&#160;|&#xa0;", re.IGNORECASE)
_DIGITS = "0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"
_LD_ARTICLE = re.compile(r'"@type"\s*:\s*(?:\[[^\]]*)?"\w*(?:Article|Posting)"')
_LD_BODY = re.compile(r'"articleBody"\s*:\s*"\s*[^"\s]')


@dataclass(slots=True)
class Makeup:
    """The markup of one page.

    Attributes:
        size: bytes of the page.
        tags: how many elements there are of each tag.
        depths: summed depth of all elements; the root's is 0.
        depth: depth of the deepest element.
        comments: comments within the root element.
        attributes: attributes of all elements.
        carrying: elements that carry an attribute of each name; those of any `data-…` under "data-", of any `on…`
            under "on".
        class_lengths: summed length of all class attributes, in characters.
        script: characters inside script elements, JSON-LD among them.
        style: characters inside style elements.
        empty_paragraphs: p elements without text; no-break spaces are none.
        json_ld: the text of each JSON-LD block.
        lang: the root's lang attribute.
        html: the source.
    """

    size: int
    html: str
    tags: Counter[str] = field(default_factory=Counter)
    depths: int = 0
    depth: int = 0
    comments: int = 0
    attributes: int = 0
    carrying: Counter[str] = field(default_factory=Counter)
    class_lengths: int = 0
    script: int = 0
    style: int = 0
    empty_paragraphs: int = 0
    json_ld: list[str] = field(default_factory=list)
    lang: str = ""

    @property
    def elements(self) -> int:
        """Elements of the page."""
        return self.tags.total()

    def share(self, number: int) -> float:
        """`number` over all elements."""
        return number / self.elements if self.elements else 0.0

    def form_controls(self) -> int:
        """Form, input, select, textarea and button elements: the published figures count the form itself."""
        return sum(self.tags[tag] for tag in ("form", "input", "select", "textarea", "button"))

    def linked_urls(self) -> int:
        """Times that the source says `href="http…` or `src="http…`, in double quotes as the published figures want."""
        return sum(map(self.html.count, _LINKED_URL))

    def hosts(self) -> int:
        """Distinct hosts of the http and https addresses anywhere in the source."""
        return len({host.lower() for host in _HOST.findall(self.html)})

    def no_break_spaces(self) -> int:
        """U+00A0 in the source, as itself or as a reference."""
        return len(_NBSP.findall(self.html))

    def longest_line(self) -> int:
        """Characters of the longest line of the source."""
        return max(map(len, self.html.split("\n")))

    def white_space(self) -> float:
        """Share of the source's characters that is white space."""
        return 1 - len("".join(self.html.split())) / len(self.html) if self.html else 0.0

    def digits(self) -> float:
        """Share of the source's characters that is a digit (ASCII, Arabic-Indic or extended Arabic-Indic)."""
        return sum(map(self.html.count, _DIGITS)) / len(self.html) if self.html else 0.0

    def has_ld_article(self) -> bool:
        """Whether JSON-LD holds a `@type` that ends in Article or Posting; read as text, for much of it is broken."""
        return any(_LD_ARTICLE.search(block) for block in self.json_ld)

    def has_ld_body(self) -> bool:
        """Whether JSON-LD holds an `articleBody` that is not empty."""
        return any(_LD_BODY.search(block) for block in self.json_ld)


def makeup(page: Page, root: etree._Element | None) -> Makeup:
    """What `page`, whose tree is `root`, is made of."""
    found = Makeup(len(page.raw), page.html)
    if root is None:
        return found
    found.comments = comments(root)
    found.lang = root.get("lang") or ""
    depths: dict[etree._Element | None, int] = {None: -1}
    for node in root.iter("*"):
        depth = depths[node] = depths[node.getparent()] + 1
        found.depths += depth
        found.depth = max(found.depth, depth)
        found.tags[node.tag] += 1
        _add_attributes(found, node)
        if node.tag in ("script", "style", "p"):
            _add_text(found, node)
    return found


def _add_attributes(found: Makeup, node: etree._Element) -> None:
    names = [str(name) for name in node.keys()]  # noqa: SIM118 - an element is no mapping
    found.attributes += len(names)
    for name in {_kind(name) for name in names}:  # Counter.update costs more than the rest of this
        found.carrying[name] += 1
    found.class_lengths += len(node.get("class") or "")


def _kind(attribute: str) -> str:
    if attribute.startswith("data-"):
        return "data-"
    return "on" if attribute.startswith("on") else attribute


def _add_text(found: Makeup, node: etree._Element) -> None:
    text = node.text or ""
    if node.tag == "script":
        found.script += len(text)
        if "ld+json" in (node.get("type") or "").lower():
            found.json_ld.append(text)
    elif node.tag == "style":
        found.style += len(text)
    else:
        found.empty_paragraphs += not str(node.xpath("string()")).strip()
