"""Means worked by hand, edge cases first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.errors import BenchError
from bench.labels import Label
from bench.model import Cost, Status, Track
from bench.report import means
from bench.report.leaderboard import Board, Row, leaderboard
from bench.report.tables import tables
from bench.report.view import headline, tracks
from bench.run.records import Record
from bench.run.timing import CarefulTimes, PageTime, same_machine
from bench.score.counts import Leak
from tests.report_runs import MACHINE, MS, PAGES, on, plan, record, run, score, small_run


def row(board: Board, extractor: str) -> Row:
    return next(row for row in board["rows"] if row["extractor"] == extractor)


@pytest.mark.parametrize(
    ("values", "percent", "wanted"),
    [([7], 95, 7), ([1, 2], 50, 1), ([1, 2], 95, 2), (list(range(1, 101)), 95, 95), (list(range(20, 0, -1)), 95, 19)],
)
def test_percentile_is_the_nearest_rank(values: list[int], percent: int, wanted: int) -> None:
    assert means.percentile(values, percent) == wanted


def test_of_no_page_there_is_no_mean() -> None:
    nothing: means.Rates = {"precision": None, "recall": None, "f1": None}
    assert means.rates({}, lambda found: found.counts) == nothing
    assert means.pooled([]) == nothing
    assert means.as_published([]) == nothing
    assert means.silent([]) is None
    assert means.costs([], PAGES) == means.Costs(None, None, None, None, None, None, 0, 0, 0)


def test_page_then_site_then_overall() -> None:
    waw = row(leaderboard(small_run()), "waw")
    # alef: 8/10 and a timeout; ba: 9 of 9 and of 10. A mean over the three pages would be P .6.
    assert waw["sites"]["alef"]["precision"] == pytest.approx((0.8 + 0) / 2)
    assert waw["sites"]["alef"]["recall"] == pytest.approx((1 + 0) / 2)
    assert waw["precision"] == pytest.approx((0.4 + 1) / 2)
    assert waw["recall"] == pytest.approx((0.5 + 0.9) / 2)


def test_f1_is_averaged_and_not_made_from_the_means() -> None:
    waw = row(leaderboard(small_run()), "waw")
    assert waw["f1"] == pytest.approx(((16 / 18 + 0) / 2 + 18 / 19) / 2)
    assert waw["f1"] != pytest.approx(0.7)  # of P .7 and R .7


def test_a_failure_is_in_every_mean_and_named() -> None:
    waw = row(leaderboard(small_run()), "waw")
    assert waw["failures"] == {"timeout": 1}
    assert waw["statuses"] == {"ok": 2, "timeout": 1}
    assert (waw["pages"], waw["sites"]["alef"]["pages"]) == (3, 2)
    assert waw["silent"] == pytest.approx(1 / 3)


def test_only_failures() -> None:
    extractors = tuple(e for e in small_run().plan.extractors if e.name == "waw")
    records = [
        record("waw", page, on(page, 0, 0), status=Status.CRASH, detail="signal 11")
        for page in PAGES
        if PAGES[page].track is Track.STATIC
    ]
    pages = {page: info for page, info in PAGES.items() if info.track is Track.STATIC}
    waw = row(leaderboard(run(plan(extractors, pages), records)), "waw")
    assert (waw["precision"], waw["recall"], waw["f1"]) == (0.0, 0.0, 0.0)
    assert (waw["cost"], waw["ms"], waw["timing"], waw["timed"]) == (None, None, None, 0)
    assert waw["failures"] == {"crash": 3}
    assert waw["shingles"]["as_published"] == {"precision": None, "recall": 0.0, "f1": None}


def test_one_page_is_its_own_mean() -> None:
    extractors = tuple(e for e in small_run().plan.extractors if e.name == "waw")
    one = run(plan(extractors, {"ba/001": PAGES["ba/001"]}), [record("waw", "ba/001", on("ba/001", 9, 3), 30, 3)])
    waw = row(leaderboard(one), "waw")
    assert (waw["precision"], waw["recall"], waw["f1"]) == (9 / 12, 9 / 10, 18 / 22)
    assert waw["sites"]["ba"]["f1"] == waw["f1"] == waw["pooled"]["f1"] == waw["tracks"]["static"]["f1"]
    assert (waw["cost"], waw["ms"], waw["p95_ms"]) == (10, 30, 30)


def test_pooled_tokens_are_one_heap() -> None:
    waw = row(leaderboard(small_run()), "waw")
    assert waw["pooled"] == {"precision": 17 / 19, "recall": 17 / 28, "f1": 34 / 47}
    assert waw["answers"] == {"content": 17, "optional": 0, "leaked": 2, "moved": 0, "repeated": 0, "foreign": 0}


def test_shingles_as_published_leave_silence_out_of_precision() -> None:
    waw = row(leaderboard(small_run()), "waw")
    published = waw["shingles"]["as_published"]
    precision, recall = (0.8 + 1) / 2, (1 + 0 + 0.9) / 3
    assert published["precision"] == pytest.approx(precision)
    assert published["recall"] == pytest.approx(recall)
    assert published["f1"] == pytest.approx(2 * precision * recall / (precision + recall))
    assert waw["shingles"]["precision"] == pytest.approx(0.7)


def test_a_sites_cost_is_summed_cpu_over_summed_parse_and_a_timeout_costs_its_deadline() -> None:
    waw = row(leaderboard(small_run()), "waw")
    alef = waw["sites"]["alef"]
    assert alef["cost"] == pytest.approx((10 + 5000) / (2 + 1))
    assert alef["ms"] == pytest.approx(2505)
    assert alef["p95_ms"] == pytest.approx(5000)
    assert alef["mb_per_s"] == pytest.approx(0.004 / 5.010)
    assert alef["peak_kib"] == 65536
    assert waw["cost"] == pytest.approx((1670 + 10) / 2)
    assert waw["ms"] == pytest.approx((2505 + 30) / 2)
    assert waw["timing"] == "indicative"


def test_cached_texts_are_not_timed() -> None:
    zay = row(leaderboard(small_run()), "zay")
    assert (zay["cost"], zay["ms"], zay["timing"], zay["timed"], zay["cached"]) == (None, None, None, 0, 3)


def _with_cached(site: str) -> list[Record]:
    return [
        replace(found, cost=Cost(cached=True)) if found.extractor == "waw" and found.page.startswith(site) else found
        for found in small_run().records
    ]


def test_a_site_that_was_not_timed_leaves_no_overall_cost_to_compare() -> None:
    waw = row(leaderboard(run(small_run().plan, _with_cached("ba"))), "waw")
    assert waw["sites"]["alef"]["cost"] == pytest.approx(1670)
    assert waw["sites"]["ba"]["cost"] is None
    assert (waw["cost"], waw["ms"], waw["timing"]) == (None, None, None)


def test_a_site_without_a_measure_but_not_for_the_cache_is_no_part_of_the_cost() -> None:
    records = [replace(r, cost=Cost()) if r.key == ("waw", "ba/001") else r for r in small_run().records]
    waw = row(leaderboard(run(small_run().plan, records)), "waw")
    assert waw["cost"] == pytest.approx(1670)


def _timed(extractor: str, digest: str, page: str, cpu: list[int], parse: list[int], **more: object) -> PageTime:
    site = page.partition("/")[0]
    machine = same_machine(MACHINE)
    times = PageTime((extractor, digest), "0123456789ab", machine, site, page, tuple(cpu), tuple(parse))
    return replace(times, **more)  # type: ignore[arg-type]


def test_the_careful_pass_replaces_the_indicative_figures_of_its_extractor() -> None:
    steady = [MS, MS, MS]
    careful = CarefulTimes(
        (
            _timed("waw", "d1", "alef/001", [4 * MS] * 3, steady),
            _timed("waw", "d1", "alef/002", [6 * MS] * 3, steady),
            _timed("waw", "d1", "jim/001", [2 * MS] * 3, [MS, MS, 3 * MS]),
            _timed("zay", "another", "ba/001", [MS] * 3, steady),
            _timed("zay", "d2", "ba/001", [MS] * 3, steady, corpus="another"),
        )
    )
    board = leaderboard(small_run(), careful=careful)
    waw, zay = row(board, "waw"), row(board, "zay")
    assert (waw["sites"]["alef"]["cost"], waw["sites"]["alef"]["timing"]) == (5.0, "careful")
    assert (waw["sites"]["alef"]["ms"], waw["sites"]["alef"]["p95_ms"]) == (5.0, 6.0)
    assert (waw["sites"]["ba"]["cost"], waw["sites"]["ba"]["timing"]) == (10.0, "indicative")
    assert (waw["cost"], waw["ms"], waw["timing"]) == (7.5, 17.5, "mixed")
    assert (waw["tracks"]["script"]["cost"], waw["tracks"]["script"]["timing"]) == (2.0, "unsteady")
    assert (zay["cost"], zay["timing"]) == (None, None)


def test_careful_figures_give_cached_texts_their_cost() -> None:
    pages = ("alef/001", "alef/002", "ba/001")
    careful = CarefulTimes(tuple(_timed("zay", "d2", page, [3 * MS] * 3, [MS] * 3) for page in pages))
    zay = row(leaderboard(small_run(), careful=careful), "zay")
    assert (zay["cost"], zay["ms"], zay["timing"], zay["cached"]) == (3.0, 3.0, "careful", 3)


def test_a_table_counts_no_cached_text_whose_cost_the_careful_pass_gives() -> None:
    note = "3 texts from the cache, not timed: --fresh or python -m bench time does that"
    careful = CarefulTimes(
        tuple(_timed("zay", "d2", page, [3 * MS] * 3, [MS] * 3) for page in ("alef/001", "alef/002", "ba/001"))
    )
    for times, told in ((None, True), (careful, False)):
        table = tables(leaderboard(small_run(), careful=times), ["leaderboard"])[0]
        assert (note in table.notes) is told


def test_leaks_losses_and_traps() -> None:
    waw = row(leaderboard(small_run()), "waw")
    assert waw["leaks"]["read_also"] == {
        "tokens": 2 / 12,
        "pages": 1 / 3,
        "regions": 1 / 3,
        "of_tokens": 12,
        "of_pages": 3,
        "of_regions": 3,
    }
    assert waw["leaks"]["nav"]["tokens"] == 0.0
    assert waw["losses"] == {
        "body": {"tokens": 9 / 24, "of_tokens": 24},
        "lead": {"tokens": 2 / 4, "of_tokens": 4},
    }
    assert waw["traps"] == {"read-also": {"passed": 2, "total": 3}}


def test_a_label_without_tokens_has_no_rate() -> None:
    wordless = replace(score(1, 0, 0), leaks={Label.CLOSE: Leak(0, 0, 0, 0), Label.ADS: Leak(1, 2, 0, 1)})
    found = means.leaks([record("waw", "ba/001", wordless)])
    assert found == {
        "ads": {"tokens": 0.5, "pages": 0.0, "regions": 0.0, "of_tokens": 2, "of_pages": 1, "of_regions": 1}
    }


def test_pages_without_an_article_have_a_table_of_their_own() -> None:
    board = leaderboard(small_run())
    silence = row(board, "waw")["tracks"]["no-article"]
    assert (silence["silent"], silence["precision"], silence["recall"], silence["f1"]) == (0.5, 0.5, 0.5, 0.5)
    assert row(board, "oracle")["tracks"]["no-article"]["f1"] == 1.0
    assert row(board, "zay")["tracks"]["no-article"]["f1"] == 0.0
    assert "dal" not in row(board, "waw")["sites"]
    assert board["tracks"]["no-article"]["pages"] == 2


def test_dev_pages_are_outside_the_headline_and_shown_on_request() -> None:
    assert "ha" not in row(leaderboard(small_run()), "waw")["sites"]
    board = leaderboard(small_run(), split="dev")
    assert list(row(board, "waw")["sites"]) == ["ha"]
    assert row(board, "waw")["f1"] == pytest.approx(10 / 15)
    assert "|split:dev|" in board["signature"]
    assert "pages:1#" in board["signature"]
    assert list(row(leaderboard(small_run(), split="all"), "waw")["sites"]) == ["alef", "ba", "ha"]


def test_a_split_without_pages_is_refused() -> None:
    pages = {page: info for page, info in PAGES.items() if page != "ha/001"}
    with pytest.raises(BenchError, match="no static pages of split 'dev'; it has pages of: test"):
        headline(plan((), pages), "dev")
    with pytest.raises(BenchError, match="unknown split 'devel'; there are: test, dev, all"):
        headline(plan((), pages), "devel")


def test_a_track_without_test_pages_is_shown_over_all_splits() -> None:
    dev = {page: replace(info, split=PAGES["ha/001"].split) for page, info in PAGES.items() if page == "jim/001"}
    views = tracks(plan((), {**PAGES, **dev}))
    assert (views[Track.SCRIPT].split, list(views[Track.SCRIPT].pages)) == ("all", ["jim/001"])
    assert "|split:all|track:script|" in str(views[Track.SCRIPT].signature)


def test_the_order_of_pages_changes_nothing() -> None:
    forward, backward = small_run(), small_run()
    backward = replace(backward, records=tuple(reversed(backward.records)))
    assert leaderboard(forward) == leaderboard(backward)


def test_rows_are_ranked_by_f1_and_then_by_name() -> None:
    extractors = tuple(replace(small_run().plan.extractors[1], name=name) for name in ("ya", "kaf", "lam"))
    pages = {"ba/001": PAGES["ba/001"]}
    scores = {"ya": on("ba/001", 9, 0), "kaf": on("ba/001", 9, 0), "lam": on("ba/001", 10, 0)}
    made = run(plan(extractors, pages), [record(name, "ba/001", scored) for name, scored in scores.items()])
    assert [row["extractor"] for row in leaderboard(made)["rows"]] == ["lam", "kaf", "ya"]


@pytest.mark.parametrize(
    ("name", "way", "ranked"),
    [
        ("everything", "entry-point", False),
        ("nothing", "entry-point", False),
        ("oracle", "harness", False),
        ("mine", "outputs", False),
        ("mine", "file", True),
    ],
)
def test_floor_ceiling_and_outputs_are_not_ranked(name: str, way: str, ranked: bool) -> None:
    extractor = replace(small_run().plan.extractors[1], name=name, way=way)
    made = run(plan((extractor,), {"ba/001": PAGES["ba/001"]}), [record(name, "ba/001", on("ba/001", 9, 0))])
    assert leaderboard(made)["rows"][0]["ranked"] is ranked


def test_milliseconds_are_of_cpu_time() -> None:
    cost = Cost(cpu_ns=2 * MS, wall_ns=9 * MS, parse_ns=MS)
    assert means.costs([record("waw", "ba/001", score(1, 0, 0), cost=cost)], PAGES).ms == 2
