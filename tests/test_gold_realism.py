"""Two corpora side by side: what lies off, the command that prints it, and the published figures."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

from bench.cli import main
from bench.gold.corpus import load
from bench.gold.measures import MEASURES, Section
from bench.gold.published import PAGES, RATES, SPREADS, Spread
from bench.gold.realism import Off, Rate, compare, off_rate, off_spread, spread
from tests.small_sites import write_site

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "real"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not here")
B = 'data-gold="body"'


@pytest.mark.parametrize(
    ("mine", "target", "off"),
    [
        ((0, 4, 5, 6, 9), (0, 4, 5, 6, 9), None),
        ((0, 1, 2, 3, 4), (0, 2, 3, 4, 5), None),  # on the very quartile
        ((0, 1, 1.9, 3, 4), (0, 2, 3, 4, 5), "low"),
        ((0, 1, 4.1, 5, 5), (0, 2, 3, 4, 5), "high"),
        ((0, 0.01, 0.0145, 0.02, 1), (0, 0, 0.01, 0.01, 1), None),  # .01 as published
        ((0, 0.01, 0.016, 0.02, 1), (0, 0, 0.01, 0.01, 1), "high"),
        ((0, 0, 0, 0, 0), (1, 2, 3, 4, 5), "below"),
        ((6, 6, 6, 6, 6), (1, 2, 3, 4, 5), "above"),
        ((2, 2.9, 3, 3.5, 4), (0, 2, 3, 4, 5), "narrow"),  # .6 of 2
        ((2, 2.9, 3, 3.6, 4), (0, 2, 3, 4, 5), None),
        ((1, 1, 1, 1, 1), (0, 1, 1, 1, 9), None),
        ((0, 1, 2, 3, 4), (None, None, 3, None, None), None),
        ((0, 1, 2, 3, 4), (None, None, 3.1, None, None), "low"),
        ((0, 1, 2, 3, 4), (None, None, 0.9, None, None), "high"),
        ((0, 1, 2, 3, 4), (2, None, None, None, 4), None),
        ((0, 1, 2, 3, 4), (2.5, None, None, None, 4), "below"),
        ((None,) * 5, (0, 1, 2, 3, 4), None),
        ((0, 1, 2, 3, 4), (None,) * 5, None),
    ],
)
def test_a_spread_that_lies_off(
    mine: tuple[float | None, ...], target: tuple[float | None, ...], off: str | None
) -> None:
    assert off_spread(Spread(*mine), Spread(*target)) == off
    alone = off_spread(Spread(*mine), Spread(*target), several=False)
    assert alone == (None if off == "narrow" else off)


@pytest.mark.parametrize(
    ("mine", "target", "off"),
    [
        (Rate(1, 2), Rate(10, 21), None),
        # Wilson, 90 %: 10 of 21 is .310 to .648
        (Rate(30, 100), Rate(10, 21), "low"),
        (Rate(32, 100), Rate(10, 21), None),
        (Rate(64, 100), Rate(10, 21), None),
        (Rate(66, 100), Rate(10, 21), "high"),
        (Rate(0, 9), Rate(0, 21), None),
        (Rate(0, 0), Rate(10, 21), None),
        (Rate(1, 2), Rate(0, 0), None),
    ],
)
def test_a_rate_that_lies_off(mine: Rate, target: Rate, off: str | None) -> None:
    assert off_rate(mine, target) == off


def test_the_spread_of_nothing() -> None:
    assert spread([]) == Spread()
    assert spread([1, 2, 3, 4, 5]).five == (1, 2, 3, 4, 5)


def test_published_figures_are_of_measures_and_in_order() -> None:
    spreads = {measure.name for measure in MEASURES if measure.section is not Section.RATES}
    rates = {measure.name for measure in MEASURES if measure.section is Section.RATES}
    assert len(spreads) + len(rates) == len(MEASURES)
    assert set(SPREADS) <= spreads
    assert set(RATES) <= rates
    assert all(0 <= pages <= PAGES for pages in RATES.values())
    for name, published in SPREADS.items():
        known = [figure for figure in published.five if figure is not None]
        assert known == sorted(known), name


def test_the_document_tells_every_measure() -> None:
    lines = (ROOT / "docs" / "realism.md").read_text(encoding="utf-8").splitlines()
    told = [line for line in lines if any(line.startswith(f"| {measure.name} | ") for measure in MEASURES)]
    assert told == [f"| {measure.name} | {measure.definition} |" for measure in MEASURES]


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """A corpus of two sites, whose first has a read-also box and no p, and one of one site of two pages."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    write_site(mine, "a-site", f'<div><div {B}>أب</div><div data-gold="read_also">ج</div><div {B}>تث</div></div>')
    write_site(mine, "b-site", f"<p {B}>أب</p>")
    toml = mine / "sites" / "b-site" / "site.toml"
    toml.write_text(toml.read_text().replace("a.example", "b.example"))
    write_site(other, "c-site", f'<p {B}>أبتث</p><ul data-gold="tags"><li>خ</li></ul>', pages=2)
    return mine, other


