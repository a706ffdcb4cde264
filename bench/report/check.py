"""`bench report --check`: whether what is committed in a folder of results still follows from its reference run.

Nothing is extracted or scored: the boards are made again from the reference's records, and the reference has to be of
the corpus and of the ways to count that there are now.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

from bench.errors import BenchError
from bench.gold import corpus
from bench.report import files, floors, reference
from bench.report.leaderboard import Board
from bench.report.table import Kind, plain, write
from bench.run import place
from bench.run.plan import Signature
from bench.score.page import SCORE
from bench.text import AR1

RUN = "python -m bench run --fresh && python -m bench time && python -m bench report --write"
WRITE = "python -m bench report --write"
README = "python -m bench report --format markdown --table leaderboard, then mend README.md"
_ROW = re.compile(
    r"^\| *[\d-]+ *\| *([A-Za-z0-9][A-Za-z0-9._+-]*) *\| *\S+ *\| *(\S+) *\| *(\S+) *\| *(\S+) *\|", re.MULTILINE
)
# Of a line that differs: so much of it, and so much of that before the difference.
_SHOWN, _BEFORE = 60, 30


def check(out: Path, corpus_path: Path | None = None) -> list[str]:
    """A line for each thing that no longer follows, with the command that mends it; none when all does.

    Args:
        out: the folder of results.
        corpus_path: the corpus that its reference run should be of; None for the shipped one.

    Raises:
        BenchError: there is no reference run, or it cannot be read.
    """
    found = reference.read(out / reference.NAME)
    board = found.board()
    loaded = corpus.load(corpus_path or corpus.shipped())
    problems = _of_now(found.run.plan.signature, loaded)
    for name, text in files.texts(board).items():
        problems += _file(out / name, text)
    if (out / floors.NAME).is_file():
        problems += _floors(out / floors.NAME, board)
    root = place.checkout_root()
    if root and out.resolve() == root / "results":
        problems += readme(root / "README.md", board)
    return problems


def _of_now(signature: Signature, loaded: corpus.Corpus) -> list[str]:
    """How the reference differs from what a run of today would be."""
    now = {"corpus": loaded.digest, "gold": loaded.gold_digest, "text": AR1, "score": SCORE}
    was = {name: getattr(signature, name) for name in now}
    differ = [f"{name} was {was[name][:12]} and is {now[name][:12]}" for name in now if was[name] != now[name]]
    return [f"{reference.NAME}: of another run than one of today: {', '.join(differ)}; again: {RUN}"] if differ else []


def _file(path: Path, text: str) -> list[str]:
    """What is wrong with one of the files that follow from the board."""
    try:
        stands = path.read_bytes()
    except FileNotFoundError:
        return [f"{path.name}: is missing; again: {WRITE}"]
    except OSError as error:
        raise BenchError(f"cannot be read ({error.strerror})", where=str(path), mend=f"again: {WRITE}") from None
    if stands == text.encode("utf-8"):
        return []
    lines = zip_longest(stands.decode("utf-8", "replace").split("\n"), text.split("\n"))
    number, one, other = next(
        ((number, one, other) for number, (one, other) in enumerate(lines, 1) if one != other), (0, "", "")
    )
    pairs = enumerate(zip_longest(one or "", other or ""))
    at = max(0, next((place for place, (left, right) in pairs if left != right), 0) - _BEFORE)
    differs = f"line {number} is {_cut(one, at)} and should be {_cut(other, at)}"
    return [f"{path.name}: does not follow from {reference.NAME}: {differs}; again: {WRITE}"]


def _cut(line: str | None, at: int) -> str:
    """A line around the place where it differs."""
    if line is None:
        return "not there"
    shown = plain(line[at : at + _SHOWN])
    return f"'{'…' if at else ''}{shown}{'…' if len(line) > at + _SHOWN else ''}'"


def _floors(path: Path, board: Board) -> list[str]:
    """What is wrong with the floors."""
    try:
        breached, _ = floors.check(floors.read(path), board, where=path.name)
    except BenchError as error:
        return [str(error)]
    return [f"{path.name}: {line}; mend the row, or: python -m bench floors raise" for _, line in breached]


def readme(path: Path, board: Board) -> list[str]:
    """Whether the README's table says what the board says: the same rows, precision, recall and F1."""
    shown = rows_of(path.read_text(encoding="utf-8"))
    wanted: Mapping[str, tuple[str, ...]] = {
        row["extractor"]: tuple(write(row[key], Kind.RATE) for key in ("precision", "recall", "f1"))
        for row in board["rows"]
    }
    if shown == wanted:
        return []
    missing = [name for name in wanted if name not in shown]
    odd = [name for name in shown if name not in wanted]
    differ = [name for name in wanted if name in shown and shown[name] != wanted[name]]
    told = [
        f"{word} {', '.join(names)}"
        for word, names in (("lacks", missing), ("still has", odd), ("differs in", differ))
        if names
    ]
    return [f"{path.name}: its table {'; '.join(told)}; again: {README}"]


def rows_of(text: str) -> dict[str, tuple[str, ...]]:
    """The rows of a leaderboard in Markdown: precision, recall and F1 as written, by extractor."""
    return {name: tuple(figures) for name, *figures in _ROW.findall(text)}
