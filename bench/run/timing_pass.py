"""Measuring with care: `carry_out` times one extractor after the other, each in a fenced process of its own.

What is measured and how figures are made of it is told in `bench.run.timing`; what happens in the process in
`bench.run.timed`.
"""

from __future__ import annotations

import base64
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.extract import sandbox, wire
from bench.extract.ending import told
from bench.extract.process import Gone, Late, Process
from bench.extract.registry import Extractor
from bench.extract.sandbox import Sandbox
from bench.extract.worker import Limits
from bench.gold import corpus
from bench.gold.corpus import Corpus
from bench.gold.page import GoldPage
from bench.run import place
from bench.run.choice import choose
from bench.run.request import hidden_folders
from bench.run.rows import Row, all_rows, named_rows
from bench.run.timing import SCHEMA, CarefulTimes, PageTime, page_time, same_machine

ROUNDS = 20
_START_SECONDS = 120.0
_SCRIPT = Path(__file__).with_name("timed.py")
# As in `timed`, which imports pytest: the first call pays for what a library sets up once.
WARMUP_ROUNDS = 1
# What may come of reading what a plug-in has written in our process's place.
_NONSENSE = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError)


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
        data = self._completed(extractor, self._answer(extractor))
        _write(self.folder / f"{extractor.name}.json", data)
        timed = [page_time(bench, same_machine(self.machine)) for bench in data["benchmarks"]]
        self.times += timed
        for page in timed:
            mark = "" if page.steady else f" (unsteady: the parse varied by {page.cv:.0%})"
            self.say(f"  {page.page} {page.cost:.3g} x parse, {statistics.median(page.cpu_ns) / 1e6:.3g} ms{mark}")

    def _job(self, extractor: Extractor) -> dict[str, Any]:
        return {
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

    def _answer(self, extractor: Extractor) -> dict[str, Any]:
        """What pytest-benchmark says, once every round was done within its deadline."""
        memory_mib = self.request.limits.memory_mib
        process = Process(str(_SCRIPT), {}, self.fence, self.hidden, extractor.needs, memory_mib=memory_mib)
        page, patience = "", _START_SECONDS
        try:
            process.send(wire.message(self._job(extractor)), time.monotonic() + patience)
            rounds = len(self.pages) * (self.request.rounds + WARMUP_ROUNDS)
            for number in range(rounds + 1):
                message = process.receive(time.monotonic() + patience)
                if "failed" in message:
                    raise _Untimed(wire.line(str(message["failed"])))
                if "done" in message:
                    return dict(message["done"])
                page = wire.line(str(message["page"]))
                patience = self.request.limits.timeout_s if number + 1 < rounds else _START_SECONDS
            raise wire.Garbled("more rounds than it was asked for")
        except Late:
            raise _Untimed(f"no answer within {patience:g} s{f' on {page}' if page else ''}") from None
        except Gone:
            process.wait()
            raise _Untimed(f"its process ended: {place.without_paths(told(process.end())[1])}") from None
        except _NONSENSE as error:
            raise _Untimed(wire.line(f"its process sent what is no answer: {error}")) from None
        finally:
            process.end()

    def _completed(self, extractor: Extractor, data: dict[str, Any]) -> dict[str, Any]:
        """The child's answer with all that the child was not told."""
        try:
            return self._with_facts(extractor, data)
        except _NONSENSE as error:
            raise _Untimed(wire.line(f"its process sent what is no result: {type(error).__name__}: {error}")) from None

    def _with_facts(self, extractor: Extractor, data: dict[str, Any]) -> dict[str, Any]:
        if sorted(bench["name"] for bench in data["benchmarks"]) != sorted(gold.id for gold in self.pages):
            raise ValueError("not a figure for every page")
        site = {gold.id: gold.site for gold in self.pages}
        for bench in data["benchmarks"]:
            page, info = bench["name"], bench["extra_info"]
            bench["extra_info"] = {
                "extractor": extractor.name,
                "version": extractor.version,
                "digest": extractor.digest,
                "corpus": self.corpus.digest,
                "site": site[page],
                "page": page,
                "parse_ns": info["parse_ns"],
                "raised": wire.line(place.without_paths(info["raised"])),
            }
            timed = page_time(bench, ())
            bench["extra_info"] |= {"ratio": timed.cost, "cv": timed.cv, "unstable": not timed.steady}
        return data | {
            "machine_info": asdict(self.machine),
            "commit_info": {"id": self.checkout.commit, "dirty": self.checkout.dirty},
            "lubb": {"schema": SCHEMA, "version": place.lubb_version(), "sandbox": self.fence.level},
        }


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
