"""What a corpus is made of, in figures: per site and in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from bench.dom import parse
from bench.gold.corpus import Corpus
from bench.gold.page import GoldPage
from bench.labels import Group, Label
from bench.text import tokens

_WHOLE = "all"


@dataclass(slots=True)
class LabelFigures:
    """How often a label occurs: regions, the pages that have one, and the tokens in all of them."""

    regions: int = 0
    pages: int = 0
    tokens: int = 0


@dataclass(slots=True)
class Figures:
    """The figures of a site, or of all.

    Attributes:
        bytes: size of each page, stripped.
        elements: elements of each page.
        tokens: tokens (`ar1`) of all text.
        content_share: content tokens over all tokens of each page.
        paragraphs: characters of each block of label `body`.
        traps: regions and pages that carry each trap.
    """

    site: str
    family: str = ""
    split: str = ""
    pages: int = 0
    tracks: Counter[str] = field(default_factory=Counter)
    bytes: list[int] = field(default_factory=list)
    elements: list[int] = field(default_factory=list)
    tokens: int = 0
    content_share: list[float] = field(default_factory=list)
    paragraphs: list[int] = field(default_factory=list)
    labels: dict[Label, LabelFigures] = field(default_factory=dict)
    traps: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, object]:
        """Sums as they are; what is of each page or block as its quartiles (min, q1, median, q3, max)."""
        return {
            "site": self.site,
            "family": self.family,
            "split": self.split,
            "pages": self.pages,
            "tracks": dict(sorted(self.tracks.items())),
            "bytes": quartiles(self.bytes),
            "elements": quartiles(self.elements),
            "tokens": self.tokens,
            "content_share": quartiles(self.content_share),
            "paragraphs": quartiles(self.paragraphs),
            "labels": {
                label.value: {
                    "group": label.group.value,
                    "regions": figures.regions,
                    "pages": figures.pages,
                    "tokens": figures.tokens,
                    "share": figures.tokens / self.tokens if self.tokens else 0.0,
                }
                for label, figures in sorted(self.labels.items(), key=lambda item: list(Label).index(item[0]))
            },
            "traps": dict(sorted(self.traps.items())),
        }


def describe(corpus: Corpus) -> list[Figures]:
    """The figures of each site, by slug, and last those of all under the name "all"."""
    by_site: dict[str, list[GoldPage]] = {}
    for page in corpus.pages:
        by_site.setdefault(page.site, []).append(page)
    sites = [_figures(site, pages) for site, pages in sorted(by_site.items())]
    for figures in sites:
        info = corpus.sites[figures.site]
        figures.family, figures.split = info.family, info.split.value
    return [*sites, _sum(sites)]


def quartiles(values: Sequence[float]) -> list[float]:
    """Min, first quartile, median, third quartile and max; empty for no values."""
    if len(values) < 2:
        return [values[0]] * 5 if values else []
    return [min(values), *quantiles(values, n=4, method="inclusive"), max(values)]


def _figures(site: str, pages: Iterable[GoldPage]) -> Figures:
    figures = Figures(site)
    for page in pages:
        _add_page(figures, page)
    return figures


def _add_page(figures: Figures, page: GoldPage) -> None:
    root = parse(page.page.html)
    counts = [len(tokens(piece.text)) for piece in page.pieces]
    labels = [page.regions[piece.region].label for piece in page.pieces]
    total = sum(counts)
    content = sum(count for count, label in zip(counts, labels, strict=True) if label.group is Group.CONTENT)
    figures.pages += 1
    figures.tracks[page.track.value] += 1
    figures.bytes.append(len(page.page.raw))
    figures.elements.append(sum(isinstance(node.tag, str) for node in root.iter()) if root is not None else 0)
    figures.tokens += total
    figures.content_share.append(content / total if total else 0.0)
    for piece, label in zip(page.pieces, labels, strict=True):
        if label is Label.BODY:
            figures.paragraphs += (len(block) for block in piece.text.split("\n"))
    for label in set(labels):
        figures.labels.setdefault(label, LabelFigures()).pages += 1
    for label, count in zip(labels, counts, strict=True):
        figures.labels[label].tokens += count
    for region in page.regions:
        figures.labels[region.label].regions += 1
        figures.traps.update(region.traps)
    figures.traps.update(page.traps)


def _sum(sites: Sequence[Figures]) -> Figures:
    total = Figures(_WHOLE)
    for site in sites:
        total.pages += site.pages
        total.tracks += site.tracks
        total.bytes += site.bytes
        total.elements += site.elements
        total.tokens += site.tokens
        total.content_share += site.content_share
        total.paragraphs += site.paragraphs
        total.traps += site.traps
        for label, figures in site.labels.items():
            mine = total.labels.setdefault(label, LabelFigures())
            mine.regions += figures.regions
            mine.pages += figures.pages
            mine.tokens += figures.tokens
    return total
