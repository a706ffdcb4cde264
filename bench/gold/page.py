"""A page with its gold: what the scorer is given, and no extractor ever sees."""

from __future__ import annotations

from dataclasses import dataclass

from bench.labels import Group, Label
from bench.model import Page, Split, Track


@dataclass(frozen=True, slots=True)
class Region:
    """The text under one mark. Neighbouring pieces of equal label and traps are one region."""

    label: Label
    traps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text of one region, uninterrupted in page order.

    Attributes:
        region: index into `GoldPage.regions`.
        text: its blocks, joined by a newline, white space collapsed within a block.
    """

    region: int
    text: str


@dataclass(frozen=True, slots=True)
class GoldPage:
    """One page of a corpus, with what is known of it.

    Attributes:
        id: "site/001", the name used in records, outputs and errors.
        site: the site's slug.
        traps: traps of the page as a whole (its encoding), beside those of its regions.
        kind: what sort of page it is ("news", "live", "gallery"), free text.
        family: the family of the site's template ("wp-sahifa"), free text.
        regions: in the order of their first piece.
        pieces: all text of the page in page order, each naming its region.
    """

    id: str
    site: str
    page: Page
    track: Track
    split: Split
    kind: str
    family: str
    traps: tuple[str, ...]
    regions: tuple[Region, ...]
    pieces: tuple[Piece, ...]

    def text(self, group: Group | None = None) -> str:
        """The page's text in page order, of one group or of all, a line a block."""
        return "\n".join(
            piece.text for piece in self.pieces if group is None or self.regions[piece.region].label.group is group
        )
