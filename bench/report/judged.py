"""The tables of what the figures can bear: intervals, pairs, and what makes pages hard."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

from bench.report.difficulty import Bin
from bench.report.leaderboard import Board, Pair, Row, f1_interval
from bench.report.notes import stamp
from bench.report.table import Cell, Column, Kind, Table, columns, write

_SAME_EVERYWHERE = ("oracle", "nothing")
_BY = {"body_share": "body share", "kind": "kind", "family": "family"}
_SAID = {
    "body_share": "body share: of the words that have to come out or must not, the share that has to; in quarters of "
    "the pages",
    "kind": "kind: what sort of page it is, the hardest first",
    "family": "family: whose markup the template has, the hardest first",
}


def place(row: Row, number: int) -> Cell:
    """The places that the data allow a ranked row, "2-4"; `number` for a board that does not tell."""
    ranks = row.get("ranks")
    if not ranks:
        return number
    best, worst = ranks
    return best if best == worst else f"{best}-{worst}"


def short(interval: Sequence[float] | None) -> str:
    """A share's interval in two decimals, rounded outwards: "[.89 .93]"."""
    if not interval:
        return ""
    low, high = math.floor(interval[0] * 100 + 1e-9) / 100, math.ceil(interval[1] * 100 - 1e-9) / 100
    return f"[{_two(low)} {_two(high)}]"


def of_cost(interval: Sequence[float] | None) -> str:
    """A cost's interval: "[14 27]"."""
    return f"[{write(interval[0], Kind.COST)} {write(interval[1], Kind.COST)}]" if interval else ""


def intervals(board: Board, rows: Sequence[Row], apart: int) -> list[Table]:
    """Each figure with its interval; nothing where none is told."""
    if not any(f1_interval(row) for row in rows):
        return []
    heads = [Column("extractor")]
    for name, kind in (("precision", "rate"), ("recall", "rate"), ("F1", "rate"), ("cost", "cost")):
        heads += columns(f"mean:{kind} 95%:count", name)
    body = []
    for row in rows:
        found = row.get("intervals")
        body.append(
            (
                row["extractor"],
                *(row["precision"], short(found and found["precision"])),
                *(row["recall"], short(found and found["recall"])),
                *(row["f1"], short(found and found["f1"])),
                *(row["cost"], of_cost(found and found["cost"])),
            )
        )
    notes = (
        "95%: where sites of this kind put the mean in 95 of 100 cases; that two overlap says nothing of the pair",
        "of cost: how it varies from site to site, not how steady the machine was",
    )
    return [Table(f"Intervals: {board['title']}", tuple(heads), tuple(body), (*notes, *stamp(board)), apart)]


def pairs(board: Board) -> list[Table]:
    """Every pair of ranked rows: by how much, whether that is settled, and what that hangs on."""
    found = board.get("pairs") or []
    if not found:
        return []
    settled = sum(pair["settled"] for pair in found)
    body = tuple(
        (
            pair["better"],
            pair["worse"],
            pair["difference"],
            _signed(pair["interval"]),
            _p(pair["p"]),
            _p(pair["p_holm"]),
            verdict(pair),
        )
        for pair in found
    )
    notes = (
        "settled: at 5% over all pairs together; not settled is no proof of equality, these sites do not tell",
        "95% and p: were it the only pair; Holm: p with all pairs counted",
    )
    table = Table(
        f"Pairs, {settled} of {len(found)} settled: {board['title']}",
        columns("better worse F1_by:rate 95%:count p:count Holm:count verdict"),
        body,
        (*notes, *stamp(board)),
        spare=("p", "95%"),
    )
    return [table, *_fragile(board)]


def verdict(pair: Pair) -> str:
    """Whether a pair is settled, and whether by every site's leave."""
    if pair["p"] is None:
        return "too few sites"
    if not pair["settled"]:
        return "not settled"
    count = len(pair["fragile_sites"])
    return f"settled, hangs on {count} site{'' if count == 1 else 's'}" if count else "settled"


def _fragile(board: Board) -> list[Table]:
    """What the removal of one site unsettles, by site."""
    sites = max((len(row["sites"]) for row in board["rows"]), default=0)
    body = [
        (site, pair["better"], pair["worse"])
        for pair in board["pairs"]
        for site in (pair["fragile_sites"] if len(pair["fragile_sites"]) < sites else ["any one site"])
    ]
    if not body:
        return []
    body.sort(key=lambda line: line[0])  # stable: of a site, in the order of the pairs
    notes = ("without the site these pairs are not settled; all other settled pairs are, whichever one is removed",)
    title = f"Pairs that hang on a site: {board['title']}"
    return [Table(title, columns("without better worse"), tuple(body), (*notes, *stamp(board)))]


def difficulty(board: Board, rows: Sequence[Row]) -> list[Table]:
    """A table for each thing that makes pages hard: a line a bin, the mean F1 of the ranked rows, and each row's."""
    found = board.get("difficulty") or {}
    rows = [row for row in rows if row["extractor"] not in _SAME_EVERYWHERE]
    return [_difficulty(board, rows, by, bins) for by, bins in found.items() if bins]


def _difficulty(board: Board, rows: Sequence[Row], by: str, bins: dict[str, Bin]) -> Table:
    ranked = [row["extractor"] for row in rows if row["ranked"]]
    heads = [
        *columns("bin pages:count sites:count mean:rate"),
        *(Column("F1", Kind.RATE, row["extractor"]) for row in rows),
    ]
    lines = []
    for name, entry in bins.items():
        known = [entry["f1"][one] for one in ranked if one in entry["f1"]]
        mean = fmean(known) if known else None
        each = (entry["f1"].get(row["extractor"]) for row in rows)
        lines.append((name, entry["pages"], entry["sites"], mean, *each))
    if by != "body_share":
        lines.sort(key=lambda line: (line[3] is None, line[3], line[0]))
    notes = (
        f"F1; {_SAID.get(by, by)}",
        "mean: of the ranked rows; a bin of few sites says more of those than of what it is named after",
    )
    title = f"Difficulty by {_BY.get(by, by)}: {board['title']}"
    return Table(title, tuple(heads), tuple(lines), (*notes, *stamp(board)))


def _two(value: float) -> str:
    return f"{value:.2f}"[1:] if value < 1 else "1.0"


def _signed(interval: Sequence[float] | None) -> str:
    """The interval of a difference, which may reach below 0: "[-.01 .08]"."""
    if not interval:
        return ""
    low, high = math.floor(interval[0] * 100 + 1e-9) / 100, math.ceil(interval[1] * 100 - 1e-9) / 100
    return f"[{_sign(low)}{_two(abs(low))} {_sign(high)}{_two(abs(high))}]"


def _sign(value: float) -> str:
    return "-" if value < 0 else ""


def _p(value: float | None) -> Cell:
    """A probability; what is not none is never written as 0."""
    if value is None:
        return None
    return "<.001" if value < 0.001 else write(value, Kind.RATE)
