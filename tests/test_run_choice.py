from __future__ import annotations

from dataclasses import replace

import pytest

from bench.errors import BenchError
from bench.gold.page import GoldPage
from bench.model import Split, Track
from bench.run.choice import choose, close_matches
from tests.pages import gold_page

ONE = gold_page(("body", "نص من كلمات"))


def page(name: str, split: str = "test", track: str = "static") -> GoldPage:
    return replace(ONE, id=name, site=name.partition("/")[0], split=Split(split), track=Track(track))


PAGES = [
    page("alif/1"),
    page("alif/2"),
    page("alif/3", track="no-article"),
    page("ba/1", split="dev"),
    page("ba/2", split="dev", track="script"),
    page("jim/1"),
]


def ids(**asked: object) -> tuple[list[str], str, str, int, bool]:
    found = choose(PAGES, **asked)  # type: ignore[arg-type]
    return [p.id for p in found.pages], found.split, found.track.value, found.headline, bool(found.selection)


def test_all_pages_are_run_and_the_headline_is_over_static_pages_of_test_sites() -> None:
    assert ids() == ([p.id for p in PAGES], "test", "static", 3, False)


def test_a_split_or_a_track_narrows_pages_and_headline() -> None:
    assert ids(split="dev") == (["ba/1", "ba/2"], "dev", "static", 1, False)
    assert ids(split="all") == ([p.id for p in PAGES], "all", "static", 4, False)
    assert ids(track=Track.SCRIPT) == (["ba/2"], "dev", "script", 1, False)
    assert ids(track=Track.NO_ARTICLE) == (["alif/3"], "test", "no-article", 1, False)


def test_a_corpus_of_dev_sites_only_has_a_headline() -> None:
    assert ids(sites=["ba"]) == (["ba/1", "ba/2"], "dev", "static", 1, False)


def test_a_part_of_the_headline_is_told_apart_from_the_whole_and_from_other_parts() -> None:
    assert ids(sites=["alif"])[3:] == (2, True)
    first, second = choose(PAGES, sites=["alif"], limit=1), choose(PAGES, sites=["jim"])
    assert (first.headline, second.headline) == (1, 1)
    assert first.selection != second.selection


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (1, ["alif/1"]),
        (2, ["alif/1", "jim/1"]),
        (3, ["alif/1", "ba/1", "jim/1"]),
        (4, ["alif/1", "alif/2", "ba/1", "jim/1"]),
        (99, [p.id for p in PAGES]),
    ],
)
def test_a_limit_is_spread_over_the_sites_headline_pages_first(limit: int, expected: list[str]) -> None:
    assert ids(limit=limit)[0] == expected


def test_unknown_sites_and_nothing_left() -> None:
    for asked, line in (
        ({"sites": ["jm"]}, "unknown site 'jm'; did you mean jim?"),
        ({"sites": ["x", "y"]}, "unknown sites 'x', 'y'; there are: alif, ba, jim"),
        (
            {"sites": ["jim"], "split": "dev"},
            "no page is left of 6 with --site jim --split dev; ask for less at once; "
            "python -m bench corpus stats says what there is",
        ),
    ):
        with pytest.raises(BenchError) as error:
            choose(PAGES, **asked)
        assert str(error.value) == line


def test_a_long_list_of_names_is_cut() -> None:
    assert close_matches("zzz", [f"site-{n:02}" for n in range(30)]).endswith("site-10, site-11, … (30 in all)")