def test_rows_of_a_comparison(two: tuple[Path, Path]) -> None:
    found = compare(load(two[0]), load(two[1]))
    (paragraphs,) = (row for row in found.spreads if row.measure.name == "body characters")
    assert paragraphs.this == Spread(2, 2.5, 3, 3.5, 4)
    assert paragraphs.other == Spread(4, 4, 4, 4, 4)
    assert paragraphs.published == SPREADS["body characters"]
    assert (paragraphs.off_other, paragraphs.off_published) == (Off.BELOW, Off.LOW)
    (without_p,) = (row for row in found.rates if row.measure.name == "no p in the body")
    assert (without_p.this, without_p.other, without_p.published) == (Rate(1, 2), Rate(0, 2), Rate(3, 21))
    assert (without_p.off_other, without_p.off_published) == (None, Off.HIGH)
    alone = compare(load(two[0], ["a-site"]), load(two[1]))
    assert {row.off_other for row in alone.rates} | {row.off_published for row in alone.rates} == {None}


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(("corpus", "stats", *words))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_tables(two: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "--corpus", str(two[0]), "--against", str(two[1]))
    mine, other = load(two[0]), load(two[1])
    assert (code, err) == (0, "")
    assert out.startswith(
        f"this: mine corpus:{mine.digest} gold:{mine.gold_digest}; 2 sites, 2 static pages\n"
        f"other: other corpus:{other.digest} gold:{other.gold_digest}; 1 site, 2 static pages\n\nPage and text\n"
    )
    assert (
        dedent("""
            Body
                              this                 other                      published (21 pages)
            measure           min  q1 med  q3 max  min  q1 med  q3 max off    min  q1  med  q3 max off
            ----------------  --- --- --- --- ---  --- --- --- --- --- -----  --- --- ---- --- --- ----
            body characters     2 2.5   3 3.5   4    4   4   4   4   4 below    -   - 1344   -   - low
            """)
        in out
    )


def test_json_holds_all_of_it(two: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "--corpus", str(two[0]), "--against", str(two[1]), "--json")
    answer = json.loads(out)
    assert code == 0
    assert {name: answer["this"][name] for name in ("corpus", "sites", "pages", "static", "left_out")} == {
        "corpus": "mine",
        "sites": 2,
        "pages": 2,
        "static": 2,
        "left_out": 0,
    }
    assert [row["measure"] for row in answer["spreads"] + answer["rates"]] == [measure.name for measure in MEASURES]
    (row,) = (row for row in answer["spreads"] if row["measure"] == "body characters")
    assert row == {
        "measure": "body characters",
        "section": "Body",
        "definition": "characters of all content, white space collapsed",
        "this": [2, 2.5, 3, 3.5, 4],
        "other": [4, 4, 4, 4, 4],
        "published": [None, None, 1344, None, None],
        "off_other": "below",
        "off_published": "low",
    }
    assert answer["rates"][0]["published"] == {"pages": 3, "of": 21, "share": 3 / 21}
    (unknown,) = (row for row in answer["rates"] if row["measure"] == "no article element")
    assert unknown["published"] is None


def test_one_site_is_this_corpus_alone(two: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "--corpus", str(two[0]), "--against", str(two[1]), "--site", "b-site", "--json")
    answer = json.loads(out)
    assert (answer["this"]["pages"], answer["other"]["pages"]) == (1, 2)


def test_a_corpus_that_is_not_there_is_one_line(two: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    there = two[0] / "none"
    code, out, err = said(capsys, "--corpus", str(two[0]), "--against", str(there))
    assert (code, out) == (2, "")
    assert err == f"lubb: {there}: no such corpus; give a folder that holds sites/\n"


# What eight of the 21 pages must give, for these of their extremes are theirs.
LEAST = ("elements", "mean DOM depth", "p", "script", "distinct tags", "with class", "with id", "longest line", "nbsp")
MOST = (
    *("page size, KB", "elements", "mean DOM depth", "h2-h4", "p", "images", "form controls", "iframe", "noscript"),
    *("link", "script", "JSON-LD blocks", "div share", "span share", "with class", "with id", "with inline style"),
    *("with data-*", "attributes per element", "script characters", "style characters", "comments", "absolute URLs"),
    *("distinct hosts", "longest line"),
)


@needs_real
def test_definitions_give_the_published_extremes() -> None:
    corpus = load(REAL)
    rows = {row.measure.name: row for row in compare(corpus, corpus).spreads}
    for name in LEAST:
        assert rows[name].this.least == pytest.approx(SPREADS[name].least, rel=0.06, abs=0.005), name
    for name in MOST:
        assert rows[name].this.most == pytest.approx(SPREADS[name].most, rel=0.03, abs=0.005), name


@needs_real
def test_real_pages_lie_within_the_published_extremes() -> None:
    corpus = load(REAL)
    for row in compare(corpus, corpus).spreads:
        published = row.published
        if published and published.least is not None and published.most is not None:
            assert row.this.least is not None
            assert row.this.most is not None
            assert row.this.least > published.least * 0.94 - 0.006, row.measure.name
            assert row.this.most < published.most * 1.03 + 0.006, row.measure.name


@needs_real
def test_real_pages_have_the_published_rates() -> None:
    corpus = load(REAL)
    rates = {row.measure.name: row for row in compare(corpus, corpus).rates}
    assert not [name for name, row in rates.items() if row.published and off_rate(row.published, row.this)]
