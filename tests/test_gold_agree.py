"""Agreement between the marks and a second labelling."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.cli import build_parser
from bench.errors import BenchError
from bench.gold.agree import agreement, blank_sheet, krippendorff_alpha, page_blocks, sample
from bench.gold.corpus import load
from bench.gold.page import GoldPage

PAGE = (
    '<nav data-gold="nav">home news</nav>'
    '<div><span data-gold="byline">by A</span><span data-gold="date">May 3</span></div>'
    '<p data-gold="body">one two three</p><p data-gold="read_also">read more</p><p data-gold="body">four</p>'
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for site in ("b-site", "a-site"):
        folder = tmp_path / "sites" / site
        folder.mkdir(parents=True)
        toml = 'name = "x"\nsplit = "test"\n'
        for name in ("001", "002", "003"):
            (folder / f"{name}.html").write_text(PAGE, encoding="utf-8")
            toml += f'[pages.{name}]\nurl = "https://{site}.example/{name}"\ntrack = "static"\n'
        (folder / "site.toml").write_text(toml, encoding="utf-8")
    return tmp_path


def pages(corpus: Path) -> tuple[GoldPage, ...]:
    return tuple(load(corpus).pages)


def fill(corpus: Path, *labels: str) -> Path:
    sheet = corpus / "sheet.tsv"
    lines = blank_sheet(pages(corpus)[:1]).split("\n")
    for at, label in enumerate(labels, 1):
        lines[at] = lines[at].replace("?", label, 1)
    sheet.write_text("\n".join(lines), encoding="utf-8")
    return sheet


def test_a_blank_sheet_tells_nothing_of_the_marks(corpus: Path) -> None:
    assert blank_sheet(pages(corpus)[:1]) == (
        "page\ta-site/001\n?\thome news\n?\tby A May 3\n?\tone two three\n?\tread more\n?\tfour\n"
    )


def test_agreement_worked_by_hand(corpus: Path) -> None:
    found = agreement(pages(corpus), fill(corpus, "nav", "date", "body", "body", "body"))
    assert (found.pages, found.blocks) == (1, 5)
    assert [(part.gold, part.sheet, part.text, part.chars) for part in found.differences] == [
        ("byline", "date", "by A", 3),
        ("read_also", "body", "read more", 8),
    ]
    assert found.same == 1 - 11 / (8 + 3 + 4 + 11 + 8 + 4)
    assert found.f1 == 2 * 4 / (4 + 6)


def test_full_agreement_is_one(corpus: Path) -> None:
    found = agreement(pages(corpus), fill(corpus, "nav", "date", "body", "read_also", "body"))
    assert found.group_alpha == 1
    assert found.f1 == 1
    assert found.alpha is not None
    assert found.alpha < 1


def test_alpha_of_a_published_example() -> None:
    """Ten units, two coders, nominal: Krippendorff (2011), section B: alpha = .095 (binary data)."""
    first, second = "0101000000", "1110010000"
    units = [(a, b, 1) for a, b in zip(first, second, strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(0.095, abs=0.001)
    assert krippendorff_alpha([(a, b, 3) for a, b, _ in units]) == krippendorff_alpha(units * 3)
    assert krippendorff_alpha([("a", "a", 5)]) is None


def test_a_sample_takes_of_every_site_before_a_second_of_any(corpus: Path) -> None:
    chosen = sample(pages(corpus), 3)
    assert {page.site for page in chosen} == {"a-site", "b-site"}
    assert len({page.id for page in chosen}) == 3
    assert sample(tuple(reversed(pages(corpus))), 3) == chosen


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no page in it"),
        ("page\ta-site/009\nnav\tx\n", "sheet.tsv:1: no page 'a-site/009'"),
        ("page\ta-site/001\nnav\thome\n", "sheet.tsv:1: text is not that of a-site/001 any more"),
        ("page\ta-site/001\nnavv\thome\n", "sheet.tsv:2: unknown label 'navv'; write 'nav'"),
        ("page\ta-site/001\n?\thome\n", "sheet.tsv:2: unknown label '?'; python -m bench labels"),
        ("nav\thome\n", "sheet.tsv:1: no LABEL<TAB>TEXT"),
    ],
)
def test_a_sheet_that_is_no_good_is_one_line(corpus: Path, text: str, message: str) -> None:
    sheet = corpus / "sheet.tsv"
    sheet.write_text(text, encoding="utf-8")
    with pytest.raises(BenchError) as found:
        agreement(pages(corpus), sheet)
    assert message in str(found.value)


def test_texts_of_scripts_follow_those_of_the_dom(corpus: Path) -> None:
    folder = corpus / "sites" / "a-site"
    script = '<p data-gold="nav">menu</p><script id="d" type="application/json">{"b": "<p>one</p><p>two</p>"}</script>'
    (folder / "001.html").write_text(script, encoding="utf-8")
    toml = (folder / "site.toml").read_text(encoding="utf-8").replace("static", "script", 1)
    gold = 'gold = [{script = "#d", pointer = "/b", as = "html", label = "body"}]\n[pages.002]'
    (folder / "site.toml").write_text(toml.replace("[pages.002]", gold, 1), encoding="utf-8")
    assert page_blocks(pages(corpus)[0]) == ["menu", "one", "two"]


def test_the_command_prints_figures_and_differences(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = fill(corpus, "nav", "date", "body", "body", "body")
    args = build_parser().parse_args(["corpus", "agree", str(sheet), "--corpus", str(corpus)])
    assert args.call(args) == 0
    out = capsys.readouterr().out
    assert "1 pages, 5 blocks" in out
    assert "\na-site/001\n  byline / date: by A\n  read_also / body: read more\n" in out
    args = build_parser().parse_args(["corpus", "agree", str(sheet), "--corpus", str(corpus), "--json"])
    assert args.call(args) == 0
    assert json.loads(capsys.readouterr().out)["content_f1"] == 0.8
