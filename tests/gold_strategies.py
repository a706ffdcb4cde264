"""Marked pages made at random: nested and crossing marks, split regions, repeated texts, traps, all forms of marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

from bench.gold.corpus import read_page
from bench.gold.decode import decode
from bench.gold.marks import strip
from bench.gold.page import GoldPage, Region
from bench.gold.regions import read
from bench.gold.site import PageInfo, SiteInfo
from bench.labels import Group, Label
from bench.model import Split, Track
from bench.text import tokens

# Few words, so that texts repeat; marks, digits and a tatweel, so that words are easily cut in the wrong place.
WORDS = "قال الرئيس إن الوضع يُعجبك أيضاً ٢٠٢٦ 15 العـراق BBC فقط من".split()
PUNCTUATION = ["×", "»", "-", "|", "…"]
TRAPS = ["short-teaser", "title-again", "x2"]
LIKELY = [Label.BODY, Label.NAV, Label.READ_ALSO, Label.TITLE, Label.OTHER, Label.QUOTE]


@dataclass(frozen=True)
class Text:
    words: tuple[str, ...]


@dataclass(frozen=True)
class Element:
    """An element, labelled or not. `traps_first` is the other order of its two attributes."""

    tag: str
    region: Region | None
    traps_first: bool
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Pair:
    """A comment pair around siblings."""

    region: Region
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Crossing:
    """A comment pair that begins in one element (labelled or not) and ends in the next."""

    outer: Region | None
    region: Region
    before: tuple[Node, ...]
    inside: tuple[Node, ...]
    beyond: tuple[Node, ...]
    after: tuple[Node, ...]


Node = Text | Element | Pair | Crossing


@dataclass(frozen=True)
class Expected:
    """A text and the region that it must be read as part of; `mark` tells regions of equal labels apart."""

    mark: int
    region: Region
    words: tuple[str, ...]


def _attributes(region: Region | None, traps_first: bool = False) -> str:
    if region is None:
        return ""
    label = f' data-gold="{region.label}"'
    trap = f' data-trap="{" ".join(region.traps)}"' if region.traps else ""
    return trap + label if traps_first else label + trap


def _opening(region: Region) -> str:
    trap = f' trap="{" ".join(region.traps)}"' if region.traps else ""
    return f"<!--gold {region.label}{trap}-->"


def render(nodes: Iterable[Node]) -> str:
    """The marked HTML of `nodes`. White space around every text keeps marks out of words."""
    return "".join(map(_render, nodes))


def _render(node: Node) -> str:
    match node:
        case Text(words):
            return f" {' '.join(words)}\n"
        case Element(tag, region, traps_first, children):
            return f'<{tag} class="c"{_attributes(region, traps_first)}>{render(children)}</{tag}>'
        case Pair(region, children):
            return f"{_opening(region)}{render(children)}<!--/gold-->"
    first = f"<div{_attributes(node.outer)}>{render(node.before)}{_opening(node.region)}{render(node.inside)}</div>"
    return f"{first}<section>{render(node.beyond)}<!--/gold-->{render(node.after)}</section>"


def expected(nodes: Iterable[Node]) -> list[Expected]:
    """What `render(nodes)` must be read as, worked out on the nodes alone: text by text, unmerged."""
    return list(_Expecting().of(nodes, None))


class _Expecting:
    def __init__(self) -> None:
        self._marks = 0

    def _mark(self, region: Region | None, around: Expected | None) -> Expected | None:
        if region is None:
            return around
        self._marks += 1
        return Expected(self._marks, region, ())

    def of(self, nodes: Iterable[Node], around: Expected | None) -> Iterator[Expected]:
        for node in nodes:
            match node:
                case Text(words):
                    yield (
                        Expected(around.mark, around.region, words)
                        if around
                        else Expected(0, Region(Label.OTHER), words)
                    )
                case Element(_, region, _, children):
                    yield from self.of(children, self._mark(region, around))
                case Pair(region, children):
                    yield from self.of(children, self._mark(region, around))
                case Crossing(outer, region, before, inside, beyond, after):
                    box = self._mark(outer, around)
                    yield from self.of(before, box)
                    pair = self._mark(region, box)
                    yield from self.of((*inside, *beyond), pair)
                    yield from self.of(after, around)


labels = st.one_of(st.sampled_from(LIKELY), st.sampled_from(list(Label)))
regions = st.builds(
    Region, labels, st.one_of(st.just(()), st.sets(st.sampled_from(TRAPS), max_size=2).map(lambda s: tuple(sorted(s))))
)
texts = st.builds(
    Text,
    st.one_of(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(tuple),
        st.sampled_from(PUNCTUATION).map(lambda mark: (mark,)),
    ),
)


def _inner(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=1, max_size=4).map(tuple)
    perhaps = st.lists(children, max_size=2).map(tuple)
    region = st.one_of(st.none(), regions)
    return st.one_of(
        st.builds(Element, st.sampled_from(["div", "section", "span", "ul"]), region, st.booleans(), several),
        st.builds(Pair, regions, several),
        st.builds(Crossing, region, regions, perhaps, several, perhaps, perhaps),
    )


nodes = st.lists(st.recursive(texts, _inner, max_leaves=24), min_size=1, max_size=8)


def document(body: str) -> bytes:
    """A whole page around `body`, in UTF-8."""
    head = '<meta charset="utf-8"><title>عنوان</title><style>p{}</style><script>var a = "<p>";</script>'
    return f'<!DOCTYPE html>\n<html lang="ar"><head>{head}</head>\n<body>{body}</body></html>\n'.encode()


marked_pages = nodes.map(lambda drawn: document(render(drawn)))
"""Marked pages in bytes: for the laws of scoring, `marked_pages.map(gold_page)`."""


def gold_page(marked: bytes, **site_info: str) -> GoldPage:
    """The gold of a marked page, which must be without a fault.

    Args:
        marked: the page with its marks.
        site_info: `site`, `name`, `url`, `split` and `track` where they matter; by default the track follows from
            the labels.
    """
    site = SiteInfo(site_info.get("site", "made"), "made", Split(site_info.get("split", "test")))
    name = site_info.get("name", "001")
    track = Track(site_info["track"]) if "track" in site_info else _track(marked)
    page = PageInfo(name, 1, site_info.get("url", f"https://made.example/{name}"), track)
    reading = read_page(marked, site, page)
    assert reading.gold is not None, (reading.faults, reading.site_faults)
    return reading.gold


def _track(marked: bytes) -> Track:
    reading = read(marked, decode(strip(marked)))
    content = any(
        reading.regions[piece.region].label.group is Group.CONTENT and tokens(piece.text) for piece in reading.pieces
    )
    return Track.STATIC if content else Track.NO_ARTICLE


gold_pages = marked_pages.map(gold_page)
