"""What isolation costs: a page with a plug-in that does nothing, and a restart.

Run with `python -m pytest tests/speed --benchmark-only`. Figures of one run stand in `bench/extract/worker.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench import dom
from bench.extract import wire
from bench.extract.registry import Extractor
from bench.extract.sandbox import LEVELS, Sandbox, works
from bench.extract.worker import Limits, Worker
from bench.model import Page, Status

AVAILABLE = [level for level in LEVELS if works(Sandbox(level))]
PARAGRAPH = "<div class='x'><p>قال المتحدث باسم الوزارة إن العمل في الطريق الجديد يبدأ الشهر المقبل.</p></div>\n"
SIZES = {"1 KB": 7, "84 KB": 560, "600 KB": 4000}


def page(size: str) -> Page:
    html = PARAGRAPH * SIZES[size]
    return Page(html=html, raw=html.encode(), url="https://example.org/", charset="utf-8")


@pytest.fixture(params=AVAILABLE)
def worker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Worker]:
    file = tmp_path / "nothing.py"
    file.write_text("def extract(page):\n    return ''\n", encoding="ascii")
    extractor = Extractor("nothing", "file", f"{file}:extract", files=(file,))
    with Worker(extractor, Limits(), Sandbox(request.param)) as started:
        yield started


@pytest.mark.parametrize("size", SIZES)
def test_one_page(benchmark: BenchmarkFixture, worker: Worker, size: str) -> None:
    """The page's parse by the calibrator is in it; `test_the_parse_in_it` is what to subtract."""
    benchmark.group = f"a page of {size}"
    sent = page(size)
    answer = benchmark.pedantic(worker.extract, (sent,), rounds=200, warmup_rounds=5)
    assert answer.status is Status.EMPTY


@pytest.mark.parametrize("size", SIZES)
def test_the_parse_in_it(benchmark: BenchmarkFixture, size: str) -> None:
    benchmark.group = f"a page of {size}"
    html = page(size).html
    assert benchmark.pedantic(dom.parse, (html,), rounds=200, warmup_rounds=5) is not None


def test_a_restart(benchmark: BenchmarkFixture, worker: Worker) -> None:
    """From a dead process to a page extracted (twice, for the warm-up)."""
    benchmark.group = "a restart"
    sent = page("1 KB")

    def restart() -> Status:
        worker.close()
        return worker.extract(sent).status

    assert benchmark.pedantic(restart, rounds=20, warmup_rounds=1) is Status.EMPTY


def test_an_answer_over_the_wire(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "the wire"
    fields = {"number": 1, "status": "ok", "text": "قال المتحدث " * 400, "detail": ""}

    def there_and_back() -> dict[str, object]:
        return wire.read_message(wire.message(fields)[wire.LENGTH.size :])

    assert benchmark(there_and_back) == fields
