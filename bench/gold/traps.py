"""The named traps of the shipped corpus: what each tests, and whom it is known to fool.

The names in a corpus of anyone's own are free; those of the shipped one are these. "Known to fool" is from trials on
single-trap pages (November 2026, the versions in docs/extractors.md): existence proofs, not rates. The table of traps
that a run prints has the rates.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from bench.gold.page import GoldPage

_NEAR = 0.85  # one letter off in a name of seven
_MOST = "trafilatura, readability-lxml, boilerpy3, resiliparse, newspaper4k"


class Trap(NamedTuple):
    """One trap.

    Attributes:
        tests: what stands on the page.
        fools: extractors that were seen to fail it; "" where no trial was made.
    """

    tests: str
    fools: str = ""


TRAPS: dict[str, Trap] = {
    # Boilerplate within the body's container.
    "read-also-linked": Trap("a read-also line with its link between two paragraphs", _MOST),
    "read-also-unlinked": Trap("the same line without a link, so that link density says nothing", _MOST),
    "read-also-paragraphs": Trap("a label line, then a paragraph for each linked headline", _MOST),
    "share-in-body": Trap("share words within the body's container"),
    "ui-words-in-body": Trap("السابق, مشاركة, منذ 31 دقيقة as paragraphs of the body", _MOST),
    "tools-in-body": Trap(
        "font size, print, short link, counters within the body", "readability-lxml, boilerpy3, resiliparse"
    ),
    "legal-note-in-body": Trap("a disclaimer or republishing note as prose of the body", "nearly everyone"),
    "follow-us-in-body": Trap("follow us on a news aggregator or messenger, as prose of the body", "nearly everyone"),
    "newsletter-in-body": Trap(
        "a sign-up box between paragraphs", "trafilatura, readability-lxml, boilerpy3, resiliparse"
    ),
    "app-promo-in-body": Trap("an app or podcast praised between paragraphs", "trafilatura, readability-lxml"),
    "ads-in-body": Trap("advertisements and their labels between paragraphs"),
    "widget-in-body": Trap("prices, weather, polls or an embed's chrome between paragraphs"),
    "tags-in-body": Trap("topic links at the end of the body's container", "readability-lxml"),
    "author-line-in-body": Trap(
        "mail address, account or biography of the writer within the body", "boilerpy3, resiliparse"
    ),
    "related-in-body": Trap("a list of related headlines within the body"),
    "consent-in-body": Trap("a consent box in place of an embed"),
    "toc-in-body": Trap("a table of contents above the first paragraph"),
    "player-in-body": Trap("words of a player (Pause, 00:00, Español) between paragraphs"),
    "skip-link-in-body": Trap("skip links around an inserted box"),
    "paywall-prose": Trap(
        "a subscription offer in whole sentences", "trafilatura, readability-lxml, boilerpy3, resiliparse"
    ),
    "comments-in-body": Trap("comment rules or counts within the body's container"),
    # Boilerplate around it.
    "breadcrumb-text": Trap("a trail with words between its links or without links", "boilerpy3, resiliparse"),
    "popup-teaser": Trap("a fly-in box with a teaser and an x", "boilerpy3"),
    "related-teasers": Trap("teasers with excerpts under neutral class names", "resiliparse"),
    "related-cards": Trap("related articles as <article> with <h1> or <h2>", "boilerpy3, resiliparse"),
    "most-read-long": Trap("a list of headlines longer than the body", "boilerpy3, resiliparse, newspaper4k"),
    "comments-long": Trap("readers' comments longer than the body", "boilerpy3, resiliparse"),
    "cookie-first": Trap("consent prose before everything else", "boilerpy3, resiliparse"),
    "next-article": Trap("a second whole article below the first", "boilerpy3, resiliparse, newspaper4k"),
    "menu-repeated": Trap("the menu a second time, for small screens"),
    "title-repeated": Trap("a further copy of the headline in a trail, a caption or a hidden element"),
    "hidden-duplicate": Trap("body or lead a second time, hidden", "trafilatura, boilerpy3, newspaper4k"),
    "hidden-words": Trap("hidden words: «التعليق على الصورة،», tags or dates in display:none"),
    "sponsored-cards": Trap("paid cards that look like related articles"),
    "arabizi-class": Trap(
        "boilerplate whose class is Arabic in Latin letters (e3lan, ta3liqat)",
        "trafilatura, readability-lxml, boilerpy3, resiliparse",
    ),
    "listing-excerpts": Trap("a listing whose excerpts read like an article; the right answer is nothing"),
    # Content that is easily lost.
    "lead-outside": Trap("the standfirst outside the body's container", "trafilatura, newspaper4k, goose3"),
    "subheads": Trap("subheadings within the body", "goose3"),
    "list-content": Trap("an editorial list within the body", "goose3"),
    "quote-block": Trap("a quotation set as a block"),
    "table-content": Trap("an editorial table: prices, line-ups", "boilerpy3, goose3"),
    "short-closing-line": Trap("a last paragraph of under 70 characters", "goose3, jusText"),
    "short-answer": Trap("an answer of a few words", "boilerpy3, goose3"),
    "live-entry": Trap("entries of a live blog"),
    "gallery-captions": Trap(
        "captions that are the article", "trafilatura, readability-lxml, resiliparse, newspaper4k, goose3"
    ),
    "embed-quote": Trap(
        "an embedded post that the article relies on", "readability-lxml, resiliparse, newspaper4k, goose3"
    ),
    "div-paragraphs": Trap("paragraphs as <div>, each in a box of its own"),
    "br-paragraphs": Trap("paragraphs as bare text parted by <br><br>"),
    "text-node-mixed": Trap("bare text of the body beside block children", "trafilatura"),
    "split-container": Trap("the body in several sibling containers", "goose3"),
    "khabar-class": Trap(
        "a body block whose class holds khabar or akhbar (kha-bar: the bar of navigation bars)", "trafilatura"
    ),
    "entity-links": Trap("a body full of links", "readability-lxml, boilerpy3, newspaper4k"),
    "short-article": Trap(
        "one or two paragraphs, less than what stands around them",
        "trafilatura, resiliparse, newspaper4k, goose3, jusText",
    ),
    "form-wrapped": Trap("the whole page within one form"),
    "table-layout": Trap("nested tables and <font> in place of blocks", "resiliparse"),
    "hashed-class": Trap("class names without meaning, new with each build"),
    "word-markup": Trap("spans and styles of a word processor's paste"),
    "several-h1": Trap("more than one <h1>"),
    "first-post": Trap("a forum's first post above its replies", "trafilatura, readability-lxml, goose3"),
    # Of the page as a whole.
    "encoding-undeclared": Trap("windows-1256 that nobody declares", "readability-lxml, jusText, goose3 on bytes"),
    "encoding-legacy": Trap("windows-1256 or ISO-8859-6, declared by the page or by the header alone"),
    "encoding-lies": Trap("bytes in another charset than the page or the header says"),
    "char-references": Trap("Arabic letters as decimal character references"),
    "mojibake": Trap("letters that an earlier system had broken"),
    "tashkeel-full": Trap("fully vocalised passages", "jusText"),
    "no-paragraph-tag": Trap("no <p> in the body"),
    "json-only": Trap("the body only in a script", "everyone but readers of JSON-LD"),
    "json-ld-body": Trap("the body also as articleBody in JSON-LD"),
}


def mistyped(names: Iterable[str]) -> dict[str, str]:
    """Names that are no trap of the shipped corpus but come very near one, with that one."""
    found = {name: get_close_matches(name, TRAPS, n=1, cutoff=_NEAR) for name in sorted({*names} - TRAPS.keys())}
    return {name: near[0] for name, near in found.items() if near}


class Spread(NamedTuple):
    """Where a trap occurs: pages by their ids, sites by their slugs, in page order."""

    pages: tuple[str, ...]
    sites: tuple[str, ...]


def spread(pages: Iterable[GoldPage]) -> dict[str, Spread]:
    """Where each trap occurs, the known ones in their order and then the others by name."""
    found: dict[str, dict[str, str]] = {name: {} for name in TRAPS}
    for page in pages:
        for trap in sorted({*page.traps, *(trap for region in page.regions for trap in region.traps)}):
            found.setdefault(trap, {})[page.id] = page.site
    others = sorted(found.keys() - TRAPS.keys())
    return {trap: Spread(tuple(found[trap]), tuple(dict.fromkeys(found[trap].values()))) for trap in (*TRAPS, *others)}
