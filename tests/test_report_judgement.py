"""What a board says of itself: floors and ceiling where theory has them, and no settled pair that one site decides."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from bench.labels import Label
from bench.model import Split, Status, Track
from bench.report.difficulty import body_share_quarters
from bench.report.judged import of_cost, place, short, verdict
from bench.report.judgement import run_calibrator
from bench.report.leaderboard import Board, Row, leaderboard
from bench.report.names import TABLES
from bench.report.table import Table, columns, narrowed
from bench.report.tables import tables
from bench.report.terminal import text
from bench.run.plan import ExtractorInfo, PageInfo
from bench.run.records import Record, Run
from bench.run.timing import CarefulTimes, PageTime, same_machine
from bench.score.counts import Leak, Loss
from tests.report_runs import MACHINE, MS, plan, record, run, score, small_run

COMMITTED = Path(__file__).parents[1] / "results" / "leaderboard.json"
SITES = tuple(f"site-{letter}" for letter in "abcdefghi")
WORDS = 400
GAINS = (9, 8, 7, -2, 9, 6, 4, 8, 3)


def content(site: int, page: int) -> int:
    """Of a page's `WORDS`: from a tenth to four fifths, another share on each."""
    return 40 + 30 * site + 10 * page


def pages() -> dict[str, PageInfo]:
    return {
        f"{site}/{page:03}": PageInfo(
            site, Track.STATIC, Split.TEST, ("news", "live")[page % 2], "wp" if i < 5 else "", (), 1000
        )
        for i, site in enumerate(SITES)
        for page in range(3)
    }


