"""Measuring with care: `carry_out` times one extractor after the other, each in a fenced process of its own.

What is measured and how figures are made of it is told in `bench.run.timing`; what happens in the process in
`bench.run.timed`.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import selectors
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.extract import sandbox
from bench.extract.registry import Extractor
from bench.extract.sandbox import Sandbox
from bench.extract.watch import Bounds, Watch
from bench.extract.worker import Limits
from bench.gold import corpus
from bench.gold.corpus import Corpus
from bench.gold.page import GoldPage
from bench.model import Status
from bench.run import place
from bench.run.choice import choose
from bench.run.request import hidden_folders
from bench.run.rows import Row, all_rows, named_rows
from bench.run.timing import SCHEMA, CarefulTimes, PageTime, page_time, same_machine

ROUNDS = 20
_START_SECONDS = 120.0
_SCRIPT = Path(__file__).with_name("timed.py")
_ANSWER = "timed.json"  # as in `timed`, which imports pytest


@dataclass(frozen=True, slots=True)
class TimingRequest:
    """What is to be timed. No extractors means all that are installed; `out` is the results folder."""

    corpus: Path | None = None
    extractors: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    limit: int | None = None
    rounds: int = ROUNDS
    limits: Limits = field(default_factory=Limits)
    out: Path = Path("results")


@dataclass(frozen=True, slots=True)
class Timed:
    """What a pass left.

    Attributes:
        folder: with a file for each extractor that was timed.
        times: what was measured.
        problems: one line for each extractor that ended, hung or answered nothing.
        unavailable: one line for each that could not be run at all, as in `lubb list`.
        level: of the sandbox.
    """

    folder: Path
    times: CarefulTimes
    problems: dict[str, str]
    unavailable: dict[str, str]
    level: str


def carry_out(request: TimingRequest, say: Callable[[str], None]) -> Timed:
    """Time one extractor after the other, never two at once; a file each, written when it is complete.

    Args:
        request: what is to be timed.
        say: takes a line of progress.

    Raises:
        BenchError: what was asked for cannot be had, or cannot be written.
    """
    loaded = corpus.load(request.corpus or corpus.shipped())
    pages = choose(loaded.pages, sites=request.sites, limit=request.limit).pages
    rows = named_rows(request.extractors, say) if request.extractors else all_rows(say)
    extractors = [row.extractor for row in rows if row.extractor and not row.info.problem]
    if not extractors:
        raise BenchError("nothing to time: the oracle reads gold", mend="name an extractor that lubb list shows")
    unavailable = {row.info.name: row.info.problem for row in rows if row.info.problem}
    for name, problem in unavailable.items():
        say(f"{name} is left out: {problem}")
    problems: dict[str, str] = {}
    run = _Pass(request, loaded, pages, rows, sandbox.probe(), say)
    for number, extractor in enumerate(extractors, 1):
        say(f"{extractor.name} ({number} of {len(extractors)}): {len(pages)} pages, {request.rounds} rounds each")
        try:
            run.time(extractor)
        except _Untimed as why:
            problems[extractor.name] = str(why)
            say(f"  {extractor.name} was not timed: {why}")
    return Timed(run.folder, CarefulTimes(tuple(run.times)), problems, unavailable, run.fence.level)


class _Untimed(Exception):
    """An extractor has no careful figures; the message says why in one line."""


class _Pass:
    """One pass over some pages with some extractors."""

    def __init__(
        self,
        request: TimingRequest,
        loaded: Corpus,
        pages: Sequence[GoldPage],
        rows: Sequence[Row],
        fence: Sandbox,
        say: Callable[[str], None],
    ) -> None:
        self.request, self.corpus, self.pages, self.fence, self.say = request, loaded, pages, fence, say
        self.hidden = hidden_folders(loaded.path, request.out, rows)
        self.machine, self.checkout = place.machine(), place.checkout()
        self.folder = _new_folder(request.out / "timing")
        self.times: list[PageTime] = []

    def time(self, extractor: Extractor) -> None:
        """Time one extractor, and write its file."""
        scratch = Path(tempfile.mkdtemp(prefix="lubb-time-")).resolve()
        try:
            (scratch / "job.json").write_text(json.dumps(self._job(extractor)), encoding="ascii")
            self._watch(extractor, scratch)
            data = self._completed(extractor, _answer(scratch / _ANSWER, len(self.pages)))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        _write(self.folder / f"{extractor.name}.json", data)
        timed = [page_time(bench, same_machine(self.machine)) for bench in data["benchmarks"]]
        self.times += timed
        for page in timed:
            mark = "" if page.steady else f" (unsteady: the parse varied by {page.cv:.0%})"
            self.say(f"  {page.page} {page.cost:.3g} x parse, {statistics.median(page.cpu_ns) / 1e6:.3g} ms{mark}")

    def _job(self, extractor: Extractor) -> dict[str, Any]:
        return {
            "path": [str(Path(entry).resolve()) for entry in sys.path],
            "rounds": self.request.rounds,
            **extractor.job(self.request.limits.memory_mib),
            "pages": [
                {
                    "id": gold.id,
                    "html": gold.page.html,
                    "raw": base64.b64encode(gold.page.raw).decode("ascii"),
                    "url": gold.page.url,
                    "charset": gold.page.charset,
                }
                for gold in self.pages
            ],
        }

    def _watch(self, extractor: Extractor, scratch: Path) -> None:
        """Run the child to its end, or to the first round that takes longer than the deadline."""
        command = [sys.executable, "-P", str(_SCRIPT), str(scratch / "job.json")]
        with (scratch / "stderr").open("wb") as errors:
            child = subprocess.Popen(
                self.fence.wrap(command, self.hidden, scratch, extractor.needs),
                cwd=scratch,
                env=sandbox.environment(scratch) | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        over: list[str] = []

        def exceeded(_: Status, detail: str) -> None:
            over.append(detail)
            os.killpg(child.pid, signal.SIGKILL)

        watch = Watch(child.pid, scratch, Bounds(self.request.limits.memory_mib), exceeded)
        try:
            for line in _lines(child, self.request.limits.timeout_s):
                if failed := _fields(line).get("failed"):
                    raise _Untimed(str(failed))
            watch.stop()
            if over:
                raise _Untimed(over[0])
            if child.wait(timeout=_START_SECONDS) != 0:
                raise _Untimed(f"its process ended with {child.returncode}{_last_words(scratch / 'stderr')}")
        except subprocess.TimeoutExpired as error:
            raise _Untimed("its process did not end") from error
        finally:
            watch.stop()
            _end(child)

    def _completed(self, extractor: Extractor, data: dict[str, Any]) -> dict[str, Any]:
        """The child's answer with all that the child was not told."""
        site = {gold.id: gold.site for gold in self.pages}
        for bench in data["benchmarks"]:
            page, told = bench["name"], bench["extra_info"]
            bench["extra_info"] = {
                "extractor": extractor.name,
                "version": extractor.version,
                "digest": extractor.digest,
                "corpus": self.corpus.digest,
                "site": site[page],
                "page": page,
                "parse_ns": told["parse_ns"],
                "raised": place.without_paths(told["raised"]),
            }
            timed = page_time(bench, ())
            bench["extra_info"] |= {"ratio": timed.cost, "cv": timed.cv, "unstable": not timed.steady}
        return data | {
            "machine_info": asdict(self.machine),
            "commit_info": {"id": self.checkout.commit, "dirty": self.checkout.dirty},
            "lubb": {"schema": SCHEMA, "version": place.lubb_version(), "sandbox": self.fence.level},
        }


