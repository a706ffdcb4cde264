"""Label Studio: HyperText results, in its JSON export or the short form (JSON-MIN).

Paths and offsets are those of what a browser made of the page, so they are hints. A result is anchored again by its
text, and refused where the page does not hold just that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from bench.errors import BenchError
from bench.gold.importers.labelled import label_of
from bench.gold.importers.part import Entry, How, Part, Paths
from bench.gold.importers.reading import (
    MEND,
    Limits,
    each,
    each_file,
    field,
    html,
    is_table,
    json_of,
    own_of,
    table,
    text,
)

NAME = "label-studio"
TRAPS = "traps: "
_ID = re.compile(r"region-(\d{1,6})-\d+")
_LABELS = ("hypertextlabels", "labels", "htmllabels")


def read(src: Path, limits: Limits) -> Iterator[Entry | BenchError]:
    """The tasks of an export, or of all exports in a folder."""
    yield from each_file(sorted(src.glob("*.json")) if src.is_dir() else [src], partial(_file, limits))


def _file(limits: Limits, file: Path) -> Iterator[Entry | BenchError]:
    found = json_of(file)
    tasks = found if isinstance(found, list) else [found]
    yield from each(_values(file, tasks), partial(_made, limits))


def _values(file: Path, tasks: list[object]) -> Iterator[tuple[str, str, object]]:
    for number, task in enumerate(tasks, 1):
        name = task.get("id") if is_table(task) else None
        shown = str(name) if isinstance(name, int | str) and name != "" else str(number)
        yield f"task-{shown}", f"{file}: task {shown}", task


def _made(limits: Limits, name: str, where: str, task: Mapping[str, object]) -> Entry:
    data = field(task, "data") if "data" in task else task
    results = _results(task) if "annotations" in task or "completions" in task else _short(task)
    paths: list[Paths] = []
    faults: list[str] = []
    for number, (value, traps, region) in enumerate(results, 1):
        try:
            paths.append(_path(value, traps, region))
        except BenchError as error:
            faults.append(f"result {number}: {error}")
    key = "html" if isinstance(data.get("html"), str) else _page_key(data)
    raw = html(data, key, limits)
    mine = {
        "results": [value for value, _, _ in results],
        "data": {k: v for k, v in data.items() if k not in (key, "lubb")},
    }
    url, own = text(data, "url", needed=False), own_of(data)
    return Entry(name, where, url, raw, "utf-8", (), mine, paths=tuple(paths), own=own, faults=tuple(faults))


def _page_key(data: Mapping[str, object]) -> str:
    """Where the page is, if not at html: the one string with a tag in it."""
    return next((key for key, value in data.items() if isinstance(value, str) and "</" in value), "html")


Result = tuple[Mapping[str, object], tuple[str, ...], int]
"""Value, traps, and the number of the region that an export of ours gave it, or -1."""


def _results(task: Mapping[str, object]) -> list[Result]:
    """The results of the annotation that counts."""
    found = task.get("annotations", task.get("completions"))
    if not isinstance(found, list):
        raise BenchError("annotations is no list", mend=MEND)
    live = [table(each, "") for each in found if is_table(each) and not each.get("was_cancelled")]
    truth = [each for each in live if each.get("ground_truth")]
    chosen = truth or live
    if not chosen:
        raise BenchError("has no annotation", mend="annotate it, or leave it out")
    if len(chosen) > 1:
        raise BenchError(f"has {len(chosen)} annotations", mend="set one as ground truth in Label Studio")
    results = chosen[0].get("result")
    if not isinstance(results, list):
        raise BenchError("result is no list", mend=MEND)
    return [
        (field(each, "value"), _traps(each), _region(each))
        for each in results
        if is_table(each) and any(key in field(each, "value") for key in _LABELS)
    ]


def _traps(result: Mapping[str, object]) -> tuple[str, ...]:
    """Traps stand in the result's note, where Label Studio shows them."""
    notes = field(result, "meta").get("text")
    for note in notes if isinstance(notes, list) else [notes]:
        if isinstance(note, str) and note.startswith(TRAPS):
            return tuple(sorted(note.removeprefix(TRAPS).split()))
    return ()


def _region(result: Mapping[str, object]) -> int:
    found = _ID.fullmatch(str(result.get("id", "")))
    return int(found[1]) if found else -1


def _short(task: Mapping[str, object]) -> list[Result]:
    """Of the short form: the list under the name of the labels' control."""
    for value in task.values():
        if isinstance(value, list) and value and all(is_table(each) and "start" in each for each in value):
            return [(table(each, ""), (), -1) for each in value]
    raise BenchError("has no annotation", mend="annotate it, or leave it out")


def _path(value: Mapping[str, object], traps: tuple[str, ...], region: int) -> Paths:
    names = next((value[key] for key in _LABELS if key in value), None)
    if not isinstance(names, list) or len(names) != 1 or not isinstance(names[0], str):
        raise BenchError(f"labels {names!r}", mend="give each result one label")
    label = label_of(names[0])
    if label is None:
        raise BenchError(f"label {names[0]!r} is not known", mend="name it as python -m bench labels does")
    words = text(value, "text", needed=False).replace("\\n", "\n")
    if not words.strip():
        raise BenchError("has no text", mend='set saveTextResult="yes" in Label Studio and save it again')
    offset = value.get("startOffset")
    return Paths(
        Part(words, label, How.EXACT, traps, region=region),
        text(value, "start", needed=False),
        offset if isinstance(offset, int) else 0,
    )
