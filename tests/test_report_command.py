"""`bench report` and `bench show` from a run on disk; what a user sees when a run is not there or not whole."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

from bench.cli import main
from bench.gold import corpus
from bench.labels import Group
from bench.report.files import as_json
from bench.report.leaderboard import leaderboard
from bench.report.outcome import WIDTH, body, by_label, shortened
from bench.report.terminal import text as table_text
from bench.report.view import of_kinds
from bench.run.journal import open_journal
from bench.run.outputs import score_outputs
from bench.run.plan import Checkout
from bench.score.outcome import Kind, Span
from tests.report_runs import small_run
from tests.run_corpus import write_corpus

DOCUMENT = Path(__file__).parent.parent / "docs" / "leaderboard-json.md"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `corpus/` and `results/`, the run of which loses a paragraph and leaks a line on akhbar/001."""
    folder = tmp_path_factory.mktemp("made")
    write_corpus(folder / "corpus")
    lines = []
    for page in corpus.load(folder / "corpus").pages:
        out = page.text(Group.CONTENT)
        if page.id == "akhbar/001":
            lost, *kept = out.split("\n")
            assert lost
            out = "\n".join(["غريب عن الصفحة كلها", *kept, "خبر آخر عن موسم الزيتون في عنوان الخبر 1 من akhbar"])
        lines.append(json.dumps({"page": page.id, "text": out}, ensure_ascii=False))
    (folder / "mine.jsonl").write_text("\n".join(lines), encoding="utf-8")
    score_outputs(
        folder / "mine.jsonl",
        corpus_path=folder / "corpus",
        out=folder / "results",
        name=None,
        missing_as_empty=False,
        command="",
    )
    return folder


