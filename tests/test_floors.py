"""Floors rise by command, sink only when asked, and hold for one signature."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.cli import main
from bench.errors import BenchError
from bench.model import Status
from bench.report.floors import Floor, Floors, as_toml, check, raised, read, write
from bench.report.leaderboard import leaderboard
from bench.run.records import open_run
from tests.stored_runs import Rows, everywhere, store

USUAL: Rows = {"waw": {}, "zay": {"ta/001": Status.TIMEOUT}, "everything": {}}
BETTER: Rows = {"waw": everywhere((9, 1, 1)), "zay": {}, "everything": {}}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder of results whose floors are those of its first run."""
    folder = tmp_path / "results"
    store(folder, USUAL)
    assert main(["floors", "raise", "--out", str(folder)]) == 0
    return folder


def lubb(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["floors", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_run_holds_its_own_floors(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floors = read(out / "floors.toml")
    assert floors.rows == {"waw": Floor(0.8, 0), "zay": Floor(0.75, 1)}  # those that are ranked
    assert "|pages:16|split:test|" in floors.signature
    code, said, err = lubb(capsys, "check", "--out", out)
    assert (code, err) == (0, "")
    assert said.endswith(": 2 floors hold\n")


def test_floors_rise_and_a_lower_run_is_named(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usual = next((out / "runs").iterdir())
    better = store(tmp_path / "better", BETTER)
    code, said, _ = lubb(capsys, "raise", better, "--out", out)
    assert (code, said.splitlines()[:-1]) == (
        0,
        [
            "waw: F1 0.800, 0 failures; now F1 0.900, 0 failures",
            "zay: F1 0.750, 1 failures; now F1 0.800, 0 failures",
        ],
    )
    code, said, _ = lubb(capsys, "check", usual, "--out", out)
    assert (code, said.splitlines()) == (
        1,
        [
            "waw: F1 0.8000 is under 0.900",
            "zay: F1 0.7500 is under 0.800",
            "zay: 1 failures (1 timeout) where 0 are allowed",
        ],
    )
    assert lubb(capsys, "check", usual, "--out", out, "--extractor", "waw")[1].count("\n") == 1
    assert lubb(capsys, "raise", better, "--out", out)[1].startswith("no floor moved\n")


def test_floors_sink_only_when_asked(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = out / "floors.toml"
    stood = path.read_bytes()
    worse = store(tmp_path / "worse", {"waw": everywhere((9, 1, 1)), "zay": everywhere(Status.CRASH)})
    code, said, err = lubb(capsys, "raise", worse, "--out", out)
    assert (code, said) == (1, "zay: F1 0.750, 1 failures; now F1 0.000, 16 failures\n")
    assert "nothing was written; --allow-regression" in err
    assert path.read_bytes() == stood  # not even what could rise
    assert lubb(capsys, "raise", worse, "--out", out, "--extractor", "waw")[0] == 0
    assert read(path).rows == {"waw": Floor(0.9, 0), "zay": Floor(0.75, 1)}
    assert lubb(capsys, "raise", worse, "--out", out, "--allow-regression")[0] == 0
    assert read(path).rows == {"waw": Floor(0.9, 0), "zay": Floor(0.0, 16)}


def test_more_failures_are_a_regression_though_f1_rose(tmp_path: Path) -> None:
    board = leaderboard(
        open_run(store(tmp_path, {"waw": {**everywhere((9, 1, 1)), "ta/001": Status.CRASH}})), judged=False
    )
    old = Floors(board["signature"], {"waw": Floor(0.8, 0)})
    found = raised(old, board, where="", allow_regression=False)
    assert found.sunk == ("waw: F1 0.800, 0 failures; now F1 0.843, 1 failures",)


def test_rows_that_the_run_has_not(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lone = store(tmp_path / "lone", {"waw": {}, "new": {}}, problems={"zay": "pip install zay"})
    code, said, err = lubb(capsys, "check", lone, "--out", out)
    assert (code, said, err.count("\n")) == (2, "", 1)
    assert "zay: could not be run: pip install zay; run it too, or name the rows" in err
    code, said, err = lubb(capsys, "check", lone, "--out", out, "--extractor", "waw")
    assert (code, err) == (0, "")
    assert "no floor for 'wav'; did you mean waw?" in lubb(capsys, "check", lone, "--out", out, "--extractor", "wav")[2]
    assert lubb(capsys, "raise", lone, "--out", out)[0] == 1
    assert lubb(capsys, "raise", lone, "--out", out, "--allow-regression")[0] == 0
    assert read(out / "floors.toml").rows.keys() == {"waw", "new"}
    both = store(tmp_path / "both", {"waw": {}, "new": {}, "newer": {}})
    assert lubb(capsys, "check", both, "--out", out)[2] == "without a floor: newer (python -m bench floors raise)\n"


def test_floors_for_other_pages(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = out / "floors.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("corpus:0", "corpus:1"), encoding="utf-8")
    for verb in ("check", "raise"):
        code, said, err = lubb(capsys, verb, "--out", out)
        assert (code, said, err.count("\n")) == (2, "", 1)
        assert "another signature than the run's: corpus (123456789ab" not in err
        assert "another signature than the run's: corpus (1123456789ab and 0123456789ab)" in err
    assert lubb(capsys, "raise", "--out", out, "--allow-regression")[0] == 0
    assert lubb(capsys, "check", "--out", out)[0] == 0


HEAD = 'schema = 1\nsignature = "s"\n'
BROKEN = {
    "no TOML": ("floors", "cannot be read ("),
    "not UTF-8": ("\udcff", "cannot be read ("),
    "newer": ("schema = 2", "has schema 2, and this Lubb reads up to 1; update lubb"),
    "no schema": ("", "has schema None, not 1"),
    "no floors": (HEAD, "lacks its signature or its floors"),
    "empty": (f"{HEAD}[floors]", "holds no floor"),
    "unknown": (f"{HEAD}x = 1\n[floors]", "has an unknown key 'x'"),
    "no table": (
        f"{HEAD}[floors]\nwaw = .9".replace(".9", "0.9"),
        "waw: a floor has f1 and failures, and nothing else",
    ),
    "a key too many": (f"{HEAD}[floors.waw]\nf1 = 0.9\nfailures = 0\ncost = 1", "waw: a floor has f1"),
    "text": (f"{HEAD}[floors.waw]\nf1 = '0.9'\nfailures = 0", "waw: f1 is no number from 0 to 1"),
    "percent": (f"{HEAD}[floors.waw]\nf1 = 90\nfailures = 0", "waw: f1 is no number from 0 to 1"),
    "nan": (f"{HEAD}[floors.waw]\nf1 = nan\nfailures = 0", "waw: f1 is no number from 0 to 1"),
    "bool": (f"{HEAD}[floors.waw]\nf1 = 0.9\nfailures = true", "waw: failures is no whole number"),
    "negative": (f"{HEAD}[floors.waw]\nf1 = 0.9\nfailures = -1", "waw: failures is no whole number"),
    "odd name": (f'{HEAD}[floors."a\\u202eb\\n"]\nf1 = 2\nfailures = 0', "a\\u202eb\\u000a: f1 is no number"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_line(name: str, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, told = BROKEN[name]
    (out / "floors.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    code, said, err = lubb(capsys, "check", "--out", out)
    assert (code, said, err.count("\n")) == (2, "", 1)
    assert told in err
    assert lubb(capsys, "raise", "--out", out)[0] == 2
    assert lubb(capsys, "raise", "--out", out, "--allow-regression")[0] == 0  # writes it anew


def test_without_floors_or_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there are no floors; write them" in lubb(capsys, "check", "--out", tmp_path)[2]
    assert "no run here" in lubb(capsys, "raise", "--out", tmp_path)[2]
    outputs = store(tmp_path, {"everything": {}})
    code, _, err = lubb(capsys, "raise", outputs, "--out", tmp_path)
    assert (code, "no row of this run can have a floor" in err) == (2, True)


def test_a_floor_is_rounded_down(tmp_path: Path) -> None:
    board = leaderboard(open_run(store(tmp_path, {"waw": everywhere((2, 1, 0))})), judged=False)
    found = raised(None, board, where="", allow_regression=False).floors
    assert found.rows["waw"].f1 == 0.8
    board["rows"][0]["f1"] = 0.9999
    assert raised(None, board, where="", allow_regression=False).floors.rows["waw"].f1 == 0.999
    assert check(found, board, where="")[0] == []
    board["rows"][0]["f1"] = 0.7 - 1.2e-16  # a mean whose last digit fell short of .7 holds the floor that it gave
    assert check(raised(None, board, where="", allow_regression=False).floors, board, where="")[0] == []


def test_a_row_without_a_floor_cannot_turn_the_line(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store(out, {**USUAL, "x\u202ey\nz": {}}, created="2026-11-24T06:00:00Z")
    code, _, err = lubb(capsys, "check", "--out", out)
    assert (code, err) == (0, "without a floor: x\\u202ey\\u000az (python -m bench floors raise)\n")


def test_any_name_is_written_so_that_it_is_read_back(tmp_path: Path) -> None:
    names = ["plain", 'quo"te\\', "لبّ", "tab\tnew\nline", "del\x7f", "astral\U0001f600", "dots.and spaces"]
    floors = Floors("corpus:a|gold:b", {name: Floor(0.123, 4) for name in names})
    write(floors, tmp_path / "f" / "floors.toml")
    assert read(tmp_path / "f" / "floors.toml") == floors
    assert as_toml(floors).startswith("# What no row may fall under: python -m bench floors check.")
    with pytest.raises(BenchError, match="cannot be written"):
        write(floors, tmp_path / "f" / "floors.toml" / "x")
