"""What moved between the published corpus and a shuffled one, on runs worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.cli import build_parser
from bench.errors import BenchError
from bench.model import Split, Track
from bench.report.shuffle import shift_table, shifts
from bench.run.plan import ExtractorInfo, PageInfo
from bench.run.records import Run
from tests.press_source import ARTICLE, make_press, site_toml
from tests.report_runs import plan, record, run, score

SITES = "abcdefgh"
STEADY, LEARNT = (ExtractorInfo(name, "1", "MIT", name, "", "entry-point", name) for name in ("steady", "learnt"))


def made(fall: int, pages: tuple[str, ...] = ("001", "002")) -> Run:
    """`steady` goes up on one site and down on the next; `learnt` loses `fall` of ten words on every page."""
    infos = {
        f"{site}/{page}": PageInfo(site, Track.STATIC, Split.TEST, "news", "wp", (), 1, page)
        for site in SITES
        for page in pages
    }
    records = []
    for page in infos:
        swing = (1 if SITES.index(page[0]) % 2 else -1) * (1 if fall else 0)
        records.append(record("steady", page, score(8 + swing, 0, 2 - swing)))
        records.append(record("learnt", page, score(10 - fall, 0, fall)))
    return run(plan((STEADY, LEARNT), infos), records)


def test_a_fall_on_every_site_is_beyond_noise_and_a_swing_is_not() -> None:
    steady, learnt = shifts(made(0), made(4))
    assert (steady.extractor, learnt.extractor) == ("steady", "learnt")
    assert not steady.beyond_noise
    assert steady.low is not None and steady.high is not None
    assert steady.low < 0 < steady.high
    assert (learnt.published, learnt.sites) == (1.0, 8)
    assert learnt.shuffled == pytest.approx(0.75)
    assert learnt.beyond_noise
    assert learnt.difference == pytest.approx(-0.25)
    assert learnt.low == pytest.approx(learnt.high)


def test_under_six_sites_nothing_is_called_beyond_noise() -> None:
    # Four sites that all fall alike: percentiles of draws would call it settled.
    pages = [page for page in made(0).plan.pages if page[0] in "abcd"]
    before, after = (_only(run, pages) for run in (made(0), made(4)))
    steady, learnt = shifts(before, after)
    assert (learnt.sites, learnt.low, learnt.high, learnt.beyond_noise) == (4, None, None, None)
    assert [row[-2:] for row in shift_table([steady, learnt], 7).rows] == [("", "too few sites")] * 2


def _only(found: Run, pages: list[str]) -> Run:
    infos = {page: found.plan.pages[page] for page in pages}
    return run(plan(found.plan.extractors, infos), [record for record in found.records if record.page in infos])


def test_a_row_that_stayed_is_within_noise_and_costs_the_others_nothing() -> None:
    steady, learnt = shifts(made(0), made(0))
    assert (steady.beyond_noise, learnt.beyond_noise, learnt.p_holm) == (False, False, None)
    alone = shifts(made(0), made(4))
    assert [shift.p_holm for shift in alone] != [None, None]


def test_the_same_seed_gives_the_same_digits() -> None:
    assert shifts(made(0), made(4)) == shifts(made(0), made(4))


def test_pages_that_are_not_shuffled_are_left_out() -> None:
    with_kept = made(0, ("000", "001", "002"))
    assert [shift.published for shift in shifts(with_kept, made(4))] == [
        shift.published for shift in shifts(made(0), made(4))
    ]


def test_runs_without_a_page_in_common_are_refused() -> None:
    with pytest.raises(BenchError, match="no static page is in both runs"):
        shifts(made(0, ("001",)), made(4, ("002",)))


def test_the_table_begins_with_the_largest_fall() -> None:
    table = shift_table(shifts(made(0), made(4)), 7)
    assert [row[0] for row in table.rows] == ["learnt", "steady"]
    assert (table.rows[0][1], table.rows[0][3]) == (1.0, "-.250")
    assert table.rows[0][-1] == "yes"
    assert "8 sites" in table.notes[0]


def test_the_command_presses_runs_and_compares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = tmp_path / "corpus"
    for slug in ("one", "two"):
        articles = {
            f"p{at:03}": ARTICLE.replace("كفر العطا", f"{slug} {at}").replace("11:20", f"1{at}:20") for at in (1, 2)
        }
        make_press(corpus / "press", slug, site_toml().replace("qabas", slug), **articles)
    press = build_parser().parse_args(["corpus", "press", "--from", str(corpus / "press"), "--to", str(corpus)])
    assert press.call(press) == 0
    capsys.readouterr()
    words = ["run", "--corpus", str(corpus), "--extractor", "every-p", "--extractor", "nothing", "--shuffle", "3"]
    args = build_parser().parse_args([*words, "--out", str(tmp_path / "results"), "--quiet", "--json"])
    args.argv = words
    assert args.call(args) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["seed"] == 3
    assert [shift["extractor"] for shift in answer["shifts"]] == ["every-p", "nothing"]
    assert answer["shifts"][1]["difference"] == 0
    assert (tmp_path / "results/shuffle-3/corpus/sites/one/001.html").is_file()
