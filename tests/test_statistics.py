"""Intervals that cover, a test that keeps its level, Holm and ranks by hand, and digits that hang on nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import fmean

import numpy as np
import pytest

from bench.score.bootstrap import Estimate, cost_intervals, intervals, site_means
from bench.score.differences import Difference, differences, holm
from bench.score.draws import pages_drawn, sites_drawn, times_drawn
from bench.score.ranks import Hinge, hinges, standings
from bench.score.student import quantile, two_sided
from tests import populations
from tests.populations import Population, as_values

SEED = 7
# Enough for a quantile of 2.5 %; the board draws ten thousand.
FEW = 1999


def board(columns: Mapping[str, list[float]]) -> dict[str, dict[str, float]]:
    """Extractor -> site -> figure."""
    return {name: {f"s{i:02}": value for i, value in enumerate(column)} for name, column in columns.items()}


def one_page_each(figures: Mapping[str, Mapping[str, float]]) -> dict[str, Estimate]:
    sites = {site: site for row in figures.values() for site in row}
    return intervals(figures, sites, draws=FEW)


def found(first: str, second: str, value: float, adjusted: float) -> Difference:
    return Difference(first, second, value, value - 0.1, value + 0.1, adjusted, adjusted, 23)


# Known truth


@pytest.mark.parametrize("population", [populations.PAGES, populations.SKEWED, populations.FAR], ids=lambda p: p.name)
def test_intervals_hold_the_truth_in_93_to_97_of_100_samples(population: Population) -> None:
    rng = np.random.default_rng(SEED)
    values, sites = as_values(population.draw(rng, populations.sizes(rng, 23), 700))
    estimates = intervals(values, sites, draws=999, most=math.inf).values()
    held = [e.low is not None and e.high is not None and e.low <= population.truth <= e.high for e in estimates]
    assert 0.93 <= fmean(held) <= 0.97


def test_intervals_of_costs_hold_the_truth_in_93_to_97_of_100_samples() -> None:
    rng = np.random.default_rng(SEED)
    values, sites = as_values(populations.COSTS.draw(rng, [1] * 23, 700))
    costs = site_means(values, sites)
    estimates = cost_intervals(costs, draws=999).values()
    held = [e.low is not None and e.high is not None and e.low <= populations.COSTS.truth <= e.high for e in estimates]
    assert 0.93 <= fmean(held) <= 0.97


def test_pages_are_not_counted_twice() -> None:
    # Nearly all of the variance is of pages, and a percentile of the same draws would be a seventh wider.
    rng = np.random.default_rng(SEED)
    sample = populations.PAGES.draw(rng, populations.sizes(rng, 23), 100)
    values, sites = as_values(sample)
    widths = [e.high - e.low for e in intervals(values, sites, draws=FEW).values() if e.low and e.high]
    error = np.stack([site.mean(axis=0) for site in sample]).std(axis=0, ddof=1).mean() / math.sqrt(23)
    assert fmean(widths) == pytest.approx(2 * quantile(0.05, 22) * error, rel=0.05)


@pytest.mark.parametrize("shape", ["normal", "skewed"])
def test_the_paired_test_keeps_its_level(shape: str) -> None:
    rng = np.random.default_rng(SEED)
    hit = 0
    for _ in range(1000):
        sites = rng.normal(0.8, 0.1, 23)
        noise = rng.normal(0, 0.03, (2, 23)) if shape == "normal" else rng.exponential(0.03, (2, 23))
        columns = {"a": (sites + noise[0]).tolist(), "b": (sites + noise[1]).tolist()}
        (difference,) = differences(board(columns), draws=999)
        hit += difference.p is not None and difference.p <= 0.05
    assert 0.03 <= hit / 1000 <= 0.07


def test_a_board_without_differences_settles_a_pair_in_one_of_twenty_at_most() -> None:
    rng = np.random.default_rng(SEED)
    settled = 0
    for _ in range(300):
        values = rng.normal(0.8, 0.1, (23, 1)) + rng.normal(0, 0.03, (23, 6))
        columns = {f"x{i}": values[:, i].tolist() for i in range(6)}
        settled += any(difference.settled for difference in differences(board(columns), draws=999))
    assert settled / 300 <= 0.075


def test_what_differs_is_told_apart() -> None:
    rng = np.random.default_rng(SEED)
    settled = inside = 0
    for _ in range(200):
        sites = rng.normal(0.8, 0.1, 23)
        columns = {"a": (sites + rng.normal(0.03, 0.03, 23)).tolist(), "b": (sites + rng.normal(0, 0.03, 23)).tolist()}
        (difference,) = differences(board(columns), draws=999)
        settled += difference.higher == "a"
        inside += (
            difference.low is not None and difference.high is not None and difference.low <= 0.03 <= difference.high
        )
    assert settled / 200 >= 0.8
    assert 0.9 <= inside / 200 <= 0.99


# By hand


def test_the_mean_is_of_sites_and_not_of_pages() -> None:
    sites = {"a/1": "a", "a/2": "a", "a/3": "a", "b/1": "b"}
    values = {"x": {"a/1": 1.0, "a/2": 0.5, "a/3": 0.0, "b/1": 1.0}}
    assert site_means(values, sites) == {"x": {"a": 0.5, "b": 1.0}}
    assert intervals(values, sites) == {"x": Estimate(0.75, None, None, 2)}


def test_student_is_as_in_the_tables() -> None:
    assert [round(quantile(0.05, n), 3) for n in (1, 2, 3, 4, 5, 22)] == [12.706, 4.303, 3.182, 2.776, 2.571, 2.074]
    assert two_sided(2.819, 22) == pytest.approx(0.01, abs=1e-5)
    assert two_sided(0, 9) == 1
    assert two_sided(-2.262, 9) == pytest.approx(0.05, abs=1e-4)


def test_a_difference_is_the_t_of_its_sites() -> None:
    # Differences .1 and .3 by turns: mean .2, sd .1 x sqrt(24 / 23), and both signs alike, so no skew to speak of.
    columns = {"a": [0.9, 0.9] * 12, "b": [0.8, 0.6] * 12}
    (difference,) = differences(board(columns))
    assert difference.value == pytest.approx(0.2)
    assert difference.low is not None and difference.high is not None
    assert difference.low + difference.high == pytest.approx(0.4)
    assert difference.high - 0.2 == pytest.approx(quantile(0.05, 23) * 0.1 / math.sqrt(23), rel=0.1)
    assert difference.p == 1e-6
    assert (difference.sites, difference.settled, difference.higher) == (24, True, "a")


def test_holm_by_hand() -> None:
    # Four tests: .01 x 4, .02 x 3 = .06, .03 x 2 = .06, .5 x 1.
    assert holm([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.06, 0.06])
    # .04 x 1 would fall below .03 x 2, and stays; what was not tested counts for nothing.
    assert holm([0.04, None, 0.03]) == [0.06, None, 0.06]
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_ranks_ties_and_groups_by_hand() -> None:
    # a is above c and d; b is above d; nothing else is known.
    pairs = [("a", "b", 0.2), ("a", "c", 0.01), ("a", "d", 0.01), ("b", "c", 0.3), ("b", "d", 0.05), ("c", "d", 0.9)]
    seen = standings("abcd", [found(one, other, 0.1, p) for one, other, p in pairs])
    assert {name: (s.best, s.worst) for name, s in seen.items()} == {"a": (1, 2), "b": (1, 3), "c": (2, 4), "d": (3, 4)}
    assert {name: s.tied for name, s in seen.items()} == {"a": ("b",), "b": ("a", "c"), "c": ("b", "d"), "d": ("c",)}
    assert {name: s.groups for name, s in seen.items()} == {"a": (1,), "b": (1, 2), "c": (2, 3), "d": (3,)}


def test_ranks_where_all_or_nothing_is_settled() -> None:
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    apart = standings("abc", [found(one, other, 0.1, 0.001) for one, other in pairs])
    assert [(s.best, s.worst, s.tied, s.groups) for s in apart.values()] == [
        (1, 1, (), (1,)),
        (2, 2, (), (2,)),
        (3, 3, (), (3,)),
    ]
    alike = standings("abc", [found(one, other, 0.1, 0.5) for one, other in pairs])
    assert [(s.best, s.worst, s.groups) for s in alike.values()] == [(1, 3, (1,))] * 3
    assert standings("a", [])["a"].best == standings("a", [])["a"].worst == 1
    assert standings("", []) == {}


def test_a_tie_around_a_settled_neighbour_is_still_a_tie() -> None:
    pairs = [("a", "b", 0.01), ("a", "c", 0.2), ("b", "c", 0.2)]
    seen = standings("abc", [found(one, other, 0.1, p) for one, other, p in pairs])
    assert seen["a"].tied == ("c",)
    assert {name: s.groups for name, s in seen.items()} == {"a": (1,), "b": (2,), "c": (2,)}


def test_the_lower_cost_is_the_better() -> None:
    seen = standings("ab", [found("a", "b", -3.0, 0.01)], lower_is_better=True)
    assert (seen["a"].worst, seen["b"].best) == (1, 2)


def test_a_pair_that_hangs_on_single_sites_names_them() -> None:
    apart = [0.05, 0.02, 0.04, -0.01, 0.06, 0.03, 0.01, 0.05, -0.02, 0.0]
    figures = board({"a": [0.5 + d for d in apart], "b": [0.5] * 10, "c": [0.1 + d / 10 for d in apart]})
    compared = differences(figures, draws=FEW)
    assert all(difference.settled for difference in compared)
    found = hinges(figures, compared, draws=FEW)
    # The sites that speak loudest for a, and none for the pairs that are far apart.
    assert {(hinge.first, hinge.second) for hinge in found} == {("a", "b")}
    assert [hinge.site for hinge in found] == ["s00", "s02", "s04", "s05", "s07"]
    rest = {name: {s: v for s, v in row.items() if s != "s04"} for name, row in figures.items()}
    again = differences(rest, draws=FEW)[0]
    assert (again.value, again.adjusted) == (found[2].value, found[2].adjusted)


def test_what_six_sites_settle_hangs_on_each_of_them() -> None:
    figures = board({"a": [0.9, 0.8, 0.9, 0.8, 0.9, 0.8], "b": [0.1, 0.2, 0.1, 0.1, 0.2, 0.1]})
    compared = differences(figures, draws=FEW)
    assert compared[0].settled
    assert [hinge.site for hinge in hinges(figures, compared, draws=FEW)] == [f"s{i:02}" for i in range(6)]
    assert isinstance(hinges(figures, compared, draws=FEW)[0], Hinge)


def test_nothing_hangs_on_a_site_where_nothing_is_settled() -> None:
    figures = board({"a": [0.5] * 8, "b": [0.5] * 8})
    assert hinges(figures, differences(figures, draws=FEW), draws=FEW) == []


# Nothing to go by


def test_failures_alone_are_zero_without_width() -> None:
    columns = {"failed": [0.0] * 8, "perfect": [1.0] * 8}
    estimates = one_page_each(board(columns))
    assert estimates == {"failed": Estimate(0.0, 0.0, 0.0, 8), "perfect": Estimate(1.0, 1.0, 1.0, 8)}
    (difference,) = differences(board(columns), draws=FEW)
    # The same on all eight sites: as far as eight signs can say, and no further.
    assert difference.p == 2**-7
    assert (difference.value, difference.low, difference.high, difference.higher) == (-1, -1, -1, "perfect")


def test_two_names_of_one_extractor_are_tied() -> None:
    column = [0.9, 0.8, 0.7, 0.95, 0.85, 0.9, 0.6]
    (difference,) = differences(board({"a": column, "b": column}), draws=FEW)
    assert (difference.value, difference.p, difference.settled) == (0, 1, False)


def test_a_last_digit_is_no_difference() -> None:
    column = [0.9, 0.8, 0.7, 0.95, 0.85, 0.9, 0.6]
    (difference,) = differences(board({"a": column, "b": [value + 1e-16 for value in column]}), draws=FEW)
    assert difference.p == 1


def test_a_single_failure_gives_a_wide_interval_and_not_an_endless_one() -> None:
    estimate = one_page_each(board({"x": [1.0] * 22 + [0.0]}))["x"]
    assert estimate.value is not None and estimate.low is not None and estimate.high is not None
    assert estimate.value == pytest.approx(22 / 23)
    assert 0.7 < estimate.low < 0.9
    assert estimate.value <= estimate.high <= 1


@pytest.mark.parametrize("sites", [1, 2, 5])
def test_too_few_sites_are_unknown(sites: int) -> None:
    figures = board({"a": [0.9] * sites, "b": [0.1] * sites})
    assert one_page_each(figures)["a"] == Estimate(0.9, None, None, sites)
    compared = differences(figures)
    assert compared == [Difference("a", "b", 0.9 - 0.1, None, None, None, None, sites)]
    assert [(s.best, s.worst) for s in standings("ab", compared).values()] == [(1, 2), (1, 2)]


def test_nothing_at_all() -> None:
    assert intervals({}, {}) == {}
    assert intervals({"x": {}}, {}) == {"x": Estimate(None, None, None, 0)}
    assert intervals({}, {f"p{i}": f"s{i}" for i in range(8)}) == {}
    assert differences({}) == []
    assert hinges({}, []) == []


def test_costs_that_were_not_timed() -> None:
    costs: dict[str, dict[str, float | None]] = {
        "all": {f"s{i}": 10.0 + i for i in range(8)},
        "some": {f"s{i}": None if i == 3 else 20.0 + i for i in range(8)},
        "none": {f"s{i}": None for i in range(8)},
    }
    estimates = cost_intervals(costs, draws=FEW)
    assert list(estimates) == ["all", "some", "none"]
    assert (estimates["all"].value, estimates["all"].sites) == (13.5, 8)
    assert (estimates["some"].value, estimates["some"].sites) == (fmean(20 + i for i in range(8) if i != 3), 7)
    assert estimates["none"] == Estimate(None, None, None, 0)
    by_pair = {(d.first, d.second): d for d in differences(costs, draws=FEW)}
    assert by_pair["all", "some"].value == pytest.approx(-10)
    assert by_pair["all", "some"].sites == 7
    assert by_pair["all", "none"].value is None
    assert by_pair["all", "none"].adjusted is None
    # What was not tested does not make the others pay.
    assert by_pair["all", "some"].adjusted == by_pair["all", "some"].p


@pytest.mark.parametrize("row", [{"p": 0.5}, {"p": 0.5, "q": 0.5, "r": 0.5}])
def test_other_pages_are_refused(row: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="every page"):
        intervals({"x": row}, {"p": "s", "q": "s"})


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        intervals({"x": {"p": value}}, {"p": "s"})


# The same digits


def small() -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    rng = np.random.default_rng(SEED)
    return as_values(populations.SKEWED.draw(rng, [3, 5, 2, 9, 4, 6, 7, 2], 5))


def test_same_seed_same_digits_and_another_seed_others() -> None:
    values, sites = small()
    assert intervals(values, sites, seed=3, draws=FEW) == intervals(values, sites, seed=3, draws=FEW)
    assert intervals(values, sites, seed=3, draws=FEW) != intervals(values, sites, seed=4, draws=FEW)
    figures = site_means(values, sites)
    assert differences(figures, seed=3, draws=FEW) != differences(figures, seed=4, draws=FEW)


def test_the_digits_themselves() -> None:
    # When these move, committed tables move: numpy's raw stream, or what is made of it, has changed.
    assert sites_drawn(0, 2, 8).tolist() == [[5, 2, 0, 0, 6, 7, 4, 5], [4, 7, 6, 0, 6, 0, 5, 1]]
    values, sites = small()
    first = intervals(values, sites, draws=FEW)["sample-00000"]
    assert (first.low, first.high) == (0.7685759657524157, 0.9803946278952393)
    assert differences(site_means(values, sites), draws=FEW)[0].p == 0.153869122688


def test_no_row_moves_with_the_others_or_with_their_order() -> None:
    values, sites = small()
    whole = intervals(values, sites, draws=FEW)
    for name, row in values.items():
        assert intervals({name: row}, sites, draws=FEW)[name] == whole[name]
    pages = list(sites)
    turned = {name: {page: values[name][page] for page in reversed(pages)} for name in reversed(list(values))}
    assert intervals(turned, {page: sites[page] for page in reversed(pages)}, draws=FEW) == whole
    figures = site_means(values, sites)
    pairs = {frozenset((d.first, d.second)): (abs(d.value or 0), d.p) for d in differences(figures, draws=FEW)}
    names = list(figures)
    for i, one in enumerate(names):
        for other in names[:i]:
            (alone,) = differences({one: figures[one], other: figures[other]}, draws=FEW)
            assert (abs(alone.value or 0), alone.p) == pairs[frozenset((one, other))]


def test_a_draw_has_as_many_sites_and_pages_as_the_board() -> None:
    sizes = (3, 1, 7)
    assert (times_drawn(1, 50, 3).sum(axis=0) == 3).all()
    for site, (draw, pages) in enumerate(pages_drawn(1, 50, sizes)):
        assert (pages.sum(axis=1) == sizes[site]).all()
        assert np.bincount(draw, minlength=50).tolist() == times_drawn(1, 50, 3)[site].tolist()


def test_every_site_is_as_likely_as_any_other() -> None:
    counts = np.bincount(sites_drawn(0, 10_000, 23).ravel(), minlength=23)
    assert len(counts) == 23
    assert abs(counts - 10_000).max() < 500
