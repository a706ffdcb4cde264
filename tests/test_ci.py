"""`lubb ci`: which rows a change can move, what is said of them, and files of strangers that say something else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bench.ci import nightly, outcome, pull_request, told
from bench.ci.affected import _imports, affected
from bench.ci.comment import COMMENT_BYTES, comment, figures, summed_up
from bench.ci.outcome import LEADERBOARD, summary, told_of
from bench.ci.told import Row, Told, as_json, read
from bench.cli import main
from bench.errors import BenchError
from bench.extract import sandbox
from bench.extract.worker import Worker
from bench.report import tables
from bench.report.files import as_json as board_json
from bench.report.leaderboard import leaderboard
from bench.report.names import TABLES
from bench.run import request
from bench.run.rows import named_rows
from bench.submit.change import Change, since
from tests.report_runs import small_run
from tests.run_corpus import write_corpus

ROOT = Path(__file__).resolve().parents[1]
ROWS = {
    "every-p": "baselines.every_p:extract",
    "vote": "baselines.vote:extract",
    "lock": "baselines.lock:extract",
    "node": "baselines.node",
    "near": "baselines.near:extract",
}


def project(rows: dict[str, str], *wishes: str) -> dict[str, Any]:
    return {"project": {"dependencies": list(wishes), "entry-points": {"lubb.extractors": rows}}}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkout")
    (root / "baselines" / "node").mkdir(parents=True)
    (root / "baselines" / "__init__.py").write_text("")
    (root / "baselines" / "every_p.py").write_text("import lxml.etree\nfrom bench import dom\n")
    (root / "baselines" / "vote.py").write_text("from baselines import every_p\nimport hypothesis\n")
    (root / "baselines" / "lock.py").write_text("this is no Python (")
    (root / "baselines" / "near.py").write_text("from . import gone\nfrom .sub.deep import a\n")
    (root / "baselines" / "sub").mkdir()
    (root / "baselines" / "sub" / "deep.py").write_text("from ..other import b\n")
    (root / "baselines" / "other.py").write_text("")
    return root


@pytest.mark.parametrize(
    ("touched", "rows", "everything"),
    [
        (["baselines/vote.py"], "vote", False),
        (["baselines/every_p.py"], "every-p vote", False),  # vote imports it
        (["baselines/lock.lock.txt"], "lock", False),
        (["baselines/node/package-lock.json"], "node", False),
        (["baselines/__init__.py"], "every-p lock near vote", False),
        (["baselines/sub/deep.py"], "near", False),
        (["baselines/other.py"], "near", False),
        (["baselines/gone.py"], "near", False),  # taken out, and still imported
        (["baselines/tuning/dev.py", "baselines/README.md"], "", False),
        (
            ["docs/ci.md", "README.md", "tests/test_ci.py", "results/leaderboard.md", ".github/workflows/a.yml"],
            "",
            False,
        ),
        (["bench/report/html/page.py", "bench/commands/run.py", "corpus/README.md"], "", False),
        (["bench/score/align.py"], "every-p lock near node vote", True),
        (["bench/gold/marks.py"], "every-p lock near node vote", True),
        (["bench/text.py"], "every-p lock near node vote", True),
        (["bench/dom.py"], "every-p lock near node vote", True),
        (["corpus/sites/a/001.html"], "every-p lock near node vote", True),
        (["baselines/words.txt"], "every-p lock near node vote", True),  # who reads it is not known
        (["Dockerfile"], "every-p lock near node vote", True),
        ([], "", False),
    ],
)
def test_rows_that_files_can_move(checkout: Path, touched: list[str], rows: str, everything: bool) -> None:
    same = project(ROWS)
    found = affected(Change(checkout, "base", tuple(touched), same, same))
    assert (sorted(found.rows), found.everything) == (rows.split(), everything)
    assert found.reasons
    assert set(found.rows.values()) <= ({"again"} if everything else {"changed"})


@pytest.mark.parametrize(
    ("before", "after", "rows", "reason"),
    [
        (project({}), project({"every-p": "a:b"}), {"every-p": "new"}, "every-p is registered"),
        (project({"vote": "a:b"}), project({"vote": "a:c"}), {"vote": "changed"}, "vote is another entry point"),
        (project({"vote": "a:b"}), project({}), {}, "is no longer registered"),
        (
            project(ROWS, "lxml>=5"),
            project(ROWS, "lxml>=6"),
            {"every-p": "changed", "vote": "changed"},
            "lxml: every-p",
        ),
        # hypothesis stands on sortedcontainers, so that vote does.
        (project(ROWS), project(ROWS, "sorted_containers"), None, "it is not known which rows stand on sorted-contai"),
        (project(ROWS), project(ROWS, "SortedContainers"), {"vote": "changed"}, "sortedcontainers: vote may differ"),
        (project(ROWS) | {"tool": 1}, project(ROWS), {}, "no score depends on it"),
        ({}, project({}), {}, "no score depends on it"),
        ({"project": 1}, project({}), {}, "no score depends on it"),
    ],
)
def test_rows_that_the_project_file_can_move(
    checkout: Path, before: dict[str, Any], after: dict[str, Any], rows: dict[str, str] | None, reason: str
) -> None:
    found = affected(Change(checkout, "base", ("pyproject.toml",), before, after))
    assert found.rows == (dict.fromkeys(sorted(ROWS), "again") if rows is None else rows)
    assert reason in found.reasons[0][1]


def test_what_makes_the_figures_of_a_board_runs_all_rows(checkout: Path) -> None:
    waiting, found = ["bench/report/leaderboard.py"], set[str]()
    while waiting:
        path = waiting.pop()
        if path not in found and (ROOT / path).is_file():
            found.add(path)
            waiting += [f"{module.replace('.', '/')}.py" for module in _imports(ROOT, path)]
    made = sorted(path for path in found if path.startswith("bench/report/"))
    assert "bench/report/judgement.py" in made
    for path in made:
        assert affected(Change(checkout, "base", (path,), project(ROWS), project(ROWS))).everything, path


def test_a_new_row_is_new_whatever_else_is_touched(checkout: Path) -> None:
    touched = ("baselines/every_p.py", "bench/text.py", "docs/a.md", "docs/b.md", "pyproject.toml")
    old = {name: value for name, value in ROWS.items() if name != "every-p"}
    found = affected(Change(checkout, "base", touched, project(old), project(ROWS)))
    assert found.rows == {"every-p": "new", "vote": "changed", "lock": "again", "near": "again", "node": "again"}
    assert found.reasons == (
        ("pyproject.toml", "every-p is registered"),
        ("baselines/every_p.py", "vote may differ"),
        ("bench/text.py", "the words may differ: all rows"),
        ("2 other files", "no score depends on it"),
    )


PROJECT = '[project.entry-points."lubb.extractors"]\nevery-p = "baselines.every_p:extract"\n'


def git(root: Path, *arguments: str) -> None:
    options = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *options, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one row on its main branch, and the branch `mine`; a corpus beside it."""
    root = tmp_path / "checkout"
    (root / "baselines").mkdir(parents=True)
    (root / "baselines" / "every_p.py").write_text("")
    (root / "pyproject.toml").write_text(PROJECT)
    git(root, "init")
    git(root, "add", ".")
    git(root, "commit", "-m", "begun")
    git(root, "checkout", "-b", "mine")
    write_corpus(tmp_path / "corpus", {"akhbar": ("test", 2), "tajriba": ("dev", 1)})
    monkeypatch.setattr(pull_request, "checkout_root", lambda: root)
    monkeypatch.setenv("LUBB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)
    return root


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["ci", "pull-request", "--base", "main", "--corpus", "corpus", "--artifacts", "files", *arguments])
    return code, *capsys.readouterr()


