"""Floors: what a row's F1 may not fall under and its failures not exceed, in `results/floors.toml`.

They hold for one signature, since scores compare under no other. They rise by command; they sink, and rows go, only
where that is asked for by name.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.report.leaderboard import Board, Row
from bench.report.sides import unlike
from bench.report.table import plain
from bench.run.choice import close_matches
from bench.run.journal import write_whole

NAME = "floors.toml"
SCHEMA = 1
# Floors are a thousandth's multiple: what is below that is the digits of another Python, not another extractor.
_STEP = 1000
# What a thousandth may lack for the last digit of a float.
_DIGIT = 1e-12
_HEAD = """# What no row may fall under: python -m bench floors check. Written by python -m bench floors raise: floors
# rise, and sink only with --allow-regression. They hold for the signature below and no other.
"""
_AGAIN = "mend it, or write it anew: python -m bench floors raise --allow-regression"


@dataclass(frozen=True, slots=True)
class Floor:
    """Of one row: the least F1, and the most extractions that may fail; both over the headline."""

    f1: float
    failures: int


@dataclass(frozen=True, slots=True)
class Floors:
    """A file of floors: the signature that they hold for, and a floor a row."""

    signature: str
    rows: Mapping[str, Floor]


@dataclass(frozen=True, slots=True)
class Raised:
    """What raising came to.

    Attributes:
        floors: to be written.
        lines: what differs from before, a line each.
        sunk: those of them that are a regression.
    """

    floors: Floors
    lines: tuple[str, ...]
    sunk: tuple[str, ...]


def read(path: Path) -> Floors:
    """Read a file of floors.

    Raises:
        BenchError: not there, no TOML, of another schema, or with anything else than floors in it.
    """
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise BenchError(
            "there are no floors", where=str(path), mend="write them from a run: python -m bench floors raise"
        ) from None
    except (OSError, ValueError) as error:
        raise BenchError(f"cannot be read ({error})", where=str(path), mend=_AGAIN) from None
    schema = data.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise BenchError(
            f"has schema {schema}, and this Lubb reads up to {SCHEMA}", where=str(path), mend="update lubb"
        )
    problem = _problem(data)
    if problem:
        raise BenchError(problem, where=str(path), mend=_AGAIN)
    rows = {name: Floor(float(row["f1"]), row["failures"]) for name, row in data["floors"].items()}
    return Floors(data["signature"], rows)


def _problem(data: Mapping[str, Any]) -> str:
    """What is wrong with a file of floors; empty when nothing is."""
    if data.get("schema") != SCHEMA:
        return f"has schema {data.get('schema')!r}, not {SCHEMA}"
    unknown = sorted(data.keys() - {"schema", "signature", "floors"})
    if unknown:
        return f"has an unknown key '{plain(unknown[0])}'"
    if not isinstance(data.get("signature"), str) or not isinstance(data.get("floors"), dict):
        return "lacks its signature or its floors"
    for name, row in data["floors"].items():
        if not isinstance(row, dict) or row.keys() != {"f1", "failures"}:
            return f"{plain(name)}: a floor has f1 and failures, and nothing else"
        if not isinstance(row["f1"], float | int) or isinstance(row["f1"], bool) or not 0 <= row["f1"] <= 1:
            return f"{plain(name)}: f1 is no number from 0 to 1"
        if not isinstance(row["failures"], int) or isinstance(row["failures"], bool) or row["failures"] < 0:
            return f"{plain(name)}: failures is no whole number of 0 or more"
    return "" if data["floors"] else "holds no floor"


def write(floors: Floors, path: Path) -> None:
    """Write the file, whole or not at all.

    Raises:
        BenchError: it could not be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, as_toml(floors).encode("utf-8"))
    except OSError as error:
        raise BenchError(f"cannot be written ({error.strerror})", where=str(path), mend="make room") from None


def as_toml(floors: Floors) -> str:
    """floors.toml, rows by name."""
    lines = [_HEAD, f"schema = {SCHEMA}", f"signature = {_quoted(floors.signature)}", ""]
    for name, floor in sorted(floors.rows.items()):
        lines += [f"[floors.{_quoted(name)}]", f"f1 = {floor.f1:.3f}", f"failures = {floor.failures}", ""]
    return "\n".join(lines[:-1]) + "\n"


