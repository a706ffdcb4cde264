"""Figures of real pages, as published: what the pages of a corpus are held against.

They were measured in November 2026 on 21 Arabic news pages of as many outlets, each as its publisher served it. They
are facts about those pages and hold no text of them. Where less than five figures are known, the others are None.
"""

from __future__ import annotations

from dataclasses import dataclass

PAGES = 21


@dataclass(frozen=True, slots=True)
class Spread:
    """What is known of a measure's distribution."""

    least: float | None = None
    q1: float | None = None
    median: float | None = None
    q3: float | None = None
    most: float | None = None

    @property
    def five(self) -> tuple[float | None, ...]:
        """Min, first quartile, median, third quartile and max."""
        return self.least, self.q1, self.median, self.q3, self.most


SPREADS: dict[str, Spread] = {
    "page size, KB": Spread(None, 68, 84, 225, 589),
    "elements": Spread(134, 473, 741, 807, 2504),
    "DOM depth": Spread(median=17),
    "mean DOM depth": Spread(3.5, 7.5, 9.3, 11, 17),
    "links": Spread(median=117),
    "text nodes": Spread(q1=101, median=142, q3=179),
    "visible characters": Spread(median=4505),
    "text inside links": Spread(median=0.5),
    "Arabic letters": Spread(0.35, 0.61, 0.76, 0.81, 0.85),
    "body characters": Spread(median=1344),
    "body paragraphs": Spread(median=6),
    "paragraph length": Spread(median=205),
    "body share": Spread(q1=0.22, median=0.29, q3=0.51),
    "foreign share": Spread(least=0.03, most=0.42),
    "h2-h4": Spread(0, 4, 10, 16, 103),
    "p": Spread(0, 8, 10, 20, 45),
    "empty p": Spread(0, 0, 0.17, 0.22, 0.87),
    "br": Spread(0, 0, 3, 7, 32),
    "images": Spread(2, 18, 24, 34, 211),
    "form controls": Spread(0, 5, 11, 19, 90),
    "article": Spread(0, 0, 1, 1, 8),
    "section": Spread(0, 0, 0, 4, 34),
    "iframe": Spread(0, 0, 1, 1, 9),
    "noscript": Spread(0, 0, 1, 3, 20),
    "svg": Spread(0, 0, 0, 0, 52),
    "table": Spread(0, 0, 0, 0, 21),
    "meta": Spread(5, 25, 30, 38, 65),
    "link": Spread(2, 7, 20, 35, 67),
    "script": Spread(6, 21, 32, 38, 104),
    "JSON-LD blocks": Spread(0, 0, 1, 1, 3),
    "distinct tags": Spread(18, 30, 33, 34, 43),
    "div share": Spread(0.08, 0.22, 0.24, 0.34, 0.56),
    "span share": Spread(0.01, 0.03, 0.05, 0.09, 0.19),
    "li share": Spread(0, 0.06, 0.08, 0.10, 0.17),
    "with class": Spread(0.28, 0.42, 0.51, 0.61, 0.79),
    "with id": Spread(0.02, 0.05, 0.07, 0.11, 0.18),
    "with inline style": Spread(0, 0.02, 0.02, 0.05, 0.36),
    "with data-*": Spread(0, 0.01, 0.03, 0.08, 0.27),
    "with on*": Spread(0, 0, 0.01, 0.01, 0.06),
    "attributes per element": Spread(1.2, 1.4, 1.6, 1.7, 2.5),
    "class length": Spread(11, 14, 16, 30, 52),
    "script characters": Spread(3_000, 9_000, 15_000, 22_000, 175_000),
    "style characters": Spread(0, 400, 1_000, 19_000, 200_000),
    "comments": Spread(0, 2, 6, 29, 132),
    "absolute URLs": Spread(6, 27, 67, 148, 210),
    "distinct hosts": Spread(5, 16, 19, 24, 40),
    "nbsp": Spread(0, 0, 1, 13, 24),
    "longest line": Spread(193, 3_000, 4_000, 14_000, 160_000),
    "white space": Spread(0.04, 0.11, 0.26, 0.33, 0.45),
    "digits": Spread(0.03, 0.06, 0.07, 0.10, 0.19),
}
# Pages of the 21.
RATES: dict[str, int] = {
    "no p in the body": 3,
    "foreign text in the container": 8,
    "in-body read-also": 5,
    "breadcrumb": 10,
    "title repeated": 11,
    "h1 count not 1": 7,
    "JSON-LD article": 12,
    "JSON-LD articleBody": 7,
    "lang not ar": 5,
}
