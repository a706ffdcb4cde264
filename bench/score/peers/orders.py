"""How far two rows of figures put the same things in the same order, ties included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import fsum, sqrt
from statistics import fmean

from bench.score.peers.model import Order


def order(name: str, theirs: Mapping[str, float | None], ours: Mapping[str, float | None]) -> Order:
    """Both agreements over the systems of which both figures are known."""
    pairs = [(a, b) for system, a in theirs.items() if a is not None and (b := ours.get(system)) is not None]
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    return Order(name, len(pairs), spearman(first, second), kendall(first, second))


def ranks(values: Sequence[float]) -> list[float]:
    """The place of each value, from 1 for the smallest; equal values share the mean of their places."""
    ordered = sorted(values)
    first = {value: place for place, value in reversed(list(enumerate(ordered, 1)))}
    last = {value: place for place, value in enumerate(ordered, 1)}
    return [(first[value] + last[value]) / 2 for value in values]


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Pearson's correlation of the ranks; None under two values, or when all of one side are equal."""
    if len(first) < 2:
        return None
    a, b = ranks(first), ranks(second)
    middle = fmean(a)  # of both: ranks with shared places keep their sum
    over = fsum((x - middle) * (y - middle) for x, y in zip(a, b, strict=True))
    under = sqrt(fsum((x - middle) ** 2 for x in a) * fsum((y - middle) ** 2 for y in b))
    return over / under if under else None


def kendall(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Kendall's tau-b: pairs in the same order less pairs in the other, over the pairs that are not tied.

    None under two values, or when all of one side are equal.
    """
    signs = [(_sign(a - c), _sign(b - d)) for (a, b), (c, d) in combinations(list(zip(first, second, strict=True)), 2)]
    untied_first, untied_second = sum(a != 0 for a, _ in signs), sum(b != 0 for _, b in signs)
    if not untied_first or not untied_second:
        return None
    return sum(a * b for a, b in signs) / sqrt(untied_first * untied_second)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
