"""One text beside its page, as rows: what was kept, lost and leaked, each with its word, its sign, its label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from bench.gold.page import GoldPage
from bench.labels import Group, Label
from bench.report.html.shell import visible
from bench.report.outcome import shortened
from bench.score.outcome import Kind, Span
from bench.text import tokens

SIGNS = {
    Kind.KEPT: "✓",
    Kind.LOST: "−",
    Kind.LEAKED: "+",
    Kind.MOVED: "⇄",
    Kind.REPEATED: "↻",
    Kind.FOREIGN: "?",
    Kind.OPTIONAL: "○",
    Kind.SKIPPED: "·",
}
MEANINGS = {
    Kind.KEPT: "content that came out",
    Kind.LOST: "content that did not come out",
    Kind.LEAKED: "boilerplate that came out",
    Kind.MOVED: "content that came out in another order",
    Kind.REPEATED: "said once more",
    Kind.FOREIGN: "nowhere on the page",
    Kind.OPTIONAL: "neither rewarded nor punished, and came out",
    Kind.SKIPPED: "rightly left out",
}
_GROUPS = {Group.CONTENT: Kind.KEPT, Group.OPTIONAL: Kind.OPTIONAL, Group.BOILERPLATE: Kind.SKIPPED}
_END = 110  # characters of a piece that was rightly left out


@dataclass(frozen=True, slots=True)
class Piece:
    """A row of a page view: its fate (also a class of the style sheet), sign, labels, words, and text."""

    fate: str
    sign: str
    label: str
    words: int
    text: str


@dataclass(frozen=True, slots=True)
class Sum:
    """How many words had one fate, and under which labels, most first."""

    fate: str
    sign: str
    words: int
    labels: str


def pieces(spans: Iterable[Span]) -> list[Piece]:
    """The spans in reading order; neighbours that were rightly left out are one row."""
    found = []
    for skipped, group in groupby(spans, key=lambda span: span.kind is Kind.SKIPPED):
        if skipped:
            found.append(_skipped(list(group)))
        else:
            found += [Piece(s.kind.value, SIGNS[s.kind], _name(s.label), _words(s.text), _lines(s.text)) for s in group]
    return found


def sums(spans: Iterable[Span]) -> list[Sum]:
    """What became of the words, by label."""
    counts: dict[Kind, Counter[str]] = {kind: Counter() for kind in SIGNS}
    for span in spans:
        counts[span.kind][_name(span.label)] += _words(span.text)
    return [
        Sum(kind.value, SIGNS[kind], found.total(), _listed(found)) for kind, found in counts.items() if found.total()
    ]


def labelled(page: GoldPage) -> list[Piece]:
    """The page itself, each piece with its label: fate and sign are those of a perfect extraction."""
    found = []
    for piece in page.pieces:
        label = page.regions[piece.region].label
        kind = _GROUPS[label.group]
        traps = ", ".join(page.regions[piece.region].traps)
        name = f"{label.value} (trap: {traps})" if traps else label.value
        found.append(Piece(kind.value, label.group.value, name, _words(piece.text), _lines(piece.text)))
    return found


def _skipped(group: Sequence[Span]) -> Piece:
    counts: Counter[str] = Counter()
    for span in group:
        counts[_name(span.label)] += _words(span.text)
    label, text = f"{len(counts)} labels", _listed(counts)
    if len(counts) == 1:
        label = next(iter(counts))
        text = shortened(visible(" / ".join(span.text.replace("\n", " / ") for span in group)), _END)
    return Piece(Kind.SKIPPED.value, SIGNS[Kind.SKIPPED], label, counts.total(), text)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common() if name)


def _name(label: Label | None) -> str:
    return label.value if label else ""


def _lines(text: str) -> str:
    return "\n".join(map(visible, text.split("\n")))


@lru_cache(maxsize=4096)
def _words(text: str) -> int:
    return len(tokens(text))
