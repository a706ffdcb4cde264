"""How each extractor moved across the stored runs and the committed reference, a table for each signature."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.report import judgement, means, reference
from bench.report.compared import signed
from bench.report.judged import short
from bench.report.leaderboard import CAREFUL, UNSTEADY, Board, Row, f1_interval, leaderboard
from bench.report.sides import BOARD, open_committed
from bench.report.table import Cell, Kind, Table, columns, plain, write
from bench.report.view import headline
from bench.run.choice import close_matches
from bench.run.records import PLAN, Run, open_run

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of one stored run.

    Attributes:
        run: the run's folder, or the file of the reference.
        signature, created, commit: of the run. title: what it is over, in words.
        row: its figures. interval: of F1, 95 %; None where it is not known.
    """

    run: str
    signature: str
    title: str
    created: str
    commit: str
    row: Row
    interval: list[float] | None

    @property
    def extractor(self) -> str:
        """Its name."""
        return self.row["extractor"]

    @property
    def same(self) -> tuple[object, ...]:
        """What must differ for two entries to be told apart."""
        row = self.row
        return row["version"], row["digest"], row["precision"], row["recall"], row["f1"], str(row["failures"])


@dataclass(frozen=True, slots=True)
class History:
    """Entries by time, and what was left out: a line each."""

    entries: tuple[Entry, ...]
    left_out: tuple[str, ...]


def history(out: Path, extractors: Collection[str] = ()) -> History:
    """Read every stored run of a folder of results, and the reference that is committed there.

    A run that is unfinished or damaged is left out, and told.

    Args:
        out: the folder of results.
        extractors: only these rows; all when empty.

    Raises:
        BenchError: there is nothing to read, or an extractor is in none of them.
    """
    entries: list[Entry] = []
    left_out: list[str] = []
    names: set[str] = set()
    for name, board, run in _boards(out, left_out):
        names.update(row["extractor"] for row in board["rows"])
        entries += _entries(name, board, run, extractors)
    if not names:
        raise BenchError(
            "no complete run and no reference" + (f" ({len(left_out)} cannot be used)" if left_out else ""),
            where=str(out),
            mend=f"first: {left_out[0]}" if left_out else "make one: python -m bench run",
        )
    for name in extractors:
        if name not in names:
            raise BenchError(f"no stored run has the extractor '{plain(name)}'", mend=close_matches(name, names))
    wanted = set(extractors) or names
    kept = [entry for entry in entries if entry.extractor in wanted]
    return History(tuple(sorted(kept, key=lambda entry: (entry.created, entry.run))), tuple(left_out))


def _boards(out: Path, left_out: list[str]) -> Iterator[tuple[str, Board, Run | None]]:
    """The name, figures and records of each run in turn, the reference's last where no stored run is the same."""
    seen = set()
    for folder in sorted(path.parent for path in (out / "runs").glob(f"*/{PLAN}")):
        try:
            run = open_run(folder)
            if not run.records:
                raise BenchError("this run holds no records", where=str(folder))
        except BenchError as error:
            left_out.append(f"{folder.name}: {error.what}")
            continue
        seen.add((run.plan.created, str(run.plan.signature)))
        yield folder.name, leaderboard(run, judged=False), run
    if not ((out / reference.NAME).is_file() or (out / BOARD).is_file()):
        return
    try:
        side = open_committed(out)
    except BenchError as error:
        left_out.append(str(error))
        return
    if (side.board["created"], side.board["signature"]) not in seen:
        yield side.name, side.board, side.run


def _entries(name: str, board: Board, run: Run | None, extractors: Collection[str]) -> list[Entry]:
    chosen = [row for row in board["rows"] if not extractors or row["extractor"] in extractors]
    intervals = _intervals(run, {row["extractor"] for row in chosen}) if run else {}
    return [
        Entry(
            name,
            board["signature"],
            board["title"],
            board["created"],
            board.get("commit", ""),
            row,
            intervals.get(row["extractor"]) or f1_interval(row),
        )
        for row in chosen
    ]