def check(
    floors: Floors, board: Board, *, where: str, extractors: Collection[str] = ()
) -> tuple[list[tuple[str, str]], list[str]]:
    """Hold a board against floors.

    Args:
        floors: what to hold it against. where: their file, for errors.
        board: of the same signature.
        extractors: only these rows; all that have a floor when empty.

    Returns:
        (what was to hold, how it does not) for each floor that is not held, and the ranked rows that have none.

    Raises:
        BenchError: they are for another signature, a row that has a floor is not on the board, or a name has no floor.
    """
    _refuse_unlike(floors, board, where)
    unknown = [name for name in extractors if name not in floors.rows]
    if unknown:
        raise BenchError(
            f"no floor for '{plain(unknown[0])}'", where=where, mend=close_matches(unknown[0], floors.rows)
        )
    rows = {row["extractor"]: row for row in board["rows"]}
    breached: list[tuple[str, str]] = []
    for name, floor in sorted(floors.rows.items()):
        if extractors and name not in extractors:
            continue
        if name not in rows:
            raise BenchError(_missing(name, board), where=where, mend="run it too, or name the rows: --extractor NAME")
        breached += _breaches(name, floor, rows[name])
    free = [row["extractor"] for row in board["rows"] if row["ranked"] and row["extractor"] not in floors.rows]
    return breached, [] if extractors else free


def _breaches(name: str, floor: Floor, row: Row) -> list[tuple[str, str]]:
    found = []
    f1, failed = row["f1"], sum(row["failures"].values())
    if f1 is None or f1 < floor.f1 - _DIGIT:
        said = "unknown" if f1 is None else f"{f1:.4f}"
        found.append(
            (f"{plain(name)}: F1 of {floor.f1:.3f} or more", f"{plain(name)}: F1 {said} is under {floor.f1:.3f}")
        )
    if failed > floor.failures:
        what = ", ".join(f"{count} {status}" for status, count in row["failures"].items())
        told = f"{plain(name)}: {failed} failures ({what}) where {floor.failures} are allowed"
        found.append((f"{plain(name)}: {floor.failures} failures or fewer", told))
    return found


def raised(
    old: Floors | None, board: Board, *, where: str, allow_regression: bool, extractors: Collection[str] = ()
) -> Raised:
    """The floors that a board's ranked rows allow.

    Args:
        old: the floors so far; None when there are none. where: their file, for errors.
        board: to take them from.
        allow_regression: floors may sink, failures become more, and rows that are gone lose theirs; floors of another
            signature are given up.
        extractors: only these rows; the floors of the others stay. All when empty.

    Raises:
        BenchError: the floors are for another signature, or a name is not on the board.
    """
    rows = {row["extractor"]: row for row in board["rows"]}
    for name in extractors:
        if name not in rows:
            raise BenchError(_missing(name, board), where=where, mend=close_matches(name, rows))
    if old is not None and unlike(old.signature, board["signature"]):
        if not allow_regression:
            _refuse_unlike(old, board, where)
        old = None
    before = dict(old.rows) if old else {}
    wanted = set(extractors) or {name for name, row in rows.items() if row["ranked"]} | before.keys()
    kept = {name: floor for name, floor in before.items() if name not in wanted}
    lines: list[str] = []
    sunk: list[str] = []
    for name in sorted(wanted):
        row, was = rows.get(name), before.get(name)
        if row is None or row["f1"] is None:
            sunk.append(_missing(name, board))
            continue
        new = Floor(math.floor((row["f1"] + _DIGIT) * _STEP) / _STEP, sum(row["failures"].values()))
        kept[name] = new
        if was is None:
            lines.append(f"{plain(name)}: new, {_told(new)}")
        elif new != was:
            line = f"{plain(name)}: {_told(was)}; now {_told(new)}"
            lines.append(line)
            if new.f1 < was.f1 or new.failures > was.failures:
                sunk.append(line)
    if not kept:
        raise BenchError(
            "no row of this run can have a floor", where=where, mend="run an extractor: python -m bench run"
        )
    lines += [line for line in sunk if line not in lines]
    return Raised(Floors(board["signature"], kept), tuple(lines), tuple(sunk))


def _told(floor: Floor) -> str:
    return f"F1 {floor.f1:.3f}, {floor.failures} failures"


def _missing(name: str, board: Board) -> str:
    problem = next((entry["problem"] for entry in board["unavailable"] if entry["extractor"] == name), "")
    return f"{plain(name)}: could not be run: {plain(problem)}" if problem else f"{plain(name)}: not in this run"


def _refuse_unlike(floors: Floors, board: Board, where: str) -> None:
    found = unlike(floors.signature, board["signature"])
    if found:
        raise BenchError(
            f"these floors are for another signature than the run's: {found}",
            where=where,
            mend="check a run over their pages, or give them up: python -m bench floors raise --allow-regression",
        )


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, but for what lies beyond four hexadecimal digits."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
