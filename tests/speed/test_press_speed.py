"""The press beside what it feeds: a page pressed, and the same page read with its gold."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.gold.corpus import load, shipped
from bench.press.press import press_site, read_sources
from bench.press.source import Source

SITE = "mina-tunis"


@pytest.fixture(scope="module")
def source() -> Source:
    (found,) = read_sources(shipped() / "press", [SITE])
    return found


@pytest.mark.benchmark(group="a site of twelve pages")
def test_pressing(benchmark: BenchmarkFixture, source: Source) -> None:
    files = benchmark.pedantic(press_site, (source, shipped() / "press"), rounds=5, warmup_rounds=1)
    assert len(files) == len(source.articles) + 1


@pytest.mark.benchmark(group="a site of twelve pages")
def test_reading_with_gold(benchmark: BenchmarkFixture) -> None:
    corpus = benchmark.pedantic(load, (shipped(), [SITE]), rounds=5, warmup_rounds=1)
    assert len(corpus.pages) == 12
