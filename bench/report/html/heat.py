"""The heat maps of a leaderboard: sites, leaks, losses, traps, statuses, difficulty, and what beats what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from bench.labels import Label
from bench.model import Status
from bench.report.html.cells import Cell, HeatMap, Line, passed, quality, share
from bench.report.html.links import Links
from bench.report.leaderboard import Board, Row
from bench.report.table import Kind, write
from bench.report.tables import ordered

_MEANINGS = {label.value: label.meaning for label in Label}
DIFFICULTY = {
    "body_share": "By how much of the page's text is content",
    "kind": "By kind of page",
    "family": "By family of template",
}


def heat_maps(board: Board, links: Links, folded: Links) -> list[HeatMap]:
    """All that have something to show; those that are folded away at first have links of their own."""
    rows = ordered(board)
    found = [
        sites(rows, links),
        *(make(rows, folded) for make in (site_precision, site_recall, site_cost)),
        leaks(rows, links),
        leaked_tokens(rows, folded),
        *(make(rows, links) for make in (losses, traps, statuses)),
        difficulty(board, rows, links),
    ]
    return [heat for heat in found if heat.lines]


def sites(rows: Sequence[Row], links: Links) -> HeatMap:
    """F1 by site, with how many pages it is over."""
    return _sites(rows, links, "f1", quality, "sites", "Sites: F1")


def site_precision(rows: Sequence[Row], links: Links) -> HeatMap:
    """Precision by site."""
    return _sites(rows, links, "precision", quality, "site-precision", "Sites: precision")


def site_recall(rows: Sequence[Row], links: Links) -> HeatMap:
    """Recall by site."""
    return _sites(rows, links, "recall", quality, "site-recall", "Sites: recall")


def site_cost(rows: Sequence[Row], links: Links) -> HeatMap:
    """Cost by site."""

    def cell(value: float | None, href: str) -> Cell:
        return Cell(write(value, Kind.COST), "", href)

    return _sites(rows, links, "cost", cell, "site-cost", "Sites: cost")


def _sites(
    rows: Sequence[Row],
    links: Links,
    field: str,
    cell: Callable[[float | None, str], Cell],
    id: str,
    title: str,
) -> HeatMap:
    """One figure by site, the headline first, then the sites by name."""
    pages = {site: figures["pages"] for row in rows for site, figures in row["sites"].items()}
    told = [(row["extractor"], cast(Mapping[str, Any], row)) for row in rows]
    whole = Line(
        "all sites",
        tuple(cell(row[field], links.to(field, name)) for name, row in told),
        (str(max((row["pages"] for row in rows), default=0)),),
    )
    lines = [
        Line(
            site,
            tuple(cell(row["sites"].get(site, {}).get(field), links.to(field, name, site)) for name, row in told),
            (str(pages[site]),),
            href=links.site(site),
        )
        for site in sorted(pages)
    ]
    scale = "" if field == "cost" else "quality"
    said = "All sites: the headline. A site's figure is a mean over its pages: over few pages it says little."
    found = [whole, *lines] if lines else []
    return _map(id, title, ("site", "pages"), rows, found, scale, said if field == "f1" else "", folded=field != "f1")


def leaks(rows: Sequence[Row], links: Links) -> HeatMap:
    """On which share of its pages a label leaked."""
    lines = _labels(rows, "leaks", "of_pages", lambda entry, href: share(entry["pages"], href), links, "leak")
    said = "The share of the pages with that boilerplate on which it came through: three words in a row, or all of it."
    return _map("leaks", "Leaks", ("label", "pages"), rows, lines, "share", said)


def leaked_tokens(rows: Sequence[Row], links: Links) -> HeatMap:
    """Which share of a label's words leaked."""
    lines = _labels(rows, "leaks", "of_tokens", lambda entry, href: share(entry["tokens"], href), links, "leak")
    said = "The share of that boilerplate's words, over all pages, that came through."
    return _map("leaked-words", "Leaks, by words", ("label", "words"), rows, lines, "share", said, folded=True)


def losses(rows: Sequence[Row], links: Links) -> HeatMap:
    """Which share of a content label's words did not come out."""
    lines = _labels(rows, "losses", "of_tokens", lambda entry, href: share(entry["tokens"], href), links, "loss")
    said = "The share of that content's words that did not come out. Text that was moved is not lost."
    return _map("losses", "Losses", ("label", "words"), rows, lines, "share", said)


