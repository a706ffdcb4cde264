"""The child's side of the careful timing pass: one extractor, page after page, under pytest-benchmark.

pytest collects this same file, for `test_page`. The plug-in is loaded as in a run; what is added is pytest around it,
and that is kept out of the figures: pytest's own objects are frozen out of garbage collection, its plug-ins for logging
and warnings are off, and only the call is timed.
"""

from __future__ import annotations

import json
import sys

if __name__ == "__main__":  # before any import of ours: run as a script, this process does not know where `bench` is
    sys.path[:] = json.loads(sys.argv[1])["path"]

import base64
import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from bench import dom
from bench.extract.child import shut_in
from bench.extract.load import NotLoaded, told
from bench.extract.plugin import Plugin, opened
from bench.extract.program import Failed
from bench.model import Page

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

# The first call pays for what a library sets up once.
WARMUP_ROUNDS = 1
TIMER = "cpu_seconds"


@dataclass(frozen=True, slots=True)
class Timing:
    """One page to time. `say` tells the parent that a round begins, so that it can watch the deadline."""

    id: str
    page: Page
    plugin: Plugin
    rounds: int
    say: Callable[[dict[str, Any]], None]


def test_page(timing: Timing, benchmark: BenchmarkFixture) -> None:
    """Rounds of one lxml parse and one call, in turn, so that both meet the machine in the same state."""
    parse_ns: list[int] = []
    raised: list[str] = []

    def calibrate() -> None:
        timing.say({"page": timing.id})
        start = time.thread_time_ns()
        tree = dom.parse(timing.page.html)
        parse_ns.append(time.thread_time_ns() - start)
        del tree

    def call() -> None:
        # What a plug-in raises is its answer, as in a run; the time until then counts.
        try:
            timing.plugin(timing.page)
        except Failed as failure:
            if failure.spent:  # nothing more can be asked of it
                timing.say({"failed": failure.detail})
                os._exit(1)
            raised.append(failure.detail)
        except BaseException as error:
            raised.append(told(error))

    benchmark.group = benchmark.name = benchmark.fullname = timing.id
    benchmark.param = benchmark.params = None
    gc.collect()
    gc.freeze()
    pedantic: Callable[..., None] = benchmark.pedantic  # pytest-benchmark says nothing of its types
    pedantic(call, setup=calibrate, rounds=timing.rounds, iterations=1, warmup_rounds=WARMUP_ROUNDS)
    benchmark.extra_info |= {"parse_ns": parse_ns[WARMUP_ROUNDS:], "raised": raised[-1] if raised else ""}


class Job:
    """A pytest plug-in that hands `test_page` its pages, and asks nothing about this machine: the parent knows."""

    def __init__(self, job: dict[str, Any], plugin: Plugin, say: Callable[[Any], None]) -> None:
        self._timings = [
            Timing(
                id=sent["id"],
                page=Page(sent["html"], base64.b64decode(sent["raw"]), sent["url"], sent["charset"]),
                plugin=plugin,
                rounds=job["rounds"],
                say=say,
            )
            for sent in job["pages"]
        ]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test a page."""
        if "timing" in metafunc.fixturenames:
            metafunc.parametrize("timing", self._timings, ids=[timing.id for timing in self._timings])

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """The clock is the plug-in's: of this process and its ended children, or of the program that it is."""
        plugin = self._timings[0].plugin

        def cpu_seconds() -> float:
            return plugin.cpu_ns() / 1e9

        item.add_marker(pytest.mark.benchmark(timer=cpu_seconds))

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_benchmark_generate_machine_info(self) -> dict[str, Any]:
        """In place of host name and the like."""
        return {"timer": TIMER}

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_benchmark_generate_commit_info(self) -> dict[str, Any]:
        """In place of a search for a repository around the scratch folder."""
        return {"timer": TIMER}


def main() -> NoReturn:
    """Run as a script with one argument, the configuration in JSON. Job and answer pass through the pipes."""
    pipes = shut_in(json.loads(sys.argv[1]))
    job = json.loads(pipes.receive())
    try:
        plugin = opened(job)
    except NotLoaded as error:
        pipes.send({"failed": str(error)})
        os._exit(0)
    settings, answer = Path("pytest.ini").absolute(), Path("timed.json").absolute()
    settings.write_text("[pytest]\n", encoding="ascii")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-q", "-c", str(settings), "--assert=plain", "--noconftest", "-p", "pytest_benchmark.plugin"]
    options += [
        option for name in ("cacheprovider", "logging", "warnings", "faulthandler") for option in ("-p", f"no:{name}")
    ]
    options += ["--benchmark-only", f"--benchmark-json={answer}"]
    code = int(pytest.main([__file__, *options], plugins=[Job(job, plugin, pipes.send)]))
    if code:
        os._exit(code)
    pipes.send({"done": json.loads(answer.read_text(encoding="utf-8"))})
    os._exit(0)


if __name__ == "__main__":
    main()
