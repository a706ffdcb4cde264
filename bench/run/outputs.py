"""Texts that were extracted elsewhere: read with every problem told at once, and scored into a run of their own."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.extract.worker import Limits
from bench.gold import corpus
from bench.gold.page import GoldPage
from bench.model import MAX_TEXT_CHARS, Cost, Status
from bench.run import place
from bench.run.choice import choose, close_matches
from bench.run.journal import Journal, open_journal, text_digest
from bench.run.plan import ExtractorInfo
from bench.run.records import Record, Run, open_run
from bench.run.request import make_plan
from bench.run.rows import ORACLE, OUTPUTS
from bench.score.page import prepare, score

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}")
_SHOWN = 20


@dataclass(slots=True)
class _Read:
    texts: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def score_outputs(
    path: Path, *, corpus_path: Path | None, out: Path, name: str | None, missing_as_empty: bool, command: str
) -> Run:
    """Score a file of outputs over a corpus and record it as a run with the way "outputs".

    Raises:
        BenchError: the file cannot be used (all its problems are in the error's notes), or nothing can be written.
    """
    name = _checked_name(name or path.stem)
    data = _bytes(path)
    loaded = corpus.load(corpus_path or corpus.shipped())
    texts = read_outputs(data, str(path), [page.id for page in loaded.pages], missing_as_empty=missing_as_empty)
    info = ExtractorInfo(
        name=name, options="texts produced elsewhere", way=OUTPUTS, digest=hashlib.sha256(data).hexdigest()
    )
    plan = make_plan(
        loaded, choose(loaded.pages), [info], limits=Limits(0.0, 0), jobs=1, sandbox=OUTPUTS, command=command
    )
    journal = open_journal(out, plan, fresh=True)
    try:
        for page in loaded.pages:
            _record(journal, name, page, texts.get(page.id))
        journal.finish(place.utc_now(), place.checkout(), {})
    finally:
        journal.close()
    return open_run(journal.path)


def read_outputs(data: bytes, where: str, pages: Iterable[str], *, missing_as_empty: bool) -> dict[str, str]:
    """The text of each page.

    Args:
        data: the file, JSON Lines in UTF-8; empty lines are skipped.
        where: its name for errors.
        pages: the ids of the corpus.
        missing_as_empty: pages that the file does not name are no problem.

    Raises:
        BenchError: whose notes tell every problem, each with its line.
    """
    ids = list(pages)
    read = _Read()
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if line.strip():
            problem = _take(read, line, number, frozenset(ids))
            if problem:
                read.problems.append(f"{where}:{number}: {problem}")
    missing = [page for page in ids if page not in read.lines]
    if missing and not missing_as_empty:
        first = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")
        read.problems.append(
            f"{where}: {len(missing)} of {len(ids)} pages are missing: {first}; "
            "add them, or score them as empty texts with --missing-as-empty"
        )
    if read.problems:
        raise _refusal(where, read.problems)
    return read.texts


def _take(read: _Read, line: bytes, number: int, ids: frozenset[str]) -> str:
    """Take one line in, or say what is wrong with it."""
    try:
        data: Any = json.loads(line)
    except ValueError as error:
        return f"is no JSON ({error})"
    if not isinstance(data, dict):
        return 'is no object; write {"page": "site/001", "text": "..."}'
    page, text = data.get("page"), data.get("text")
    if not isinstance(page, str):
        return f"'page' is {_kind(data, 'page')}, not a string"
    if page in read.lines:
        return f"page '{page}' stands on line {read.lines[page]} already; keep one"
    read.lines[page] = number
    if page not in ids:
        return f"unknown page '{page}'; {close_matches(page, ids) if ids else 'the corpus has none'}"
    if not isinstance(text, str):
        return f"'text' is {_kind(data, 'text')}, not a string"
    # Half of a surrogate pair is no character and could not be written down.
    read.texts[page] = text.encode("utf-8", "replace").decode("utf-8")
    return ""


def _kind(data: Mapping[str, Any], key: str) -> str:
    if key not in data:
        return "missing"
    names = {type(None): "null", bool: "a boolean", int: "a number", float: "a number", list: "an array"}
    return names.get(type(data[key]), "an object")


def _refusal(where: str, problems: list[str]) -> BenchError:
    count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
    error = BenchError(
        f"these outputs cannot be scored ({count})", where=where, mend="mend the file and score it again"
    )
    for problem in problems[:_SHOWN]:
        error.add_note(problem)
    if len(problems) > _SHOWN:
        error.add_note(f"{where}: and {len(problems) - _SHOWN} more")
    return error


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or name == ORACLE:
        raise BenchError(
            f"'{name}' cannot be the name of a row", mend="give ASCII letters, digits, '.', '_', '+' or '-' with --name"
        )
    return name


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BenchError(
            f"cannot be read ({error.strerror})", where=str(path), mend="give a file of JSON lines"
        ) from None


def _record(journal: Journal, name: str, page: GoldPage, text: str | None) -> None:
    status, detail = Status.OK, ""
    if text is None:
        status, detail, text = Status.EMPTY, "missing from the outputs", ""
    elif len(text) > MAX_TEXT_CHARS:
        status, detail, text = Status.TOO_BIG, f"{len(text)} characters, over {MAX_TEXT_CHARS}", ""
    elif not text.strip():
        status, text = Status.EMPTY, ""
    record = Record(
        extractor=name,
        page=page.id,
        status=status,
        detail=detail,
        text=text_digest(text) if text else None,
        chars=len(text),
        cost=Cost(),
        score=score(prepare(page), text),
        sandbox=OUTPUTS,
    )
    journal.append(record, text)
