"""Extractions of one page side by side: which block each kept, and what of its text stands nowhere on the page."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bench.labels import Group, Label
from bench.model import Status
from bench.run.one_page import OnePage
from bench.run.side_by_side import Answer
from bench.score.counts import Counts
from bench.score.outcome import Kind as Fate
from bench.score.outcome import outcome
from bench.score.page import PreparedPage, prepare, score
from bench.score.target import RUN
from bench.text import tokens

SCHEMA = 1
_CAME_OUT = frozenset({Fate.KEPT, Fate.MOVED, Fate.LEAKED, Fate.OPTIONAL})
_LETTERS = string.ascii_uppercase + string.ascii_lowercase


class Kept(Enum):
    """How much of a block an extractor gave."""

    WHOLE = "whole"
    PARTLY = "partly"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the page that holds words. `label` is None where nobody has labelled the page."""

    label: Label | None
    text: str
    words: int

    @property
    def group(self) -> Group | None:
        """Whether it must, may or must not come out; None where nobody knows."""
        return self.label.group if self.label else None


@dataclass(frozen=True, slots=True)
class Voice:
    """One extractor's answer, read beside the page.

    Attributes:
        letter: its column; rows whose texts hold the same words share one, and one without words has none ("").
        words: of its text.
        kept: a word for each block of the page.
        foreign, repeated: stretches of its text that stand nowhere on the page, or there only once.
        counts: what it scores; None where nobody has labelled the page.
    """

    answer: Answer
    letter: str
    words: int
    kept: tuple[Kept, ...]
    foreign: tuple[str, ...]
    repeated: tuple[str, ...]
    counts: Counts | None

    @property
    def name(self) -> str:
        """The extractor's name."""
        return self.answer.info.name


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it: the page's blocks in reading order, and a voice for each answer."""

    page: OnePage
    blocks: tuple[Block, ...]
    voices: tuple[Voice, ...]

    @property
    def columns(self) -> tuple[Voice, ...]:
        """One voice of each letter."""
        first: dict[str, Voice] = {}
        for voice in self.voices:
            if voice.letter:
                first.setdefault(voice.letter, voice)
        return tuple(first.values())

    def all_kept(self, block: int) -> bool:
        """Whether every column has the whole of it."""
        return bool(self.columns) and all(voice.kept[block] is Kept.WHOLE for voice in self.columns)

    def none_kept(self, block: int) -> bool:
        """Whether no column has anything of it."""
        return all(voice.kept[block] is Kept.NOT for voice in self.columns)


def compare(page: OnePage, answers: Iterable[Answer]) -> Comparison:
    """Align each text with the page."""
    prepared = prepare(page.gold)
    blocks = tuple(_blocks(page))
    letters: dict[tuple[str, ...], str] = {}
    voices = tuple(_voice(page, prepared, blocks, answer, letters) for answer in answers)
    return Comparison(page, blocks, voices)


def _blocks(page: OnePage) -> Iterator[Block]:
    for piece in page.gold.pieces:
        label = page.gold.regions[piece.region].label if page.labelled else None
        for line in piece.text.split("\n"):
            if words := len(tokens(line)):
                yield Block(label, line, words)


def _voice(
    page: OnePage,
    prepared: PreparedPage,
    blocks: Sequence[Block],
    answer: Answer,
    letters: dict[tuple[str, ...], str],
) -> Voice:
    text = answer.extraction.text if answer.extraction.status is Status.OK else ""
    words = tuple(tokens(text))
    spans = outcome(prepared, text)
    here: list[bool] = []
    for span in spans:
        if span.kind not in (Fate.FOREIGN, Fate.REPEATED):
            here += [span.kind in _CAME_OUT] * len(tokens(span.text))
    return Voice(
        answer,
        letters.setdefault(words, _letter(len(letters))) if words else "",
        len(words),
        tuple(_kept(blocks, here)),
        tuple(span.text for span in spans if span.kind is Fate.FOREIGN and _is_foreign(span.text, prepared)),
        tuple(span.text for span in spans if span.kind is Fate.REPEATED),
        score(prepared, text).counts if page.labelled else None,
    )


def _is_foreign(text: str, prepared: PreparedPage) -> bool:
    """A word or two that the page has could not be placed, which does not make them foreign."""
    words = tokens(text)
    return len(words) >= RUN or any(word not in prepared.vocabulary for word in words)


def _letter(number: int) -> str:
    """A … Z, a … z, then A1 … z1 and so on."""
    return _LETTERS[number % len(_LETTERS)] + (str(number // len(_LETTERS)) if number >= len(_LETTERS) else "")


def _kept(blocks: Iterable[Block], here: Sequence[bool]) -> Iterator[Kept]:
    start = 0
    for block in blocks:
        came_out = sum(here[start : start + block.words])
        start += block.words
        yield Kept.WHOLE if came_out == block.words else Kept.PARTLY if came_out else Kept.NOT


def as_json(found: Comparison) -> dict[str, Any]:
    """What `bench try --json` prints; grows only by addition."""
    page = found.page.page
    return {
        "schema": SCHEMA,
        "page": {
            "name": found.page.name,
            "url": page.url,
            "charset": page.charset,
            "bytes": len(page.raw),
            "labelled": found.page.labelled,
        },
        "extractors": [_voice_json(voice) for voice in found.voices],
        "blocks": [
            {
                "label": block.label.value if block.label else None,
                "group": block.group.value if block.group else None,
                "words": block.words,
                "text": block.text,
                "kept": {voice.name: voice.kept[i].value for voice in found.voices},
            }
            for i, block in enumerate(found.blocks)
        ],
    }


def _voice_json(voice: Voice) -> dict[str, Any]:
    extraction, counts = voice.answer.extraction, voice.counts
    cost = extraction.cost
    return {
        "name": voice.name,
        "version": voice.answer.info.version,
        "status": extraction.status.value,
        "detail": extraction.detail,
        "words": voice.words,
        "cpu_ns": cost.cpu_ns,
        "wall_ns": cost.wall_ns,
        "parse_ns": cost.parse_ns,
        "told_ns": cost.told_ns,
        "precision": counts.precision if counts else None,
        "recall": counts.recall if counts else None,
        "f1": counts.f1 if counts else None,
        "foreign": list(voice.foreign),
        "repeated": list(voice.repeated),
        "text": extraction.text,
    }
