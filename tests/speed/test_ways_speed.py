"""What each way in costs: a page with a plug-in that does nothing, by wall clock and as it is charged, and a start.

Run with `python -m pytest tests/speed/test_ways_speed.py --benchmark-only --benchmark-json FILE`: what was charged
(`cpu_us`) and one parse by lxml beside it (`parse_us`), medians in microseconds, stand with each result in that file as
its `extra_info`. Figures of one run stand in `docs/plugin-protocol.md`.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.extract import scripted
from bench.extract.registry import Extractor
from bench.extract.sandbox import probe
from bench.extract.worker import Limits, Worker
from bench.model import Cost, Status
from tests.speed.test_worker_speed import SIZES, page

PLUGIN = "def extract(page):\n    return ''\n"
PYTHON = """
import json, sys
print('{"lubb": 1}', flush=True)
for line in sys.stdin.buffer:
    print(json.dumps({"id": json.loads(line)["id"], "text": ""}), flush=True)
"""
NODE = """
import { createInterface } from "node:readline";
console.log('{"lubb": 1}');
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ id: JSON.parse(line).id, text: "" }));
}
"""
C = r"""
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
int main(void) {
    char *line = NULL;
    size_t room = 0;
    puts("{\"lubb\": 1}");
    for (fflush(stdout); getline(&line, &room, stdin) > 0; fflush(stdout))
        printf("{\"id\": %ld, \"text\": \"\"}\n", strtol(line + 7, NULL, 10));
}
"""


def file(folder: Path, name: str, source: str) -> Path:
    made = folder / name
    made.write_text(source, encoding="ascii")
    return made


def function(folder: Path) -> Extractor:
    own = file(folder, "nothing.py", PLUGIN)
    return Extractor("nothing", "file", f"{own}:extract", files=(own,))


def script(folder: Path) -> Extractor:
    own = file(folder, "nothing.py", PLUGIN)
    command = (sys.executable, str(scripted.__file__), str(own), "extract")
    return Extractor("nothing", "file", f"{own}:extract", kind="script", command=command, raw=True, files=(own,))


def program(folder: Path, *command: str) -> Extractor:
    return Extractor("nothing", "file", str(folder), kind="program", command=command, folder=folder, shown=(folder,))


def in_python(folder: Path) -> Extractor:
    return program(folder, sys.executable, str(file(folder, "nothing.py", PYTHON)))


def in_javascript(folder: Path) -> Extractor:
    return program(folder, found("node"), str(file(folder, "nothing.mjs", NODE)))


def in_c(folder: Path) -> Extractor:
    source = file(folder, "nothing.c", C)
    subprocess.run([found("cc"), "-O2", "-o", folder / "nothing", source], check=True)
    return program(folder, str(folder / "nothing"))


def found(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"there is no {name} on PATH")
    return path


WAYS: dict[str, Callable[[Path], Extractor]] = {
    "a function": function,
    "a script": script,
    "a program in Python": in_python,
    "a program in JavaScript": in_javascript,
    "a program in C": in_c,
}


@pytest.fixture(params=WAYS)
def worker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Worker]:
    with Worker(WAYS[request.param](tmp_path), Limits(), probe()) as started:
        yield started


@pytest.mark.parametrize("size", SIZES)
def test_one_page(benchmark: BenchmarkFixture, worker: Worker, size: str) -> None:
    """The page's parse by the calibrator is in the wall time, as it is in every run, and not in what is charged."""
    benchmark.group = f"a page of {size}"
    sent = page(size)
    costs: list[Cost] = []

    def extract() -> Status:
        answer = worker.extract(sent)
        costs.append(answer.cost)
        return answer.status

    assert benchmark.pedantic(extract, rounds=100, warmup_rounds=5) is Status.EMPTY
    benchmark.extra_info["cpu_us"] = round(statistics.median(cost.cpu_ns or 0 for cost in costs[5:]) / 1e3)
    benchmark.extra_info["parse_us"] = round(statistics.median(cost.parse_ns or 0 for cost in costs[5:]) / 1e3)


def test_a_start(benchmark: BenchmarkFixture, worker: Worker) -> None:
    """From a dead process to a page extracted (twice, for the warm-up): what a replacement takes. Never charged."""
    benchmark.group = "a start"
    sent = page("1 KB")

    def start() -> Status:
        worker.close()
        return worker.extract(sent).status

    assert benchmark.pedantic(start, rounds=15, warmup_rounds=1) is Status.EMPTY