def traps(rows: Sequence[Row], links: Links) -> HeatMap:
    """Which share of a trap's regions passed."""
    totals = {trap: count["total"] for row in rows for trap, count in row["traps"].items()}
    lines = []
    for trap in sorted(totals):
        found = [(row, row["traps"].get(trap)) for row in rows]
        cells = [
            passed(count["passed"], count["total"], links.to("trap", row["extractor"], trap)) if count else Cell("-")
            for row, count in found
        ]
        lines.append(Line(trap, tuple(cells), (str(totals[trap]),)))
    said = (
        "The share that passed: of boilerplate that which did not leak, of content that of which nine tenths came out, "
        "of whole pages those with an F1 of .9. What a trap tests: python -m bench corpus traps."
    )
    return _map("traps", "Traps", ("trap", "regions"), rows, lines, "passed", said)


def statuses(rows: Sequence[Row], links: Links) -> HeatMap:
    """How extractions ended."""
    there = [status for status in Status if any(row["statuses"].get(status.value) for row in rows)]
    lines = []
    for status in there:
        cells = []
        for row in rows:
            count = row["statuses"].get(status.value, 0)
            bad = "s4" if count and status.failed else "s2" if count and status is Status.EMPTY else ""
            cells.append(Cell(str(count), bad, links.to("status", row["extractor"], status.value) if count else ""))
        lines.append(Line(status.value, tuple(cells), ("failure" if status.failed else "answer",)))
    said = "How many extractions ended how. A failure counts as an empty text: nothing is dropped from a mean."
    return _map("failures", "Failures and statuses", ("status", "is"), rows, lines, "", said)


def difficulty(board: Board, rows: Sequence[Row], links: Links) -> HeatMap:
    """F1 by what makes a page hard."""
    found = cast(Mapping[str, Any], board).get("difficulty") or {}
    lines = [
        Line(
            name,
            tuple(quality(entry["f1"].get(row["extractor"]), links.to(by, row["extractor"], name)) for row in rows),
            (str(entry["pages"]), str(entry["sites"])),
            group=DIFFICULTY.get(by, by),
        )
        for by, bins in found.items()
        for name, entry in bins.items()
    ]
    said = "F1 over the pages of each bin. A bin of few sites says more of those sites than of what it is named after."
    return _map("difficulty", "Difficulty", ("bin", "pages", "sites"), rows, lines, "quality", said)


def differences(board: Board, links: Links) -> HeatMap | None:
    """What beats what, and whether that is settled; None where the board does not tell."""
    pairs = cast(Mapping[str, Any], board).get("pairs") or []
    names = [row["extractor"] for row in ordered(board) if row["ranked"]]
    found = {(pair["better"], pair["worse"]): pair for pair in pairs}
    lines = [
        Line(one, tuple(_difference(found.get((one, other)), links.to("pair", other, one)) for other in names))
        for one in names[:-1]
    ]
    if not found or not lines:
        return None
    said = (
        "The difference in F1 between the extractor of the row and that of the column. ✓: settled, beyond what chance "
        "explains after Holm's correction over all pairs. ✓†: settled, but not without every site. ?: not settled."
    )
    return HeatMap("differences", "Which differences hold", ("better",), tuple(names), tuple(lines), "", said)


def fragile(board: Board) -> list[tuple[str, str, str]]:
    """Settled pairs that the removal of one site unsettles: better, worse, those sites."""
    pairs = cast(Mapping[str, Any], board).get("pairs") or []
    return [
        (pair["better"], pair["worse"], ", ".join(pair["fragile_sites"]))
        for pair in pairs
        if pair["settled"] and pair.get("fragile_sites")
    ]


def _difference(pair: Mapping[str, Any] | None, href: str) -> Cell:
    if pair is None:
        return Cell("")
    difference = write(pair["difference"], Kind.RATE)
    if not pair["settled"]:
        return Cell(f"? {difference}", "", href)
    return Cell(f"✓† {difference}", "q5", href) if pair.get("fragile_sites") else Cell(f"✓ {difference}", "q7", href)


def _labels(
    rows: Sequence[Row], field: str, size: str, cell: Callable[[Any, str], Cell], links: Links, what: str
) -> list[Line]:
    """A line a label, the most frequent first."""
    entries = [cast(Mapping[str, Any], row)[field] for row in rows]
    sizes = {label: entry[size] for found in entries for label, entry in found.items()}
    lines = []
    for label in sorted(sizes, key=lambda label: (-sizes[label], label)):
        cells = [
            cell(found[label], links.to(what, row["extractor"], label)) if label in found else Cell("-")
            for row, found in zip(rows, entries, strict=True)
        ]
        lines.append(Line(label, tuple(cells), (f"{sizes[label]:,}",), _MEANINGS.get(label, "")))
    return lines


def _map(
    id: str,
    title: str,
    heads: tuple[str, ...],
    rows: Sequence[Row],
    lines: Sequence[Line],
    scale: str,
    said: str = "",
    *,
    folded: bool = False,
) -> HeatMap:
    names = tuple(row["extractor"] for row in rows)
    return HeatMap(id, title, heads, names, tuple(lines), scale, said, folded)
