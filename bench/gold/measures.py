"""The measures of how real a corpus is: each with its definition and how it is taken from one page.

The definitions are those under which eight of the 21 pages behind `bench.gold.published` give the published extremes.
Pages outside the DOM's reach are told apart: what concerns text and body is measured on track `static` alone, for a
`script` page has no body in its DOM; markup is measured on both. A `no-article` page is no news article, and no measure
is taken from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from bench.dom import Kind, blocks, parse, walk
from bench.gold.makeup import Makeup, makeup
from bench.gold.page import GoldPage
from bench.gold.placed import Placed, foreign_share, of_body, place
from bench.labels import Group, Label
from bench.model import Track
from bench.text import tokens

_ARABIC_LETTER = re.compile(
    "[\u0620-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06e5\u06e6\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f\u08a0-\u08c9"
    "\ufb50-\ufdfb\ufe70-\ufefc]"
)


class Section(StrEnum):
    """What a measure speaks of; each is a table."""

    PAGE = "Page and text"
    BODY = "Body"
    ELEMENTS = "Elements"
    ATTRIBUTES = "Shares of elements, attributes"
    SOURCE = "Source"
    RATES = "Rates of pages"


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one static page.

    Attributes:
        visible: all text of the page, a line a block; what CSS hides counts.
        nodes: text nodes that are not blank.
        content: each block of content, table cells among them.
        paragraphs: each block of content but table cells.
        placed: the labelled text in its place.
        page: the page with its labels.
    """

    visible: str
    nodes: int
    content: list[str]
    paragraphs: list[str]
    placed: list[Placed]
    page: GoldPage

    def characters(self) -> int:
        """Characters of content."""
        return sum(map(len, self.content))

    def has(self, label: Label) -> bool:
        """Whether any text of the page carries `label`."""
        return any(text.label is label for text in self.placed)

    def share_in(self, *tags: str) -> float:
        """Share of the visible characters (without white space) inside elements of these tags."""
        whole = sum(text.size for text in self.placed)
        return sum(text.size for text in self.placed if text.inside(*tags)) / whole if whole else 0.0

    def title_again(self) -> bool:
        """Whether the words of the title stand on the page twice or more."""
        title = next((piece.text for piece in self.page.pieces if self._is_title(piece.region)), "")
        # Two spaces between words: otherwise a title right after itself would share one with it.
        words, visible = (f" {'  '.join(tokens(text))} " for text in (title, self.visible))
        return bool(words.strip()) and visible.count(words) > 1

    def _is_title(self, region: int) -> bool:
        return self.page.regions[region].label is Label.TITLE


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as the measures see it; `text` of static pages only."""

    markup: Makeup
    text: Text | None


def see(page: GoldPage) -> Seen | None:
    """A page made ready for measuring; None for one of track `no-article`."""
    if page.track is Track.NO_ARTICLE:
        return None
    root = parse(page.page.html)
    if page.track is not Track.STATIC:
        return Seen(makeup(page.page, root), None)
    events = list(walk(root))
    labelled = [(page.regions[piece.region].label, piece.text.split("\n")) for piece in page.pieces]
    content = [(label, block) for label, found in labelled if label.group is Group.CONTENT for block in found]
    text = Text(
        visible="\n".join(blocks(events)),
        nodes=sum(event.kind is Kind.TEXT and not event.text.isspace() for event in events),
        content=[block for _, block in content],
        paragraphs=[block for label, block in content if label is not Label.TABLE_CELL],
        placed=place(page, events),
        page=page,
    )
    return Seen(makeup(page.page, root), text)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure.

    Attributes:
        name: what tables and JSON call it.
        section: the table it stands in; of RATES, its value is 1 on a page where it holds and 0 where not.
        definition: what is counted, for people.
        of: its value on one page; None where the page has none, and then the page does not count.
    """

    name: str
    section: Section
    definition: str
    of: Callable[[Seen], float | None]


def _markup(of: Callable[[Makeup], float]) -> Callable[[Seen], float | None]:
    return lambda seen: of(seen.markup)


def _text(of: Callable[[Text], float | None]) -> Callable[[Seen], float | None]:
    return lambda seen: of(seen.text) if seen.text else None


