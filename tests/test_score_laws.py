"""The laws of scoring, over pages made at random, the shipped corpus and real pages where they are at hand."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from itertools import combinations, takewhile
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.gold.corpus import load, shipped
from bench.gold.page import GoldPage, Region
from bench.labels import Group
from bench.model import Track
from bench.score.counts import Counts, PageScore
from bench.score.page import PreparedPage, prepare, score
from bench.text import tokens
from tests.gold_strategies import gold_pages
from tests.pages import random_page

REAL = Path(__file__).parents[2] / "shared" / "real"
FOREIGN = "لاوجودلهاهنا"


@cache
def prepared_pages(corpus: str) -> list[PreparedPage]:
    """Every page of a corpus at hand; of the shipped one every eighth site where `LUBB_TESTS=sample` asks for it.

    CI asks on every Python but the first: gold and scores do not hang on Python's version, and all pages take a minute.
    """
    path = shipped() if corpus == "shipped" else REAL
    if not path.is_dir():
        return []
    sites = sorted(folder.name for folder in (path / "sites").iterdir())
    sample = os.environ.get("LUBB_TESTS") == "sample" and corpus == "shipped"
    return [prepare(page) for page in load(path, sites[::8] if sample else ()).pages]


def stored() -> list[tuple[str, int]]:
    """(corpus, index of a page), for the corpora at hand."""
    return [(corpus, i) for corpus in ("shipped", "real") for i in range(len(prepared_pages(corpus)))]


@pytest.fixture(params=stored(), ids=lambda param: prepared_pages(param[0])[param[1]].gold.id)
def page(request: pytest.FixtureRequest) -> PreparedPage:
    corpus, index = request.param
    page: PreparedPage = prepared_pages(corpus)[index]
    return page


seeds = st.integers(min_value=0, max_value=2**32)


def check_oracle(page: PreparedPage) -> None:
    result = score(page, page.gold.text(Group.CONTENT))
    assert result.counts == Counts(len(page.target.at), 0, 0)
    assert (result.counts.precision, result.counts.recall, result.counts.f1) == (1, 1, 1)
    assert result.exact
    assert result.similarity.distance == 0
    for other in (result.strict, result.folded, result.bag, result.shingles):
        assert other.f1 == 1
    assert not any(loss.tokens for loss in result.losses.values())
    assert not any(leak.regions for leak in result.leaks.values())
    assert all(count.passed == count.total for count in result.traps.values()), "the oracle falls into no trap"


def check_nothing(page: PreparedPage) -> None:
    result = score(page, "")
    expected = 1.0 if page.gold.track is Track.NO_ARTICLE else 0.0
    assert (result.counts.precision, result.counts.recall, result.counts.f1) == (expected,) * 3


def check_everything(page: PreparedPage) -> None:
    check_all_leaks(score(page, page.gold.text()), foreign=0)


def check_everything_searched_for(page: PreparedPage) -> None:
    """The same where the text is not the page to the word, so that the search is what finds it."""
    check_all_leaks(score(page, f"{page.gold.text()}\n{FOREIGN}"), foreign=1)


def check_all_leaks(result: PageScore, foreign: int) -> None:
    assert result.counts.fn == 0
    assert result.leaked == result.counts.fp - foreign
    for label, leak in result.leaks.items():
        assert (leak.tokens, leak.regions) == (leak.of_tokens, leak.of_regions), label
    assert (result.moved, result.repeated, result.foreign) == (0, 0, foreign)


def check_one_foreign_token(page: PreparedPage, text: str) -> None:
    before, after = score(page, text), score(page, f"{text}\n{FOREIGN}")
    assert after.foreign == before.foreign + 1
    assert after.counts == Counts(before.counts.tp, before.counts.fp + 1, before.counts.fn)
    assert (after.optional, after.leaked, after.moved, after.repeated) == (
        before.optional,
        before.leaked,
        before.moved,
        before.repeated,
    )
    assert (after.leaks, after.losses) == (before.leaks, before.losses)


def trapped(page: PreparedPage) -> PreparedPage:
    """The page with a trap of its own on each region, so that a score tells which regions leaked."""
    gold = page.gold
    regions = tuple(Region(region.label, (f"region-{i}",)) for i, region in enumerate(gold.regions))
    return prepare(replace(gold, regions=regions))


def leaked_regions(page: PreparedPage, among: list[int], text: str) -> set[int]:
    """Those of the regions that leak; the page is `trapped`."""
    result = score(page, text)
    return {i for i in among if not result.traps[f"region-{i}"].passed}


def leakable(page: PreparedPage) -> list[int]:
    """Boilerplate regions with tokens, none of whose pieces stands word for word within another region."""
    gold = page.gold
    said = [" ".join(["", *tokens(piece.text), ""]) for piece in gold.pieces]
    whole = [
        " ".join(["", *tokens("\n".join(p.text for p in gold.pieces if p.region == i)), ""])
        for i in range(len(gold.regions))
    ]
    copied = {
        piece.region
        for piece, text in zip(gold.pieces, said, strict=True)
        if text.strip() and any(text in other for i, other in enumerate(whole) if i != piece.region)
    }
    return [
        i
        for i, region in enumerate(gold.regions)
        if region.label.group is Group.BOILERPLATE and whole[i].strip() and i not in copied
    ]


def said_elsewhere(page: PreparedPage, chosen: tuple[int, ...]) -> bool:
    """Whether three or more words around a seam of `with_regions` stand together elsewhere on the page.

    Then nobody can tell from the text which regions it came from: «القائمة، بحث عن» and a date give the words of
    another «بحث عن» that has the date right behind it.
    """
    gold = page.gold
    pieces = [(piece.region, tokens(piece.text)) for piece in gold.pieces]
    whole = [(word, region) for region, words in pieces for word in words]
    kept = [
        (word, region)
        for region, words in pieces
        for word in words
        if gold.regions[region].label.group is Group.CONTENT or region in chosen
    ]
    seen: dict[tuple[str, str], list[int]] = {}
    for place in range(1, len(whole)):
        seen.setdefault((whole[place - 1][0], whole[place][0]), []).append(place)
    for seam in range(1, len(kept)):
        (word, before), (after, region) = kept[seam - 1], kept[seam]
        if before != region and {before, region} & {*chosen}:
            for place in seen.get((word, after), ()):
                elsewhere = (whole[place - 1][1], whole[place][1]) != (before, region)
                if elsewhere and _run(kept, seam, whole, place) >= 3:
                    return True
    return False


def _run(one: list[tuple[str, int]], i: int, other: list[tuple[str, int]], k: int) -> int:
    """How many equal words stand around these two places, to the left and to the right."""
    left = takewhile(lambda n: one[i - n][0] == other[k - n][0], range(1, min(i, k) + 1))
    right = takewhile(lambda n: one[i + n][0] == other[k + n][0], range(min(len(one) - i, len(other) - k)))
    return len([*left, *right])


def with_regions(page: PreparedPage, regions: tuple[int, ...]) -> str:
    """The content and the given regions, in page order."""
    gold = page.gold
    return "\n".join(
        piece.text
        for piece in gold.pieces
        if gold.regions[piece.region].label.group is Group.CONTENT or piece.region in regions
    )


def test_oracle_is_perfect(page: PreparedPage) -> None:
    check_oracle(page)


def test_nothing_is_nothing(page: PreparedPage) -> None:
    check_nothing(page)


def test_everything_has_all_content_and_leaks_every_label(page: PreparedPage) -> None:
    check_everything(page)
    check_everything_searched_for(page)


def test_one_leak_is_that_leak(page: PreparedPage) -> None:
    regions, told = leakable(page), trapped(page)
    for region in regions:
        assert leaked_regions(told, regions, with_regions(page, (region,))) == {region}


def test_two_leaks_are_those_two(page: PreparedPage) -> None:
    regions, told = leakable(page), trapped(page)
    pairs = list(combinations(regions, 2))
    for pair in Random(page.gold.id).sample(pairs, min(len(pairs), 16)):
        if not said_elsewhere(page, pair):
            assert leaked_regions(told, regions, with_regions(page, pair)) == set(pair)


def test_a_foreign_token_changes_nothing_else(page: PreparedPage) -> None:
    for text in ("", page.gold.text(), page.gold.text(Group.CONTENT)[::-1], page.gold.text(Group.CONTENT)[100:]):
        check_one_foreign_token(page, text)


def test_scores_survive_the_record(page: PreparedPage) -> None:
    result = score(page, page.gold.text())
    assert PageScore.from_json(result.to_json()) == result


@given(seed=seeds)
@settings(max_examples=200)
def test_made_pages_oracle_nothing_everything(seed: int) -> None:
    page = prepare(random_page(seed))
    check_oracle(page)
    check_nothing(page)
    check_everything(page)
    check_everything_searched_for(page)


@given(seed=seeds)
@settings(max_examples=200)
def test_made_pages_leak_what_leaks(seed: int) -> None:
    page = prepare(random_page(seed))
    regions, told = leakable(page), trapped(page)
    pairs = list(combinations(regions, 2))
    for chosen in [(region,) for region in regions] + Random(seed).sample(pairs, min(len(pairs), 5)):
        text = with_regions(page, chosen)
        result = score(page, text)
        assert result.counts.fn == 0
        assert leaked_regions(told, regions, text) == set(chosen)


@given(seed=seeds)
@settings(max_examples=200)
def test_made_pages_and_any_extraction(seed: int) -> None:
    page = prepare(random_page(seed))
    random = Random(seed)
    words = page.gold.text().split()
    text = " ".join(random.choice(words) if random.random() < 0.2 else word for word in words if random.random() < 0.8)
    result = score(page, text)
    extracted = len(tokens(text))
    counts = result.counts
    assert counts.tp + counts.fn == len(page.target.at)
    assert counts.tp + counts.fp + result.optional == extracted
    assert result.leaked + result.moved + result.repeated + result.foreign == counts.fp
    assert sum(leak.tokens for leak in result.leaks.values()) == result.leaked
    assert sum(loss.tokens for loss in result.losses.values()) == counts.fn - result.moved
    assert score(page, text) == result
    check_one_foreign_token(page, text)


@given(page=gold_pages)
@settings(max_examples=60)
def test_marked_pages_made_up_by_hypothesis(page: GoldPage) -> None:
    """Small, odd and nested, with few words that repeat: what no page made of long texts has."""
    prepared = prepare(page)
    check_oracle(prepared)
    check_nothing(prepared)
    check_everything(prepared)
    check_one_foreign_token(prepared, page.text(Group.CONTENT))


def test_the_order_of_pages_changes_nothing() -> None:
    pages = [random_page(seed) for seed in range(20)]
    texts = [pages[(i + 1) % 20].text(Group.CONTENT) + page.text() for i, page in enumerate(pages)]
    prepared = [prepare(page) for page in pages]
    forwards = [score(page, text) for page, text in zip(prepared, texts, strict=True)]
    backwards = [score(page, text) for page, text in zip(reversed(prepared), reversed(texts), strict=True)]
    assert forwards == backwards[::-1]
