"""`bench report --check`: all that was written follows; whatever does not is named with the command that mends it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bench.cli import main
from bench.gold import corpus
from bench.labels import Group
from bench.report import check
from bench.report.check import readme, rows_of
from bench.report.leaderboard import leaderboard
from bench.report.markdown import document
from bench.run.outputs import score_outputs
from tests.report_runs import small_run
from tests.run_corpus import write_corpus


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, and results of texts that are its content."""
    folder = tmp_path_factory.mktemp("written")
    write_corpus(folder / "corpus")
    pages = corpus.load(folder / "corpus").pages
    lines = [json.dumps({"page": page.id, "text": page.text(Group.CONTENT)}, ensure_ascii=False) for page in pages]
    (folder / "mine.jsonl").write_text("\n".join(lines), encoding="utf-8")
    score_outputs(
        folder / "mine.jsonl",
        corpus_path=folder / "corpus",
        out=folder / "results",
        name=None,
        missing_as_empty=False,
        command="",
    )
    assert main(["report", "--write", "--out", str(folder / "results")]) == 0
    return folder


@pytest.fixture
def made(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "made"))


def checked(capsys: pytest.CaptureFixture[str], made: Path, *more: str) -> tuple[int, list[str], str]:
    capsys.readouterr()
    code = main(["report", "--check", "--out", str(made / "results"), "--corpus", str(made / "corpus"), *more])
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def test_what_was_written_follows(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = checked(capsys, made)
    assert (code, err) == (0, "")
    assert out == [f"{made / 'results'}: all follows from the reference run, this code and the corpus"]
    shutil.rmtree(made / "results" / "runs")  # the stored run is not needed
    assert checked(capsys, made)[0] == 0


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("leaderboard.md", "1.000", ".999"),
        ("leaderboard.csv", "mine", "mean"),
        ("leaderboard-sites.csv", "bilad", "balad"),
        ("leaderboard.json", '"f1": 1.0', '"f1": 0.9'),
        ("leaderboard.html", "mine", "mean"),
    ],
)
def test_a_file_that_was_changed_is_named(
    name: str, old: str, new: str, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made / "results" / name
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, (line,), _ = checked(capsys, made)
    assert code == 1
    number = text[: text.index(old)].count("\n") + 1
    assert line.startswith(f"{name}: does not follow from reference.jsonl.gz: line {number} is '")
    assert (new in line, line.endswith("; again: python -m bench report --write")) == (True, True)
    path.unlink()
    assert checked(capsys, made)[1] == [f"{name}: is missing; again: python -m bench report --write"]


def test_a_file_that_is_too_long_or_too_short(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = made / "results" / "leaderboard.csv"
    path.write_bytes(path.read_bytes() + b"\nx")
    assert "and should be not there" in checked(capsys, made)[1][0]
    path.write_bytes(b"\xff")
    assert checked(capsys, made)[0] == 1


def test_a_corpus_that_has_changed(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = made / "corpus" / "sites" / "akhbar" / "001.html"
    page.write_text(page.read_text(encoding="utf-8").replace("وقال", "وذكر"), encoding="utf-8")
    code, (line,), _ = checked(capsys, made)
    assert code == 1
    assert line.startswith("reference.jsonl.gz: of another run than one of today: corpus was ")
    assert ", gold was " in line
    assert line.endswith(
        "; again: python -m bench run --fresh && python -m bench time && python -m bench report --write"
    )


def test_another_way_to_count(made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "SCORE", "lcs2")
    code, (line,), _ = checked(capsys, made)
    assert (code, "score was lcs1 and is lcs2" in line) == (1, True)


def test_floors_belong_to_it(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = made / "results" / "floors.toml"
    signature = json.loads((made / "results" / "leaderboard.json").read_bytes())["signature"]
    floor = f'schema = 1\nsignature = "{signature}"\n[floors.mine]\nf1 = 1.0\nfailures = 0\n'
    path.write_text(floor, encoding="utf-8")
    assert checked(capsys, made)[0] == 0
    path.write_text(floor.replace("corpus:", "corpus:x"), encoding="utf-8")
    code, (line,), _ = checked(capsys, made)
    assert (code, "floors.toml: these floors are for another signature" in line) == (1, True)
    path.write_text(floor.replace("mine", "other"), encoding="utf-8")
    assert "other: not in this run" in checked(capsys, made)[1][0]


def test_without_a_reference_there_is_nothing_to_check(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = made / "results" / "reference.jsonl.gz"
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    code, out, err = checked(capsys, made)
    assert (code, out, err.count("\n"), "this reference run is damaged" in err) == (2, [], 1, True)
    path.unlink()
    code, out, err = checked(capsys, made)
    assert (code, out, err.count("\n"), "there is no reference run; make one" in err) == (2, [], 1, True)
    code, out, err = checked(capsys, made, "--split", "dev")
    assert (code, out, "--check looks at what is committed" in err) == (2, [], True)


def test_the_table_of_a_readme(tmp_path: Path) -> None:
    board = leaderboard(small_run())
    path = tmp_path / "README.md"
    path.write_text(document(board), encoding="utf-8")
    assert rows_of(document(board)).keys() == {"oracle", "waw", "zay"}
    assert readme(path, board) == []
    other = (
        document(board)
        .replace("| zay |", "| zain |")
        .replace("| oracle | 0.1.0 | 1.000 |", "| oracle | 0.1.0 | .999 |")
    )
    path.write_text(other, encoding="utf-8")
    (line,) = readme(path, board)
    assert line.startswith("README.md: its table lacks zay; still has zain; differs in oracle; again: ")
