"""What one extraction scored on one page: integers first, one division last."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from bench.labels import Label


@dataclass(frozen=True, slots=True)
class Counts:
    """Tokens (or shingles, or words) found, invented and missed.

    Attributes:
        tp: content that came out.
        fp: what came out and should not have.
        fn: content that did not come out.
    """

    tp: int
    fp: int
    fn: int

    @property
    def precision(self) -> float:
        """tp / (tp + fp). With content in gold, 0/0 is 0; with none, nothing extracted is 1."""
        if self.tp + self.fn == 0:
            return float(self.fp == 0)
        return self.tp / (self.tp + self.fp) if self.tp else 0.0

    @property
    def recall(self) -> float:
        """tp / (tp + fn). With no content in gold, nothing extracted is 1 and anything else 0."""
        if self.tp + self.fn == 0:
            return float(self.fp == 0)
        return self.tp / (self.tp + self.fn)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of this one page: 2 tp / (2 tp + fp + fn)."""
        if self.tp + self.fn == 0:
            return float(self.fp == 0)
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn)


@dataclass(frozen=True, slots=True)
class Leak:
    """One boilerplate label on one page.

    Attributes:
        tokens: tokens of the extraction that were attributed to it.
        of_tokens: its tokens on the page.
        regions: its regions that leaked (three tokens in a row, or all of it).
        of_regions: its regions that hold tokens.
    """

    tokens: int
    of_tokens: int
    regions: int
    of_regions: int


@dataclass(frozen=True, slots=True)
class Loss:
    """One content label on one page: `tokens` that did not come out, of `of_tokens` on the page.

    Moved content is neither matched nor lost.
    """

    tokens: int
    of_tokens: int


@dataclass(frozen=True, slots=True)
class TrapCount:
    """One trap on one page: how many of its regions passed, of how many."""

    passed: int
    total: int


@dataclass(frozen=True, slots=True)
class Similarity:
    """Character similarity of the extraction with the content: 1 - distance / length.

    Attributes:
        distance: insertions and deletions (Indel) between the two texts: their `ar1` tokens, joined by spaces.
        length: the sum of both lengths in characters, the largest distance possible.
    """

    distance: int
    length: int

    @property
    def value(self) -> float:
        """Between 0 and 1; two empty texts are alike."""
        return 1 - self.distance / self.length if self.length else 1.0


@dataclass(frozen=True, slots=True)
class PageScore:
    """All that is recorded of one extraction on one page.

    Attributes:
        counts: the headline, on `ar1` tokens aligned with gold.
        optional: extracted tokens attributed to optional regions, neither tp nor fp.
        leaked: fp that is boilerplate of the page.
        moved: fp that is content of the page in another order.
        repeated: fp that says matched content or optional text again.
        foreign: fp that is nowhere on the page. leaked + moved + repeated + foreign = fp.
        leaks: for every boilerplate label on the page.
        losses: for every content label on the page.
        traps: for every trap on the page; a trap of the page as a whole passes when F1 is .9 or more.
        strict: counts on `strict` tokens by a longest common subsequence alone, optional text excused in order.
        folded: counts on folded tokens by a longest common subsequence alone.
        bag: words without order. shingles: four tokens in a row.
        similarity: of characters. exact: the `ar1` tokens are the content's, all and only.
    """

    counts: Counts
    optional: int
    leaked: int
    moved: int
    repeated: int
    foreign: int
    leaks: dict[Label, Leak]
    losses: dict[Label, Loss]
    traps: dict[str, TrapCount]
    strict: Counts
    folded: Counts
    bag: Counts
    shingles: Counts
    similarity: Similarity
    exact: bool = field(default=False)

    def to_json(self) -> dict[str, Any]:
        """Plain integers, dicts and bools, as they stand in a record."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PageScore:
        """The inverse of `to_json`. Unknown keys are ignored, so that records can grow.

        Raises:
            KeyError, TypeError, ValueError: when `data` is no score.
        """
        return cls(
            counts=Counts(**data["counts"]),
            optional=int(data["optional"]),
            leaked=int(data["leaked"]),
            moved=int(data["moved"]),
            repeated=int(data["repeated"]),
            foreign=int(data["foreign"]),
            leaks={Label(label): Leak(**leak) for label, leak in dict(data["leaks"]).items()},
            losses={Label(label): Loss(**loss) for label, loss in dict(data["losses"]).items()},
            traps={trap: TrapCount(**count) for trap, count in dict(data["traps"]).items()},
            strict=Counts(**data["strict"]),
            folded=Counts(**data["folded"]),
            bag=Counts(**data["bag"]),
            shingles=Counts(**data["shingles"]),
            similarity=Similarity(**data["similarity"]),
            exact=bool(data["exact"]),
        )
