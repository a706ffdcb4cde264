"""What judging a large board costs: 360 pages of 30 sites, 30 extractors, ten thousand draws."""

from __future__ import annotations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.score.bootstrap import intervals, site_means
from bench.score.differences import differences
from bench.score.draws import pages_drawn, sites_drawn, times_drawn
from bench.score.ranks import hinges
from tests import populations
from tests.populations import as_values

Values = dict[str, dict[str, float]]


@pytest.fixture(scope="module")
def large() -> tuple[Values, dict[str, str]]:
    values, sites = as_values(populations.SKEWED.draw(np.random.default_rng(0), [12] * 30, 30))
    return {name: {p: v * (1 - i / 60) for p, v in values[name].items()} for i, name in enumerate(values)}, sites


def forget() -> None:
    for cached in (sites_drawn, times_drawn, pages_drawn):
        cached.cache_clear()


@pytest.mark.benchmark(group="30 extractors, 360 pages")
def test_intervals_of_one_figure(benchmark: BenchmarkFixture, large: tuple[Values, dict[str, str]]) -> None:
    found = benchmark.pedantic(intervals, large, setup=forget, rounds=3)
    assert len(found) == 30


@pytest.mark.benchmark(group="30 extractors, 360 pages")
def test_all_pairs(benchmark: BenchmarkFixture, large: tuple[Values, dict[str, str]]) -> None:
    found = benchmark.pedantic(differences, (site_means(*large),), setup=forget, rounds=3)
    assert len(found) == 435


@pytest.mark.benchmark(group="30 extractors, 360 pages")
def test_all_pairs_without_each_site(benchmark: BenchmarkFixture, large: tuple[Values, dict[str, str]]) -> None:
    figures = site_means(*large)
    found = differences(figures)
    assert any(difference.settled for difference in found)
    benchmark.pedantic(hinges, (figures, found), setup=forget, rounds=1)
