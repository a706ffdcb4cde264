"""The hostile plug-ins at every level of sandbox: what each one's bad page comes to, beside what it must come to."""

from __future__ import annotations

import os
import re
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from bench.errors import BenchError
from bench.extract import registry, worker
from bench.extract.process import MARKER
from bench.extract.registry import Extractor
from bench.extract.sandbox import LEVELS, Level, Sandbox, works
from bench.extract.worker import Limits, Worker
from bench.model import Extraction, Page, Status

Kind = Literal["python", "script", "program"]
HTML = "<html><body><p>قال المتحدث</p></body></html>"
GOOD = "good"
# The kernel needs its time to end what was killed: of a bomb of processes on a busy machine, many seconds.
LEFT_SECONDS = 30.0
_PLACES: dict[str, str] = {
    "python": "hostile/{}.py",
    "script": "hostile_scripts/{}.py",
    "program": "hostile_programs/{}/extractor.toml",
}
_MEMORY_MIB = 512
_KEYS = {"name", "kind", "status", "text", "detail", "timeout_s", "memory_mib", "output"}


@dataclass(frozen=True, slots=True)
class Case:
    """A plug-in that misbehaves on one page, and what that page must become.

    Attributes:
        name: of its file or folder.
        kind: how it is run.
        status, text: of the bad page.
        detail: a regular expression for the whole of its detail.
        limits: for each page.
        output: what it returns.
    """

    name: str
    kind: Kind
    status: Status
    text: str = ""
    detail: str = ""
    limits: Limits = field(default_factory=lambda: Limits(memory_mib=_MEMORY_MIB))
    output: Literal["text", "html"] = "text"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case came to at one level. `wrong` says in a line what is not as it must be; "" when all is."""

    case: Case
    level: Level
    status: str
    detail: str
    left: int
    wrong: str


def folder() -> Path:
    """The tests of this checkout.

    Raises:
        BenchError: this is an installed package, which has none.
    """
    tests = Path(__file__).resolve().parents[2] / "tests"
    if not (tests / "hostile" / "cases.toml").is_file():
        raise BenchError(
            "the hostile plug-ins are not here: they come with the source, not with the installed package",
            mend="clone the repository and run this there",
        )
    return tests


def cases(tests: Path) -> list[Case]:
    """The table of hostile plug-ins, tests/hostile/cases.toml.

    Raises:
        BenchError: a case in it makes no sense.
    """
    table = tests / "hostile" / "cases.toml"
    try:
        entries = tomllib.loads(table.read_text(encoding="utf-8"))["case"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise BenchError(f"it is no table of cases: {error}", where=str(table), mend="mend the file") from error
    return [_case(entry, table) for entry in entries]


def _case(entry: dict[str, Any], table: Path) -> Case:
    try:
        if unknown := entry.keys() - _KEYS:
            raise ValueError(f"unknown key {min(unknown)!r}")
        if entry["kind"] not in _PLACES:
            raise ValueError(f"unknown kind {entry['kind']!r}")
        return Case(
            name=entry["name"],
            kind=entry["kind"],
            status=Status(entry["status"]),
            text=entry.get("text", ""),
            detail=entry.get("detail", ""),
            limits=Limits(float(entry.get("timeout_s", 30.0)), int(entry.get("memory_mib", _MEMORY_MIB))),
            output=entry.get("output", "text"),
        )
    except (KeyError, ValueError) as error:
        what = f"no key {error}" if isinstance(error, KeyError) else str(error)
        name = entry.get("name", "without a name")
        raise BenchError(f"case {name}: {what}", where=str(table), mend="mend the file") from error


def plugin(case: Case, tests: Path) -> Extractor:
    """The extractor of a case.

    Raises:
        BenchError: it cannot be run here; says why.
    """
    file = tests / _PLACES[case.kind].format(case.name)
    if case.kind == "program":
        return registry.resolve(str(file))
    # Not looked up: that would import it, and some of these are not to be imported in company.
    found = Extractor(case.name, "file", f"{file}:extract", output=case.output, files=(file,))
    if case.kind == "python":
        return found
    # They need nothing, so that this Python does in place of an environment for each.
    command = (sys.executable, str(Path(worker.__file__).with_name("scripted.py")), str(file), "extract")
    return replace(found, kind="script", command=command, raw=True)


def levels() -> list[Level]:
    """The levels of sandbox that work here, the strongest first."""
    return [level for level in LEVELS if works(Sandbox(level))]


def page(kind: str = GOOD, raw: bytes = b"") -> Page:
    """A page on which a hostile plug-in behaves, or (`bad`) does not."""
    return Page(html=HTML, raw=raw or HTML.encode(), url=f"https://example.org/{kind}", charset="utf-8")


def outcomes(chosen: Sequence[Case], tests: Path, at: Sequence[Level]) -> Iterator[Outcome]:
    """Every case at every level, one after the other."""
    for case in chosen:
        try:
            extractor = plugin(case, tests)
        except BenchError as error:
            for level in at:
                yield Outcome(case, level, "not run", str(error), 0, f"it could not be run: {error}")
            continue
        for level in at:
            yield outcome(case, extractor, level)


def outcome(case: Case, extractor: Extractor, level: Level) -> Outcome:
    """What becomes of a good page, the bad one and another good one."""
    try:
        patient = replace(case.limits, timeout_s=Limits().timeout_s)
        with Worker(extractor, patient, Sandbox(level)) as process:
            before = process.extract(page())
            process.limits = case.limits
            bad = process.extract(page("bad"))
            process.limits = patient  # a busy machine may need more than a case allows
            after = process.extract(page())
    except BenchError as error:
        return Outcome(case, level, "not started", str(error), len(left()), str(error))
    remaining = len(left())
    return Outcome(case, level, bad.status.value, bad.detail, remaining, _wrong(case, before, bad, after, remaining))


def _wrong(case: Case, before: Extraction, bad: Extraction, after: Extraction, remaining: int) -> str:
    if bad.status is not case.status:
        return f"status {bad.status}, not {case.status}: {bad.detail}"
    if bad.text != case.text:
        return f"text {bad.text[:60]!r}, not {case.text[:60]!r}"
    if not re.fullmatch(case.detail, bad.detail):
        return f"its detail does not match {case.detail!r}: {bad.detail}"
    for good, when in ((before, "before"), (after, "after")):
        if (good.status, good.text) != (Status.OK, GOOD):
            return f"the page {when} it became {good.status}: {good.detail or good.text[:60]}"
    return f"{remaining} processes are left" if remaining else ""


def left(pid: int | None = None, seconds: float = LEFT_SECONDS) -> list[int]:
    """The processes that workers of process `pid` (None: this one) have left, once the kernel had its time."""
    deadline = time.monotonic() + seconds
    while (found := marked(os.getpid() if pid is None else pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def marked(pid: int) -> list[int]:
    """The living processes that workers of process `pid` started, by the marker that all of them inherit."""
    wanted = f"{MARKER}={pid}-".encode()
    found = []
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:  # no process, or gone
            continue
        if any(variable.startswith(wanted) for variable in environment.split(b"\0")):
            found.append(int(entry.name))
    return found
