"""Pages made for a test: from a line of marks, or at random from a seed."""

from __future__ import annotations

from random import Random

from bench.gold.page import GoldPage, Piece, Region
from bench.labels import Group, Label
from bench.model import Page, Split, Track

PARTICLES = ["في", "من", "على", "إلى", "أن", "عن", "مع", "قال", "هذا", "التي"]
WORDS = [
    a + b + c for a in ("مك", "در", "سف", "نو", "حل", "جب") for b in ("ا", "ي", "و") for c in ("ت", "ر", "نة", "ل", "م")
]


def gold_page(*regions: tuple[str, str] | tuple[str, str, str], traps: tuple[str, ...] = ()) -> GoldPage:
    """A page from (label, text) or (label, text, trap) in page order, a region each."""
    made = [Region(Label(label), tuple(trap)) for label, _, *trap in regions]
    pieces = tuple(Piece(i, region[1]) for i, region in enumerate(regions))
    return from_pieces(tuple(made), pieces, traps)


def from_pieces(regions: tuple[Region, ...], pieces: tuple[Piece, ...], traps: tuple[str, ...] = ()) -> GoldPage:
    content = any(regions[piece.region].label.group is Group.CONTENT for piece in pieces)
    return GoldPage(
        id="made/001",
        site="made",
        page=Page("<p>", b"<p>", "https://made.example/1", "utf-8"),
        track=Track.STATIC if content else Track.NO_ARTICLE,
        split=Split.TEST,
        kind="news",
        family="made",
        traps=traps,
        regions=regions,
        pieces=pieces,
    )


def random_page(seed: int) -> GoldPage:
    """A page of a few content and many other regions, some in pieces, with words that repeat as words do."""
    random = Random(seed)
    content = [label for label in Label if label.group is Group.CONTENT]
    others = [label for label in Label if label.group is not Group.CONTENT]
    regions: list[Region] = []
    pieces: list[Piece] = []
    for _ in range(random.randint(2, 14)):
        label = random.choice(content if random.random() < 0.4 else others)
        index = len(regions)
        regions.append(Region(label))
        pieces.append(Piece(index, _text(random, label)))
        if random.random() < 0.2:  # interrupted by something else, as a body is by a read-also box
            inner = random.choice(others)
            regions.append(Region(inner))
            pieces += [Piece(index + 1, _text(random, inner)), Piece(index, _text(random, label))]
    index = len(regions)
    regions.append(Region(Label.BODY))
    pieces.append(Piece(index, _block(random, random.randint(10, 60))))
    return from_pieces(tuple(regions), tuple(pieces))


def _text(random: Random, label: Label) -> str:
    long = label.group is Group.CONTENT
    blocks = random.randint(1, 5 if long else 3)
    return "\n".join(_block(random, random.randint(1, 30 if long else 8)) for _ in range(blocks))


def _block(random: Random, length: int) -> str:
    return " ".join(random.choice(PARTICLES if random.random() < 0.25 else WORDS) for _ in range(length))