def test_a_new_row_is_run_and_told(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "pyproject.toml").write_text(f'{PROJECT}nothing = "baselines.nothing:extract"\n')
    (repository / "baselines" / "ünïcode $(x).md").write_text("")
    git(repository, "add", ".")
    git(repository, "commit", "-m", "a row")
    Path("job.md").write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "job.md")
    code, out, _ = said(capsys)
    assert code == 0
    assert out.startswith(
        "pyproject.toml: nothing is registered\n1 other file: no score depends on it\nto be run: nothing\n\n1 new row\n"
    )
    text = Path("job.md").read_text(encoding="utf-8")
    assert text.startswith("before\n## Lubb: 1 new row\n\n### 2 pages of 1 site, track static, split test\n")
    assert "| nothing | new | 0.1.0 | .000 | .000 | .000 |" in text
    assert "- there is no results/leaderboard.json: nothing stands beside these rows\n" in text
    assert text.count("<details>") == text.count("</details>") > 5
    assert text == f"before\n{Path('files/summary.md').read_text(encoding='utf-8')}\n"
    made = {path.name for path in Path("files").iterdir()}
    assert {"comment.json", "junit.xml", "leaderboard.json", "leaderboard.md", "benchmark-f1.json"} <= made
    board = json.loads(Path("files/leaderboard.json").read_text(encoding="utf-8"))
    assert [row["extractor"] for row in board["rows"]] == ["nothing"]
    assert main(["ci", "comment", "files"]) == 0
    assert capsys.readouterr().out.startswith("## Lubb: 1 new row\n")