def _intervals(run: Run, extractors: Collection[str]) -> dict[str, list[float] | None]:
    pages = headline(run.plan).pages
    sites = {
        name: means.by_site((record for record in run.records if record.extractor == name), pages)
        for name in extractors
    }
    return {name: found["f1"] for name, found in judgement.row_intervals(sites, {}).items()}


def stretches(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Of entries of one signature: neighbours of one extractor in which nothing differs but cost."""
    ordered = sorted(entries, key=lambda entry: (entry.extractor, entry.created, entry.run))
    return [list(found) for _, found in groupby(ordered, key=lambda entry: (entry.extractor, entry.same))]


def tables(found: History, *, every: bool = False) -> list[Table]:
    """A table for each signature, that of the newest run last; in it, the runs of each extractor by time.

    Args:
        found: what was read.
        every: a line for each run; else runs in which nothing of a row differs but its cost are one line.
    """
    signatures = dict.fromkeys(entry.signature for entry in reversed(found.entries))
    return [_table([e for e in found.entries if e.signature == s], every=every) for s in reversed(signatures)]


def _table(entries: Sequence[Entry], *, every: bool) -> Table:
    kept = [[e] for e in sorted(entries, key=lambda e: (e.extractor, e.created))] if every else stretches(entries)
    runs = len({entry.run for entry in entries})
    body: list[tuple[Cell, ...]] = []
    before: Entry | None = None
    for stretch in kept:
        first, last = stretch[0], stretch[-1]
        if before is not None and before.extractor != first.extractor:
            before = None
        body.append(_line(first, last, before, len(stretch)))
        before = last
    several = "runs: how many in a row say the same, the first of them on this line; the cost is that of the last"
    notes = [] if all(len(stretch) == 1 for stretch in kept) else [several]
    spec = (
        "extractor version since P:rate R:rate F1:rate 95%:count change:count cost:cost failures runs:count commit run"
    )
    return Table(
        f"History over {runs} run{'' if runs == 1 else 's'}: {entries[0].title}",
        columns(spec),
        tuple(body),
        (*notes, "change: of F1, from the line above", f"signature: {entries[0].signature}"),
        spare=("commit", "runs", "95%", "run"),
    )


def _line(first: Entry, last: Entry, before: Entry | None, count: int) -> tuple[Cell, ...]:
    row = last.row
    return (
        first.extractor,
        row["version"],
        first.created[:10],
        row["precision"],
        row["recall"],
        row["f1"],
        short(last.interval),
        signed((row["f1"] or 0.0) - (before.row["f1"] or 0.0)) if before else "",
        _cost(row),
        ", ".join(f"{number} {status}" for status, number in row["failures"].items()),
        count,
        first.commit[:8],
        first.run,
    )


def _cost(row: Row) -> Cell:
    """With the marks of the leaderboard: ~ for indicative, * for a careful pass on an unsteady machine."""
    if row["cost"] is None or row["timing"] == CAREFUL:
        return row["cost"]
    return f"{write(row['cost'], Kind.COST)}*" if row["timing"] == UNSTEADY else f"~{write(row['cost'], Kind.COST)}"


def as_json(found: History) -> dict[str, Any]:
    """What `bench history --json` prints (docs/compare.md); grows only by addition."""
    signatures = dict.fromkeys(entry.signature for entry in found.entries)
    return {
        "schema": SCHEMA,
        "signatures": [
            {"signature": s, "entries": [_object(entry) for entry in found.entries if entry.signature == s]}
            for s in signatures
        ],
        "left_out": list(found.left_out),
    }


def _object(entry: Entry) -> dict[str, Any]:
    row = entry.row
    return {
        "extractor": entry.extractor,
        "version": row["version"],
        "digest": row["digest"],
        "run": entry.run,
        "created": entry.created,
        "commit": entry.commit,
        "precision": row["precision"],
        "recall": row["recall"],
        "f1": row["f1"],
        "f1_interval": entry.interval,
        "cost": row["cost"],
        "timing": row["timing"],
        "failures": row["failures"],
    }
