"""A run in CI as what is said of it: `Told`, the job summary, and the files that are kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.ci import told as telling
from bench.ci.comment import folded, head
from bench.ci.told import Told
from bench.errors import BenchError
from bench.report import exports, files
from bench.report.leaderboard import Board, leaderboard
from bench.report.markdown import markdown
from bench.report.names import TABLES
from bench.report.sides import unlike
from bench.report.table import Table, columns
from bench.report.tables import tables
from bench.run.journal import write_whole
from bench.run.place import lubb_version
from bench.run.records import Run

LEADERBOARD = "results/leaderboard.json"
# GitHub takes 1,024 KiB a step.
SUMMARY_BYTES = 1_000 << 10
_FIRST = ("leaderboard", "failures")
_TITLES = {"sites": "Per site", "tracks": "Other tracks", "beside": "Beside the headline"}
_FAILURES = 200


def told_of(
    run: Run | None,
    *,
    states: Mapping[str, str],
    reasons: Sequence[tuple[str, str]],
    not_run: Sequence[tuple[str, str]],
    committed: str,
    removed: Collection[str] = (),
    whole: bool = False,
) -> tuple[Told, Board | None]:
    """What is to be said of a run.

    Args:
        run: None when there was nothing to run.
        states: of its rows; what is not named was run again.
        reasons: why it was made.
        not_run: rows that could not be run, beside those that the run itself tells of.
        committed: the leaderboard.json that stands in the repository; "" for none.
        removed: rows that will not be in the next one.
        whole: whether all rows were run, so that they are ranked among themselves.
    """
    board = leaderboard(run) if run is not None and run.records else None
    missing = [*not_run, *((e.name, e.problem) for e in (run.plan.extractors if run else ()) if e.problem)]
    if board is None:
        return Told(lubb_version(), "", "", "", "", "", tuple(reasons), (), tuple(missing)), None
    before, beside = _committed(committed, board["signature"])
    order = {state: place for place, state in enumerate(telling.STATES)}
    found = _places(board, {name: f1 for name, (f1, ranked) in before.items() if ranked and name not in removed}, whole)
    rows = [_row(dict(row), states.get(row["extractor"], "again"), before, found) for row in board["rows"]]
    gone = before.keys() - {row.extractor for row in rows} - {name for name, _ in missing} if whole else set()
    if gone:
        beside += f"; not in this run: {', '.join(sorted(gone))}"
    if found:
        beside += "; place: what the data allow" if whole else "; place: if these rows were taken into that leaderboard"
    machine, unsteady = board["machine"], board["calibrator"]["unstable"]
    return (
        Told(
            lubb=board["lubb"],
            signature=board["signature"],
            title=board["title"],
            sandbox=board["sandbox"],
            machine=f"{machine['cpu']}, {machine['cores']} cores{', not steady' if unsteady else ''}",
            beside=beside,
            reasons=tuple(reasons),
            rows=tuple(sorted(rows, key=lambda row: order[row.state])),
            not_run=tuple(missing),
        ),
        board,
    )


def _committed(text: str, signature: str) -> tuple[dict[str, tuple[float, bool]], str]:
    """F1 and whether it is ranked, by row, of the leaderboard that stands in the repository; and what to say of it."""
    try:
        board = json.loads(text) if text else {}
        rows = {row["extractor"]: (float(row["f1"] or 0.0), bool(row["ranked"])) for row in board.get("rows", [])}
        theirs = str(board.get("signature", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}, f"{LEADERBOARD} cannot be read: nothing stands beside these rows"
    if not rows:
        return {}, f"there is no {LEADERBOARD}: nothing stands beside these rows"
    if theirs != signature:
        what = unlike(theirs, signature)
        return {}, f"{LEADERBOARD} is of another signature, in {what}: nothing stands beside these rows"
    return rows, f"before: {LEADERBOARD}"


def _places(board: Board, before: Mapping[str, float], whole: bool) -> dict[str, tuple[int, int, int]]:
    """(best, worst, of how many) by ranked row: in this run if it is whole, else in the leaderboard that it joins."""
    ranked = [row for row in board["rows"] if row["ranked"]]
    if whole:
        return {row["extractor"]: (row["ranks"][0], row["ranks"][1], len(ranked)) for row in ranked if row["ranks"]}
    if not before:
        return {}
    field = dict(before) | {row["extractor"]: row["f1"] or 0.0 for row in ranked}
    places = {name: 1 + sum(other > f1 for other in field.values()) for name, f1 in field.items()}
    return {row["extractor"]: (places[row["extractor"]], places[row["extractor"]], len(field)) for row in ranked}


def _row(
    row: dict[str, Any],
    state: str,
    before: Mapping[str, tuple[float, bool]],
    places: Mapping[str, tuple[int, int, int]],
) -> telling.Row:
    name = str(row["extractor"])
    low, high = (row["intervals"] or {}).get("f1") or (None, None)
    best, worst, count = places.get(name, (None, None, None))
    return telling.Row(
        extractor=name,
        state=state,
        version=row["version"],
        precision=row["precision"],
        recall=row["recall"],
        f1=row["f1"],
        low=low,
        high=high,
        before=before[name][0] if name in before else None,
        best=best,
        worst=worst,
        places=count,
        cost=row["cost"],
        empty=row["statuses"].get("empty", 0),
        failures=row["failures"],
    )


def summary(told: Told, run: Run | None, board: Board | None, most: int = SUMMARY_BYTES) -> str:
    """The job summary: what the comment says, then all tables, folded; those for which there is no room are named."""
    lines = head(told)
    text, left = "\n".join(lines), []
    if len(text.encode("utf-8")) > most:
        text = "\n".join(["## Lubb", "", "There is no room for what was found: see the files of this run.", ""])
    for name in (*_FIRST, *(name for name in TABLES if name not in _FIRST)):
        title = _TITLES.get(name, name.capitalize())
        if run is None or board is None:
            break
        found = _failures(run) if name == "failures" else tables(board, [name])
        if not found:
            continue
        part = "\n".join(folded(title, [markdown(found)]))
        if len(text.encode("utf-8")) + len(part.encode("utf-8")) > most - _FAILURES:
            left.append(title)
        else:
            text += part + "\n"
    if left:
        text += f"\nLeft out, since a summary holds 1,024 KiB: {', '.join(left)}. See leaderboard.md among the files.\n"
    return text


def _failures(run: Run) -> list[Table]:
    failed = [record for record in run.records if record.status.failed]
    rows = tuple((r.extractor, r.page, r.status.value, r.detail) for r in failed[:_FAILURES])
    if not rows:
        return []
    more = (f"and {len(failed) - len(rows)} more",) if len(failed) > len(rows) else ()
    return [Table(f"{len(failed)} extractions failed", columns("extractor page status detail"), rows, more)]


def keep(folder: Path, told: Told, run: Run | None, board: Board | None) -> list[Path]:
    """Write summary.md and comment.json, and of a run its leaderboard files, JUnit and what benchmark charts read.

    Raises:
        BenchError: a file could not be written.
    """
    texts = {"summary.md": summary(told, run, board), telling.NAME: telling.as_json(told)}
    if run is not None and board is not None:
        texts |= {
            "junit.xml": exports.junit(run, board),
            "benchmark-f1.json": exports.github_action_benchmark(board),
            "benchmark-cost.json": exports.github_action_benchmark(board, "cost"),
            "pytest-benchmark.json": exports.pytest_benchmark(run, board),
        }
        files.write(board, folder)
        files.write_reference(run, folder)
    for name, text in texts.items():
        write_text(folder / name, text)
    return sorted(folder / name for name in texts)


def write_text(file: Path, text: str) -> None:
    """Write one artifact, whole or not at all.

    Raises:
        BenchError: it could not be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text.encode("utf-8"))
    except OSError as error:
        raise BenchError(
            f"cannot be written ({error.strerror})", where=str(file.parent), mend="give another folder: --artifacts"
        ) from None


def append(file: Path, text: str) -> None:
    """Add to a job summary.

    Raises:
        BenchError: it cannot be written.
    """
    try:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(text + "\n")
    except OSError as error:
        raise BenchError(
            f"cannot be written ({error.strerror})", where=str(file), mend="give another: --summary"
        ) from None
