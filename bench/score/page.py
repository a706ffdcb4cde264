"""One extraction on one page: prepare the page once, then score any number of texts on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bench.gold.page import GoldPage
from bench.labels import Group, Label
from bench.score import beside
from bench.score.align import Alignment, align
from bench.score.counts import Counts, Leak, Loss, PageScore, TrapCount
from bench.score.target import NOWHERE, RUN, Indexed, Target
from bench.text import fold_all, strict_tokens, tokens

SCORE = "lcs1"
CAME_OUT = 0.9  # the share of a trapped content region that must come out; F1 for a trap of a whole page


@dataclass(frozen=True, slots=True)
class PreparedPage:
    """A page ready to be scored against: everything that does not depend on the extraction.

    Attributes:
        gold: the page.
        vocabulary: the page's tokens as small ints.
        target: what an extraction is aligned with.
        region: the region of each token of the page.
        positions: for each region, its tokens' positions.
    """

    gold: GoldPage
    vocabulary: dict[str, int]
    target: Target
    region: list[int]
    positions: list[list[int]]
    folded_vocabulary: dict[str, int]
    folded: list[int]
    strict_vocabulary: dict[str, int]
    strict_content: list[int]
    strict_optional: list[int]
    bag: Counter[Hashable]
    shingles: Counter[Hashable]
    joined: str


def prepare(gold: GoldPage) -> PreparedPage:
    """Tokenises and indexes a page."""
    words: list[str] = []
    region: list[int] = []
    piece_starts, piece_ends = bytearray(), bytearray()
    block_starts, block_ends = bytearray(), bytearray()
    for piece in gold.pieces:
        before = len(words)
        for line in piece.text.split("\n"):
            found = tokens(line)
            if not found:
                continue
            words += found
            block_starts += b"\x01" + bytes(len(found) - 1)
            block_ends += bytes(len(found) - 1) + b"\x01"
        count = len(words) - before
        if count:
            region += [piece.region] * count
            piece_starts += b"\x01" + bytes(count - 1)
            piece_ends += bytes(count - 1) + b"\x01"
    vocabulary: dict[str, int] = {}
    page = Indexed(_interned(words, vocabulary), piece_starts, piece_ends)
    for i in range(len(words) - 1):
        if block_starts[i] and not block_ends[i] and block_ends[i + 1]:
            page.pairs.setdefault((page.tokens[i], page.tokens[i + 1]), []).append(i)
    group = [gold.regions[r].label.group for r in region]
    at = [i for i, g in enumerate(group) if g is Group.CONTENT]
    content = Indexed(
        [page.tokens[i] for i in at], bytearray(block_starts[i] for i in at), bytearray(block_ends[i] for i in at)
    )
    positions: list[list[int]] = [[] for _ in gold.regions]
    for i, r in enumerate(region):
        positions[r].append(i)
    content_words = [words[i] for i in at]
    folded_vocabulary: dict[str, int] = {}
    strict_vocabulary: dict[str, int] = {}
    return PreparedPage(
        gold=gold,
        vocabulary=vocabulary,
        target=Target(page, group, content, at, frozenset(content.tokens)),
        region=region,
        positions=positions,
        folded_vocabulary=folded_vocabulary,
        folded=_interned(fold_all(content_words), folded_vocabulary),
        strict_vocabulary=strict_vocabulary,
        strict_content=_interned(strict_tokens(gold.text(Group.CONTENT)), strict_vocabulary),
        strict_optional=_interned(strict_tokens(gold.text(Group.OPTIONAL)), strict_vocabulary),
        bag=beside.bag(content.tokens),
        shingles=beside.shingles(content.tokens),
        joined=" ".join(content_words),
    )


def score(prepared: PreparedPage, text: str) -> PageScore:
    """All counts of one extraction on one page. Pure: same arguments, same integers."""
    words = tokens(text)
    extraction = [prepared.vocabulary.get(word, NOWHERE) for word in words]
    alignment = align(extraction, prepared.target)
    state = _State(prepared, alignment, len(words))
    tp = sum(run.length for run in alignment.matched)
    counts = Counts(tp, len(words) - tp - state.optional, len(prepared.target.at) - tp)
    kept = [i for i in range(len(words)) if not state.excused[i]] if state.optional else range(len(words))
    kept_words = [words[i] for i in kept] if state.optional else words
    kept_tokens: Sequence[Hashable] = [prepared.vocabulary.get(word, word) for word in kept_words]
    strict = _looked_up(strict_tokens(text), prepared.strict_vocabulary)
    return PageScore(
        counts=counts,
        optional=state.optional,
        leaked=state.leaked,
        moved=state.moved,
        repeated=sum(run.length for run in alignment.repeated),
        foreign=len(alignment.foreign),
        leaks=_leaks(state),
        losses=_losses(state),
        traps=_traps(state, counts),
        strict=beside.beyond(prepared.strict_content, prepared.strict_optional, strict),
        folded=beside.subsequence(prepared.folded, _looked_up(fold_all(kept_words), prepared.folded_vocabulary)),
        bag=beside.overlap(prepared.bag, beside.bag(kept_tokens)),
        shingles=beside.overlap(prepared.shingles, beside.shingles(kept_tokens)),
        similarity=beside.similarity(prepared.joined, " ".join(kept_words)),
        exact=kept_tokens == prepared.target.content.tokens,
    )


class _State:
    """What became of each token of the page, and which tokens of the extraction are excused.

    Attributes:
        matched, attributed: 1 for each token of the page that came out in place, or elsewhere.
        excused: 1 for each token of the extraction that is optional text.
    """

    def __init__(self, prepared: PreparedPage, alignment: Alignment, extracted: int) -> None:
        self.prepared = prepared
        target = prepared.target
        self.matched = bytearray(len(prepared.region))
        self.attributed = bytearray(len(prepared.region))
        self.excused = bytearray(extracted)
        self.optional = self.leaked = self.moved = 0
        for run in alignment.matched:
            for position in target.at[run.s : run.s + run.length]:
                self.matched[position] = 1
        for run in alignment.attributed:
            for k in range(run.length):
                self.attributed[run.s + k] = 1
                group = target.group[run.s + k]
                if group is Group.OPTIONAL:
                    self.excused[run.e + k] = 1
                    self.optional += 1
                elif group is Group.CONTENT:
                    self.moved += 1
                else:
                    self.leaked += 1

    def leaked_region(self, positions: list[int]) -> bool:
        """Three tokens in a row, or all of them."""
        flags = bytes(self.attributed[p] for p in positions)
        return b"\x01" * RUN in flags or all(flags)


def _leaks(state: _State) -> dict[Label, Leak]:
    leaks: dict[Label, Leak] = {}
    for region, positions in zip(state.prepared.gold.regions, state.prepared.positions, strict=True):
        if region.label.group is not Group.BOILERPLATE or not positions:
            continue
        old = leaks.get(region.label, Leak(0, 0, 0, 0))
        tokens_out = sum(state.attributed[p] for p in positions)
        leaked = tokens_out > 0 and state.leaked_region(positions)
        leaks[region.label] = Leak(
            old.tokens + tokens_out, old.of_tokens + len(positions), old.regions + leaked, old.of_regions + 1
        )
    return leaks


def _losses(state: _State) -> dict[Label, Loss]:
    losses: dict[Label, Loss] = {}
    for region, positions in zip(state.prepared.gold.regions, state.prepared.positions, strict=True):
        if region.label.group is not Group.CONTENT or not positions:
            continue
        old = losses.get(region.label, Loss(0, 0))
        lost = sum(not (state.matched[p] or state.attributed[p]) for p in positions)
        losses[region.label] = Loss(old.tokens + lost, old.of_tokens + len(positions))
    return losses


def _traps(state: _State, counts: Counts) -> dict[str, TrapCount]:
    outcomes: list[tuple[str, bool]] = [(trap, counts.f1 >= CAME_OUT) for trap in state.prepared.gold.traps]
    for region, positions in zip(state.prepared.gold.regions, state.prepared.positions, strict=True):
        if not region.traps or not positions or region.label.group is Group.OPTIONAL:
            continue
        if region.label.group is Group.BOILERPLATE:
            passed = not state.leaked_region(positions)
        else:
            came_out = sum(state.matched[p] or state.attributed[p] for p in positions)
            passed = came_out >= CAME_OUT * len(positions)
        outcomes += [(trap, passed) for trap in region.traps]
    return {
        trap: TrapCount(sum(passed for _, passed in group), len(group))
        for trap, group in ((t, list(g)) for t, g in groupby(sorted(outcomes), key=lambda outcome: outcome[0]))
    }


def _interned(words: list[str], vocabulary: dict[str, int]) -> list[int]:
    return [vocabulary.setdefault(word, len(vocabulary)) for word in words]


def _looked_up(words: list[str], vocabulary: dict[str, int]) -> list[int]:
    return [vocabulary.get(word, NOWHERE) for word in words]
