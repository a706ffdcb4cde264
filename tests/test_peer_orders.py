"""Rank agreements by hand, ties included."""

from __future__ import annotations

import pytest

from bench.score.peers.orders import kendall, order, ranks, spearman


def test_agreement_by_hand() -> None:
    first, second = [1.0, 2.0, 3.0, 4.0, 5.0], [3.0, 1.0, 2.0, 5.0, 4.0]
    assert spearman(first, second) == pytest.approx(1 - 6 * 8 / 120)  # distances 2 1 1 1 1
    assert kendall(first, second) == pytest.approx((7 - 3) / 10)  # three pairs are the other way
    tied, other = [1.0, 2.0, 2.0, 3.0], [1.0, 3.0, 2.0, 4.0]
    assert ranks(tied) == [1.0, 2.5, 2.5, 4.0]
    assert spearman(tied, other) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)
    assert kendall(tied, other) == pytest.approx(5 / (5 * 6) ** 0.5)
    for agreement in (spearman, kendall):
        assert agreement(first, second[::-1]) != agreement(first, second)
        assert agreement(first, first) == pytest.approx(1)
        assert agreement(first, first[::-1]) == pytest.approx(-1)
        assert agreement([1.0], [1.0]) is None
        assert agreement([1.0, 1.0], [1.0, 2.0]) is None


def test_only_systems_with_both_figures_are_ordered() -> None:
    assert order("x", {"a": 1.0, "b": None, "c": 2.0}, {"a": 3.0, "b": 9.0, "c": 2.0, "d": 1.0}).systems == 2
