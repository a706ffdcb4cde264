"""The tables that people read, from the leaderboard's data and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bench.report.leaderboard import CAREFUL, UNSTEADY, Board, Figures, Row, TrackFigures
from bench.report.table import Cell, Column, Kind, Table, columns, write

NAMES = ("leaderboard", "sites", "tracks", "leaks", "losses", "traps", "beside", "cost")
# What a record's sandbox says of a text that no extractor process made in this run.
NO_PROCESS = {"cache", "harness", "outputs"}
USUAL = ("leaderboard", "sites", "tracks")


def tables(board: Board, names: Iterable[str] = USUAL) -> list[Table]:
    """The named tables in the order of `NAMES`, and after the leaderboard what could not be run."""
    makers: dict[str, Callable[[Board], list[Table]]] = {
        "leaderboard": lambda board: [*_leaderboard(board), *_unavailable(board)],
        "sites": _sites,
        "tracks": _tracks,
        "leaks": _leaks,
        "losses": _losses,
        "traps": _traps,
        "beside": _beside,
        "cost": _cost,
    }
    wanted = set(names)
    return [table for name in NAMES if name in wanted for table in makers[name](board)]


def ordered(board: Board) -> list[Row]:
    """Ranked rows first, then those that stand apart."""
    return sorted(board["rows"], key=lambda row: not row["ranked"])


def apart(board: Board) -> int:
    """How many rows stand apart: floor, ceiling, and texts that nobody can make again."""
    return sum(not row["ranked"] for row in board["rows"])


def _leaderboard(board: Board) -> list[Table]:
    rows = ordered(board)
    boxed = _boxed(rows)
    ranks = iter(range(1, len(rows) + 1))
    cells = [
        (
            next(ranks) if row["ranked"] else "",
            row["extractor"],
            row["version"],
            *_scores(row),
            *_times(row),
            row["statuses"].get("empty", 0) or "",
            _counted(row["failures"]),
            *(() if boxed else (", ".join(row["sandbox"]),)),
        )
        for row in rows
    ]
    spec = "#:count extractor version P:rate R:rate F1:rate cost:cost ms:ms empty:count failures"
    return [
        Table(
            f"Leaderboard: {board['title']}",
            columns(spec if boxed else f"{spec} sandbox"),
            tuple(cells),
            (*_timing_notes(rows), *_provenance(board)),
            apart(board),
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


def _timing_notes(rows: Sequence[Row]) -> list[str]:
    notes = []
    if any(row["timing"] for row in rows):
        notes.append("cost: CPU time as a multiple of parsing the same pages with lxml; ms: mean CPU ms a page")
    each = {figures["timing"] for row in rows for figures in (row, *row["sites"].values())}
    if each - {None, CAREFUL, UNSTEADY}:
        notes.append("~ is indicative: measured once, in the run; python -m bench time measures with care")
    if UNSTEADY in each:
        notes.append("* was measured with care, while the machine was not steady")
    # Where the careful pass stands, the table says nothing of the cache.
    sites = [site for row in rows for site in row["sites"].values() if site["timing"] not in {CAREFUL, UNSTEADY}]
    earlier = sum(site["earlier"] for site in sites)
    if earlier:
        notes.append(
            f"{_texts(earlier)} from the cache, with the cost of an earlier run here; --fresh times them again"
        )
    untimed = sum(site["cached"] for site in sites) - earlier
    if untimed:
        notes.append(f"{_texts(untimed)} from the cache, not timed: --fresh or python -m bench time does that")
    return notes


def _texts(count: int) -> str:
    return "1 text" if count == 1 else f"{count} texts"


def _signature(signature: str) -> str:
    return f"signature: {signature}"


def _provenance(board: Board) -> list[str]:
    machine = board["machine"]
    commit = f", commit {board['commit'][:12]}" if board["commit"] else ""
    changed = " with uncommitted changes" if board["dirty"] else ""
    lines = [
        _signature(board["signature"]),
        f"run: corpus {board['corpus']}, {board['created']}, lubb {board['lubb']}{commit}{changed}",
    ]
    if all(row["way"] == "outputs" for row in board["rows"]):
        return lines  # nothing was run here
    timeout, mib = board["limits"]["timeout_s"], board["limits"]["memory_mib"]
    return [
        *lines,
        f"machine: {machine['cpu']}, {machine['cores']} cores, {machine['memory_mib']} MiB, {machine['system']}, "
        f"{machine['implementation']} {machine['python']}; extractors {board['jobs']} at a time",
        f"sandbox: {board['sandbox']}; limits a page: {timeout:g} s, memory {f'{mib:g} MiB' if mib else 'no limit'}",
    ]


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
    notes: Sequence[str] = (),
) -> list[Table]:
    """One table of extractors by `names`, each of which takes the columns of `spec`."""
    if not names:
        return []
    heads: list[Column] = [Column("extractor")]
    for name in names:
        heads += columns(spec, name)
    rows = ordered(board)
    body = tuple((row["extractor"], *(cell for name in names for cell in cells(row, name))) for row in rows)
    return [Table(title, tuple(heads), body, tuple(notes), apart(board))]


def _sites(board: Board) -> list[Table]:
    names = sorted({site for row in board["rows"] for site in row["sites"]})
    return _grouped(
        f"Per site: {board['title']}",
        board,
        names,
        "P:rate R:rate F1:rate cost:cost",
        lambda row, site: (*_scores(row["sites"][site]), _times(row["sites"][site])[0]),
        (*_timing_notes(board["rows"]), _signature(board["signature"])),
    )


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
        (*([note] if note else []), _signature(part["signature"])),
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
            _signature(board["signature"]),
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
        ("share of the label's tokens that did not come out", _signature(board["signature"])),
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
            _signature(board["signature"]),
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
                _signature(board["signature"]),
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
    notes = (*_timing_notes(board["rows"]), _COST_NOTE, *_provenance(board))
    heads = columns(f"extractor {spec} told_ms:ms timed:count cached:count timing")
    names = sorted({site for row in board["rows"] for site in row["sites"]})
    each = _grouped(
        f"Cost per site: {board['title']}",
        board,
        names,
        spec,
        lambda row, site: _cost_cells(row["sites"][site]),
        (_signature(board["signature"]),),
    )
    return [Table(f"Cost: {board['title']}", heads, body, notes, apart(board)), *each]


def _cost_cells(figures: Figures) -> tuple[Cell, ...]:
    peak = figures["peak_kib"]
    return *_times(figures), figures["p95_ms"], figures["mb_per_s"], None if peak is None else peak / 1024
