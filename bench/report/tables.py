"""The tables that people read, from the leaderboard's data and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bench.report import judged
from bench.report.leaderboard import CAREFUL, UNSTEADY, Board, Figures, Row, TrackFigures, f1_interval
from bench.report.names import TABLES
from bench.report.notes import provenance, rank_notes, stamp, timing_notes
from bench.report.table import Cell, Column, Kind, Table, columns, write

# What a record's sandbox says of a text that no extractor process made in this run.
NO_PROCESS = {"cache", "harness", "outputs"}
USUAL = ("leaderboard", "sites", "tracks")


def tables(board: Board, names: Iterable[str] = USUAL) -> list[Table]:
    """The named tables in the order of `TABLES`, and after the leaderboard what could not be run."""
    makers: dict[str, Callable[[Board], list[Table]]] = {
        "leaderboard": lambda board: [*_leaderboard(board), *_unavailable(board)],
        "intervals": lambda board: judged.intervals(board, ordered(board), apart(board)),
        "sites": _sites,
        "tracks": _tracks,
        "difficulty": lambda board: judged.difficulty(board, ordered(board)),
        "pairs": judged.pairs,
        "leaks": _leaks,
        "losses": _losses,
        "traps": _traps,
        "beside": _beside,
        "cost": _cost,
    }
    wanted = set(names)
    return [table for name in TABLES if name in wanted for table in makers[name](board)]


def ordered(board: Board) -> list[Row]:
    """Ranked rows first, then those that stand apart."""
    return sorted(board["rows"], key=lambda row: not row["ranked"])


def apart(board: Board) -> int:
    """How many rows stand apart: floor, ceiling, and texts that nobody can make again."""
    return sum(not row["ranked"] for row in board["rows"])


def _leaderboard(board: Board) -> list[Table]:
    rows = ordered(board)
    boxed = _boxed(rows)
    intervals = [f1_interval(row) for row in rows]
    cells = [
        (
            judged.place(row, number) if row["ranked"] else "",
            row["extractor"],
            row["version"],
            *_scores(row),
            *((judged.short(interval),) if any(intervals) else ()),
            *_times(row),
            row["statuses"].get("empty", 0) or "",
            _counted(row["failures"]),
            *(() if boxed else (", ".join(row["sandbox"]),)),
        )
        for number, (row, interval) in enumerate(zip(rows, intervals, strict=True), 1)
    ]
    interval = "95%:count " if any(intervals) else ""
    spec = f"#:count extractor version P:rate R:rate F1:rate {interval}cost:cost ms:ms empty:count failures"
    return [
        Table(
            f"Leaderboard: {board['title']}",
            columns(spec if boxed else f"{spec} sandbox"),
            tuple(cells),
            (*rank_notes(board), *timing_notes(rows), *provenance(board)),
            apart(board),
            spare=("ms", "empty", "version"),
        )
    ]


def _boxed(rows: Sequence[Row]) -> bool:
    """Whether all plug-ins ran at one sandbox level: one line says it then, not a column."""
    levels = {level for row in rows for level in row["sandbox"]} - NO_PROCESS
    return len(levels) < 2 and "none" not in levels


def _scores(figures: Figures) -> tuple[Cell, Cell, Cell]:
    return figures["precision"], figures["recall"], figures["f1"]


def _times(figures: Figures) -> tuple[Cell, Cell]:
    """Cost and milliseconds; those of the careful pass are bare, or have a star when the machine was not steady."""
    return _marked(figures["cost"], Kind.COST, figures), _marked(figures["ms"], Kind.MS, figures)


def _marked(value: float | None, kind: Kind, figures: Figures) -> Cell:
    if value is None or figures["timing"] == CAREFUL:
        return value
    return f"{write(value, kind)}*" if figures["timing"] == UNSTEADY else f"~{write(value, kind)}"


def _counted(found: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in found.items())


def _unavailable(board: Board) -> list[Table]:
    if not board["unavailable"]:
        return []
    rows = tuple((entry["extractor"], entry["problem"]) for entry in board["unavailable"])
    return [Table("Not run", columns("extractor problem"), rows)]


def _grouped(
    title: str,
    board: Board,
    names: Sequence[str],
    spec: str,
    cells: Callable[[Row, str], Sequence[Cell]],
    notes: Sequence[str],
    said: Mapping[str, str] | None = None,
) -> list[Table]:
    """One table of extractors by `names`, each of which takes the columns of `spec`; `said`: what stands above them."""
    if not names:
        return []
    heads: list[Column] = [Column("extractor")]
    for name in names:
        heads += columns(spec, said[name] if said else name)
    rows = ordered(board)
    body = tuple((row["extractor"], *(cell for name in names for cell in cells(row, name))) for row in rows)
    return [Table(title, tuple(heads), body, tuple(notes), apart(board))]


def _sites(board: Board) -> list[Table]:
    said = _site_names(board)
    return _grouped(
        f"Per site: {board['title']}",
        board,
        list(said),
        "P:rate R:rate F1:rate cost:cost",
        lambda row, site: (*_scores(row["sites"][site]), _times(row["sites"][site])[0]),
        (*timing_notes(board["rows"]), *stamp(board)),
        said,
    )


def _site_names(board: Board) -> dict[str, str]:
    """Each site with how many pages its figures are over, so that nobody takes one page for a site."""
    pages = {site: figures["pages"] for row in board["rows"] for site, figures in row["sites"].items()}
    return {site: f"{site} ({count} page{'' if count == 1 else 's'})" for site, count in sorted(pages.items())}


def _tracks(board: Board) -> list[Table]:
    return [_track(board, name) for name in board["tracks"] if name != board["track"]]


def _track(board: Board, name: str) -> Table:
    part = board["tracks"][name]
    rows = sorted(
        board["rows"], key=lambda row: (not row["ranked"], -(row["tracks"][name]["f1"] or 0.0), row["extractor"])
    )
    body = tuple((row["extractor"], *_track_cells(row["tracks"][name])) for row in rows)
    note = {
        "script": "script: the text is only in JSON or JavaScript",
        "no-article": "no-article: there is nothing to extract, and nothing is the right answer",
    }.get(name)
    pages, sites = (f"{part[key]} {key if part[key] != 1 else key[:-1]}" for key in ("pages", "sites"))
    return Table(
        f"Track {name}: {pages} of {sites}, split {part['split']}",
        columns("extractor answered_nothing:share P:rate R:rate F1:rate cost:cost ms:ms failures"),
        body,
        (*([note] if note else []), *stamp(board, part["signature"])),
        apart(board),
    )


def _track_cells(figures: TrackFigures) -> tuple[Cell, ...]:
    return figures["silent"], *_scores(figures), *_times(figures), _counted(figures["failures"])


def _leaks(board: Board) -> list[Table]:
    there = {label: leak["of_pages"] for row in board["rows"] for label, leak in row["leaks"].items()}
    return _grouped(
        f"Leaks: {board['title']}",
        board,
        sorted(there, key=lambda label: (-there[label], label)),
        "tokens:share pages:share",
        lambda row, label: (row["leaks"][label]["tokens"], row["leaks"][label]["pages"]),
        (
            "tokens: share of the label's tokens that came through; pages: share of its pages on which it leaked",
            *stamp(board),
        ),
    )


def _losses(board: Board) -> list[Table]:
    there = {label: loss["of_tokens"] for row in board["rows"] for label, loss in row["losses"].items()}
    return _grouped(
        f"Losses: {board['title']}",
        board,
        sorted(there, key=lambda label: (-there[label], label)),
        "lost:share",
        lambda row, label: (row["losses"][label]["tokens"],),
        ("share of the label's tokens that did not come out", *stamp(board)),
    )


def _traps(board: Board) -> list[Table]:
    totals = {trap: count["total"] for row in board["rows"] for trap, count in row["traps"].items()}
    return _grouped(
        f"Traps: {board['title']}",
        board,
        sorted(totals),
        "passed:count",
        lambda row, trap: (f"{row['traps'][trap]['passed']}/{row['traps'][trap]['total']}",),
        (
            "passed of all: boilerplate that did not leak, content of which nine tenths came out",
            *stamp(board),
        ),
    )


def _beside(board: Board) -> list[Table]:
    spec = "extractor F1:rate pooled:rate strict:rate folded:rate bag:rate shingles:rate published:rate similarity:rate"
    body = tuple(
        (
            row["extractor"],
            row["f1"],
            *(rates["f1"] for rates in (row["pooled"], row["strict"], row["folded"], row["bag"], row["shingles"])),
            row["shingles"]["as_published"]["f1"],
            row["similarity"],
            row["exact"],
        )
        for row in ordered(board)
    )
    return [
        Table(
            f"Beside the headline, F1: {board['title']}",
            columns(f"{spec} exact:share"),
            body,
            (
                "pooled: all tokens in one heap; strict: NFC and white space only; folded: alef, ya, hamza as one",
                "bag: words without order; shingles: four tokens in a row; published: shingles averaged as "
                "article-extraction-benchmark does",
                "similarity: of characters; exact: share of pages on which the content came out, all and only",
                *stamp(board),
            ),
            apart(board),
        )
    ]


_COST_NOTE = "MB/s and peak memory are of the run, indicative; told_ms is what a program says of itself, never ranked"


def _cost(board: Board) -> list[Table]:
    rows = sorted(ordered(board), key=lambda row: (not row["ranked"], row["cost"] is None, row["cost"] or 0.0))
    body = tuple(
        (row["extractor"], *_cost_cells(row), row["told_ms"], row["timed"], row["cached"], row["timing"])
        for row in rows
    )
    spec = "cost:cost ms:ms p95_ms:ms MB/s:amount peak_MiB:amount"
    notes = (*timing_notes(board["rows"]), _COST_NOTE, *provenance(board))
    heads = columns(f"extractor {spec} told_ms:ms timed:count cached:count timing")
    said = _site_names(board)
    each = _grouped(
        f"Cost per site: {board['title']}",
        board,
        list(said),
        spec,
        lambda row, site: _cost_cells(row["sites"][site]),
        stamp(board),
        said,
    )
    spare = ("told ms", "cached", "MB/s", "peak MiB")
    return [Table(f"Cost: {board['title']}", heads, body, notes, apart(board), spare), *each]


def _cost_cells(figures: Figures) -> tuple[Cell, ...]:
    peak = figures["peak_kib"]
    return *_times(figures), figures["p95_ms"], figures["mb_per_s"], None if peak is None else peak / 1024