def scored(name: str, site: int, page: int) -> Record:
    there = content(site, page)
    found, wrong = {
        "oracle": (there, 0),
        "everything": (there, WORDS - there),
        "nothing": (0, 0),
        "good": (there, site + page),
        "twin": (there, site + page),
        "poor": (there * 60 // 100, 20 + 2 * site),
        # Better than that by a little, and by how much depends on the site.
        "moody": (there * (60 + GAINS[site]) // 100, 20 + 2 * site),
    }[name]
    counts = replace(
        score(found, wrong, there - found),
        losses={Label.BODY: Loss(there - found, there)},
        leaks={Label.NAV: Leak(wrong, WORDS - there, int(wrong > 0), 1)},
    )
    return record(
        name,
        f"{SITES[site]}/{page:03}",
        counts,
        *((None, None) if name == "oracle" else (10 + site, 2 + page % 2)),
        status=Status.OK if found else Status.EMPTY,
    )


def made() -> Run:
    names = ("oracle", "everything", "nothing", "good", "twin", "moody", "poor")
    extractors = tuple(
        ExtractorInfo(name, way="harness" if name == "oracle" else "entry-point", digest=f"d-{name}") for name in names
    )
    records = [scored(name, site, page) for name in names for site in range(len(SITES)) for page in range(3)]
    return run(plan(extractors, pages()), records)


def without(whole: Run, site: str) -> Run:
    kept = {page: info for page, info in whole.plan.pages.items() if info.site != site}
    info = replace(whole.info, plan=replace(whole.plan, pages=kept))
    return replace(whole, info=info, records=tuple(r for r in whole.records if r.page in kept))


@pytest.fixture(scope="module")
def board() -> Board:
    return leaderboard(made())


def row(board: Board, name: str) -> Row:
    return next(row for row in board["rows"] if row["extractor"] == name)


def settled(board: Board) -> dict[tuple[str, str], list[str]]:
    return {(pair["better"], pair["worse"]): pair["fragile_sites"] for pair in board["pairs"] if pair["settled"]}


# Theory


def test_floors_and_ceiling_stand_where_theory_has_them(board: Board) -> None:
    shares = [[content(site, page) / WORDS for page in range(3)] for site in range(len(SITES))]
    oracle, everything, nothing = (row(board, name) for name in ("oracle", "everything", "nothing"))
    assert (oracle["precision"], oracle["recall"], oracle["f1"]) == (1, 1, 1)
    assert (nothing["precision"], nothing["recall"], nothing["f1"]) == (0, 0, 0)
    assert everything["recall"] == 1
    assert everything["precision"] == pytest.approx(fmean(fmean(site) for site in shares))
    assert everything["f1"] == pytest.approx(fmean(fmean(2 * s / (1 + s) for s in site) for site in shares))
    assert oracle["intervals"] == {"precision": [1, 1], "recall": [1, 1], "f1": [1, 1], "cost": None}
    assert nothing["intervals"] is not None and nothing["intervals"]["f1"] == [0, 0]
    for bound in (oracle, everything, nothing):
        assert bound["ranks"] is None
    assert {name for pair in board["pairs"] for name in (pair["better"], pair["worse"])} == {
        "good",
        "twin",
        "moody",
        "poor",
    }


def test_the_committed_board_has_its_floors_and_ceiling_there() -> None:
    rows = {row["extractor"]: row for row in json.loads(COMMITTED.read_bytes())["rows"]}
    oracle, everything, nothing = (rows[name] for name in ("oracle", "everything", "nothing"))
    assert [oracle[key] for key in ("precision", "recall", "f1", "similarity", "exact")] == [1] * 5
    assert [nothing[key] for key in ("precision", "recall", "f1", "exact")] == [0] * 4
    assert (nothing["silent"], nothing["answers"]["content"]) == (1, 0)
    assert everything["recall"] == 1
    assert {loss["tokens"] for loss in everything["losses"].values()} == {0}
    assert {leak["tokens"] for leak in everything["leaks"].values()} == {1}
    assert {leak["tokens"] for row in (oracle, nothing) for leak in row["leaks"].values()} == {0}
    assert {loss["tokens"] for loss in nothing["losses"].values()} == {1}
    # All of the text: of its words, precision is the share that has to come out.
    there = sum(loss["of_tokens"] for loss in everything["losses"].values())
    other = sum(leak["of_tokens"] for leak in everything["leaks"].values())
    assert everything["pooled"]["precision"] == pytest.approx(there / (there + other))
    for name, figures in rows.items():
        assert nothing["f1"] <= figures["f1"] <= oracle["f1"], name
        for label, leak in figures["leaks"].items():
            assert leak["tokens"] <= everything["leaks"][label]["tokens"], (name, label)


def test_no_settled_pair_falls_with_any_site_but_those_that_it_names(board: Board) -> None:
    told = settled(board)
    assert {pair: [site[-1] for site in sites] for pair, sites in told.items()} == {
        ("good", "moody"): [],
        ("good", "poor"): [],
        ("twin", "moody"): [],
        ("twin", "poor"): [],
        ("moody", "poor"): ["e", "g", "i"],
    }
    for site in SITES:
        rest = settled(leaderboard(without(made(), site)))
        assert {pair for pair in told if pair not in rest} == {pair for pair, sites in told.items() if site in sites}


# Places, pairs and intervals


def test_places_are_what_the_data_allow_and_ties_are_ties(board: Board) -> None:
    places = {row["extractor"]: row["ranks"] for row in board["rows"] if row["ranked"]}
    assert places == {"good": [1, 2], "twin": [1, 2], "moody": [3, 3], "poor": [4, 4]}
    lines = text(tables(board, ["leaderboard"])[0]).splitlines()
    assert [line.split()[:2] for line in lines[3:7]] == [
        ["1-2", "good"],
        ["1-2", "twin"],
        ["3", "moody"],
        ["4", "poor"],
    ]
    assert (
        "#: the places that the data allow; they settle 5 of 6 differences, 1 of them not without every site "
        "(--table pairs)" in lines
    )


def test_intervals_hold_their_figure_and_say_how_far_it_is_known(board: Board) -> None:
    for found in board["rows"]:
        assert found["intervals"] is not None
        for key in ("precision", "recall", "f1", "cost"):
            interval, value = found["intervals"][key], found[key]
            assert (interval is None) == (value is None), key
            assert interval is None or value is None or interval[0] <= value <= interval[1], key
    everything = row(board, "everything")["intervals"]
    assert everything is not None and everything["f1"] is not None and everything["cost"] is not None
    assert everything["f1"][1] - everything["f1"][0] > 0.2
    assert everything["cost"][0] < row(board, "everything")["cost"] < everything["cost"][1]  # type: ignore[operator]


def test_the_same_records_give_the_same_digits_in_any_order(board: Board) -> None:
    whole = made()
    assert leaderboard(replace(whole, records=tuple(reversed(whole.records)))) == board


def test_over_few_sites_nothing_is_claimed() -> None:
    few = leaderboard(small_run())
    assert [row["ranks"] for row in few["rows"]] == [None, [1, 2], [1, 2]]
    assert {row["intervals"]["f1"] is None for row in few["rows"] if row["intervals"]} == {True}
    (pair,) = few["pairs"]
    assert (pair["p"], pair["p_holm"], pair["interval"], pair["settled"]) == (None, None, None, False)
    assert verdict(pair) == "too few sites"
    assert tables(few, ["intervals"]) == []


def test_pairs_name_what_they_hang_on(board: Board) -> None:
    first, second = tables(board, ["pairs"])
    assert first.title.startswith("Pairs, 5 of 6 settled: ")
    verdicts = {line[:2]: line[-1] for line in first.rows}
    assert verdicts["good", "twin"] == "not settled"
    assert verdicts["good", "poor"] == "settled"
    assert verdicts["moody", "poor"] == "settled, hangs on 3 sites"
    assert second.rows == tuple((f"site-{letter}", "moody", "poor") for letter in "egi")
    every = [{**pair, "fragile_sites": list(SITES) if pair["fragile_sites"] else []} for pair in board["pairs"]]
    assert tables({**board, "pairs": every}, ["pairs"])[1].rows == (("any one site", "moody", "poor"),)  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("interval", "wanted"),
    [
        (None, ""),
        ([0.8905, 0.9301], "[.89 .94]"),
        ([0.29, 0.57], "[.29 .57]"),
        ([0.0, 0.0], "[.00 .00]"),
        ([0.9999, 1.0], "[.99 1.0]"),
    ],
)
def test_an_interval_is_rounded_outwards(interval: list[float] | None, wanted: str) -> None:
    assert short(interval) == wanted


def test_cells_of_a_board_from_before_there_were_intervals(board: Board) -> None:
    assert of_cost([13.6, 104.2]) == "[13.6 104]"
    old: Any = json.loads(json.dumps(board))
    for key in ("pairs", "difficulty", "calibrator"):
        del old[key]
    for line in old["rows"]:
        del line["ranks"], line["intervals"]
    assert place(old["rows"][1], 1) == 1
    found = tables(old, TABLES)
    assert [table.title.partition(":")[0] for table in found][:2] == ["Leaderboard", "Per site"]
    assert not any("95%" in {column.name for column in table.columns} for table in found)


# What makes pages hard


def test_bins_are_means_over_their_sites(board: Board) -> None:
    live, news = board["difficulty"]["kind"]["live"], board["difficulty"]["kind"]["news"]
    assert (live["pages"], live["sites"], news["pages"], news["sites"]) == (9, 9, 18, 9)
    assert live["f1"]["everything"] == pytest.approx(
        fmean(2 * content(site, 1) / (WORDS + content(site, 1)) for site in range(len(SITES)))
    )
    # Four sites name no family, and are in no bin.
    assert {name: (entry["pages"], entry["sites"]) for name, entry in board["difficulty"]["family"].items()} == {
        "wp": (15, 5)
    }
    quarters = board["difficulty"]["body_share"]
    assert list(quarters) == ["quarter 1: 10-25%", "quarter 2: 28-42%", "quarter 3: 45-57%", "quarter 4: 60-75%"]
    assert [entry["pages"] for entry in quarters.values()] == [7, 7, 6, 7]
    rising = [entry["f1"]["everything"] for entry in quarters.values()]
    assert rising == sorted(rising)
    assert {entry["f1"]["oracle"] for entry in quarters.values()} == {1}


def test_pages_of_one_share_are_in_one_quarter() -> None:
    assert body_share_quarters({}) == body_share_quarters({"a": 0.5}) == {}
    assert set(body_share_quarters({"a": 0.5, "b": 0.5, "c": 0.5}).values()) == {"quarter 1: 50-50%"}
    shares = {"a": 0.1, "b": 0.1, "c": 0.1, "d": 0.1, "e": 0.9}
    assert body_share_quarters(shares) == {**dict.fromkeys("abcd", "quarter 1: 10-10%"), "e": "quarter 4: 90-90%"}


def test_the_hardest_kind_comes_first(board: Board) -> None:
    by_share, by_kind, by_family = tables(board, ["difficulty"])
    assert [table.title.partition(":")[0] for table in (by_share, by_kind, by_family)] == [
        "Difficulty by body share",
        "Difficulty by kind",
        "Difficulty by family",
    ]
    assert [line[0] for line in by_kind.rows] == ["news", "live"]
    assert {column.group for column in by_kind.columns} == {"", "good", "twin", "moody", "poor", "everything"}
    ranked = [board["difficulty"]["kind"]["live"]["f1"][name] for name in ("good", "twin", "moody", "poor")]
    assert by_kind.rows[1][3] == pytest.approx(fmean(ranked))


# How it was made


def test_the_calibrator_is_as_steady_as_the_parse_of_a_page() -> None:
    def timed(*parses: float) -> list[Record]:
        return [record(f"x{i}", "ba/001", score(1, 0, 0), 5, ms) for i, ms in enumerate(parses)]

    over = {"ba/001": None}
    assert run_calibrator(timed(1.0), over) == {"cv": None, "unsteady_pages": None, "unstable": False}
    assert run_calibrator([], over)["cv"] is None
    assert run_calibrator(timed(1.0, 1.0), over) == {"cv": 0.0, "unsteady_pages": 0.0, "unstable": False}
    shaken = run_calibrator(timed(1.0, 3.0), over)
    assert shaken == {"cv": pytest.approx(0.5), "unsteady_pages": 1.0, "unstable": True}
    assert run_calibrator(timed(1.0, 3.0), {})["cv"] is None


def test_the_careful_pass_is_what_the_calibrator_is_told_of() -> None:
    def times(*parse: int) -> CarefulTimes:
        machine, corpus = same_machine(MACHINE), "0123456789ab"
        rounds = tuple(ns * MS for ns in parse)
        pages = ("alef/001", "alef/002", "ba/001")
        return CarefulTimes(
            tuple(PageTime(("waw", "d1"), corpus, machine, page[:-4], page, rounds, rounds) for page in pages)
        )

    assert leaderboard(small_run(), careful=times(2, 2, 2))["calibrator"]["unstable"] is False
    shaken = leaderboard(small_run(), careful=times(1, 3))
    assert shaken["calibrator"] == {"cv": pytest.approx(0.5), "unsteady_pages": 1.0, "unstable": True}
    (table,) = tables(shaken, ["traps"])
    assert table.notes[-1].endswith("sandbox bubblewrap, times careful but unsteady, calibrator unstable (50%)")


def test_each_table_says_what_it_is_over_and_how_it_was_made(board: Board) -> None:
    found = tables(board, TABLES)
    assert len(found) == 13
    for table in found:
        notes = "\n".join(table.notes)
        for said in (f"signature: {board['signature']}", "commit abcdef012345", "A processor", "bubblewrap"):
            assert said in notes, table.title
        assert "times indicative" in notes or "times: indicative" in notes, table.title
        assert "calibrator stable" in notes or "calibrator: stable" in notes, table.title


def test_a_narrow_terminal_leaves_out_what_it_can() -> None:
    table = Table(
        "t", columns("extractor F1:rate ms:ms version"), (("x" * 20, 0.5, 3.0, "1.0"),), spare=("ms", "version")
    )
    assert narrowed(table, 80) is table
    one = narrowed(table, 38)
    assert [column.name for column in one.columns] == ["extractor", "F1", "version"]
    assert one.notes == ("no room here for: ms (--format markdown has all)",)
    assert [column.name for column in narrowed(table, 10).columns] == ["extractor", "F1"]