def _tags(name: str, section: Section, *tags: str) -> Measure:
    definition = f"`{'`, `'.join(tags)}` elements"
    return Measure(name, section, definition, _markup(lambda page: sum(page.tags[tag] for tag in tags)))


def _share_of(tag: str) -> Measure:
    return Measure(
        f"{tag} share",
        Section.ATTRIBUTES,
        f"`{tag}` elements over all elements",
        _markup(lambda page: page.share(page.tags[tag])),
    )


def _carrying(name: str, attribute: str, more: str = "") -> Measure:
    return Measure(
        f"with {name}",
        Section.ATTRIBUTES,
        f"elements with a `{attribute}{more}` attribute over all elements",
        _markup(lambda page: page.share(page.carrying[attribute])),
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


_PAGE = (
    Measure("page size, KB", Section.PAGE, "bytes of the page over 1,024", _markup(lambda page: page.size / 1024)),
    Measure("elements", Section.PAGE, "elements of the parsed page", _markup(lambda page: page.elements)),
    Measure(
        "DOM depth", Section.PAGE, "depth of the deepest element; the root's is 0", _markup(lambda page: page.depth)
    ),
    Measure(
        "mean DOM depth",
        Section.PAGE,
        "mean depth of all elements; the root's is 0",
        _markup(lambda page: page.share(page.depths)),
    ),
    _tags("links", Section.PAGE, "a"),
    Measure(
        "text nodes",
        Section.PAGE,
        "pieces of visible text that no tag and no comment interrupts, blank ones left out",
        _text(lambda text: text.nodes),
    ),
    Measure(
        "visible characters",
        Section.PAGE,
        "all text of the page, white space collapsed; what CSS hides counts",
        _text(lambda text: len(text.visible)),
    ),
    Measure(
        "text inside links",
        Section.PAGE,
        "share of the visible characters, white space apart, inside `a` elements",
        _text(lambda text: text.share_in("a")),
    ),
    Measure(
        "Arabic letters",
        Section.PAGE,
        "share of Arabic letters (tatweel among them) in the visible characters",
        _text(lambda text: _ratio(len(_ARABIC_LETTER.findall(text.visible)), len(text.visible))),
    ),
)
_BODY = (
    Measure(
        "body characters",
        Section.BODY,
        "characters of all content, white space collapsed",
        _text(lambda text: text.characters()),
    ),
    Measure(
        "body paragraphs", Section.BODY, "blocks of content but table cells", _text(lambda text: len(text.paragraphs))
    ),
    Measure(
        "paragraph length",
        Section.BODY,
        "median characters of the page's body paragraphs",
        _text(lambda text: median(map(len, text.paragraphs)) if text.paragraphs else None),
    ),
    Measure(
        "body share",
        Section.BODY,
        "body characters over visible characters",
        _text(lambda text: _ratio(text.characters(), len(text.visible))),
    ),
    Measure(
        "foreign share",
        Section.BODY,
        "share of boilerplate in the characters of the body container, on pages that have any there; the container is "
        "the lowest element that holds all content but the lead, the parent of a `p` or an inline element that does",
        _text(lambda text: foreign_share(text.placed) or None),
    ),
)
_ELEMENTS = (
    _tags("h1", Section.ELEMENTS, "h1"),
    _tags("h2-h4", Section.ELEMENTS, "h2", "h3", "h4"),
    _tags("p", Section.ELEMENTS, "p"),
    Measure(
        "empty p",
        Section.ELEMENTS,
        "share of `p` elements without text (no-break spaces are none); 0 without any `p`",
        _markup(lambda page: _ratio(page.empty_paragraphs, page.tags["p"])),
    ),
    _tags("br", Section.ELEMENTS, "br"),
    _tags("images", Section.ELEMENTS, "img"),
    Measure(
        "form controls",
        Section.ELEMENTS,
        "`input`, `select`, `textarea`, `button` and `form` elements",
        _markup(lambda page: page.form_controls()),
    ),
    *(_tags(tag, Section.ELEMENTS, tag) for tag in ("article", "section", "iframe", "noscript", "svg", "table")),
    *(_tags(tag, Section.ELEMENTS, tag) for tag in ("meta", "link", "script")),
    Measure(
        "JSON-LD blocks",
        Section.ELEMENTS,
        "`script` elements whose type holds `ld+json`",
        _markup(lambda page: len(page.json_ld)),
    ),
    Measure("distinct tags", Section.ELEMENTS, "different tag names", _markup(lambda page: len(page.tags))),
)
_ATTRIBUTES = (
    *(_share_of(tag) for tag in ("div", "span", "li")),
    _carrying("class", "class"),
    _carrying("id", "id"),
    _carrying("inline style", "style"),
    _carrying("data-*", "data-", "…"),
    _carrying("on*", "on", "…"),
    Measure(
        "attributes per element",
        Section.ATTRIBUTES,
        "attributes over elements",
        _markup(lambda page: page.share(page.attributes)),
    ),
    Measure(
        "class length",
        Section.ATTRIBUTES,
        "mean characters of the class attributes",
        _markup(lambda page: _ratio(page.class_lengths, page.carrying["class"])),
    ),
)
_SOURCE = (
    Measure(
        "script characters",
        Section.SOURCE,
        "characters inside `script` elements, JSON-LD among them",
        _markup(lambda page: page.script),
    ),
    Measure("style characters", Section.SOURCE, "characters inside `style` elements", _markup(lambda page: page.style)),
    Measure("comments", Section.SOURCE, "comments within the root element", _markup(lambda page: page.comments)),
    Measure(
        "absolute URLs",
        Section.SOURCE,
        'times that the source says `href="http…` or `src="http…`, in double quotes',
        _markup(lambda page: page.linked_urls()),
    ),
    Measure(
        "distinct hosts",
        Section.SOURCE,
        "different hosts of all http and https addresses in the source, scripts included",
        _markup(lambda page: page.hosts()),
    ),
    Measure(
        "nbsp",
        Section.SOURCE,
        "no-break spaces, as themselves or as references",
        _markup(lambda p: p.no_break_spaces()),
    ),
    Measure(
        "longest line", Section.SOURCE, "characters of the source's longest line", _markup(lambda p: p.longest_line())
    ),
    Measure(
        "white space", Section.SOURCE, "share of the source's characters", _markup(lambda page: page.white_space())
    ),
    Measure("digits", Section.SOURCE, "share of the source's characters", _markup(lambda page: page.digits())),
)
_RATES = (
    Measure(
        "no p in the body",
        Section.RATES,
        "no content but the lead stands inside a `p`",
        _text(lambda text: not any(of_body(placed.label) and placed.inside("p") for placed in text.placed)),
    ),
    Measure(
        "foreign text in the container",
        Section.RATES,
        "the body container holds boilerplate (see foreign share)",
        _text(lambda text: bool(foreign_share(text.placed))),
    ),
    Measure(
        "in-body read-also", Section.RATES, "text of label `read_also`", _text(lambda text: text.has(Label.READ_ALSO))
    ),
    Measure("breadcrumb", Section.RATES, "text of label `breadcrumb`", _text(lambda text: text.has(Label.BREADCRUMB))),
    Measure(
        "title repeated",
        Section.RATES,
        "the words of the title stand in the visible text twice or more",
        _text(lambda text: text.title_again()),
    ),
    Measure("h1 count not 1", Section.RATES, "no `h1` element or several", _markup(lambda page: page.tags["h1"] != 1)),
    Measure(
        "no article element", Section.RATES, "no `article` element", _markup(lambda page: not page.tags["article"])
    ),
    Measure(
        "JSON-LD article",
        Section.RATES,
        "JSON-LD with a `@type` that ends in Article or Posting",
        _markup(lambda page: page.has_ld_article()),
    ),
    Measure(
        "JSON-LD articleBody",
        Section.RATES,
        "JSON-LD with an `articleBody` that is not empty",
        _markup(lambda page: page.has_ld_body()),
    ),
    Measure(
        "lang not ar",
        Section.RATES,
        "the root's `lang` is missing or does not begin with `ar`",
        _markup(lambda page: not page.lang.lower().startswith("ar")),
    ),
)
MEASURES = (*_PAGE, *_BODY, *_ELEMENTS, *_ATTRIBUTES, *_SOURCE, *_RATES)