def _answer(file: Path, pages: int) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        count = len(data["benchmarks"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _Untimed(f"pytest-benchmark left no result ({type(error).__name__})") from error
    if count != pages or not isinstance(data, dict):
        raise _Untimed(f"pytest-benchmark has results of {count} of {pages} pages")
    return data


def _lines(child: subprocess.Popen[bytes], seconds: float) -> Iterator[bytes]:
    """What the child says, a line a round.

    Raises:
        _Untimed: nothing came for longer than a round may take (at the start: than importing may take).
    """
    assert child.stdout is not None, "it was opened with a pipe"
    kept, page = b"", ""
    patience = _START_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        deadline = time.monotonic() + patience
        while True:
            if not selector.select(max(deadline - time.monotonic(), 0)):
                raise _Untimed(f"no answer within {patience:g} s{f' on {page}' if page else ''}")
            part = os.read(child.stdout.fileno(), 65536)
            if not part:
                return
            *lines, kept = (kept + part).split(b"\n")
            for line in lines:
                page = str(_fields(line).get("page", page))
                yield line
            patience = seconds
            deadline = time.monotonic() + patience


def _fields(line: bytes) -> dict[str, Any]:
    """What a line says; a plug-in that writes into the pipe says nothing."""
    try:
        fields = json.loads(line)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdout:
        child.stdout.close()


def _last_words(file: Path) -> str:
    lines = file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f": {place.without_paths(lines[-1])[:300]}" if lines else ""


def _new_folder(parent: Path) -> Path:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for number in range(1, 1000):
        folder = parent / (stamp if number == 1 else f"{stamp}-{number:03}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise BenchError(
                f"cannot be made: {error.strerror}", where=str(folder), mend="name another --out"
            ) from error
        return folder
    raise BenchError("a thousand passes in one second", where=str(parent), mend="wait a second")


def _write(file: Path, data: Mapping[str, Any]) -> None:
    """Whole or not at all."""
    part = file.with_suffix(".part")
    try:
        part.write_text(json.dumps(data, indent=1) + "\n", encoding="ascii")
        part.replace(file)
    except OSError as error:
        raise BenchError(
            f"cannot be written: {error.strerror}", where=str(file), mend="make room or name another --out"
        ) from error
