"""What can be compared: a run's folder, a results folder, a leaderboard.json or a reference run, read alike."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bench.errors import BenchError
from bench.report import reference
from bench.report.leaderboard import SCHEMA, Board, leaderboard
from bench.report.table import plain
from bench.run.records import PLAN, RUN, Record, Run, check_schema, latest_run, open_run

BOARD = "leaderboard.json"
# Of a signature, in its order. Scores that differ in any of them do not compare.
FIELDS = ("corpus", "gold", "pages", "split", "track", "text", "score")
_ROW = {"extractor": str, "version": str, "digest": str, "ranked": bool, "failures": dict, "tracks": dict}
_TEXTS = ("signature", "created", "title", "split", "track")
_WHOLE = {**dict.fromkeys(_TEXTS, str), "machine": dict, "rows": list, "unavailable": list, "tracks": dict}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two.

    Attributes:
        name: what it is called in tables: the run's folder or the file.
        board: its figures; places and intervals may be missing.
        run: its records; None of a leaderboard.json alone, which names no pages.
    """

    name: str
    board: Board
    run: Run | None

    @property
    def records(self) -> dict[str, dict[str, Record]]:
        """Extractor -> page -> record; empty of a leaderboard alone."""
        found: dict[str, dict[str, Record]] = {}
        for record in self.run.records if self.run else ():
            found.setdefault(record.extractor, {})[record.page] = record
        return found


def open_side(path: Path) -> Side:
    """Read what stands at `path`.

    Raises:
        BenchError: nothing that can be compared, an unfinished or damaged run, one without records or rows, one of a
            newer schema.
    """
    if path.is_dir():
        folder = path if (path / PLAN).is_file() or (path / RUN).is_file() else _latest(path)
        return _of_run(open_run(folder))
    if path.name.endswith(".gz"):
        return _of_reference(path)
    if path.name.endswith(".json"):
        return _of_board(path)
    problem = "is neither a run, a folder of results nor a leaderboard.json" if path.exists() else "is not there"
    raise BenchError(problem, where=str(path), mend="give a folder below results/runs, or results/leaderboard.json")


def open_committed(out: Path) -> Side:
    """The reference that is committed in a folder of results: its records where they are there, else its leaderboard.

    Raises:
        BenchError: neither is there, or what `open_side` raises.
    """
    if (out / reference.NAME).is_file():
        return _of_reference(out / reference.NAME)
    if (out / BOARD).is_file():
        return _of_board(out / BOARD)
    raise BenchError(
        f"no reference run stands here ({reference.NAME} or {BOARD})",
        where=str(out),
        mend="name what to compare with, or write one: python -m bench report --write",
    )


def unlike(one: str, other: str) -> str:
    """What two signatures differ in, in words; empty when they are one."""
    if one == other:
        return ""
    first, second = parts(one), parts(other)
    names = [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]
    names.sort(key=lambda name: (name not in FIELDS, FIELDS.index(name) if name in FIELDS else 0, name))
    told = [f"{name} ({first.get(name, 'none')} and {second.get(name, 'none')})" for name in names]
    return plain(" and ".join(told)) if told else "signature"


def parts(signature: str) -> dict[str, str]:
    """A signature as written, by field."""
    return {name: value for name, _, value in (part.partition(":") for part in signature.split("|"))}


def refuse_unlike(now: Side, before: Side) -> None:
    """Raise unless both were scored alike.

    Raises:
        BenchError: it names each field of the signature that differs.
    """
    found = unlike(now.board["signature"], before.board["signature"])
    if found:
        raise BenchError(
            f"{plain(now.name)} and {plain(before.name)} differ in {found}, so their scores do not compare",
            mend="compare runs over the same pages, scored alike",
        )


def _latest(path: Path) -> Path:
    """The latest complete run of a folder of results."""
    if not (path / "runs").is_dir():
        raise BenchError(
            "no run here, and no folder of results", where=str(path), mend="give a folder below results/runs"
        )
    return latest_run(path)


def _of_run(run: Run) -> Side:
    if not run.records:
        raise BenchError("this run holds no records", where=str(run.path), mend="make one: python -m bench run")
    return Side(run.path.name, leaderboard(run, judged=False), run)


def _of_reference(path: Path) -> Side:
    found = reference.read(path)
    if not found.run.records:
        raise BenchError("this run holds no records", where=str(path), mend=f"again: {reference.AGAIN}")
    return Side(path.name, found.board(judged=False), found.run)


def _of_board(path: Path) -> Side:
    again = "write it again: python -m bench report --write"
    try:
        data: Any = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BenchError(f"cannot be read ({error})", where=str(path), mend=again) from None
    if not isinstance(data, dict) or "rows" not in data:
        raise BenchError("is no leaderboard", where=str(path), mend=again)
    check_schema(data, str(path))
    board = checked(data)
    if board is None:
        raise BenchError(f"is damaged: it is no leaderboard of schema {SCHEMA}", where=str(path), mend=again)
    if not board["rows"]:
        raise BenchError("this leaderboard has no rows", where=str(path), mend="make a run: python -m bench run")
    return Side(path.name, board, None)


def checked(data: Mapping[str, Any]) -> Board | None:
    """`data` if it has what is read of a leaderboard here, each of its type."""
    entry = {"extractor": str, "problem": str}
    sound = (
        _has(data, _WHOLE)
        and all(_is_row(row) for row in data["rows"])
        and all(isinstance(told, dict) and _has(told, entry) for told in data["unavailable"])
        and all(isinstance(part, dict) and _has(part, {"signature": str}) for part in data["tracks"].values())
        and isinstance(data.get("commit", ""), str)
    )
    return cast(Board, data) if sound else None


def _is_row(row: object) -> bool:
    return (
        isinstance(row, dict)
        and _has(row, _ROW)
        and "timing" in row
        and all(type(count) is int for count in row["failures"].values())
        and _figures(row)
        and all(isinstance(part, dict) and _figures(part) for part in row["tracks"].values())
    )


def _has(data: Mapping[str, Any], wanted: Mapping[str, type]) -> bool:
    return all(isinstance(data.get(key), kind) for key, kind in wanted.items())


def _figures(data: Mapping[str, Any]) -> bool:
    """Whether these are the figures of a track, with those of its sites."""
    sites = data.get("sites")
    return isinstance(sites, dict) and all(isinstance(site, dict) and _scores(site) for site in (data, *sites.values()))


def _scores(data: Mapping[str, Any]) -> bool:
    figures = ("precision", "recall", "f1", "cost")
    return type(data.get("pages")) is int and all(key in data and _is_figure(data[key]) for key in figures)


def _is_figure(value: object) -> bool:
    return value is None or (isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value))
