"""`bench history`: by signature, by time, with nothing mixed and nothing left out unsaid."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.cli import main
from bench.report.files import write, write_reference
from bench.report.history import history, tables
from bench.report.leaderboard import leaderboard
from bench.run.records import open_run
from tests.report_runs import plan
from tests.stored_runs import PAGES, everywhere, store

DAYS = [f"2026-11-{day}T06:00:00Z" for day in (20, 21, 22, 23)]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Four runs: waw rises with version 2 on the third day, zay came on the second; the last is over another corpus."""
    store(tmp_path, {"waw": {}}, created=DAYS[0])
    store(tmp_path, {"waw": {}, "zay": {}}, created=DAYS[1], cost=5.0)
    store(tmp_path, {"waw": everywhere((9, 1, 1)), "zay": {}}, created=DAYS[2], version="2.0")
    grown = plan((), PAGES)
    grown = replace(grown, signature=replace(grown.signature, corpus="f" * 12))
    store(tmp_path, {"waw": {}}, created=DAYS[3], planned=grown)
    return tmp_path


def lubb(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main(["history", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_runs_in_which_nothing_moved_are_one_line(out: Path) -> None:
    old, new = tables(history(out))
    assert (old.title, new.title) == (
        "History over 3 runs: 16 pages of 8 sites, track static, split test",
        "History over 1 run: 16 pages of 8 sites, track static, split test",
    )
    names = [column.name for column in old.columns]
    told = [
        tuple(row[names.index(name)] for name in ("extractor", "version", "since", "change", "runs"))
        for row in old.rows
    ]
    assert told == [
        ("waw", "1.0", "2026-11-20", "", 2),
        ("waw", "2.0", "2026-11-22", "+.100", 1),
        ("zay", "1.0", "2026-11-21", "", 1),
        ("zay", "2.0", "2026-11-22", "0", 1),
    ]
    assert [row[names.index("95%")] for row in old.rows] == ["[.80 .80]", "[.90 .90]", "[.80 .80]", "[.80 .80]"]
    assert old.rows[0][names.index("cost")] == "~5.4"  # 5 x 1.075, of the later of the two
    assert "signature: corpus:0123456789ab" in old.notes[-1]
    assert "signature: corpus:ffffffffffff" in new.notes[-1]
    assert [len(table.rows) for table in tables(history(out), every=True)] == [5, 1]


def test_one_extractor_and_json(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, err = lubb(capsys, "--out", out, "--extractor", "zay")
    assert (code, err, "waw" in said, said.count("signature:")) == (0, "", False, 1)
    told = json.loads(lubb(capsys, "--out", out, "--json")[1])
    assert [len(part["entries"]) for part in told["signatures"]] == [5, 1]
    first = told["signatures"][0]["entries"][0]
    assert (first["extractor"], first["created"], first["f1"], first["timing"]) == ("waw", DAYS[0], 0.8, "indicative")
    code, said, err = lubb(capsys, "--out", out, "--extractor", "zai")
    assert (code, said, err) == (2, "", "lubb: no stored run has the extractor 'zai'; did you mean zay?\n")


def test_the_reference_stands_in_line_once(out: Path, tmp_path: Path) -> None:
    newest = open_run(sorted((out / "runs").iterdir())[-1])
    write(leaderboard(newest), out)
    write_reference(newest, out)
    assert len(history(out).entries) == 6  # its run is stored here too
    other = tmp_path / "clone"
    write(leaderboard(newest), other)
    (entry,) = history(other).entries
    assert (entry.run, entry.row["f1"], entry.interval) == ("leaderboard.json", 0.8, [0.8, 0.8])
    write_reference(newest, other)
    (entry,) = history(other).entries
    assert (entry.run, entry.interval) == ("reference.jsonl.gz", [0.8, 0.8])
    (other / "reference.jsonl.gz").write_bytes(b"")
    store(other, {"waw": {}}, created=DAYS[0])
    found = history(other)
    assert len(found.entries) == 1
    assert "this reference run is damaged" in found.left_out[0]


@pytest.mark.parametrize("broken", ['{"schema": 1, "plan": []}', '{"schema": 1, "plan": {"pages": 7}}'])
def test_a_run_json_of_another_shape_is_told(tmp_path: Path, broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    (store(tmp_path, {"waw": {}}) / "run.json").write_text(broken, encoding="utf-8")
    code, said, err = lubb(capsys, "--out", tmp_path)
    assert (code, said, err.count("\n"), "is damaged" in err) == (2, "", 1, True)


def test_the_reference_stands_in_for_a_run_whose_records_are_gone(tmp_path: Path) -> None:
    run = open_run(store(tmp_path, {"waw": {}}))
    write_reference(run, tmp_path)
    (run.path / "records.jsonl").unlink()
    found = history(tmp_path)
    assert ([entry.run for entry in found.entries], len(found.left_out)) == (["reference.jsonl.gz"], 1)


def test_what_cannot_be_used_is_told(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third, _ = sorted((out / "runs").iterdir())
    (first / "run.json").unlink()
    (second / "records.jsonl").write_bytes(b"{}\n")
    (third / "run.json").write_text('{"schema": 9}', encoding="utf-8")
    code, said, err = lubb(capsys, "--out", out)
    assert (code, "History over 1 run" in said) == (0, True)
    assert [
        line.partition(f"{folder.name}: ")[2][:20]
        for line, folder in zip(err.splitlines(), (first, second, third), strict=True)
    ] == [
        "this run is unfinish",
        "has schema None, not",
        "has schema 9, and th",
    ]
    code, said, err = lubb(capsys, "--out", tmp_path / "nothing")
    assert (code, said, err.count("\n"), "no complete run and no reference" in err) == (2, "", 1, True)
    alone = tmp_path / "alone"
    (store(alone, {"waw": {}}) / "run.json").write_text("[]", encoding="utf-8")
    store(alone, {}, created=DAYS[0], problems={"nun": "pip install nun"})
    code, said, err = lubb(capsys, "--out", alone)
    assert (code, said, err.count("\n"), "(2 cannot be used); first: " in err) == (2, "", 1, True)
