"""Other benchmarks' formulas, worked by hand on small copies of their files; and what is said of broken ones."""

from __future__ import annotations

import json
from collections import Counter
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.cli import main
from bench.commands.peers import FORMATS
from bench.gold.corpus import load, shipped
from bench.labels import Group
from bench.score.page import score
from bench.score.peers import article_extraction, fundus, paragraphs, shingles
from bench.score.peers.headline import counts, headline, prepared, site
from bench.score.peers.model import NAMES, Figures, Part, PeerPage
from bench.score.peers.published import lines_of, tables

AEB, FUNDUS = FORMATS
README = """\
Results
-------

Results of the latest evaluation::

                 version    F1             precision      recall         accuracy
    half         2.0        0.588 ± 0.200  0.750 ± 0.300  0.484 ± 0.100  0.000 ± 0.000
    whole        Nov 2019   1.000 ± 0.000  1.000 ± 0.000  1.000 ± 0.000  1.000 ± 0.000

Results of the initial evaluation::

    half         precision=0.700 ± 0.010  recall=0.600 ± 0.010  F1=0.646 ± 0.005 accuracy=0.470 ± 0.037
    unshipped    precision=0.700 ± 0.010  recall=0.600 ± 0.010  F1=0.646 ± 0.005
"""
# Six words are three shingles, eight are five, three are one.
GOLD = {
    "one": {"articleBody": "a b c d e f", "url": "https://www.first.example/1"},
    "two": {"articleBody": "a b c d e f g h", "url": "https://first.example/2"},
    "three": {"articleBody": "x y z", "url": "https://second.example/3"},
}
# Page one: a b c d | b c d X, so 1 of 2 out and 1 of 3 wanted. Page two: all. Page three: nothing.
HALF = {"one": {"articleBody": "a b c d X"}, "two": {"articleBody": "a b c d e f g h"}, "three": {"articleBody": ""}}


