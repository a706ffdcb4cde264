"""fundus-evaluation: dataset/ground_truth.json, dataset/extractions/*.json, dataset/scores/*.tsv."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from math import fsum, isfinite, nan
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.score.counts import Counts
from bench.score.peers import paragraphs
from bench.score.peers.headline import counts, headline, prepared, site
from bench.score.peers.model import NAMES, Checkout, Comparison, Figures, Order, Part, PeerPage, Row, System
from bench.score.peers.orders import order
from bench.score.peers.reading import NO_CHECKOUT, entries, objects, systems, text

NAME = "fundus-evaluation"
NEAR = 1e-12
_COLUMNS = {"precision": "precision", "recall": "recall", "f1": "f1_score"}
PerPage = Mapping[str, Figures]


def compare(folder: Path) -> Comparison:
    """Every shipped extraction by paragraph match, beside the published figure of each page and Lubb's headline.

    Raises:
        BenchError: the gold, all extractions or the published scores are missing or broken.
    """
    checkout = read(folder)
    scores = folder / "dataset" / "scores"
    told = _scores(scores / "paragraph_match.tsv", _COLUMNS)
    ready = {page.id: prepared(page) for page in checkout.pages}
    rows = []
    for system in checkout.systems:
        found = {page.id: paragraphs.match(page.parts, system.texts[page.id]) for page in checkout.pages}
        ours = {page: counts(made, "\n".join(system.texts[page])) for page, made in ready.items()}
        rows.append(_row(system, checkout.pages, found, ours, told.get(system.name)))
    f1 = {row.system: row.headline.f1 for row in rows}
    return Comparison(
        peer=NAME,
        metric="whole paragraphs",
        exactness=f"to {NEAR:g} on each page",
        pages=len(checkout.pages),
        sites=len({site(page) for page in checkout.pages}),
        rows=tuple(rows),
        orders=(
            order("its paragraph F1 computed here", {row.system: row.computed.f1 for row in rows}, f1),
            order(
                "its paragraph F1 with pages without a match counted",
                {row.system: row.counted.f1 for row in rows},
                f1,
            ),
            *_other_orders(scores, f1),
        ),
        refused=checkout.refused,
        unshipped=tuple(sorted(told.keys() - f1.keys())),
    )


def read(folder: Path) -> Checkout:
    """The gold and the extractions, by page name.

    Raises:
        BenchError: the gold or all extractions are missing or broken.
    """
    path = folder / "dataset" / "ground_truth.json"
    found = sorted(entries(objects(path), path).items())
    pages = tuple(
        PeerPage(page, text(entry, "url", f"{path}: {page}"), tuple(map(_part, _body(entry, f"{path}: {page}"))))
        for page, entry in found
    )
    answers, refused = systems(folder / "dataset" / "extractions", [page.id for page in pages], _system)
    return Checkout(pages, answers, refused)


def _system(path: Path) -> System:
    found = entries(objects(path), path)
    return System(path.stem, "", {page: tuple(_body(entry, f"{path}: {page}")) for page, entry in found.items()})


def _part(paragraph: str) -> Part:
    if len(paragraph) > 1 and paragraph[0] == "[" and paragraph[-1] == "]":
        return Part(paragraph[1:-1], optional=True)
    return Part(paragraph)


def _body(entry: Mapping[str, Any], where: str) -> list[str]:
    body = entry.get("body")
    if not isinstance(body, list) or not all(isinstance(paragraph, str) for paragraph in body):
        raise BenchError("body is no list of strings", where=where, mend=NO_CHECKOUT)
    return body


def _row(
    system: System,
    pages: tuple[PeerPage, ...],
    found: Mapping[str, Counts],
    ours: Mapping[str, Counts],
    told: PerPage | None,
) -> Row:
    each = {page: paragraphs.figures(counts) for page, counts in found.items()}
    worst = None if told is None else _worst(told, each)
    return Row(
        system=system.name,
        version="",
        silent=sum(not any(paragraph.strip() for paragraph in parts) for parts in system.texts.values()),
        published=None if told is None else _means(told.values()),
        where="" if told is None else "dataset/scores/paragraph_match.tsv",
        computed=_means(each.values()),
        counted=_means(Figures(f.precision or 0.0, f.recall or 0.0, f.f1 or 0.0) for f in each.values()),
        published_spread=None,
        spread=None,
        same=None if worst is None else worst <= NEAR,
        worst=worst,
        older="",
        headline=headline(pages, ours),
    )


def _worst(told: PerPage, each: PerPage) -> float:
    """The greatest distance of any figure of any page; 1 where only one side has one, or a page."""
    worst = 1.0 if told.keys() != each.keys() else 0.0
    for page in told.keys() & each.keys():
        for name in NAMES:
            a, b = told[page].of(name), each[page].of(name)
            if a is not None and b is not None:
                worst = max(worst, abs(a - b))
            elif a is not b:
                worst = 1.0
    return worst


def _means(pages: Iterable[Figures]) -> Figures:
    """Flat means over the pages that have a value, as the peer's own summaries take them."""
    found = list(pages)
    return Figures(**{name: _mean(page.of(name) for page in found) for name in _COLUMNS})


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fsum(known) / len(known) if known else None


def _scores(path: Path, columns: Mapping[str, str]) -> dict[str, dict[str, Figures]]:
    """What a score file says of each page of each system; nothing when there is no such file."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return _read_scores(csv.DictReader(lines, delimiter="\t"), columns, path)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BenchError(f"cannot be read ({error})", where=str(path), mend=NO_CHECKOUT) from None


def _read_scores(lines: csv.DictReader[str], columns: Mapping[str, str], path: Path) -> dict[str, dict[str, Figures]]:
    found: dict[str, dict[str, Figures]] = {}
    for line in lines:
        where = f"{path}:{lines.line_num}"
        try:
            system, page = line["scraper"], line["article"]
            figures = Figures(**{name: _told(line[column]) for name, column in columns.items()})
        except (KeyError, TypeError, ValueError):
            wanted = ", ".join(("scraper", "article", *columns.values()))
            raise BenchError(f"no line of {wanted}", where=where, mend=NO_CHECKOUT) from None
        if page in found.setdefault(system, {}):
            raise BenchError(f"{system} has {page} twice", where=where, mend=NO_CHECKOUT)
        found[system][page] = figures
    return found


def _told(cell: str) -> float | None:
    """A figure of a score file, or none: where the peer divided by zero the cell is empty."""
    value = float(cell) if cell else nan
    return value if isfinite(value) else None


def _other_orders(scores: Path, f1: Mapping[str, float | None]) -> list[Order]:
    """Of the peer's other metrics, as far as it publishes them: they are read, not computed."""
    orders = []
    rouge = _scores(scores / "rouge_lsum.tsv", _COLUMNS)
    if rouge:
        means = {system: _means(pages.values()).f1 for system, pages in rouge.items()}
        orders.append(order("its ROUGE-LSum F1 as published", means, f1))
    wer = _scores(scores / "wer.tsv", {"f1": "wer"})
    if wer:
        errors = {system: _means(pages.values()).f1 for system, pages in wer.items()}
        right = {system: None if error is None else -error for system, error in errors.items()}
        orders.append(order("its word error rate as published, reversed", right, f1))
    return orders
