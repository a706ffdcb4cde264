"""The paragraph match of fundus-evaluation: whole paragraphs that are the same to the character, in any order.

It tries the gold with every subset of its optional paragraphs and keeps the one of best F1: 2^n of them, so that
beyond four it tries all and none only. The best subset needs no search. F1 is 2 tp / (extracted + wanted); an optional
paragraph that came out adds 1 to tp and to what is wanted, which always gains; one that did not only adds to what is
wanted, which always loses. So the best gold wants what came out of the optional paragraphs and nothing else of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bench.score.counts import Counts
from bench.score.peers.model import Figures, Part

TRIED = 4  # optional paragraphs of which the peer tries every subset, unless told otherwise


def match(gold: Sequence[Part], extracted: Sequence[str], *, tried: int | None = TRIED) -> Counts:
    """The counts of the best gold.

    Args:
        tried: with more optional paragraphs than this only all or none of them are wanted; None: no such limit.
    """
    wanted = Counter(part.text for part in gold if not part.optional)
    optional = Counter(part.text for part in gold if part.optional)
    out = Counter(extracted)
    everything = _counts(wanted + optional, out)
    if everything.tp == 0:  # no F1 has a value; the peer keeps what it tried first
        return everything
    if tried is not None and optional.total() > tried:
        nothing = _counts(wanted, out)
        # As the peer's floats have it, to the bit: a tie keeps what came first.
        least, most = figures(nothing).f1, figures(everything).f1
        gains = least is not None and most is not None and least > most
        return nothing if gains else everything
    came_out = Counter({text: min(count, max(0, out[text] - wanted[text])) for text, count in optional.items()})
    return _counts(wanted + came_out, out)


def figures(counts: Counts) -> Figures:
    """Precision, recall and F1 as the peer computes them: none where it divides by zero, F1 of no match among them."""
    precision = counts.tp / (counts.tp + counts.fp) if counts.tp + counts.fp else None
    recall = counts.tp / (counts.tp + counts.fn) if counts.tp + counts.fn else None
    if precision is None or recall is None or precision + recall == 0:
        return Figures(precision, recall)
    return Figures(precision, recall, 2 * precision * recall / (precision + recall))


def _counts(wanted: Counter[str], out: Counter[str]) -> Counts:
    tp = (wanted & out).total()
    return Counts(tp, out.total() - tp, wanted.total() - tp)