def write(path: Path, found: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(found if isinstance(found, str) else json.dumps(found), encoding="utf-8")


@pytest.fixture
def aeb(tmp_path: Path) -> Path:
    write(tmp_path / "ground-truth.json", GOLD)
    write(tmp_path / "output" / "half.json", HALF)
    write(tmp_path / "output" / "whole.json", {"version": "Nov 2019", "output": GOLD})
    write(tmp_path / "README.rst", README)
    return tmp_path


BODY = ["[key point]", "first", "second", "[note]", "third"]
TSV = """\
scraper\tarticle\tprecision\trecall\tf1_score
good\tSite_0.html.gz\t0.8\t1.0\t0.888888888888889
good\tSite_1.html.gz\t0.0\t0.0\t
mute\tSite_0.html.gz\t\t0.0\t
mute\tSite_1.html.gz\t1.0\t0.5\t0.6666666666666666
"""


@pytest.fixture
def evaluation(tmp_path: Path) -> Path:
    def article(*body: str) -> dict[str, Any]:
        return {"url": "https://site.example/a", "body": list(body), "crawl_date": "2024-02-28"}

    data = tmp_path / "dataset"
    write(data / "ground_truth.json", {"Site_1.html.gz": article("one", "two"), "Site_0.html.gz": article(*BODY)})
    good = {"Site_0.html.gz": article("note", "first", "second", "third", "advert"), "Site_1.html.gz": article("tow")}
    mute = {"Site_0.html.gz": article(), "Site_1.html.gz": article("two")}
    write(data / "extractions" / "good.json", good)
    write(data / "extractions" / "mute.json", mute)
    write(data / "scores" / "paragraph_match.tsv", TSV)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def near(found: Figures, *values: float | None) -> bool:
    return [found.of(name) for name in NAMES] == [value and pytest.approx(value, abs=1e-12) for value in values]


# article-extraction-benchmark


def test_shingles_by_hand() -> None:
    page = shingles.page_figures("a b c d e f".split(), "a b c d X".split())
    assert page == shingles.PageFigures(1 / 2, 1 / 3, exact=False)
    assert shingles.page_figures("a b c d a b c d".split(), "a b c d a b c d a b c d".split()).precision == 5 / 9
    assert shingles.page_figures(["x", "y"], ["x", "y"]) == shingles.PageFigures(1.0, 1.0, exact=True)
    assert shingles.page_figures(["x", "y"], []) == shingles.PageFigures(None, 0.0, exact=False)
    assert shingles.page_figures([], ["x"]) == shingles.PageFigures(0.0, None, exact=False)
    assert shingles.page_figures([], []) == shingles.PageFigures(None, None, exact=True)


def test_its_words_break_at_tashkeel_and_keep_underscores() -> None:
    assert shingles.words("Snake_case يُعجبك، don't") == ["Snake_case", "ي", "عجبك", "don", "t"]


def test_its_means_leave_silent_pages_out_and_ours_beside_do_not(aeb: Path) -> None:
    half, whole = article_extraction.compare(aeb).rows
    # Precision over two pages, (1/2 + 1) / 2; recall over three, (1/3 + 1 + 0) / 3.
    precision, recall = 3 / 4, 4 / 9
    assert near(half.computed, precision, recall, 2 * precision * recall / (precision + recall), 1 / 3)
    assert half.counted.precision == pytest.approx(1.5 / 3)
    assert (half.silent, half.counted.recall) == (1, half.computed.recall)
    assert whole.computed == whole.counted == Figures(1.0, 1.0, 1.0, 1.0)
    assert (whole.same, whole.version, whole.where) == (True, "Nov 2019", "README, Results of the latest evaluation")


def test_the_headline_beside_it_is_a_mean_of_sites(aeb: Path) -> None:
    half, whole = article_extraction.compare(aeb).rows
    # Page one: four of five words right, four of six wanted: 8/11. Page two: 1. Page three, the other site: 0.
    assert half.headline.f1 == pytest.approx((8 / 11 + 1) / 2 / 2)
    assert whole.headline == Figures(1.0, 1.0, 1.0)


def test_the_spread_has_a_seed_and_the_size_of_its_own() -> None:
    pages = [shingles.PageFigures(p, p, exact=False) for p in (0.0, 1.0) * 50]
    found = shingles.spread(pages)
    assert found == shingles.spread(pages) != shingles.spread(pages, seed=1)
    assert found.precision == pytest.approx(0.05, rel=0.1)  # sqrt(1/4 / 100)
    assert shingles.spread([shingles.PageFigures(None, None, exact=False)] * 2) == Figures(exact=0.0)


def test_both_forms_of_its_tables_are_read() -> None:
    lines = [(line.name, line.version, line.where, line.figures) for line in tables(README)]
    assert lines == [
        ("half", "2.0", "Results of the latest evaluation", Figures(0.75, 0.484, 0.588, 0.0)),
        ("whole", "Nov 2019", "Results of the latest evaluation", Figures(1.0, 1.0, 1.0, 1.0)),
        ("half", "", "Results of the initial evaluation", Figures(0.7, 0.6, 0.646, 0.47)),
        ("unshipped", "", "Results of the initial evaluation", Figures(0.7, 0.6, 0.646)),
    ]
    assert tables(README)[0].spread == Figures(0.3, 0.1, 0.2, 0.0)
    narrow = (
        "Latest::\n\n           version     F1\n    html2text  2020.1.16 0.662 ± 0.015\n    odd 1 0.1 ± 0.2 0.3 ± 0.4\n"
    )
    assert [(line.name, line.version, line.figures.f1) for line in tables(narrow)] == [
        ("html2text", "2020.1.16", 0.662)
    ]


def test_a_figure_that_does_not_come_out_is_told_and_an_older_one_that_does(
    aeb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said(capsys, "peers", AEB, aeb)
    assert code == 1  # accuracy 1/3 is published as 0
    assert "1 of 2 that it publishes" in out
    assert "published, and no output of it here: unshipped\n" in out
    assert "half: up to 0.333 from README, Results of the latest evaluation" in out
    readme = aeb / "README.rst"
    right = "half  precision=0.750 ± 0.010  recall=0.444 ± 0.010  F1=0.558 ± 0.005 accuracy=0.333 ± 0.037"
    write(readme, readme.read_text(encoding="utf-8") + f"\nEarlier results::\n\n    {right}\n")
    code, out, _ = said(capsys, "peers", AEB, aeb)
    assert (code, "its output makes the figures of: Earlier results" in out) == (1, True)
    write(readme, f"Results of the latest evaluation::\n\n    {right}\n")
    assert said(capsys, "peers", AEB, aeb)[0] == 0
    readme.unlink()
    code, out, _ = said(capsys, "peers", AEB, aeb)
    assert (code, "0 of 0 that it publishes, 2 more are not published" in out) == (0, True)


def test_which_line_belongs_to_an_output() -> None:
    table = "{}::\n\n     version  F1\n{}\n"
    lines = tables(
        table.format(
            "Results of the initial evaluation", "    newspaper3k 0.2.8 0.912 ± 0.014\n    html-text 0.5.1 0.6 ± 0.1"
        )
        + table.format(
            "Results of the latest evaluation", "    newspaper4k 0.9.3 0.949 ± 0.008\n    go_text 1 0.3 ± 0.1"
        )
    )

    def names(system: str, version: str = "") -> list[str]:
        return [line.name for line in lines_of(system, version, lines)]

    assert names("newspaper") == names("newspaper", "0.10") == ["newspaper4k", "newspaper3k"]
    assert names("newspaper", "0.2.8") == ["newspaper3k", "newspaper4k"]
    assert (names("html_text"), names("go-text"), names("text")) == (["html-text"], ["go_text"], [])


def test_the_table_is_in_lubbs_order(aeb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "peers", AEB, aeb)
    rows = [line.split() for line in out.splitlines() if line.startswith(("half ", "whole "))]
    assert [(row[0], row[-2:]) for row in rows] == [("whole", ["1", "1"]), ("half", ["2", "2"])]


def test_json_holds_every_figure(aeb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "peers", AEB, aeb, "--json")
    found = json.loads(out)
    assert (code, found["schema"], found["peer"], found["pages"], found["sites"], found["passed"]) == (
        1,
        1,
        AEB,
        3,
        2,
        False,
    )
    assert [row["system"] for row in found["rows"]] == ["half", "whole"]
    assert found["rows"][0]["computed"]["recall"] == pytest.approx(4 / 9)
    assert {"name": "its F1 computed here", "systems": 2, "spearman": 1.0, "kendall": 1.0} in found["orders"]


# fundus-evaluation


def test_paragraph_match_by_hand(evaluation: Path) -> None:
    found = fundus.compare(evaluation)
    good, mute = found.rows
    # Page 0: the note came out and is wanted, the key point did not and is not: 4 of 5 and 4 of 4. Page 1: no match.
    assert near(good.computed, 0.4, 0.5, 8 / 9, None)
    assert good.counted.f1 == pytest.approx(4 / 9)
    assert near(mute.computed, 1.0, 0.25, 2 / 3, None)
    assert (mute.silent, mute.counted.precision) == (1, 0.5)
    assert [row.same for row in found.rows] == [True, True]
    assert [row.worst for row in found.rows] == [0.0, 0.0]


def test_lubb_beside_excuses_the_same_paragraphs(evaluation: Path) -> None:
    good, _ = fundus.compare(evaluation).rows
    # Page 0: three words and one too many, 6/7; the optional word is neither. Page 1: nothing.
    assert good.headline.f1 == pytest.approx(6 / 7 / 2)


@pytest.mark.parametrize(
    "change",
    [
        ("0.888888888888889", "0.888888888889999"),
        ("0.0\t0.0\t\n", "0.0\t0.0\t0.0\n"),
        ("mute\tSite_0.html.gz\t\t0.0\t\n", ""),
    ],
    ids=["a digit", "a figure where there is none", "a page less"],
)
def test_one_wrong_page_is_seen(evaluation: Path, change: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "peers", FUNDUS, evaluation)[0] == 0
    assert change[0] in TSV
    write(evaluation / "dataset" / "scores" / "paragraph_match.tsv", TSV.replace(*change))
    code, out, _ = said(capsys, "peers", FUNDUS, evaluation)
    assert (code, "1 of 2 that it publishes" in out) == (1, True)


def test_who_is_published_and_has_no_output_is_named(evaluation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (evaluation / "dataset" / "extractions" / "mute.json").unlink()
    code, out, _ = said(capsys, "peers", FUNDUS, evaluation)
    assert (code, "published, and no output of it here: mute\n" in out) == (0, True)


def test_its_other_metrics_are_ordered_too(evaluation: Path) -> None:
    scores = evaluation / "dataset" / "scores"
    write(scores / "rouge_lsum.tsv", TSV)
    write(scores / "wer.tsv", "scraper\tarticle\twer\ngood\ta\t0.1\nmute\ta\t0.9\n")
    orders = {found.name: found.spearman for found in fundus.compare(evaluation).orders}
    assert orders["its ROUGE-LSum F1 as published"] == 1.0
    assert orders["its word error rate as published, reversed"] == 1.0


def by_trying(gold: list[Part], extracted: list[str], tried: int | None) -> Figures:
    """The peer's way: every subset of optional paragraphs, the first of the highest F1; one without any never wins."""
    optional = [i for i, part in enumerate(gold) if part.optional]
    subsets: Any = [(), tuple(optional)]
    if tried is None or len(optional) <= tried:
        subsets = chain.from_iterable(combinations(optional, n) for n in range(len(optional) + 1))
    best: Figures | None = None
    for left_out in subsets:
        wanted = Counter(part.text for i, part in enumerate(gold) if i not in left_out)
        out = Counter(extracted)
        tp = sum(min(count, out[text]) for text, count in wanted.items())
        precision = tp / out.total() if out else None
        recall = tp / wanted.total() if wanted else None
        f1 = 2 * precision * recall / (precision + recall) if precision and recall else None
        if best is None or (f1 is not None and best.f1 is not None and f1 > best.f1):
            best = Figures(precision, recall, f1)
    assert best is not None
    return best


@given(
    st.lists(st.builds(Part, st.sampled_from("abcd"), st.booleans()), max_size=8),
    st.lists(st.sampled_from("abcdz"), max_size=8),
    st.sampled_from([None, 4, 1]),
)
def test_the_best_gold_is_found_without_trying_all(gold: list[Part], extracted: list[str], tried: int | None) -> None:
    found = paragraphs.figures(paragraphs.match(gold, extracted, tried=tried))
    assert found == by_trying(gold, extracted, tried)


def test_forty_optional_paragraphs_take_no_time() -> None:
    gold = [Part("body"), *(Part(str(i), optional=True) for i in range(40))]
    assert paragraphs.match(gold, ["body", "3", "x"], tried=None).f1 == 4 / 5
    assert paragraphs.figures(paragraphs.match(gold, ["body", "3", "x"])).recall == 1.0  # all or none: none
    assert paragraphs.match(gold, ["body", "3", "x"]).tp == 1


# Lubb's own


def test_the_quick_counts_are_those_of_the_scorer() -> None:
    differ = 0
    for page in load(shipped(), ["akhbar-arzal"]).pages[::4]:
        lines = page.text(Group.CONTENT).split("\n")
        parts = tuple(Part(line, optional=i % 4 == 3) for i, line in enumerate(lines))
        ready = prepared(PeerPage(page.id, page.page.url, parts))
        for text in (page.text(), "\n".join(lines[::2]), "\n".join(lines[3::4] + lines[:3]), ""):
            assert counts(ready, text) == score(ready, text).counts
            differ += score(ready, text).optional
    assert differ  # some of it was optional


def test_sites_are_hosts() -> None:
    addresses = ("https://www.a.example/x", "http://A.example:80/y", "", "http://[broken")
    assert [site(PeerPage("p", url, ())) for url in addresses] == ["a.example", "a.example", "p", "p"]
    assert headline([], {}) == Figures()


# Bad input


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "broken JSON"),
        ("[]", "no JSON object"),
        ('{"a": 1, "a": 2}', "twice"),
        ("[" * 100_000, "nested too deep"),
        ({}, "holds no page"),
        ({**HALF, "one": "text"}, "page 'one' is no JSON object"),
        ({**HALF, "one": {"articleBody": 3}}, "articleBody is no string"),
        ({"one": {}}, "2 of the gold's pages missing, the first 'two'"),
        ({**HALF, "four": {}}, "1 pages that the gold does not have, the first 'four'"),
    ],
)
def test_a_broken_output_is_one_line_and_the_others_are_scored(
    aeb: Path, content: object, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(aeb / "output" / "bad.json", content)
    code, out, err = said(capsys, "peers", AEB, aeb)
    line, count = err.splitlines()
    assert (code, told in line, "bad.json" in line) == (1, True, True), line
    assert count == "lubb: 1 of 3 outputs refused"
    assert "whole" in out


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_that_is_no_checkout_is_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said(capsys, "peers", name, tmp_path)
    assert (code, err.count("\n"), "no such file; name the folder of a checkout" in err) == (2, 1, True)


def test_gold_without_outputs_is_one_line(aeb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (aeb / "output").iterdir():
        path.unlink()
    code, _, err = said(capsys, "peers", AEB, aeb)
    assert (code, "holds no shipped output" in err) == (2, True)


@pytest.mark.parametrize(
    "content", ["scraper\tarticle\n", "a\tb\nc\td\n", TSV + TSV.splitlines()[1] + "\n", TSV.replace("0.8", "x")]
)
def test_broken_scores_are_one_line(evaluation: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(evaluation / "dataset" / "scores" / "paragraph_match.tsv", content)
    code, out, err = said(capsys, "peers", FUNDUS, evaluation)
    if content.count("\n") == 1:  # a heading alone: nothing is published
        assert (code, "2 more are not published" in out) == (0, True)
    else:
        assert (code, err.count("\n"), "paragraph_match.tsv:" in err) == (2, 1, True)


def test_a_body_that_is_no_list_of_strings(evaluation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(evaluation / "dataset" / "extractions" / "odd.json", {"Site_0.html.gz": {"body": "text"}})
    code, _, err = said(capsys, "peers", FUNDUS, evaluation)
    assert (code, "body is no list of strings" in err) == (1, True)