def test_rows_that_cannot_be_run_are_told_and_the_others_run(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "pyproject.toml").write_text(f'{PROJECT}brand-new = "baselines.brand_new:extract"\n')
    (repository / "baselines" / "every_p.py").write_text("# other")
    code, out, err = said(capsys)
    assert code == 1
    assert "to be run: every-p\n\n1 changed row\n" in out
    assert "not run: brand-new: " in out and "registers 'brand-new', but it is not installed" in out
    assert err.endswith("could not be run: brand-new\n")
    assert [name for name, _ in read(Path("files")).not_run] == ["brand-new"]


def test_a_row_that_does_not_start_stops_no_other(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "pyproject.toml").write_text(f'{PROJECT}nothing = "baselines.nothing:extract"\n')
    (repository / "baselines" / "every_p.py").write_text("# other")
    usual = Worker.start

    def start(worker: Worker) -> None:
        if worker.extractor.name == "nothing":
            raise BenchError("nothing does not start", mend="mend it")
        usual(worker)

    monkeypatch.setattr(Worker, "start", start)
    code, out, _ = said(capsys)
    assert (code, "\n1 changed row\n" in out) == (1, True)
    assert out.endswith("not run: nothing: nothing does not start; mend it\nfiles: files\n")


def test_docs_run_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "README.md").write_text("other")
    assert said(capsys)[:2] == (
        0,
        "1 file: no score depends on it\nto be run: nothing\n\nnothing to run\nfiles: files\n",
    )
    assert Path("files/summary.md").read_text(encoding="utf-8").startswith("## Lubb: nothing to run\n")
    assert not Path("results").exists()


