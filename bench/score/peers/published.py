"""The result tables of article-extraction-benchmark's README, in both of the forms it has had."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.score.peers.model import NAMES, Figures

_NUMBER = r"\d+\.\d+"
_FIGURE = rf"({_NUMBER})\s*±\s*({_NUMBER})"
_FIRST_FIGURE = re.compile(rf"\s{_FIGURE}")
_NAMED = re.compile(rf"(precision|recall|F1|accuracy)=\s*{_FIGURE}")
_COLUMNS = re.compile(r"(?:F1|precision|recall|accuracy)\b")
_OURS = {"precision": "precision", "recall": "recall", "F1": "f1", "accuracy": "exact"}
# Where a system's output file has another name than its row: the library's, which changed hands.
_ALSO = {"newspaper": ("newspaper4k", "newspaper3k"), "readability": ("readability_lxml",)}


@dataclass(frozen=True, slots=True)
class Published:
    """One line of a table.

    Attributes:
        where: the sentence above the table.
        name: as written. version: empty in a table without versions.
        figures, spread: the figures and their ±.
    """

    where: str
    name: str
    version: str
    figures: Figures
    spread: Figures


def tables(readme: str) -> list[Published]:
    """Every line of every result table, in order."""
    found: list[Published] = []
    where = ""
    columns: list[str] = []
    for line in readme.splitlines():
        if not line.startswith((" ", "\t")):
            if line.strip():
                where, columns = line.strip().rstrip(":`"), []
            continue
        if "±" not in line:
            columns = _COLUMNS.findall(line) or columns
            continue
        named = [(name, value, plus) for name, value, plus in _NAMED.findall(line)]
        if named:
            name, version = line.split()[0], ""
        else:
            start = _FIRST_FIGURE.search(line)
            figures = re.findall(_FIGURE, line)
            words = line[: start.start()].split() if start else []
            if not words or len(figures) != len(columns):
                continue
            name, version = words[0], " ".join(words[1:])
            named = [(column, *pair) for column, pair in zip(columns, figures, strict=True)]
        found.append(
            Published(
                where,
                name,
                version,
                Figures(**{_OURS[name]: float(value) for name, value, _ in named}),
                Figures(**{_OURS[name]: float(plus) for name, _, plus in named}),
            )
        )
    return found


def lines_of(system: str, version: str, found: Iterable[Published]) -> list[Published]:
    """The lines that speak of a system's output, the likeliest first.

    That is: the version that the output tells, then the table called the latest, then the order of the README. The
    README keeps tables of several years, and an output file without a version does not say which of them it made.
    """
    names = {_plain(system), *_ALSO.get(_plain(system), ())}
    ours = [line for line in found if _plain(line.name) in names]
    return sorted(ours, key=lambda line: (not version or line.version != version, "latest" not in line.where.lower()))


def distances(published: Figures, computed: Figures) -> Iterator[float]:
    """How far apart each published figure is from what was computed; one that has no value is 1 away."""
    for name in NAMES:
        value = published.of(name)
        if value is not None:
            other = computed.of(name)
            yield 1.0 if other is None else abs(value - other)


def same(published: Figures, computed: Figures) -> bool:
    """Whether all that is published is what was computed, written with three decimals."""
    return all(
        (other := computed.of(name)) is not None and f"{value:.3f}" == f"{other:.3f}"
        for name in NAMES
        if (value := published.of(name)) is not None
    )


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")
