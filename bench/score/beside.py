"""The columns beside the headline, each a plain comparison of an extraction with the content of a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from rapidfuzz.distance import Indel, LCSseq

from bench.score.counts import Counts, Similarity

SHINGLE = 4


def overlap(content: Counter[Hashable], extracted: Counter[Hashable]) -> Counts:
    """tp, fp and fn of two multisets."""
    tp = sum(min(count, content.get(item, 0)) for item, count in extracted.items())
    return Counts(tp, extracted.total() - tp, content.total() - tp)


def bag(tokens: Sequence[Hashable]) -> Counter[Hashable]:
    """Words without order."""
    return Counter(tokens)


def shingles(tokens: Sequence[Hashable]) -> Counter[Hashable]:
    """Every four tokens in a row; a shorter text is one shingle, an empty one none.

    As article-extraction-benchmark counts them (`evaluate.py`, `_all_shingles`).
    """
    if len(tokens) < SHINGLE:
        return Counter([tuple(tokens)] if tokens else [])
    return Counter(zip(*(tokens[i:] for i in range(SHINGLE)), strict=False))


def subsequence(content: Sequence[int], extracted: Sequence[int]) -> Counts:
    """Counts by the length of the longest common subsequence alone: no runs, no attribution."""
    tp = LCSseq.similarity(extracted, content)
    return Counts(tp, len(extracted) - tp, len(content) - tp)


def beyond(content: Sequence[int], optional: Sequence[int], extracted: Sequence[int]) -> Counts:
    """As `subsequence`, where what is left of the extraction is excused as far as it is optional text in order."""
    matched = LCSseq.opcodes(extracted, content)
    rest: list[int] = []
    tp = 0
    for op in matched:
        if op.tag == "equal":
            tp += op.src_end - op.src_start
        elif op.tag != "insert":
            rest += extracted[op.src_start : op.src_end]
    excused = LCSseq.similarity(rest, optional) if rest and optional else 0
    return Counts(tp, len(rest) - excused, len(content) - tp)


def similarity(content: str, extracted: str) -> Similarity:
    """Indel distance of two texts and the largest it could be."""
    return Similarity(Indel.distance(content, extracted), len(content) + len(extracted))
