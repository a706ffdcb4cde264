"""One extraction beside its page, in reading order: what was kept, lost and leaked, in the words of both texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bench.labels import Group, Label
from bench.score.align import Alignment, align
from bench.score.page import PreparedPage
from bench.score.target import NOWHERE, Run
from bench.text import tokens


class Kind(StrEnum):
    """What became of a stretch of text."""

    KEPT = "kept"
    LOST = "lost"
    MOVED = "moved"
    LEAKED = "leaked"
    OPTIONAL = "optional"
    SKIPPED = "skipped"
    REPEATED = "repeated"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one fate and one region.

    Attributes:
        kind: KEPT, LOST and MOVED are content; OPTIONAL is optional text that came out; LEAKED is boilerplate that
            did; SKIPPED is optional text or boilerplate that did not; REPEATED and FOREIGN stand in the extraction
            only, where it says them.
        label: of the region; None for REPEATED and FOREIGN.
        text: as it stands on the page (or in the extraction), a line a block.
    """

    kind: Kind
    label: Label | None
    text: str


def outcome(prepared: PreparedPage, text: str) -> list[Span]:
    """All text of the page in page order, what only the extraction says inserted where it says it."""
    extraction = [prepared.vocabulary.get(word, NOWHERE) for word in tokens(text)]
    alignment = align(extraction, prepared.target)
    extra = _extra(alignment, prepared.target.at, text)
    spans = [span for position, span in extra if position < 0]
    pending = [(position, span) for position, span in extra if position >= 0]
    for position, span in _page_spans(prepared, _fates(prepared, alignment)):
        while pending and pending[0][0] < position:
            spans.append(pending.pop(0)[1])
        spans.append(span)
    return spans + [span for _, span in pending]


def _fates(prepared: PreparedPage, alignment: Alignment) -> list[Kind]:
    """The fate of each token of the page."""
    absent = {Group.CONTENT: Kind.LOST, Group.OPTIONAL: Kind.SKIPPED, Group.BOILERPLATE: Kind.SKIPPED}
    came_out = {Group.CONTENT: Kind.MOVED, Group.OPTIONAL: Kind.OPTIONAL, Group.BOILERPLATE: Kind.LEAKED}
    target = prepared.target
    fates = [absent[group] for group in target.group]
    for run in alignment.attributed:
        for position in range(run.s, run.s + run.length):
            fates[position] = came_out[target.group[position]]
    for run in alignment.matched:
        for position in target.at[run.s : run.s + run.length]:
            fates[position] = Kind.KEPT
    return fates


def _page_spans(prepared: PreparedPage, fates: list[Kind]) -> Iterator[tuple[int, Span]]:
    """The page's spans with the position of their first token. A word has the fate of its first token."""
    position = 0
    for piece in prepared.gold.pieces:
        label = prepared.gold.regions[piece.region].label
        fallback = {Group.CONTENT: Kind.LOST}.get(label.group, Kind.SKIPPED)
        if tokens(piece.text):  # a dash at its start goes with its first word
            fallback = fates[position]
        start, kind, parts = position, None, ""
        for index, line in enumerate(piece.text.split("\n")):
            separator = "\n" if index else ""
            for word in line.split():
                count = len(tokens(word))
                now = fates[position] if count else kind or fallback
                if kind is not None and now is not kind:
                    yield start, Span(kind, label, parts)
                    start, parts, separator = position, "", ""
                parts += (separator or " ") + word if parts else word
                kind, separator = now, ""
                position += count
        if kind is not None:
            yield start, Span(kind, label, parts)


def _extra(alignment: Alignment, at: list[int], text: str) -> list[tuple[int, Span]]:
    """What only the extraction says, each after a position of the page (-1: before all of it)."""
    place: dict[int, int] = {}
    for run in alignment.matched:
        place |= {run.e + k: at[run.s + k] for k in range(run.length)}
    for run in alignment.attributed:
        place |= {run.e + k: run.s + k for k in range(run.length)}
    words = [word for word in text.split() for _ in tokens(word)]
    first = [k == 0 for word in text.split() for k in range(len(tokens(word)))]
    runs = [(run, Kind.REPEATED) for run in alignment.repeated]
    runs += [(run, Kind.FOREIGN) for run in _runs(alignment.foreign)]
    found: list[tuple[int, int, Span]] = []
    for run, kind in runs:
        said = [words[e] for e in range(run.e, run.e + run.length) if first[e] or e == run.e]
        before = next((place[e] for e in range(run.e - 1, -1, -1) if e in place), -1)
        found.append((before, run.e, Span(kind, None, " ".join(said))))
    return [(before, span) for before, _, span in sorted(found, key=lambda item: item[:2])]


def _runs(positions: list[int]) -> list[Run]:
    runs: list[Run] = []
    for position in positions:
        if runs and runs[-1].e + runs[-1].length == position:
            runs[-1] = Run(runs[-1].e, NOWHERE, runs[-1].length + 1)
        else:
            runs.append(Run(position, NOWHERE, 1))
    return runs
