"""The metric of article-extraction-benchmark, as its evaluate.py computes it, faults included."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from statistics import fmean, stdev

from bench.score.beside import overlap, shingles
from bench.score.peers.model import Figures

DRAWS = 1000
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class PageFigures:
    """One page: None where it stands outside a mean.

    Attributes:
        precision: None when nothing came out. recall: None when there is no gold.
        exact: the words are the gold's, all and only, in order.
    """

    precision: float | None
    recall: float | None
    exact: bool


def words(text: str) -> list[str]:
    """Runs of letters, digits and underscores: a mark on a letter (tashkeel) ends a word, and case counts."""
    return _WORD.findall(text)


def page_figures(gold: Sequence[str], extracted: Sequence[str]) -> PageFigures:
    """Four words in a row, as multisets; a shorter text is one shingle."""
    counts = overlap(shingles(gold), shingles(extracted))
    out, wanted = counts.tp + counts.fp, counts.tp + counts.fn
    return PageFigures(
        counts.tp / out if out else None, counts.tp / wanted if wanted else None, list(gold) == list(extracted)
    )


def overall(pages: Sequence[PageFigures]) -> Figures:
    """Flat means over the pages; what is None is left out; F1 is made from the two means.

    Where the original stops with an error (no page counts, or both means are 0), a figure is None or F1 0.
    """
    precision, recall = _mean(page.precision for page in pages), _mean(page.recall for page in pages)
    return Figures(precision, recall, _harmonic(precision, recall), _mean(float(page.exact) for page in pages))


def overall_counted(pages: Sequence[PageFigures]) -> Figures:
    """The same, where a page of which nothing came out has precision 0 (when there was something to come out)."""
    return overall(
        [
            PageFigures(0.0, page.recall, page.exact) if page.precision is None and page.recall is not None else page
            for page in pages
        ]
    )


def spread(pages: Sequence[PageFigures], *, seed: int = 0, draws: int = DRAWS) -> Figures:
    """The ± of its table: standard deviation of each figure over draws of as many pages, with replacement."""
    source = random.Random(seed)
    drawn = [overall(source.choices(pages, k=len(pages))) for _ in range(draws)]
    return Figures(
        _deviation(figures.precision for figures in drawn),
        _deviation(figures.recall for figures in drawn),
        _deviation(figures.f1 for figures in drawn),
        _deviation(figures.exact for figures in drawn),
    )


def _harmonic(precision: float | None, recall: float | None) -> float | None:
    if precision is None or recall is None:
        return None
    both = precision + recall
    return 2 * precision * recall / both if both else 0.0


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fsum(known) / len(known) if known else None


def _deviation(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return stdev(known, fmean(known)) if len(known) > 1 else None
