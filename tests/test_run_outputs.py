from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.cli import main
from bench.errors import BenchError
from bench.gold.corpus import load
from bench.labels import Group
from bench.model import MAX_TEXT_CHARS
from bench.run.outputs import read_outputs
from bench.run.records import open_run
from tests.run_corpus import only_run, write_corpus

PAGES = ["a/001", "a/002", "b/001"]


def line(page: object, text: object) -> str:
    return json.dumps({"page": page, "text": text})


def read(*lines: str, missing_as_empty: bool = False) -> dict[str, str]:
    return read_outputs("\n".join(lines).encode(), "out.jsonl", PAGES, missing_as_empty=missing_as_empty)


def refusal(*lines: str) -> list[str]:
    with pytest.raises(BenchError) as error:
        read(*lines)
    return [*error.value.__notes__, str(error.value)]


def test_all_pages_in_any_order_with_a_mark_and_empty_lines() -> None:
    texts = read("\ufeff" + line("b/001", "ب"), "", line("a/002", ""), line("a/001", "\ud800ا"), "")
    assert texts == {"a/001": "?ا", "a/002": "", "b/001": "ب"}


def test_missing_pages_are_refused_or_asked_for() -> None:
    assert refusal(line("a/002", "x")) == [
        "out.jsonl: 2 of 3 pages are missing: a/001, b/001; add them, or score them as empty texts with "
        "--missing-as-empty",
        "out.jsonl: these outputs cannot be scored (1 problem); mend the file and score it again",
    ]
    assert read(line("a/002", "x"), missing_as_empty=True) == {"a/002": "x"}


def test_every_problem_is_told_at_once() -> None:
    told = refusal(
        line("a/001", "x"),
        "{broken",
        '["a/002"]',
        line("a/001", "again"),
        line("a/009", "x"),
        line("b/001", None),
        line(7, "x"),
        '{"text": "x"}',
        '{"page": "a/002"}',
    )
    assert told == [
        "out.jsonl:2: is no JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))",
        'out.jsonl:3: is no object; write {"page": "site/001", "text": "..."}',
        "out.jsonl:4: page 'a/001' stands on line 1 already; keep one",
        "out.jsonl:5: unknown page 'a/009'; did you mean a/002 or a/001 or b/001?",
        "out.jsonl:6: 'text' is null, not a string",
        "out.jsonl:7: 'page' is a number, not a string",
        "out.jsonl:8: 'page' is missing, not a string",
        "out.jsonl:9: 'text' is missing, not a string",
        "out.jsonl: these outputs cannot be scored (8 problems); mend the file and score it again",
    ]


def test_bytes_that_are_no_utf8() -> None:
    with pytest.raises(BenchError) as error:
        read_outputs(b'{"page": "a/001", "text": "\xe3\xe4"}\n', "out.jsonl", ["a/001"], missing_as_empty=True)
    assert error.value.__notes__[0].startswith("out.jsonl:1: is no JSON ('utf-8' codec can't decode byte 0xe3")


def test_hundreds_of_problems_are_not_all_printed() -> None:
    told = refusal(*(["{"] * 50))
    assert len(told) == 22
    assert told[-2] == "out.jsonl: and 31 more"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_corpus(tmp_path / "corpus")
    return tmp_path


def test_outputs_become_a_run_of_their_own(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = load(here / "corpus").pages
    texts = [page.page.html if page.site == "bilad" else page.text(Group.CONTENT) for page in pages]
    texts[0], texts[1] = "ا" * (MAX_TEXT_CHARS + 1), " \n"
    lines = [line(page.id, text) for page, text in zip(pages[:-1], texts, strict=False)]
    (here / "mine.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert main(["score", "mine.jsonl", "--corpus", "corpus", "--missing-as-empty"]) == 0
    captured = capsys.readouterr()
    assert "mine" in captured.out
    run = open_run(only_run(here / "results"))
    assert captured.err == f"run: results/runs/{run.path.name}\n"
    (info,) = run.plan.extractors
    assert (info.name, info.way, info.version) == ("mine", "outputs", "")
    assert [record.status.value for record in run.records] == ["too-big", "empty", "ok", "ok", "ok", "ok", "empty"]
    assert [record.detail for record in run.records if record.detail] == [
        "1000001 characters, over 1000000",
        "missing from the outputs",
    ]
    assert [record.score.counts.f1 for record in run.records[:3]] == [0.0, 0.0, 1.0]
    assert {record.sandbox for record in run.records} == {"outputs"}
    assert run.text(run.records[2]) == texts[2]


def test_outputs_stand_apart(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = load(here / "corpus").pages
    (here / "mine.jsonl").write_text("\n".join(line(page.id, "نص") for page in pages), encoding="utf-8")
    assert main(["score", "mine.jsonl", "--corpus", "corpus", "--name", "their-tool", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["extractor"] == "their-tool"
    assert row["way"] == "outputs"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["none.jsonl"], "none.jsonl: cannot be read (No such file or directory); give a file of JSON lines"),
        (
            ["mine.jsonl", "--name", "نظام"],
            "'نظام' cannot be the name of a row; give ASCII letters, digits, '.', '_', '+' or '-' with --name",
        ),
        (
            ["mine.jsonl", "--name", "oracle"],
            "'oracle' cannot be the name of a row; give ASCII letters, digits, '.', '_', '+' or '-' with --name",
        ),
        (
            ["mine.jsonl"],
            "mine.jsonl: 7 of 7 pages are missing: akhbar/001, akhbar/002, akhbar/003, …; add them, or score them as "
            "empty texts with --missing-as-empty\n"
            "lubb: mine.jsonl: these outputs cannot be scored (1 problem); mend the file and score it again",
        ),
    ],
)
def test_mistakes(here: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    (here / "mine.jsonl").write_text("")
    assert main(["score", *words, "--corpus", "corpus"]) == 2
    assert capsys.readouterr().err == f"lubb: {told}\n"
    assert not (here / "results").exists()
