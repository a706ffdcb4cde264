"""The leaderboard as one HTML file: `document(board)`. It follows from the board and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from bench.report.html import charts, heat
from bench.report.html.cells import legend
from bench.report.html.links import Links
from bench.report.html.shell import render
from bench.report.html.standings import BAR, first, has_intervals, same_sandbox, standings
from bench.report.leaderboard import CAREFUL, INDICATIVE, MIXED, UNSTEADY, Board
from bench.report.table import Kind, Table, write
from bench.report.tables import ordered, tables

_TIMINGS = {
    CAREFUL: "measured with care, on a steady machine",
    UNSTEADY: "measured with care, while the machine was not steady",
    INDICATIVE: "indicative: measured once, in the run itself",
    MIXED: "partly indicative, partly measured with care",
}
_WORDS = {
    "static": "the article stands in the HTML",
    "script": "the text is only in JSON or JavaScript",
    "no-article": "there is nothing to extract",
    "test": "sites that nothing may be tuned on",
    "dev": "sites that extractors may be tuned on",
}
_NO_LINKS = Links()
LARGEST = 1_000_000  # bytes
_SHOWN = ("Leaderboard", "Not run", "Cost per site")  # tables that stand here in a form of their own


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of where the figures are from; `warn` where a reader should think twice."""

    name: str
    text: str
    warn: bool = False
    code: bool = False


def document(board: Board, links: Links = _NO_LINKS) -> str:
    """leaderboard.html.

    Args:
        board: what the tables say.
        links: to page views; without, nothing is linked and the file stands alone. In a field so large that they
            make the file larger than `LARGEST`, the tables that are folded away go without.
    """
    text = _document(board, links, links)
    return text if len(text.encode("utf-8")) < LARGEST or not links.pages else _document(board, links, _NO_LINKS)


def _document(board: Board, links: Links, folded: Links) -> str:
    low = charts.lowest([row["f1"] or 0.0 for row in charts.near(board["rows"])])
    rows = standings(board, links, low)
    own = {table.title: table for table in tables(board, ("leaderboard", "tracks", "beside", "cost"))}
    return render(
        "leaderboard.html",
        ("base.css", "leaderboard.css"),
        ("sort.js",),
        board=board,
        rows=rows,
        bar=BAR,
        low=low,
        ticks=[i / 10 for i in range(round(low * 10), 11)],
        intervals=has_intervals(rows),
        boxed=same_sandbox(board),
        notes=[note for note in _notes(list(own.values())) if not note.startswith("signature: ")],
        first=first(board) if board.get("pairs") else [],
        words=[f"{name}: {_WORDS[name]}" for name in (board["track"], board["split"]) if name in _WORDS],
        differences=heat.differences(board, links),
        fragile=heat.fragile(board),
        pictures=[chart for chart in (charts.precision_recall(board), charts.cost_quality(board)) if chart],
        maps=heat.heat_maps(board, links, folded),
        legend=legend,
        more=[
            (table, _opened(table, links))
            for table in own.values()
            if table.rows and not table.title.startswith(_SHOWN)
        ],
        write=write,
        facts=facts(board),
        index=links.index,
    )


def _opened(table: Table, links: Links) -> list[str]:
    """The page view that the name at the head of each row opens."""
    track = table.title.removeprefix("Track ").partition(":")[0] if table.title.startswith("Track ") else ""
    return [links.to("track" if track else "f1", str(row[0]), track) for row in table.rows]


def facts(board: Board) -> list[Fact]:
    """Where the figures are from, and how far they can be trusted."""
    machine = board["machine"]
    changed = ", with uncommitted changes" if board["dirty"] else ""
    mib = board["limits"]["memory_mib"]
    limits = f"{board['limits']['timeout_s']:g} s, {f'{mib:g} MiB' if mib else 'no limit of memory'} a page"
    return [
        Fact("signature", board["signature"], code=True),
        Fact("corpus", f"{board['corpus']}; {board['title']}"),
        Fact("made", f"{board['created']} by Lubb {board['lubb']}"),
        Fact("commit", (board["commit"] or "installed, no checkout") + changed, bool(board["dirty"]), True),
        Fact(
            "machine",
            f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_mib']} MiB, {machine['system']}, "
            f"{machine['implementation']} {machine['python']}; extractors {board['jobs']} at a time",
            board["jobs"] > 1,
        ),
        Fact("isolation", f"{board['sandbox']}; limits {limits}", board["sandbox"] == "none"),
        Fact("times", *_timing(board)),
        *_calibrator(board),
    ]


def _timing(board: Board) -> tuple[str, bool]:
    found = {row["timing"] for row in ordered(board) if row["ranked"] and row["timing"]}
    if not found:
        return "nothing ranked was timed", True
    return "; ".join(_TIMINGS.get(name, name) for name in sorted(found)), found != {CAREFUL}


def _calibrator(board: Board) -> list[Fact]:
    """How steady the parse was, which every cost is a multiple of; nothing where the board does not tell."""
    found = cast(Mapping[str, Any], board).get("calibrator") or {}
    cv, unstable = found.get("cv"), bool(found.get("unstable"))
    if cv is None and not unstable:
        return []
    pages = found.get("unsteady_pages")
    told = (
        "unstable" if unstable else "",
        "" if cv is None else f"the parse that costs are multiples of varied by {cv * 100:.1f}%",
        "" if pages is None else f"too much on {write(pages, Kind.SHARE)} of the pages",
    )
    return [Fact("calibrator", ", ".join(part for part in told if part), unstable)]


def _notes(found: list[Table]) -> tuple[str, ...]:
    return found[0].notes if found else ()
