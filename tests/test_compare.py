"""`bench compare`: changes that are known by hand, and everything that it must refuse or tell."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.cli import main
from bench.errors import BenchError
from bench.model import Cost, Status
from bench.report import reference
from bench.report.compare import compare
from bench.report.compared import as_json, gates, signed, tables
from bench.report.files import as_json as board_json
from bench.report.files import write_reference
from bench.report.leaderboard import leaderboard
from bench.report.markdown import markdown
from bench.report.sides import FIELDS, Side, open_side, unlike
from bench.report.table import Table
from bench.run.plan import PageInfo
from bench.run.records import open_run
from bench.run.timing import CarefulTimes, PageTime, same_machine
from tests.report_runs import MACHINE, plan
from tests.stored_runs import PAGES, SITES, STATIC, Rows, everywhere, store

WORSE = (7, 3, 3)  # F1 .7
OTHER = "2026-11-24T06:00:00Z"


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """waw, zay and nun score .8 on every page."""
    return store(tmp_path / "before", {"waw": {}, "zay": {}, "nun": {}})


def lubb(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    code, out, err = lubb(capsys, "compare", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1), (code, out, err)
    return err


def by_title(found: list[Table], start: str) -> Table:
    return next(table for table in found if table.title.startswith(start))


def test_nothing_moved_is_a_table_that_says_so(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = store(tmp_path / "now", {"waw": {}, "zay": {}, "nun": {}})
    code, out, err = lubb(capsys, "compare", now, before, "--max-drop", "0")
    assert (code, err) == (0, "")
    assert out.startswith("No score moved: 16 pages of 8 sites, track static, split test\n")
    assert out.count(" same ") == 3
    assert "Pages" not in out
    assert "Costs" not in out


def test_a_fall_everywhere_is_beyond_noise_and_one_page_is_not(before: Path, tmp_path: Path) -> None:
    now = store(tmp_path / "now", {"waw": everywhere(WORSE), "zay": {"ba/001": (0, 0, 10)}, "nun": {}})
    found = compare(open_side(now), open_side(before))
    waw, zay, nun = found.rows
    assert (waw.extractor, zay.extractor, nun.extractor) == ("waw", "zay", "nun")
    move = waw.moves["f1"]
    assert move.change == pytest.approx(-0.1)
    assert (move.moved, move.sites, move.beyond_noise) == (8, 8, True)
    assert move.p == 2**-7  # eight sites that all say the same
    assert move.adjusted == 2 * move.p  # of two rows that moved: nun is not counted
    one = zay.moves["f1"]
    assert one.change == pytest.approx(-0.8 / 16)
    assert one.on_site == pytest.approx(-0.4)
    assert (one.site, one.moved, one.beyond_noise) == ("ba", 1, False)
    assert not nun.moved
    assert gates(found, max_drop=0.005) == ["waw: F1 fell by 0.1000 (at most 0.005), beyond noise"]
    assert gates(found, max_drop=0.2) == []
    assert gates(found, max_site_drop=0.15) == ["zay: F1 fell on ba by 0.4000 (at most 0.15)"]
    # A fall of exactly what is allowed is allowed, whatever .8 - .7 is to a float.
    assert gates(found, max_drop=0.1) == []
    assert not any("waw" in line for line in gates(found, max_site_drop=0.1))
    assert gates(found, fail_under={"zay": 0.76, "nun": 0.8}) == ["zay: F1 0.7500 is under 0.76"]
    first, *rest = found.pages
    assert (first.extractor, first.page) == ("zay", "ba/001")
    assert first.change == pytest.approx(-0.8)
    assert {page.page for page in rest} == set(STATIC)
    sites = by_title(tables(found, 3), "Sites on which F1 moved")
    assert [(row[:3], row[5]) for row in sites.rows] == [
        (("zay", "ba", 2), "-.400"),
        (("waw", "alef", 2), "-.100"),
        (("waw", "ba", 2), "-.100"),
    ]
    table = by_title(tables(found, 5), "Pages that fell")
    assert (table.title, len(table.rows)) == ("Pages that fell: 5 of 17", 5)
    assert not [t for t in tables(found, 0) if t.title.startswith("Pages")]


def test_exit_codes_of_the_gates(before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = store(tmp_path / "now", {"waw": everywhere(WORSE), "zay": {}, "nun": {}})
    assert lubb(capsys, "compare", now, before)[0] == 0  # only a gate fails
    code, out, err = lubb(capsys, "compare", now, before, "--max-drop", ".005", "--fail-under", "waw=.75")
    assert (code, err.count("\n")) == (1, 2)
    assert " worse " in out
    assert "lubb: waw: F1 0.7000 is under 0.75" in err
    assert lubb(capsys, "compare", now, before, "--max-drop", ".005", "--extractor", "zay")[0] == 0
    assert "no extractor 'wav'; did you mean waw?" in refused(capsys, now, before, "--fail-under", "wav=.9")


@pytest.mark.parametrize(
    "typed", ["--max-drop=x", "--max-drop=-1", "--fail-under=.9", "--fail-under=waw=2", "--as=waw", "--pages=-1"]
)
def test_what_is_no_gate_is_told(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["compare", "nowhere", typed])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_statuses_and_failures(before: Path, tmp_path: Path) -> None:
    rows: Rows = {"waw": {"ta/001": Status.TIMEOUT, "ta/002": Status.EMPTY}, "zay": {"alef/901": (0, 3, 0)}, "nun": {}}
    found = compare(open_side(store(tmp_path / "now", rows)), open_side(before))
    made = tables(found)
    assert by_title(made, "Failures").rows == (("waw", "none", "1 timeout"),)
    fell = by_title(made, "Pages that fell")
    assert [(row[1], row[-1]) for row in fell.rows] == [
        ("ta/001", "timeout, was ok: no answer in 30 s"),
        ("ta/002", "empty, was ok"),
    ]
    outside = by_title(made, "Pages outside the headline")
    assert [row[:3] for row in outside.rows] == [("zay", "alef/901", "no-article, test")]
    assert by_title(made, "Other tracks").rows == (("no-article", "zay", 1.0, 0.0, "-1.000"),)


def test_a_failure_of_what_was_empty_is_told_though_no_score_moves(tmp_path: Path) -> None:
    before = store(tmp_path / "before", {"waw": everywhere(Status.EMPTY)})
    now = store(tmp_path / "now", {"waw": everywhere(Status.CRASH)}, detail="segmentation fault")
    found = compare(open_side(now), open_side(before))
    made = tables(found, 3)
    assert made[0].title.startswith("No score moved")
    assert made[0].rows[0][:4] == ("waw", "F1", 0.0, 0.0)
    assert by_title(made, "Failures").rows == (("waw", "none", "16 crash"),)
    assert by_title(made, "Pages that fell").rows[0][-1] == "crash, was empty: segmentation fault"


def test_another_text_with_the_same_counts_is_counted(tmp_path: Path) -> None:
    before = store(tmp_path / "before", {"waw": {}}, text="نص")
    now = store(tmp_path / "now", {"waw": {}}, text="نص آخر")
    found = compare(open_side(now), open_side(before))
    assert found.rows[0].other_text == 17
    assert by_title(tables(found), "Pages").rows == (("with another text, but the same counts: 17 pages",),)


def test_rows_of_one_side_and_of_another_name(before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: Rows = {"waw-2": everywhere((9, 1, 1)), "zay": {}, "sin": {}}
    now = store(tmp_path / "now", rows, version="2.0", problems={"nun": "pip install nun"})
    found = compare(open_side(now), open_side(before), renamed={"waw-2": "waw"})
    waw = next(row for row in found.rows if row.extractor == "waw-2")
    assert (waw.was, waw.version_before, waw.version) == ("waw", "1.0", "2.0")
    assert waw.moves["f1"].change == pytest.approx(0.1)
    assert ([row["extractor"] for row in found.new], found.gone) == (["sin"], ())
    assert found.stopped == (("nun", "pip install nun"),)
    assert gates(found, max_drop=0.5) == ["nun: cannot be run any more: pip install nun"]
    assert by_title(tables(found), "Extractors that differ").rows == (
        ("zay", "", "1.0", "2.0", "version", "no"),
        ("waw-2", "waw", "1.0", "2.0", "version", "yes"),
    )
    plainly = compare(open_side(now), open_side(before))
    assert [row["extractor"] for row in plainly.gone] == ["waw"]
    assert by_title(tables(plainly), "Rows that came or went").rows[0][:2] == ("nun", "cannot be run any more")
    assert "not in this run: 1 row (waw)" in tables(plainly)[0].notes
    code, out, _ = lubb(capsys, "compare", now, before, "--as", "waw=waw-2", "--extractor", "waw-2")
    assert (code, "better" in out, "sin" in out) == (0, True, False)
    assert "did you mean waw?" in refused(capsys, now, before, "--as", "wau=waw-2")
    assert "did you mean waw-2" in refused(capsys, now, before, "--as", "waw=waw2")
    assert "in either of the two; did you mean zay?" in refused(capsys, now, before, "--extractor", "zai")
    lone = store(tmp_path / "lone", {"sin": {}})
    assert "no extractor is in both" in refused(capsys, lone, before)


def test_costs_move_by_more_than_a_tenth_or_not_at_all(before: Path, tmp_path: Path) -> None:
    now = store(tmp_path / "now", {"waw": {}, "zay": {}, "nun": {}}, cost={"waw": 8.0, "zay": 4.2})
    found = compare(open_side(now), open_side(before))
    (table,) = [table for table in tables(found) if table.title.startswith("Costs")]
    assert [(row[0], row[3], row[4]) for row in table.rows] == [("waw", "x2.0", "worse")]
    assert table.notes == ("by a tenth or less: 1 row",)
    assert next(row for row in found.rows if row.extractor == "zay").moves["cost"].beyond_noise is False
    elsewhere = replace(plan((), PAGES), machine=replace(MACHINE, cpu="Another processor"))
    other = store(tmp_path / "other", {"waw": {}, "zay": {}, "nun": {}}, cost=8.0, planned=elsewhere)
    found = compare(open_side(other), open_side(before))
    (table,) = [table for table in tables(found) if table.title.startswith("Costs")]
    assert {row[4] for row in table.rows} == {"not compared"}
    assert table.notes == ("costs are not judged: measured on different machines",)


@pytest.mark.parametrize("field", FIELDS)
def test_unlike_signatures_are_refused_by_the_field(
    field: str, before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signature = open_run(before).plan.signature
    value: Any = (
        signature.pages + 1
        if field == "pages"
        else "dev"
        if field == "split"
        else "script"
        if field == "track"
        else "x"
    )
    now = store(
        tmp_path / "now", {"waw": {}}, planned=replace(plan((), PAGES), signature=replace(signature, **{field: value}))
    )
    if field in ("split", "track"):
        board = json.loads(board_json(leaderboard(open_run(before))))
        told = board["signature"].replace(f"{field}:{getattr(signature, field)}", f"{field}:{value}")
        now = tmp_path / "now.json"
        now.write_text(json.dumps({**board, "signature": told}), encoding="utf-8")
    assert f"differ in {field} (" in refused(capsys, now, before)


def test_a_selection_of_pages_is_another_signature() -> None:
    whole = "corpus:a|gold:b|pages:16|split:test"
    assert unlike(whole, whole.replace("16", "16#01234567")) == "pages (16 and 16#01234567)"
    assert unlike(whole, whole.replace("corpus:a|gold:b", "corpus:c|gold:d")) == "corpus (a and c) and gold (b and d)"
    assert unlike(whole, whole) == ""
    assert unlike(whole, f"{whole}|new:1") == "new (none and 1)"


def test_a_leaderboard_alone_names_no_pages(before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = store(tmp_path / "now", {"waw": everywhere(WORSE)})
    path = tmp_path / "leaderboard.json"
    path.write_text(board_json(leaderboard(open_run(before))), encoding="utf-8")
    code, out, _ = lubb(capsys, "compare", now, path, "--json")
    told = json.loads(out)
    assert (code, told["pages"], told["before"]["pages"]) == (0, None, False)
    assert told["rows"][0]["figures"]["f1"]["verdict"] == "worse"
    assert [row["extractor"] for row in told["gone"]] == ["nun", "zay"]


def test_the_reference_is_what_a_run_is_compared_with(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "results"
    now = store(out, {"waw": everywhere(WORSE), "zay": {}, "nun": {}}, created=OTHER)
    assert "no reference run stands here" in refused(capsys, now, "--out", out)
    board = leaderboard(open_run(before))
    (out / "leaderboard.json").write_text(board_json(board), encoding="utf-8")
    code, said, _ = lubb(capsys, "compare", out, "--out", out)
    assert (code, "Pages that fell" in said) == (0, False)
    write_reference(open_run(before), out)
    code, said, _ = lubb(capsys, "compare", out, "--out", out)
    assert (code, "Pages that fell: 10 of 16" in said) == (0, True)
    assert "before: reference.jsonl.gz, 2026-11-23T06:00:00Z, lubb 0.1.0" in said


def test_a_reference_holds_all_that_its_board_is_made_of(tmp_path: Path) -> None:
    rows: Rows = {"waw": {"ta/001": Status.TIMEOUT, "ha/002": (3, 9, 7)}, "zay": {"alef/901": (0, 3, 0)}}
    run = open_run(store(tmp_path, rows, text="نص"))
    data = reference.as_bytes(run)
    path = tmp_path / reference.NAME
    path.write_bytes(data)
    found = reference.read(path)
    assert board_json(found.board()) == board_json(leaderboard(run))
    assert reference.as_bytes(found.run, found.careful) == data
    assert [record.status for record in found.run.records] == [record.status for record in run.records]
    path.write_bytes(data[:-20])
    with pytest.raises(BenchError, match=r"damaged \(EOFError"):
        reference.read(path)


def test_a_reference_keeps_the_costs_of_earlier_runs_and_of_the_careful_pass(tmp_path: Path) -> None:
    store(tmp_path / "results", {"waw": {}, "zay": {}}, cost=5.0)
    later = open_run(store(tmp_path / "results", {"waw": {}, "zay": {}}, created=OTHER))
    cached = tuple(replace(record, cost=Cost(cached=True)) for record in later.records)
    later = replace(later, records=cached)
    one, machine = later.plan.extractors[0], same_machine(later.plan.machine)
    timed = [
        PageTime((one.name, digest), later.plan.signature.corpus, machine, info.site, page, (6000, 6600), (1000, 1100))
        for digest in (one.digest, "of another version")
        for page, info in later.plan.pages.items()
    ]
    careful = CarefulTimes(tuple(timed))
    board = leaderboard(later, careful=careful)
    assert {row["extractor"]: row["timing"] for row in board["rows"]} == {"waw": "careful", "zay": "indicative"}
    assert [row["cost"] for row in board["rows"]] == pytest.approx([6.0, 5.375])
    (tmp_path / "elsewhere").mkdir()
    path = tmp_path / "elsewhere" / reference.NAME
    path.write_bytes(reference.as_bytes(later, careful))
    found = reference.read(path)
    assert board_json(found.board()) == board_json(board)
    assert len(found.careful.pages) == len(later.plan.pages)


def with_board(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], Path]:
    """A leaderboard.json that is changed before it is read."""

    def made(folder: Path) -> Path:
        data = json.loads(board_json(leaderboard(open_run(store(folder, {"waw": {}})))))
        change(data)
        (folder / "leaderboard.json").write_text(json.dumps(data), encoding="utf-8")
        return folder / "leaderboard.json"

    return made


def _unfinished(folder: Path) -> Path:
    path = store(folder, {"waw": {}})
    (path / "run.json").unlink()
    return path


def _newer(folder: Path) -> Path:
    path = store(folder, {"waw": {}})
    (path / "run.json").write_text((path / "run.json").read_text().replace('"schema": 1', '"schema": 9', 1))
    return path


def _empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _text(folder: Path) -> Path:
    folder.mkdir()
    (folder / "leaderboard.json").write_text("[1]")
    return folder / "leaderboard.json"


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "nothing": (lambda folder: folder, "is not there"),
    "no run": (_empty, "no run here, and no folder of results"),
    "unfinished": (_unfinished, "this run is unfinished (18 records stand)"),
    "only unfinished": (lambda folder: _unfinished(folder) and folder, "no complete run"),
    "newer run": (_newer, "has schema 9"),
    "no records": (lambda folder: store(folder, {}, problems={"nun": "pip install nun"}), "holds no records"),
    "no leaderboard": (_text, "is no leaderboard"),
    "newer board": (with_board(lambda board: board.update(schema=9)), "has schema 9"),
    "no rows": (with_board(lambda board: board.update(rows=[])), "has no rows"),
    "odd row": (with_board(lambda board: board["rows"][0].update(f1="high")), "is damaged"),
    "no number": (with_board(lambda board: board["rows"][0].update(f1=float("nan"))), "is damaged"),
    "no title": (with_board(lambda board: board.pop("title")), "is damaged"),
    "odd failures": (with_board(lambda board: board["rows"][0]["failures"].update(crash="one")), "is damaged"),
    "odd tracks": (with_board(lambda board: board.update(tracks={"static": {}})), "is damaged"),
    "odd sites": (with_board(lambda board: board["rows"][0].update(sites=[])), "is damaged"),
    "odd track": (with_board(lambda board: board["rows"][0].update(tracks={"static": 1})), "is damaged"),
    "odd problem": (with_board(lambda board: board.update(unavailable=[{}])), "is damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_compared_is_one_line(
    name: str, before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make, told = BAD[name]
    path = make(tmp_path / "bad")
    assert told in refused(capsys, path, before)
    assert told in refused(capsys, before, path)


def test_one_site_settles_nothing_and_fails_a_gate(tmp_path: Path) -> None:
    pages: dict[str, PageInfo] = {"alef/001": PAGES["alef/001"]}
    before = store(tmp_path / "before", {"waw": {}}, pages=pages)
    now = store(tmp_path / "now", {"waw": {"alef/001": WORSE}}, pages=pages)
    found = compare(open_side(now), open_side(before))
    assert found.rows[0].moves["f1"].beyond_noise is None
    scores, *_ = tables(found)
    assert scores.title == "Scores that moved: 1 page of 1 site, track static, split test"
    assert {row[6] for row in scores.rows} == {"too few sites"}
    assert gates(found, max_drop=0.05) == ["waw: F1 fell by 0.1000 (at most 0.05), on too few sites to tell noise"]


def test_what_names_and_details_hold_stays_text(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = "<img src=x>|`a`\u202e@all [x](http://y.example)"
    now = store(tmp_path / "now", {"waw": {"ta/001": Status.CRASH}}, detail=evil, problems={"nun": evil})
    found = compare(open_side(now), open_side(before))
    written = markdown(tables(found))
    assert "\u202e" not in written
    assert "\n| waw | ta/001 | .800 | .000 | -.800 | -.800 | -.800 | crash, was ok: \\<img src=x>\\|\\`a\\`" in written
    code, out, _ = lubb(capsys, "compare", now, before, "--max-drop", "1")
    assert (code, "\u202e" in out) == (1, False)
    side = open_side(now)
    renamed = Side("x\u202e\nname", {**side.board, "signature": "corpus:z\u202e"}, None)
    with pytest.raises(BenchError) as refusal:
        compare(renamed, side)
    assert "\u202e" not in str(refusal.value)


def test_formats(before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = store(tmp_path / "now", {"waw": {"ta/001": (0, 0, 10), "ha/001": (10, 0, 0)}, "zay": {}, "nun": {}})
    code, out, _ = lubb(capsys, "compare", now, before, "--format", "markdown", "--pages", "1")
    assert (code, out.count("\n## Pages that fell\n"), out.count("\n## Pages that rose\n")) == (0, 1, 1)
    told = as_json(compare(open_side(now), open_side(before)))
    assert told["schema"] == 1
    assert [(page["page"], page["over"], page["was"], page["status"]) for page in told["pages"]] == [
        ("ta/001", "headline", "ok", "ok"),
        ("ha/001", "headline", "ok", "ok"),
    ]
    assert told["rows"][0]["figures"]["f1"]["most"] == {"site": "ta", "change": pytest.approx(-0.4)}
    assert len(SITES) == told["rows"][0]["figures"]["f1"]["sites"]
    document = (Path(__file__).parents[1] / "docs" / "compare.md").read_text(encoding="utf-8")
    row, page = told["rows"][0], told["pages"][0]
    for key in (*told, *told["now"], *row, *row["figures"]["f1"], *page):
        assert re.search(rf"[`.]{key}`", document), f"docs/compare.md does not tell {key}"


def test_changes_are_written_with_their_sign() -> None:
    assert [signed(v) for v in (0.0, 0.0123, -0.5, 1.0, -1.0, 0.0001, -0.0001)] == [
        "0", "+.012", "-.500", "+1.000", "-1.000", "+<.001", "-<.001",
    ]  # fmt: skip


def test_a_run_compared_with_a_copy_of_itself(before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(before, tmp_path / before.name)
    assert "No score moved" in lubb(capsys, "compare", tmp_path / before.name, before)[1]


def test_a_mistake_that_names_rows_cannot_turn_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = store(tmp_path, {"x\u202e\u2066y": {}})
    assert main(["compare", str(run), str(run), "--extractor", "nun"]) == 2
    assert capsys.readouterr().err == "lubb: no extractor 'nun' in either of the two; there are: x\ufffd\ufffdy\n"
