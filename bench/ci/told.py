"""`comment.json`: what a pull request's run says of itself, and reading it as what it is, the word of a stranger.

The file is written where a pull request's code has run, and read where the right to comment is. So whatever stands in
it is checked: types, sizes, ranges. This module needs nothing that has to be installed.
"""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from bench.errors import BenchError

SCHEMA = 1
NAME = "comment.json"
STATES = ("new", "changed", "again")
_ITEMS = 300
# What `as_json` writes at most: each character of each text may take twelve bytes there.
_BYTES = 8 << 20
_NAME, _LINE = 80, 400
_MOST = 10**9

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the run.

    Attributes:
        state: new, changed, or only run again.
        low, high: the interval of `f1`; None where there is none.
        before: F1 in the leaderboard that the pull request was made from; None when it is not there, or of another
            signature.
        best, worst, places: where it stands among how many ranked rows: the places that the data allow when all rows
            were run, else the one that it would have in that leaderboard.
        failures: by status.
    """

    extractor: str
    state: str
    version: str
    precision: float | None
    recall: float | None
    f1: float | None
    low: float | None
    high: float | None
    before: float | None
    best: int | None
    worst: int | None
    places: int | None
    cost: float | None
    empty: int
    failures: dict[str, int]


@dataclass(frozen=True, slots=True)
class Told:
    """What the run says.

    Attributes:
        lubb, signature, title, sandbox, machine: of the run; "" when there was nothing to run.
        reasons: (what differs, what follows).
        not_run: (extractor, why).
        beside: why nothing stands beside the rows, or what does.
    """

    lubb: str
    signature: str
    title: str
    sandbox: str
    machine: str
    beside: str
    reasons: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    not_run: tuple[tuple[str, str], ...]


def as_json(told: Told) -> str:
    """comment.json. What is too long for a reader is cut here, in words."""
    data = {
        "schema": SCHEMA,
        **{key: _cut(getattr(told, key)) for key in ("lubb", "signature", "title", "sandbox", "machine", "beside")},
        "reasons": [[_cut(text) for text in pair] for pair in _some(told.reasons)],
        "rows": [
            {**asdict(row), "extractor": _cut(row.extractor, _NAME), "version": _cut(row.version)}
            for row in told.rows[:_ITEMS]
        ],
        "not_run": [[_cut(name, _NAME), _cut(why)] for name, why in _some(told.not_run)],
    }
    return json.dumps(data, ensure_ascii=True, allow_nan=False, indent=1) + "\n"


def _some(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    if len(pairs) <= _ITEMS:
        return pairs
    return (*pairs[: _ITEMS - 1], ("…", f"and {len(pairs) - _ITEMS + 1} more"))


def _cut(text: str, length: int = _LINE) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def read(folder: Path) -> Told:
    """The comment.json of a folder.

    Raises:
        BenchError: it is not there, no plain file, too large, or not what this module writes.
    """
    path = folder / NAME
    try:
        return _told(json.loads(_bytes(path), parse_constant=_no_number))
    except _Wrong as why:
        raise BenchError(str(why), where=str(path), mend="run bench ci pull-request again") from None
    except (ValueError, RecursionError) as error:
        raise BenchError(f"is no JSON ({type(error).__name__})", where=str(path), mend="download it again") from None


class _Wrong(Exception):
    """The file is not what it should be; the message says how."""


def _bytes(path: Path) -> bytes:
    try:
        # An archive may hold a link to any file of the reader, or a pipe that never ends.
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _Wrong(f"cannot be read ({error.strerror})") from None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise _Wrong("is no plain file")
    with os.fdopen(file, "rb") as opened:
        found = opened.read(_BYTES + 1)
    if len(found) > _BYTES:
        raise _Wrong(f"is larger than {_BYTES >> 10} KiB")
    return found


def _no_number(word: str) -> NoReturn:
    raise _Wrong(f"{word} is no number")


def _told(data: object) -> Told:
    fields = _object(data, "the file")
    if _whole(fields.get("schema"), "schema") != SCHEMA:
        raise _Wrong(f"has schema {fields['schema']}, and this Lubb reads {SCHEMA}")
    words = {key: _text(fields, key, _LINE) for key in ("lubb", "signature", "title", "sandbox", "machine", "beside")}
    return Told(
        **words,
        reasons=_list(fields, "reasons", lambda item: _pair(item, "reasons", _LINE)),
        rows=_list(fields, "rows", _row),
        not_run=_list(fields, "not_run", lambda item: _pair(item, "not_run", _NAME)),
    )


def _row(item: object) -> Row:
    fields = _object(item, "a row")
    state = _text(fields, "state", _NAME)
    if state not in STATES:
        raise _Wrong("a row has an unknown state")
    failures = _object(fields.get("failures"), "failures")
    if len(failures) > len("timeout crash memory bad-type too-big exception".split()):
        raise _Wrong("a row has too many kinds of failures")
    shares = {key: _number(fields, key, 1.0) for key in ("precision", "recall", "f1", "low", "high", "before")}
    return Row(
        extractor=_text(fields, "extractor", _NAME),
        state=state,
        version=_text(fields, "version", _LINE),
        **shares,
        best=_optional_count(fields, "best"),
        worst=_optional_count(fields, "worst"),
        places=_optional_count(fields, "places"),
        cost=_number(fields, "cost", float(_MOST)),
        empty=_whole(fields.get("empty"), "empty"),
        failures={_bounded(name, "failures", _NAME): _whole(count, "failures") for name, count in failures.items()},
    )


def _object(data: object, what: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise _Wrong(f"{what} is no JSON object")
    return data


def _list(fields: dict[str, Any], key: str, make: Callable[[object], _T]) -> tuple[_T, ...]:
    found = fields.get(key)
    if not isinstance(found, list) or len(found) > _ITEMS:
        raise _Wrong(f"'{key}' is no list of at most {_ITEMS}")
    return tuple(map(make, found))


def _pair(item: object, key: str, first: int) -> tuple[str, str]:
    if not isinstance(item, list) or len(item) != len(("what", "why")):
        raise _Wrong(f"'{key}' holds something else than pairs")
    return _bounded(item[0], key, first), _bounded(item[1], key, _LINE)


def _text(fields: dict[str, Any], key: str, length: int) -> str:
    return _bounded(fields.get(key), key, length)


def _bounded(value: object, key: str, length: int) -> str:
    if not isinstance(value, str) or len(value) > length:
        raise _Wrong(f"'{key}' is no text of at most {length} characters")
    return value


def _number(fields: dict[str, Any], key: str, most: float) -> float | None:
    value = fields.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most or math.isnan(value):
        raise _Wrong(f"'{key}' is no number from 0 to {most:g}")
    return float(value)


def _optional_count(fields: dict[str, Any], key: str) -> int | None:
    return None if fields.get(key) is None else _whole(fields[key], key)


def _whole(value: object, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
        raise _Wrong(f"'{key}' is no whole number up to {_MOST}")
    return value
