"""`lubb submit-check`: each step passes for what is in order, and fails for a plug-in that was made to fail it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bench.check import suite
from bench.check.verdict import Result
from bench.cli import main
from bench.errors import BenchError
from bench.extract import sandbox
from bench.extract.registry import look_up
from bench.new.plugin import write
from bench.report.field import markdown
from bench.run.rows import named_rows
from bench.submit import checkout, own, submission, trial_run
from bench.submit.steps import ABOUT
from bench.submit.submission import Submission
from tests.run_corpus import write_corpus


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a corpus, where the conformance suite is its first check: tests of its own hold the others."""
    write_corpus(tmp_path / "corpus", {"tajriba": ("dev", 3), "akhbar": ("test", 1)})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUBB_ENVIRONMENTS", str(tmp_path / "environments"))
    monkeypatch.setenv("LUBB_OFFLINE", "1")
    monkeypatch.setattr(own, "chosen", lambda quick: suite.chosen(["returns-text"]))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, str]]:
    """The exit code, and each step's result."""
    code = main(["submit-check", *arguments, "--corpus", "corpus", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["fit"] == (code == 0)
    assert all(step["mend"] for step in told["steps"] if step["result"] in ("fail", "warn"))
    return code, {step["step"]: step["result"] for step in told["steps"]}


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_bench_new_writes_is_fit(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("mine", "command")
    assert main(["submit-check", "mine", "--corpus", "corpus"]) == 0
    *steps, blank, count, fit = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in steps] == "found told locked check run same untouched".split()
    level = sandbox.probe().level
    if level != "none":
        assert [line.split()[1] for line in steps] == ["pass"] * 7
        assert steps[4].endswith(f"3 extractions in {level}, none failed")  # of dev sites only
        assert count.startswith("7 steps in ") and count.endswith("7 pass")
    assert (blank, fit) == ("", "fit to be submitted")
    assert not (here / "results").exists()


def test_each_fault_fails_its_step(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = write("mine", "command").folder
    replaced(place / "extractor.toml", 'licence = "MIT"', "")
    (place / "package.json").write_text('{"dependencies": {"a": "1"}}')
    spoilt = "return 1 / ('/2' not in page['url']) and os.urandom(9).hex()"
    replaced(place / "extract.py", 'return longest_box(page["html"])', spoilt)
    code, results = said(capsys, "mine")
    assert (code, {name for name, result in results.items() if result == "fail"}) == (
        1,
        {"told", "locked", "run", "same"},
    )


def test_a_check_that_fails_is_named(here: Path) -> None:
    place = write("mine", "command").folder
    assert own.conforms("mine/extractor.toml", print, quick=True).result is Result.PASS
    replaced(place / "extract.py", 'return longest_box(page["html"])', "return None")
    verdict = own.conforms("mine/extractor.toml", print, quick=True)
    assert (verdict.result, verdict.came[:35]) == (Result.FAIL, "1 of 1 checks fail: returns-text; b")
    assert verdict.mend == "see them: python -m bench check mine/extractor.toml"


@pytest.mark.parametrize("missing", ["licence", "version"])
def test_a_program_says_its_version_and_licence(here: Path, missing: str) -> None:
    place = write("mine", "command").folder
    replaced(place / "extractor.toml", f"\n{missing} =", "\n# ")
    verdict = own.told(look_up("mine/extractor.toml"))
    assert (verdict.result, verdict.mend) == (Result.FAIL, f"add '{missing}' to its extractor.toml")


def test_what_cannot_be_run_is_not_run(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replaced(write("mine", "command").folder / "extractor.toml", '["python3", "extract.py"]', '["./absent"]')
    code, results = said(capsys, "mine/extractor.toml")
    skipped = dict.fromkeys("told locked check run same".split(), "skipped")
    assert (code, results) == (1, {"found": "fail", **skipped, "untouched": "pass"})


def test_dependencies_of_a_script_are_locked(here: Path) -> None:
    write("mine", "script")
    script = Path("mine/mine.py")
    assert own.locked(look_up(str(script)), str(script)).result is Result.PASS
    replaced(script, "dependencies = []", 'dependencies = ["absent==1"]')
    verdict = own.locked(look_up(str(script)), str(script))
    assert (verdict.result, verdict.mend) == (Result.FAIL, "python -m bench setup --lock mine/mine.py")
    script.with_suffix(".lock.txt").write_text("")
    assert own.locked(look_up(str(script)), str(script)).result is Result.PASS


def test_a_file_without_a_distribution_has_no_version(here: Path) -> None:
    write("mine", "python")
    assert own.told(look_up("mine/lubb_mine.py")).result is Result.FAIL
    write("other", "script")
    assert own.told(look_up("other/other.py")).result is Result.WARN
    assert own.told(look_up("every-p")).result is Result.PASS


def test_what_was_written_is_seen(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a")
    before = trial_run.seen(tmp_path)
    assert trial_run.untouched(tmp_path, before).result is Result.PASS
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "kept.pyc").write_text("")
    assert trial_run.untouched(tmp_path, before).result is Result.PASS
    (tmp_path / "new").write_text("")
    (tmp_path / "kept").unlink()
    verdict = trial_run.untouched(tmp_path, before)
    assert (verdict.result, verdict.came) == (Result.FAIL, "2 files changed while it was tried: kept, new")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mine"], "mine: pyproject.toml registers 'mine', but it is not installed; python -m pip install -e mine"),
        (["corpus"], "corpus: there is no plug-in in this folder; give one with extractor.toml, or a pyproject.toml"),
        (["absent.py"], "absent.py: there is no such plug-in file; "),
        (["trafilatur"], "there is no extractor 'trafilatur'; did you mean trafilatura"),
        (["mine", "--base", "main"], "--base is for what is new in this checkout; "),
        (["--base", "absent"], "there is no commit absent to compare with; give --base COMMIT"),
    ],
)
def test_a_mistake_is_one_line(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.setattr(submission, "checkout_root", lambda: here)
    write("mine", "python")
    assert main(["submit-check", *arguments]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert told.count("\n") == 1


PROJECT = '[project.entry-points."lubb.extractors"]\nevery-p = "baselines.every_p:extract"\n'


def git(root: Path, *arguments: str) -> None:
    options = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *options, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one row on its main branch."""
    (tmp_path / "baselines").mkdir()
    (tmp_path / "baselines" / "every_p.py").write_text("")
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "begun")
    monkeypatch.setattr(submission, "checkout_root", lambda: tmp_path)
    return tmp_path


def test_what_is_new_in_a_checkout_is_found(repository: Path) -> None:
    with pytest.raises(BenchError, match="no row differs from the main branch"):
        submission.of_checkout(None)
    (repository / "README.md").write_text("other")
    with pytest.raises(BenchError, match="no row differs"):
        submission.of_checkout(None)
    git(repository, "checkout", "-b", "mine")
    (repository / "baselines" / "gne_news.py").write_text("")
    (repository / "pyproject.toml").write_text(PROJECT + 'nothing = "baselines.nothing:extract"\n')
    found = submission.of_checkout(None)
    assert found.specs == ("nothing",)
    git(repository, "add", ".")
    git(repository, "commit", "-m", "a row")
    (repository / "baselines" / "every_p.py").write_text("# changed")
    found = submission.of_checkout("main")
    assert found.specs == ("every-p", "nothing")
    assert found.place == repository
    assert found.touched == ("README.md", "baselines/every_p.py", "baselines/gne_news.py", "pyproject.toml")


def test_a_line_that_was_not_installed_is_told(repository: Path) -> None:
    (repository / "pyproject.toml").write_text(PROJECT + 'brand-new = "baselines.brand_new:extract"\n')
    with pytest.raises(BenchError, match="registers 'brand-new', but it is not installed; python -m pip install -e"):
        submission.of_checkout(None)


def test_no_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "checkout_root", lambda: None)
    with pytest.raises(BenchError, match="no checkout; name the plug-in"):
        submission.of_checkout(None)


@pytest.mark.parametrize(
    ("touched", "result"),
    [
        (("baselines/a.py", "pyproject.toml", "tests/test_baselines.py", "docs/extractors.md"), Result.PASS),
        (("baselines/a.py", "bench/dom.py"), Result.WARN),
        (("bench/dom.py", "results/leaderboard.md"), Result.FAIL),
        (("corpus/sites/a/001.html",), Result.FAIL),
    ],
)
def test_what_a_row_may_touch(touched: tuple[str, ...], result: Result) -> None:
    assert checkout.belongs(Submission(("a",), Path(), "0" * 40, touched)).result is result


def test_a_row_is_named_in_the_tests_and_passes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Submission(("every-p",), tmp_path, "0" * 40)
    (tmp_path / "tests").mkdir()
    file = tmp_path / "tests" / "test_baselines.py"
    assert checkout.tested(mine, tmp_path).came == "no test names 'every-p'"
    file.write_text("ROWS = 'not-every-p every-p2'\n")
    assert checkout.tested(mine, tmp_path).came == "no test names 'every-p'"
    file.write_text("import pytest\n\n@pytest.mark.parametrize('row', ['every-p', 'other'])\ndef test_row(row): pass\n")
    verdict = checkout.tested(mine, tmp_path)
    assert (verdict.result, verdict.came[:25]) == (Result.PASS, "1 passed, 1 deselected in")
    for code, words in ((5, "no test is run with it"), (1, "its tests fail: 1 failed in 2 s")):
        monkeypatch.setattr(checkout, "_python", lambda *_, code=code: (code, "E  no\n1 failed in 2 s\n"))
        verdict = checkout.tested(mine, tmp_path)
        assert (verdict.result, verdict.came) == (Result.FAIL, words)


def test_a_row_has_its_line_in_the_docs(tmp_path: Path) -> None:
    mine = Submission(("every-p",), tmp_path, "0" * 40)
    (tmp_path / "docs").mkdir()
    docs = tmp_path / "docs" / "extractors.md"
    docs.write_text("| row |\n")
    assert checkout.listed(mine, tmp_path).result is Result.FAIL
    *_, row = markdown(named_rows(["every-p"]))
    version = named_rows(["every-p"])[0].info.version
    docs.write_text(f"| row |\n{row.replace(version, '0.0.9')}\n")
    assert checkout.listed(mine, tmp_path).result is Result.PASS
    docs.write_text(row.replace("every-p", "every-q", 1))
    assert checkout.listed(mine, tmp_path).result is Result.FAIL


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import os\n", "ruff check objects"),
        ("a  =  1\n", "ruff format objects"),
        ("a: int = ''\n".replace("''", '""'), "mypy objects"),
        ("a: int = 1\n", "1 files"),
    ],
)
def test_ruff_and_mypy_are_asked(tmp_path: Path, source: str, words: str) -> None:
    (tmp_path / "row.py").write_text(source)
    verdict = checkout.styled(Submission(("row",), tmp_path, "0" * 40, ("row.py", "gone.py", "docs/a.md")), tmp_path)
    assert words in verdict.came
    assert (verdict.result is Result.FAIL) == ("objects" in words)


def test_every_step_says_what_it_is_about() -> None:
    assert list(ABOUT) == "found told locked check run same untouched belongs tested listed styled".split()