def lubb(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def folder_of(made: Path) -> Path:
    (path,) = (made / "results" / "runs").iterdir()
    return path


def test_the_latest_run_is_reported(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = lubb(capsys, "report", "--out", made / "results")
    assert (code, err) == (0, "")
    assert out.startswith("Leaderboard: 5 pages of 2 sites, track static, split test\n")
    assert "Per site: 5 pages of 2 sites" in out
    assert "-  mine" in out  # texts produced elsewhere have no rank
    assert lubb(capsys, "report", folder_of(made)) == (0, out, "")


def test_a_table_with_nothing_in_it_says_so(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = lubb(capsys, "report", "--out", made / "results", "--table", "traps")
    assert told == (0, "", "lubb: nothing to show: this run has no traps\n")


def test_each_format(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = made / "results"
    _, out, _ = lubb(capsys, "report", "--out", results, "--format", "csv", "--table", "sites")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["extractor"], row["site"]) for row in rows] == [("mine", "akhbar"), ("mine", "bilad")]
    assert float(rows[1]["f1"]) == 1.0
    _, out, _ = lubb(capsys, "report", "--out", results, "--format", "markdown", "--table", "leaks")
    assert out.startswith("## Leaks: 5 pages of 2 sites, track static, split test\n\n| extractor | ")
    _, out, _ = lubb(capsys, "report", "--out", results, "--json")
    assert json.loads(out)["rows"][0]["extractor"] == "mine"
    code, _, err = lubb(capsys, "report", "--out", results, "--format", "csv", "--table", "all")
    assert (code, err.count("\n")) == (2, 1)
    assert "CSV holds one table" in err


def test_another_split(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = lubb(capsys, "report", "--out", made / "results", "--split", "dev")
    assert out.startswith("Leaderboard: 2 pages of 1 site, track static, split dev\n")
    assert "|split:dev|" in out


def test_pages_of_a_kind(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = lubb(capsys, "report", "--out", made / "results", "--kind", "nwes")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "no pages of kind 'nwes'; it has: none" in err
    whole = small_run()
    chosen = of_kinds(whole, ["home", "news"])
    assert set(whole.plan.pages) - set(chosen.plan.pages) == {"dal/002"}
    assert {record.page for record in whole.records} - {record.page for record in chosen.records} == {"dal/002"}
    assert re.search(r"\|pages:3#[0-9a-f]{8}\|", str(chosen.plan.signature))
    assert leaderboard(chosen)["rows"][0]["f1"] == leaderboard(whole)["rows"][0]["f1"]
    assert leaderboard(chosen)["tracks"]["no-article"]["pages"] == 1


def test_written_files_follow_from_the_records(made: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copytree(made / "results", tmp_path / "results")
    code, out, _ = lubb(capsys, "report", "--out", tmp_path / "results", "--write")
    assert (code, len(out.splitlines())) == (0, 6)
    written = json.loads((tmp_path / "results" / "leaderboard.json").read_text(encoding="utf-8"))
    _, out, _ = lubb(capsys, "report", "--out", made / "results", "--json")
    assert written == json.loads(out)
    code, _, err = lubb(capsys, "report", "--out", tmp_path / "results", "--write", "--split", "dev")
    assert (code, err.count("\n")) == (2, 1)


def test_a_run_that_is_not_there_or_not_whole_is_one_line(
    made: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def refused(*arguments: str | Path) -> str:
        code, out, err = lubb(capsys, "report", *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)
        return err

    assert "no complete run; make one: python -m bench run" in refused("--out", tmp_path)
    assert "no run here" in refused(tmp_path)
    unfinished = tmp_path / "unfinished"
    shutil.copytree(folder_of(made), unfinished)
    (unfinished / "run.json").unlink()
    assert "this run is unfinished (7 records stand)" in refused(unfinished)
    other = tmp_path / "other"
    shutil.copytree(folder_of(made), other)
    data = json.loads((other / "run.json").read_text(encoding="utf-8"))
    (other / "run.json").write_text(json.dumps(data | {"schema": 99}), encoding="utf-8")
    assert "has schema 99" in refused(other)
    short = tmp_path / "short"
    shutil.copytree(folder_of(made), short)
    (short / "records.jsonl").write_bytes(b"")
    assert "mine on akhbar/001 is missing" in refused(short)


def test_a_run_without_records_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    plan = small_run().plan
    problems = {extractor.name: "does not start" for extractor in plan.extractors}
    journal = open_journal(tmp_path, plan, fresh=True)
    journal.finish("2026-11-23T06:01:00Z", Checkout(), problems)
    journal.close()
    code, _, err = lubb(capsys, "report", "--out", tmp_path)
    assert (code, err.count("\n")) == (2, 1)
    assert "this run holds no records" in err


def show(made: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code, out, err = lubb(capsys, "show", *arguments, "--out", made / "results", "--corpus", made / "corpus")
    assert (code, err) == (0, "")
    return out


def test_show_tells_what_was_kept_lost_and_leaked(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = show(made, capsys, "mine", "akhbar/001").splitlines()
    assert lines[0].startswith("mine on akhbar/001: ok, P .")
    rows = [line.split()[:2] for line in lines[3 : lines.index("Tokens by label") - 1]]
    fates = [row[0] for row in rows]
    assert fates.index("LOST") < fates.index("kept") < fates.index("LEAKED")
    assert ["LEAKED", "read_also"] in rows
    assert ["FOREIGN", "-"] in rows
    assert all(len(line) <= WIDTH for line in lines[3:])


def test_show_full_holds_every_word(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = show(made, capsys, "mine", "akhbar/001", "--full")
    page = next(page for page in corpus.load(made / "corpus").pages if page.id == "akhbar/001")
    assert all(word in out for word in page.text().split())
    assert "…" not in out
    assert "    غريب عن الصفحة كلها\n" in out


def test_show_json(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(show(made, capsys, "mine", "akhbar/001", "--json"))
    counts = data["score"]["counts"]
    sizes: dict[str, int] = {}
    for span in data["spans"]:
        sizes[span["kind"]] = sizes.get(span["kind"], 0) + span["tokens"]
    assert (sizes["kept"], sizes["lost"]) == (counts["tp"], counts["fn"])
    assert sizes["leaked"] + sizes["foreign"] == counts["fp"]
    assert (data["status"], data["gold_changed"]) == ("ok", False)


def test_show_answers_a_wrong_name_with_near_ones(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = made / "results"
    code, _, err = lubb(capsys, "show", "mien", "akhbar/001", "--out", results, "--corpus", made / "corpus")
    assert (code, err.count("\n")) == (2, 1)
    assert "unknown extractor 'mien'; did you mean mine?" in err
    _, _, err = lubb(capsys, "show", "mine", "akhbar/01", "--out", results, "--corpus", made / "corpus")
    assert "unknown page 'akhbar/01'; did you mean akhbar/001" in err


def test_show_says_that_the_corpus_is_another(made: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_corpus(tmp_path / "other", {"zahra": ("test", 1)})
    code, _, err = lubb(capsys, "show", "mine", "akhbar/001", "--out", made / "results", "--corpus", tmp_path / "other")
    assert (code, err.count("\n")) == (2, 1)
    assert "has no page 'akhbar/001'; give its folder: --corpus PATH" in err


def test_show_says_that_gold_has_changed(made: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus")
    page = tmp_path / "corpus" / "sites" / "akhbar" / "001.html"
    page.write_text(page.read_text(encoding="utf-8").replace('"read_also"', '"related"'), encoding="utf-8")
    _, out, _ = lubb(capsys, "show", "mine", "akhbar/001", "--out", made / "results", "--corpus", tmp_path / "corpus")
    assert "gold has changed since this run" in out
    assert "LEAKED    related" in out


def test_show_says_that_a_text_was_not_kept(made: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copytree(folder_of(made), tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "texts")
    code, _, err = lubb(capsys, "show", "mine", "akhbar/001", "--run", tmp_path / "run", "--corpus", made / "corpus")
    assert (code, err.count("\n")) == (2, 1)
    assert "the extracted text is not there" in err


SPANS = [
    Span(Kind.SKIPPED, None, "قائمة"),
    Span(Kind.KEPT, None, "كلمة " * 60),
    Span(Kind.FOREIGN, None, "\u202eab\u001b[31m"),
]


def test_long_text_is_cut_in_the_middle_between_words() -> None:
    assert shortened("one two three four five six", 27) == "one two three four five six"
    assert shortened("one two three four five six", 20) == "one two … five six"
    assert shortened("a" * 50, 13) == "aaaaa … aaaaa"
    lines = [line for _, line in body(SPANS)]
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[1].startswith("kept      -                   60  كلمة كلمة")
    assert lines[2] == r"FOREIGN   -                    2  \u202eab\u001b[31m"


def test_tokens_by_label() -> None:
    assert table_text(by_label(SPANS)).splitlines() == [
        "Tokens by label",
        "label  kept  skipped  foreign",
        "-----  ----  -------  -------",
        "-        60        1        2",
    ]


def documented(section: str) -> set[str]:
    """The keys in the tables below one heading of the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    found = re.search(rf"^#+ {section}\n(.*?)(?=^#|\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, section
    return set(re.findall(r"^\| `(\w+)` \|", found[1], re.MULTILINE))


def test_every_key_of_leaderboard_json_is_documented_and_no_other() -> None:
    board = leaderboard(small_run())
    waw = next(row for row in board["rows"] if row["extractor"] == "waw")
    figures, rates = documented("Figures"), {"precision", "recall", "f1"}
    assert set(board) == documented("The whole")
    assert set(waw) == documented("Row") | figures
    assert set(waw["sites"]["alef"]) == figures
    assert set(waw["tracks"]["script"]) == figures | {"silent", "sites"}
    assert set(waw["leaks"]["nav"]) == documented("Leaks")
    assert set(waw["losses"]["body"]) == documented("Losses")
    assert set(waw["traps"]["read-also"]) == documented("Traps")
    assert set(waw["answers"]) == documented("Answers")
    assert set(waw["pooled"]) == set(waw["strict"]) == set(waw["bag"]) == set(waw["folded"]) == rates
    assert set(waw["shingles"]) == documented("Rates") | rates
    assert set(board["tracks"]["script"]) == documented("Tracks")
    assert set(board["unavailable"][0]) == documented("Unavailable")
    assert set(waw["intervals"] or {}) == documented("Intervals")
    assert set(board["pairs"][0]) == documented("Pairs")
    assert set(board["difficulty"]["kind"]["news"]) == documented("Bins")
    assert set(board["calibrator"]) == documented("Calibrator")


def test_leaderboard_json_has_the_shape_that_was_promised() -> None:
    board = json.loads(as_json(leaderboard(small_run())))
    assert {"schema", "signature", "created", "machine", "rows"} <= set(board)
    waw = next(row for row in board["rows"] if row["extractor"] == "waw")
    assert set("extractor version precision recall f1 cost ms".split()) <= set(waw)
    assert waw["failures"] == {"timeout": 1}
    assert set("pages precision recall f1 cost ms".split()) <= set(waw["sites"]["alef"])
    assert {"tokens", "pages"} <= set(waw["leaks"]["read_also"])
    assert {"tokens"} <= set(waw["losses"]["body"])
    assert waw["traps"] == {"read-also": {"passed": 2, "total": 3}}
    assert set(waw["tracks"]) == {"static", "script", "no-article"}