def test_nothing_differs_however_often_it_is_asked(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--artifacts", f"{repository}/files", "--summary", f"{repository}/job.md", "--out", f"{repository}/out"]
    (repository / "out").mkdir()
    (repository / "out" / "of an earlier run").write_text("")
    for _ in range(2):
        code, out, _ = said(capsys, *where)
        assert (code, out.splitlines()[:2]) == (0, ["no file differs: nothing is to be run", "to be run: nothing"])
    text = (repository / "files" / "summary.md").read_text(encoding="utf-8")
    assert "\n- no file differs: nothing is to be run\n" in text
    (repository / "baselines" / "every_p.lock.txt").write_text("")
    touched = since(repository, "main", [repository, repository.parent]).touched  # what is everywhere is nowhere
    assert {"baselines/every_p.lock.txt", "job.md"} < set(touched)


def test_a_pull_request_without_a_sandbox_is_refused(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "baselines" / "every_p.py").write_text("# other")
    monkeypatch.setattr(sandbox, "probe", lambda: sandbox.Sandbox("none"))
    code, _, err = said(capsys, "--require-sandbox")
    assert code == 2
    assert err == (
        "lubb: no sandbox works on this machine; install bubblewrap or allow user namespaces, or go on without "
        "--require-sandbox\n"
    )


def test_what_is_no_checkout_is_refused(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "there is no commit gone" in (main(["ci", "pull-request", "--base", "gone"]), capsys.readouterr().err)[1]
    monkeypatch.setattr(pull_request, "checkout_root", lambda: None)
    code, _, err = said(capsys)
    assert (code, err.count("\n")) == (2, 1)
    assert "no checkout" in err


def test_the_reference_run_stands_beside_what_is_committed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_corpus(tmp_path / "corpus", {"akhbar": ("test", 2)})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUBB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(request, "all_rows", lambda say: named_rows(["every-p", "nothing"], say))
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    night = ["ci", "nightly", "--corpus", "corpus", "--artifacts", "files"]
    assert main([*night, "--summary", "a.md"]) == 0
    assert "there is no results/leaderboard.json" in Path("a.md").read_text(encoding="utf-8")
    assert "not compared: results: no reference run stands here" in capsys.readouterr().out
    Path("results/reference.jsonl.gz").write_bytes(Path("files/reference.jsonl.gz").read_bytes())
    assert main([*night, "--max-drop", ".005"]) == 0
    assert Path("files/compare.md").read_text(encoding="utf-8").startswith("#")
    assert "F1" in capsys.readouterr().out
    Path("results/reference.jsonl.gz").unlink()
    board = json.loads(Path("files/leaderboard.json").read_text(encoding="utf-8"))
    board["rows"] = [row | {"f1": 0.25} for row in board["rows"] if row["extractor"] == "every-p"]
    Path("results/leaderboard.json").write_text(json.dumps(board), encoding="utf-8")
    assert main(night) == 0
    told_now = read(Path("files"))
    assert {row.extractor: (row.state, row.before) for row in told_now.rows} == {
        "every-p": ("again", 0.25),
        "nothing": ("again", None),
    }
    assert "2 rows run again" in capsys.readouterr().out


def said_of(committed: str) -> Told:
    run = small_run()
    states = {"waw": "new", "zay": "changed"}
    return told_of(run, states=states, reasons=[("a", "b")], not_run=[], committed=committed)[0]


def test_a_machine_that_was_not_steady_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    board: Any = leaderboard(small_run())
    for unsteady in (True, False):
        changed = board | {"calibrator": {"cv": 0.3, "unstable": unsteady}}
        monkeypatch.setattr(outcome, "leaderboard", lambda _, changed=changed: changed)
        assert said_of("").machine == f"A processor, 2 cores{', not steady' if unsteady else ''}"


def test_rows_stand_beside_the_committed_leaderboard() -> None:
    board: Any = leaderboard(small_run())
    other = dict(board["rows"][0]) | {"extractor": "qaf", "ranked": True, "f1": 0.001}
    board["rows"] = [row | {"f1": 0.5} for row in board["rows"] if row["extractor"] == "zay"] + [other]
    rows = {row.extractor: row for row in said_of(board_json(board)).rows}
    assert list(rows) == ["waw", "zay", "oracle"]
    assert (rows["waw"].before, rows["waw"].places, rows["zay"].before, rows["oracle"].best) == (None, 3, 0.5, None)
    assert [(rows[name].best, rows[name].worst) for name in ("zay", "waw")] == [(1, 1), (2, 2)]
    assert rows["waw"].failures == {"timeout": 1}
    cells = dict(zip([c.name for c in figures(said_of(""), [rows["zay"]]).columns], ["zay", "changed"], strict=False))
    assert cells == {"extractor": "zay", "is": "changed"}


def test_places_are_those_of_all_rows_when_all_were_run() -> None:
    board: Any = leaderboard(small_run())
    other = dict(board["rows"][0]) | {"extractor": "qaf", "ranked": True, "f1": 0.001}
    committed = board_json(board | {"rows": [*board["rows"], other]})
    run, more = small_run(), {"states": {}, "reasons": [], "not_run": [], "committed": committed}
    whole, found = told_of(run, whole=True, **more)  # type: ignore[arg-type]
    assert whole.beside.startswith(f"before: {LEADERBOARD}; not in this run: qaf")
    ranked = {row["extractor"]: row["ranks"] for row in found["rows"] if row["ranked"]} if found else {}
    assert {row.extractor: [row.best, row.worst] for row in whole.rows if row.best} == {
        name: ranks for name, ranks in ranked.items() if ranks
    }
    part, _ = told_of(run, removed=("qaf",), **more)  # type: ignore[arg-type]
    assert {row.places for row in part.rows} == {2, None}


@pytest.mark.parametrize(
    ("committed", "words"),
    [
        ("", f"there is no {LEADERBOARD}: "),
        ("{", f"{LEADERBOARD} cannot be read: "),
        ('{"rows": [{}]}', f"{LEADERBOARD} cannot be read: "),
        ("[]", f"{LEADERBOARD} cannot be read: "),
        ("corpus", f"{LEADERBOARD} is of another signature, in corpus ("),
    ],
)
def test_what_cannot_stand_beside_says_why(committed: str, words: str) -> None:
    if committed == "corpus":
        board: Any = leaderboard(small_run())
        committed = board_json(board | {"signature": board["signature"].replace("corpus:0", "corpus:1")})
    found = said_of(committed)
    assert found.beside.startswith(words)
    assert {row.before for row in found.rows} == {row.best for row in found.rows} == {None}


def test_a_summary_that_is_too_long_says_what_it_leaves_out() -> None:
    run = small_run()
    board = leaderboard(run)
    found = said_of("")
    whole = summary(found, run, board)
    assert "Left out" not in whole
    folded = re.findall(r"<summary>(.*)</summary>", whole)
    assert folded[:4] == ["Why", "Leaderboard", "Failures", "Per site"]
    assert len(folded) == 2 + sum(bool(tables.tables(board, [name])) for name in TABLES)
    assert "| waw | alef/002 | timeout | no answer in 30 s |" in whole
    most = 5000
    cut = summary(found, run, board, most)
    assert len(cut.encode("utf-8")) <= most < len(whole.encode("utf-8"))
    left = re.findall(r"^Left out, since .*: (.*)\. See", cut, re.MULTILINE)[0].split(", ")
    shown = re.findall(r"<summary>(.*)</summary>", cut)
    assert left
    assert sorted([*left, *shown]) == sorted(re.findall(r"<summary>(.*)</summary>", whole))
    assert len(summary(found, run, board, 300).encode("utf-8")) <= 300


def row(name: str = "waw", **more: object) -> Row:
    usual = Row(name, "new", "1.0", 0.5, 0.5, 0.5, None, None, None, 1, 2, 9, 3.0, 0, {})
    return replace(usual, **more)  # type: ignore[arg-type]


def a_told(**more: object) -> Told:
    usual = Told("0.1.0", "sig", "2 pages", "bubblewrap", "cpu", "", (("a", "b"),), (row(),), ())
    return replace(usual, **more)  # type: ignore[arg-type]


def test_what_is_told_is_read_as_it_was(tmp_path: Path) -> None:
    for found in (said_of(""), a_told(not_run=(("nun", "why"),)), a_told(rows=(), title="")):
        (tmp_path / told.NAME).write_text(as_json(found), encoding="utf-8")
        assert read(tmp_path) == found


def test_too_much_is_cut_where_it_is_written(tmp_path: Path) -> None:
    long = "x" * 5000
    much = a_told(
        rows=tuple(row(f"{n}{long}", version=long) for n in range(500)),
        reasons=((long, long),) * 500,
        not_run=((long, long),) * 500,
        title=long,
    )
    (tmp_path / told.NAME).write_text(as_json(much), encoding="utf-8")
    found = read(tmp_path)
    assert (len(found.rows), len(found.reasons), len(found.not_run)) == (300, 300, 300)
    assert found.reasons[-1] == ("…", "and 201 more")
    assert found.title.endswith("x…")


def spoilt(**fields: object) -> str:
    return json.dumps(json.loads(as_json(a_told())) | fields)


def spoilt_row(**fields: object) -> str:
    data = json.loads(as_json(a_told()))
    return json.dumps(data | {"rows": [data["rows"][0] | fields]})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("1" * 10_000, "is no JSON"),
        ("\udcff", "is no JSON"),
        ("[]", "the file is no JSON object"),
        (" " * (8 << 20) + "{}", "is larger than 8192 KiB"),
        (spoilt(schema=2), "has schema 2, and this Lubb reads 1"),
        (spoilt(schema=True), "'schema' is no whole number"),
        (spoilt(title=None), "'title' is no text"),
        (spoilt(title="x" * 401), "'title' is no text of at most 400 characters"),
        (spoilt(rows={}), "'rows' is no list of at most 300"),
        (spoilt(rows=[1]), "a row is no JSON object"),
        (spoilt(reasons=[["a"] * 3]), "'reasons' holds something else than pairs"),
        (spoilt(reasons=[["a", 1]]), "'reasons' is no text"),
        (spoilt(not_run=[["a", "b"]] * 301), "'not_run' is no list of at most 300"),
        (spoilt_row(f1=1.5), "'f1' is no number from 0 to 1"),
        (spoilt_row(f1=-0.5), "'f1' is no number from 0 to 1"),
        (spoilt_row(f1="0.5"), "'f1' is no number from 0 to 1"),
        (spoilt_row(cost=float("nan")), "NaN is no number"),
        (spoilt_row(cost=float("inf")), "Infinity is no number"),
        (spoilt_row(cost=True), "'cost' is no number"),
        (spoilt_row(cost=1).replace('"cost": 1', '"cost": 1e999'), "'cost' is no number"),
        (spoilt_row(worst=1.5), "'worst' is no whole number"),
        (spoilt_row(empty=10**30), "'empty' is no whole number"),
        (spoilt_row(state="best"), "a row has an unknown state"),
        (spoilt_row(extractor="x" * 81), "'extractor' is no text of at most 80 characters"),
        (spoilt_row(failures={str(n): n for n in range(9)}), "a row has too many kinds of failures"),
        (spoilt_row(failures={"x" * 81: 1}), "'failures' is no text"),
    ],
)
def test_a_file_that_says_something_else_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    (tmp_path / told.NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main(["ci", "comment", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err


def test_what_is_no_plain_file_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"comment.json: cannot be read \(No such file"):
        read(tmp_path)
    (tmp_path / "secret").write_text(as_json(a_told()))
    (tmp_path / told.NAME).symlink_to(tmp_path / "secret")
    with pytest.raises(BenchError, match="cannot be read"):
        read(tmp_path)
    (tmp_path / told.NAME).unlink()
    os.mkfifo(tmp_path / told.NAME)
    with pytest.raises(BenchError, match="is no plain file"):
        read(tmp_path)
    (tmp_path / told.NAME).unlink()
    (tmp_path / told.NAME).mkdir()
    with pytest.raises(BenchError, match="is no plain file"):
        read(tmp_path)


PARTS = (
    *"` `` | \\ <b> </details> <!-- --> @a #1 GH-1 https://a.b www.a.b ** _a_ ~~ [a](b) ![a](b) &lt; $x$".split(),
    *("a@b.cd", "\n", "\n\n# a", "\u202e", "\u2066", "- ", "+ ", "1. ", "1) ", "> ", "# ", "      a", "---", "==="),
)
NASTY = st.lists(st.sampled_from(PARTS) | st.text(max_size=6), max_size=8).map("".join)
ALLOWED = {"<!-- -->", "<sub>", "</sub>"}


def inline(tokens: list[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from inline(token.children or [])


@given(NASTY, NASTY)
def test_nothing_in_the_file_becomes_structure(one: str, other: str) -> None:
    found = a_told(
        rows=(row(one, version=other, failures={other: 1}), row("plain", state="again")),
        reasons=((one, other),),
        not_run=((other, one),),
        **dict.fromkeys(("title", "signature", "sandbox", "machine", "beside", "lubb"), one),
    )
    text = comment(found, link="https://example.org/runs/1")
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(text)
    kinds = [token.type for token in inline(tokens)]
    assert kinds.count("link_open") == 1  # ours
    assert not {"image", "em_open", "strong_open", "s_open", "fence", "code_block", "hr"} & set(kinds)
    assert not {"blockquote_open", "ordered_list_open"} & set(kinds)
    assert kinds.count("bullet_list_open") == 3  # notes, what was not run, why
    html = [token.content for token in inline(tokens) if token.type == "html_inline"]
    assert set(html) <= ALLOWED
    blocks = [token.content.split() for token in tokens if token.type == "html_block"]
    assert blocks == [["<details>", "<summary>Why</summary>"], ["</details>"]]
    heads, cells = kinds.count("th_open"), kinds.count("td_open")
    assert heads and cells == 2 * heads
    assert [kinds.count(kind) for kind in ("heading_open", "table_open")] == [3, 1]
    shown = re.sub(r"`[^`]*`", "", text)
    assert not re.search(r"[@#]\w|(?<!\])(?<!\()https?://(?!example)|www\.", shown)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize(
    ("pair", "line"),
    [
        (("~a", "b~"), r"- \~a: b~"),  # GitHub strikes out between two tildes, wherever on the line
        (("$a", "b$"), r"- \$a: b$"),
        (("# a", "b"), r"- \# a: b"),
        (("1. a", "b"), r"- 1\. a: b"),
        (("  :100:", ":1st_place_medal: 20:10:01"), "- :<!-- -->100:: :<!-- -->1st_place_medal: 20:10:01"),
    ],
)
def test_what_only_github_would_mark_up_is_shown_as_it_is(pair: tuple[str, str], line: str) -> None:
    assert line in comment(a_told(reasons=(pair,))).splitlines()


def test_a_comment_has_room(tmp_path: Path) -> None:
    nasty = "@a\U000e0001"
    much = a_told(
        **dict.fromkeys(("title", "signature", "sandbox", "machine", "beside", "lubb"), (nasty * 200)[:400]),
        rows=tuple(row((f"{n}" + nasty * 40)[:80], version=(nasty * 200)[:400]) for n in range(90)),
        reasons=(((nasty * 200)[:400],) * 2,) * 90,
        not_run=(((nasty * 40)[:80], (nasty * 200)[:400]),) * 90,
    )
    (tmp_path / told.NAME).write_text(as_json(much), encoding="utf-8")
    text = comment(read(tmp_path), link="https://example.org/")
    assert len(text.encode("utf-8")) <= COMMENT_BYTES
    assert re.search(r"^\d+ further rows are left out: there is no room for them here\.$", text, re.MULTILINE)
    assert len(re.findall(r"^- and \d+ more$", text, re.MULTILINE)) == 2
    assert text.rstrip().endswith("</sub>")


def test_many_rows_fit() -> None:
    text = comment(a_told(rows=tuple(row(f"row-{n}") for n in range(300))))
    assert "left out" not in text
    assert text.count("| row-") == 300


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((), "nothing to run"),
        ((row(),), "1 new row"),
        ((row(), row("b"), row("c", state="changed")), "2 new and 1 changed rows"),
        ((row(state="again"),), "1 row run again"),
        ((row(state="again"),) * 3, "3 rows run again"),
        ((row(), row(state="again")), "1 new and 1 further rows"),
    ],
)
def test_one_line_sums_it_up(rows: tuple[Row, ...], words: str) -> None:
    assert summed_up(a_told(rows=rows)) == words
    assert summed_up(a_told(rows=(), not_run=(("a", "b"),))) == "no row could be run"


def test_an_interval_and_a_change_are_shown() -> None:
    table = figures(a_told(), [row(low=0.4, high=0.6, before=0.4999), row("b", before=0.6), row("c", before=0.5)])
    heads = [column.name for column in table.columns]
    columns = [dict(zip(heads, cells, strict=True)) for cells in table.written()]
    assert [line["F1 95%"] for line in columns] == [".400 to .600", "-", "-"]
    assert [line["change"] for line in columns] == ["+<.001", "-.100", "0"]
    assert [line["place"] for line in columns] == ["1 to 2 of 9"] * 3
    assert figures(a_told(), [row(worst=1)]).rows[0][6] == "1 of 9"
    assert "before" not in [column.name for column in figures(a_told(), [row()]).columns]


@pytest.mark.parametrize("link", ["http://a.b/", "javascript:x", "https://a.b/)[x](y", "https://a.b/ x", "https://"])
def test_a_link_is_an_address(tmp_path: Path, capsys: pytest.CaptureFixture[str], link: str) -> None:
    (tmp_path / told.NAME).write_text(as_json(a_told()), encoding="utf-8")
    assert main(["ci", "comment", str(tmp_path), "--link", link]) == 2
    assert "is no address of a run; give https://HOST/PATH" in capsys.readouterr().err


def test_a_comment_needs_nothing_but_python(tmp_path: Path) -> None:
    (tmp_path / told.NAME).write_text(as_json(a_told(rows=(row("خبر"),))), encoding="utf-8")
    link = "https://github.com/a/b/actions/runs/12"
    done = subprocess.run(
        [sys.executable, "-S", "-m", "bench", "ci", "comment", str(tmp_path), "--link", link],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == b""
    text = done.stdout.decode("utf-8")
    assert "| خبر | new | 1.0 | .500 | .500 | .500 |" in text
    assert f"[The run]({link})" in text


def test_files_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = a_told(rows=())
    with pytest.raises(BenchError, match="give another folder: --artifacts"):
        outcome.keep(tmp_path / "file" / "below", found, None, None)
    with pytest.raises(BenchError, match="give another: --summary"):
        outcome.append(tmp_path / "absent" / "file", "text")


def test_a_run_without_records_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = replace(small_run(), records=())
    monkeypatch.setattr(nightly, "carry_out", lambda *_: run)
    with pytest.raises(BenchError, match="this run holds no records"):
        nightly.nightly(request.Request(), tmp_path / "none", lambda _: None, print)  # type: ignore[arg-type, return-value]
