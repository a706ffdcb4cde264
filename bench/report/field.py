"""The field of extractors as a table: what each is, how it runs, and what is missing for those that cannot be run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import takewhile
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.extract import block, manifest
from bench.extract.registry import Extractor
from bench.report.markdown import escaped
from bench.report.table import Table, columns
from bench.run.rows import Row

YES = "yes"
_SENTENCE = re.compile(r"(?<=\.)\s")
_CODE = re.compile(r"(`[^`]*`)")


def runs(row: Row) -> str:
    """How a row runs: where, and under what."""
    extractor = row.extractor
    if extractor is None:
        return "the harness itself"
    if extractor.kind == "script":
        return f"environment of its own, Python {_requires(extractor)}".rstrip()
    if extractor.kind == "program":
        return f"program on {_word(extractor)}".removesuffix(" on ")
    return "this environment"


def available(row: Row) -> str:
    """ "yes", or the one line that says what to do."""
    return row.info.problem or YES


def makes(row: Row) -> str:
    """What has to be typed once before the row can be run; "" for what the installation brings."""
    extractor = row.extractor
    if extractor is None or extractor.kind == "python":
        return ""
    needed = extractor.kind == "script" or any(
        (folder / "package-lock.json").is_file() for folder in _folders(extractor)
    )
    spec = extractor.name if extractor.way == "entry-point" else str(extractor.folder or extractor.files[0])
    return f"python -m bench setup {spec}" if needed else ""


def what(row: Row) -> str:
    """What a row is, in its own words: the first sentence of its file."""
    files = row.extractor.files if row.extractor else ()
    if row.extractor is None:
        return "Ceiling: the harness's own, since no plug-in may see gold"
    source = files[0].read_text(encoding="utf-8", errors="replace") if files else ""
    text = _comment(source) if row.extractor.kind == "program" else _docstring(source)
    return _SENTENCE.split(" ".join(text.split("\n\n")[0].split()), maxsplit=1)[0].rstrip(".")


def _docstring(source: str) -> str:
    try:
        return ast.get_docstring(ast.parse(source)) or ""
    except (SyntaxError, ValueError):  # its problem says so
        return ""


def _comment(source: str) -> str:
    """What stands above an extractor.toml's first key."""
    lines = takewhile(lambda line: line.startswith("#"), source.splitlines())
    return "\n".join(line.lstrip("#").strip() for line in lines)


def table(rows: Sequence[Row], *, long: bool) -> Table:
    """What `bench list` prints; with `long` also how each library is called."""
    spec = columns("extractor version licence runs output" + (" options" if long else "") + " available")
    cells = [
        (
            row.info.name,
            row.info.version,
            row.info.licence,
            runs(row),
            output(row),
            *([row.info.options] if long else []),
            available(row),
        )
        for row in rows
    ]
    missing = sum(1 for row in rows if row.info.problem)
    title = f"{len(rows)} extractors" + (f", {missing} of them not available" if missing else "")
    return Table(title, spec, tuple(cells))


def output(row: Row) -> str:
    """What a row returns: text, or HTML of which the harness makes text."""
    return row.extractor.output if row.extractor else "text"


def markdown(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of the table in docs/extractors.md: nothing in it but versions depends on the machine."""
    yield "| row | what it is | options | output | runs in | made by | licence | version |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        info = row.info
        code = [f"`{text}`" if text else "" for text in (info.name, info.options.replace("|", "\\|"), makes(row))]
        cells = [code[0], _prose(what(row)), code[1], output(row), escaped(runs(row)), code[2]]
        yield f"| {' | '.join([*cells, escaped(info.licence), escaped(info.version)])} |"


def as_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Every field of each row, an object each; grows only by addition."""
    return [
        {
            **asdict(row.info),
            "available": not row.info.problem,
            "runs": runs(row),
            "output": output(row),
            "command": list(row.extractor.command) if row.extractor else [],
            "setup": makes(row),
        }
        for row in rows
    ]


def _prose(text: str) -> str:
    """A sentence of ours, whose `code` stays code."""
    parts = _CODE.split(text)
    return "".join(part.replace("|", "\\|") if i % 2 else escaped(part) for i, part in enumerate(parts))


def _requires(extractor: Extractor) -> str:
    try:
        return block.script(extractor.files[0]).requires if extractor.files else ""
    except BenchError:  # its problem says so
        return ""


def _word(extractor: Extractor) -> str:
    """The first word of a program's command."""
    for folder in _folders(extractor):
        try:
            return Path(manifest.read(folder / manifest.NAME).command[0]).name
        except BenchError:
            continue
    return ""


def _folders(extractor: Extractor) -> list[Path]:
    return [extractor.folder] if extractor.folder else []
