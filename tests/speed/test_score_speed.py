"""What scoring costs, beside 4-token shingles and rouge-score on the same texts.

Run with `python -m pytest tests/speed --benchmark-only`; ratios within one run are what to read.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from bench.gold.corpus import load, shipped
from bench.labels import Group
from bench.score.align import align
from bench.score.beside import overlap, shingles
from bench.score.page import PreparedPage, prepare, score
from bench.score.target import NOWHERE
from bench.text import normalise, tokens
from tests.pages import WORDS, gold_page

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

REAL = Path(__file__).parents[3] / "shared" / "real"


@pytest.fixture(scope="module")
def pages() -> list[PreparedPage]:
    return [prepare(page) for page in load(REAL if REAL.is_dir() else shipped()).pages]


def article(page: PreparedPage) -> str:
    """What a fair extractor returns: the title, the content and one box too many."""
    gold = page.gold
    boilerplate = [p.text for p in gold.pieces if gold.regions[p.region].label.group is Group.BOILERPLATE]
    return "\n".join([gold.text(Group.OPTIONAL), gold.text(Group.CONTENT), min(boilerplate, key=len, default="")])


def each(pages: list[PreparedPage], texts: list[str]) -> None:
    for page, text in zip(pages, texts, strict=True):
        score(page, text)


@pytest.mark.benchmark(group="one page of median size")
@pytest.mark.parametrize("what", ["article", "dump"])
def test_score_the_median_page(benchmark: BenchmarkFixture, pages: list[PreparedPage], what: str) -> None:
    page = sorted(pages, key=lambda page: len(page.region))[len(pages) // 2]
    benchmark(score, page, article(page) if what == "article" else page.gold.text())


@pytest.mark.benchmark(group="all pages")
@pytest.mark.parametrize("what", ["article", "dump"])
def test_score_all_pages(benchmark: BenchmarkFixture, pages: list[PreparedPage], what: str) -> None:
    texts = [article(page) if what == "article" else page.gold.text() for page in pages]
    benchmark(each, pages, texts)


@pytest.mark.benchmark(group="parts of a score, all pages")
@pytest.mark.parametrize("part", ["normalise", "tokens", "align", "prepare"])
def test_parts(benchmark: BenchmarkFixture, pages: list[PreparedPage], part: str) -> None:
    texts = [article(page) for page in pages]
    ids = [
        [page.vocabulary.get(word, NOWHERE) for word in tokens(text)] for page, text in zip(pages, texts, strict=True)
    ]
    work = {
        "normalise": lambda: [normalise(text) for text in texts],
        "tokens": lambda: [tokens(text) for text in texts],
        "align": lambda: [align(words, page.target) for words, page in zip(ids, pages, strict=True)],
        "prepare": lambda: [prepare(page.gold) for page in pages],
    }
    benchmark(work[part])


@pytest.mark.benchmark(group="ours and others, all pages")
@pytest.mark.parametrize("measure", ["lubb", "shingles", "rouge-score"])
def test_beside_others(benchmark: BenchmarkFixture, pages: list[PreparedPage], measure: str) -> None:
    if measure == "rouge-score" and importlib.util.find_spec("rouge_score") is None:
        pytest.skip("rouge-score is not installed: pip install 'lubb[test]'")
    pairs = [(page.gold.text(Group.CONTENT), article(page)) for page in pages]
    if measure == "lubb":
        benchmark(each, pages, [text for _, text in pairs])
    elif measure == "shingles":
        benchmark(lambda: [overlap(shingles(tokens(gold)), shingles(tokens(text))) for gold, text in pairs])
    else:
        from rouge_score.rouge_scorer import RougeScorer

        class Words:
            """Its own tokeniser finds no Arabic word."""

            def tokenize(self, text: str) -> list[str]:
                return tokens(text)

        scorer = RougeScorer(["rougeL"], tokenizer=Words())
        benchmark.pedantic(lambda: [scorer.score(gold, text) for gold, text in pairs], rounds=3)


@pytest.mark.benchmark(group="20,000 x 20,000 tokens")
def test_a_very_long_page(benchmark: BenchmarkFixture) -> None:
    random = Random(0)
    page = prepare(gold_page(("body", " ".join(random.choices(WORDS, k=20_000)))))
    text = " ".join(random.choices(WORDS, k=20_000))
    benchmark.pedantic(score, args=(page, text), rounds=3)
