"""The places that the data allow each extractor, who is tied with whom, and what hangs on one site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.score.differences import Difference, Figures, differences
from bench.score.draws import DRAWS


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one extractor stands.

    Attributes:
        best: 1 and one more for each that is better beyond noise.
        worst: the number of extractors, less those that are worse beyond noise.
        tied: those of which neither is known, in the board's order.
        groups: numbers from 1; extractors of one group are all tied with each other.
    """

    best: int
    worst: int
    tied: tuple[str, ...]
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hinge:
    """A settled pair that is not settled, or settled the other way, over the other sites without `site`.

    Attributes:
        first, second: the pair.
        site: the one that was left out.
        value, adjusted: the difference and its p without it.
    """

    first: str
    second: str
    site: str
    value: float | None
    adjusted: float | None


def standings(
    order: Sequence[str], found: Iterable[Difference], *, lower_is_better: bool = False
) -> dict[str, Standing]:
    """Where each extractor stands.

    A group is a stretch of the board, as long as can be, in which no pair is settled; two groups may overlap. Two that
    are tied while something between them is settled from one of them share no group: `tied` names them.

    Args:
        order: the extractors as the board has them, best first.
        found: a difference for each pair of them.
        lower_is_better: for costs.
    """
    better: dict[str, set[str]] = {name: set() for name in order}
    worse: dict[str, set[str]] = {name: set() for name in order}
    for difference in found:
        if (higher := difference.higher) is not None:
            lower = difference.second if higher == difference.first else difference.first
            winner, loser = (lower, higher) if lower_is_better else (higher, lower)
            better[loser].add(winner)
            worse[winner].add(loser)
    settled = {name: better[name] | worse[name] for name in order}
    groups = _groups(order, settled)
    return {
        name: Standing(
            best=1 + len(better[name]),
            worst=len(order) - len(worse[name]),
            tied=tuple(other for other in order if other != name and other not in settled[name]),
            groups=tuple(i for i, (start, end) in enumerate(groups, 1) if start <= at < end),
        )
        for at, name in enumerate(order)
    }


def _groups(order: Sequence[str], settled: dict[str, set[str]]) -> list[tuple[int, int]]:
    """Start and end of each longest stretch without a settled pair."""
    groups: list[tuple[int, int]] = []
    reached = start = 0
    for end in range(1, len(order) + 1):
        while settled[order[end - 1]] & set(order[start : end - 1]):
            start += 1
        if groups and groups[-1][0] == start:
            groups[-1] = (start, end)
        elif end > reached:
            groups.append((start, end))
        reached = end
    return groups


def hinges(figures: Figures, found: Iterable[Difference], *, seed: int = 0, draws: int = DRAWS) -> list[Hinge]:
    """Every settled pair that any one site decides: the whole comparison, correction included, without each site.

    Args:
        figures: what the differences were made of. found: these differences.
        seed: of the draws. draws: how many; as for the differences, or other pairs hang on the draws alone.
    """
    held = {(difference.first, difference.second): difference.higher for difference in found if difference.settled}
    if not held:
        return []
    hinged: list[Hinge] = []
    for site in sorted({site for row in figures.values() for site in row}):
        rest = {name: {s: figure for s, figure in row.items() if s != site} for name, row in figures.items()}
        for difference in differences(rest, seed=seed, draws=draws):
            higher = held.get((difference.first, difference.second))
            if higher is not None and difference.higher != higher:
                hinged.append(Hinge(difference.first, difference.second, site, difference.value, difference.adjusted))
    return sorted(hinged, key=lambda hinge: (hinge.first, hinge.second, hinge.site))
