"""What other programs read of a run: each format by its own reader or grammar, and names that try to be structure."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bench.cli import main
from bench.errors import BenchError
from bench.report import exports
from bench.report.leaderboard import Board, Row, leaderboard
from bench.run.journal import open_journal
from bench.run.records import Run
from tests.report_runs import plan, small_run

EVIL = "a<b>&\"'\x00\x1b[31m\ufffe\u202e\ud800\n]]>"


def renamed(run: Run, name: str) -> Run:
    """The small run with waw called `name`, and nun's problem and waw's detail saying it too."""
    extractors = tuple(
        replace(e, name=name) if e.name == "waw" else replace(e, problem=name) if e.problem else e
        for e in run.plan.extractors
    )
    records = tuple(replace(r, extractor=name, detail=name) if r.extractor == "waw" else r for r in run.records)
    return replace(run, info=replace(run.info, plan=plan(extractors)), records=records)


def row_of(board: Board, name: str) -> Row:
    return next(row for row in board["rows"] if row["extractor"] == name)


def test_github_action_benchmark_has_a_value_an_extractor() -> None:
    board = leaderboard(small_run())
    found = json.loads(exports.github_action_benchmark(board))
    assert [(entry["name"], entry["unit"], entry["value"]) for entry in found] == [
        (row["extractor"], "F1", row["f1"]) for row in sorted(board["rows"], key=lambda row: not row["ranked"])
    ]
    assert "range" not in found[0]
    cost = json.loads(exports.github_action_benchmark(board, "cost"))
    assert [(entry["name"], entry["value"]) for entry in cost] == [("waw", row_of(board, "waw")["cost"])]
    assert cost[0]["extra"].endswith("timing: indicative")
    with pytest.raises(BenchError, match="not the table sites"):
        exports.github_action_benchmark(board, "sites")


def test_an_interval_is_told_where_there_is_one() -> None:
    board = leaderboard(small_run())
    row: Any = row_of(board, "waw")
    row["intervals"] = {"f1": [0.25, 0.75], "cost": None}
    assert {e["name"]: e.get("range") for e in json.loads(exports.github_action_benchmark(board))} == {
        "waw": "0.25 to 0.75",
        "zay": None,
        "oracle": None,
    }
    assert "range" not in json.loads(exports.github_action_benchmark(board, "cost"))[0]


def test_pytest_benchmark_reads_what_is_written_for_it(tmp_path: Path) -> None:
    run = small_run()
    text = exports.pytest_benchmark(run, leaderboard(run))
    (tmp_path / "times.json").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest_benchmark", "compare", "times.json", "--columns=mean,rounds", "--csv=out"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    # waw took 10 and 5000 ms on alef's pages, 30 on ba's; the oracle is not timed, zay's texts are from the cache.
    assert sorted(line.split(",")[0] for line in lines[1:]) == ["waw/alef", "waw/ba"]
    alef = next(bench for bench in json.loads(text)["benchmarks"] if bench["group"] == "alef")
    assert alef["stats"]["data"] == [0.01, 5.0]
    assert alef["stats"]["mean"] == pytest.approx(2.505)
    assert (alef["stats"]["q1"], alef["stats"]["outliers"]) == (pytest.approx(1.2575), "0;0")


def test_junit_tells_failures_and_what_was_not_run() -> None:
    run = small_run()
    root = ET.fromstring(exports.junit(run, leaderboard(run), floors=[("waw, f1", "0.5 is under 0.9")]))
    assert root.attrib == {"name": "lubb", "tests": "23", "failures": "2", "errors": "0"}
    assert [suite.get("skipped") for suite in root] == ["0", "0", "0", "1", "0"]
    assert [suite.get("name") for suite in root] == ["oracle", "waw", "zay", "nun", "floors"]
    cases = [(case.get("name"), case.find("failure")) for case in root.iter("testcase")]
    failed = {name: found.attrib for name, found in cases if found is not None}
    assert failed == {
        "alef/002": {"type": "timeout", "message": "timeout: no answer in 30 s"},
        "waw, f1": {"type": "floor", "message": "0.5 is under 0.9"},
    }
    told = root.find("testsuite[@name='waw']/properties/property[@name='f1']")
    assert told is not None and float(told.get("value", "")) == row_of(leaderboard(run), "waw")["f1"]
    skipped = root.find("testsuite[@name='nun']/testcase/skipped")
    assert skipped is not None and skipped.get("message") == "cannot import nun; pip install nun"


def test_junit_of_one_split() -> None:
    run = small_run()
    root = ET.fromstring(exports.junit(run, leaderboard(run, split="dev"), split="dev"))
    assert {case.get("name") for case in root.iter("testcase")} == {"ha/001", "can be run"}


def test_no_name_becomes_structure() -> None:
    run = renamed(small_run(), EVIL)
    board = leaderboard(run)
    shown = "a<b>&\"'\\u0000\\u001b[31m\\ufffe\\u202e\\ud800\\u000a]]>"
    xml = exports.junit(run, board, floors=[(EVIL, EVIL)])
    root = ET.fromstring(xml.encode("utf-8"))
    assert [suite.get("name") for suite in root] == ["oracle", shown, "zay", "nun", "floors"]
    assert {found.get("message") for found in root.iter("skipped")} == {shown}
    assert {found.get("message") for found in root.iter("failure")} == {f"timeout: {shown}", shown}
    texts = [exports.pytest_benchmark(run, board), exports.github_action_benchmark(board, "cost")]
    assert [json.loads(text.encode("utf-8")) is not None for text in texts] == [True, True]
    assert json.loads(texts[1])[0]["name"] == shown


def test_the_command_writes_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = small_run()
    journal = open_journal(tmp_path, run.plan, fresh=True)
    for record in run.records:
        journal.append(record, "")
    journal.finish("2026-11-23T06:01:00Z", run.plan.checkout, {})
    journal.close()

    def said(*arguments: str) -> str:
        assert main(["report", "--out", str(tmp_path), "--format", *arguments]) == 0
        return capsys.readouterr().out

    board = leaderboard(run)
    assert said("github-action-benchmark") == exports.github_action_benchmark(board)
    assert said("github-action-benchmark", "--table", "cost") == exports.github_action_benchmark(board, "cost")
    assert said("junit") == exports.junit(run, board)
    assert said("pytest-benchmark") == exports.pytest_benchmark(run, board)
    assert main(["report", "--out", str(tmp_path), "--format", "junit", "--table", "cost"]) == 2
    assert "junit is always the whole run; leave --table out" in capsys.readouterr().err
