from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.cli import build_parser
from bench.errors import BenchError
from bench.gold.corpus import load
from bench.gold.describe import describe, quartiles
from bench.labels import Group, Label

TOML = """\
split = "test"
family = "made"
[pages.001]
url = "https://a.example/1"
track = "static"
traps = ["encoding"]
"""
PAGE = """<html><body>
<p data-gold="nav" data-trap="menu">الرئيسية</p>
<p data-gold="body">قال الرئيس إن الوضع صعب</p>
<p data-gold="body">من</p>
<p>ذلك</p></body></html>"""


def run(*words: str) -> int:
    args = build_parser().parse_args(words)
    code: int = args.call(args)
    return code


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "sites" / "a-site"
    folder.mkdir(parents=True)
    (folder / "site.toml").write_text(TOML)
    (folder / "001.html").write_text(PAGE)
    return tmp_path


def test_validate_prints_notes_and_passes(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = corpus / "sites" / "a-site" / "001.html"
    assert run("corpus", "validate", "--corpus", str(corpus)) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{file}:5: note: unlabelled text 'ذلك'; label it; until then it counts as 'other'",
        f"{corpus}: 1 site, 1 page good, 0 problems, 1 note",
    ]
    assert run("corpus", "validate", "--strict", "--corpus", str(corpus)) == 1


def test_validate_prints_every_problem_and_fails(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = corpus / "sites" / "a-site"
    (folder / "001.html").write_text(PAGE.replace('"nav"', '"navi"').replace("ذلك", "ذ<!--/gold-->"))
    (folder / "site.toml").write_text(TOML.replace("family", "famly"))
    assert run("corpus", "validate", "--corpus", str(corpus), "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert [(problem["line"], problem["what"]) for problem in answer["problems"]] == [
        (2, "unknown key 'famly'"),
        (2, "unknown label 'navi'"),
        (5, "<!--/gold--> closes no mark"),
    ]
    assert answer["problems"][0]["mend"] == "write 'family'"
    assert answer["pages"] == []
    assert run("corpus", "validate", "--corpus", str(corpus)) == 1
    assert "1 site, 0 pages good, 3 problems, 1 note" in capsys.readouterr().out


def test_validate_of_no_corpus_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="no such corpus"):
        run("corpus", "validate", "--corpus", str(tmp_path / "x"))


def test_figures_worked_by_hand(corpus: Path) -> None:
    site, total = describe(load(corpus))
    assert (site.site, site.family, site.split, site.pages) == ("a-site", "made", "test", 1)
    assert site.tokens == 1 + 5 + 1 + 1
    assert site.content_share == [6 / 8]
    assert site.elements == [6]
    assert site.paragraphs == [23, 2]
    assert {label.value: (f.regions, f.pages, f.tokens) for label, f in site.labels.items()} == {
        "nav": (1, 1, 1),
        "body": (1, 1, 6),
        "other": (1, 1, 1),
    }
    assert site.traps == {"menu": 1, "encoding": 1}
    assert {**total.to_json(), "site": "", "family": "", "split": ""} == {
        **site.to_json(),
        "site": "",
        "family": "",
        "split": "",
    }


@pytest.mark.parametrize(
    ("values", "five"),
    [([], []), ([3], [3, 3, 3, 3, 3]), ([1, 2], [1, 1.25, 1.5, 1.75, 2]), ([4, 1, 2, 3, 5], [1, 2, 3, 4, 5])],
)
def test_quartiles(values: list[float], five: list[float]) -> None:
    assert quartiles(values) == five


def test_stats_prints_aligned_columns(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("corpus", "stats", "--corpus", str(corpus)) == 0
    out = capsys.readouterr().out
    assert "\nsite    family split pages tracks    KB elements tokens content  number q1 median q3\n" in out
    assert "\nnav    boilerplate        1      1       1   .125\n" in out
    assert "\nmenu          1  a-site\n" in out
    assert not [line for line in out.splitlines() if line.endswith(" ")]


def test_stats_json_holds_what_the_tables_show(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("corpus", "stats", "--corpus", str(corpus), "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["digest"] == load(corpus).digest
    assert answer["all"]["labels"]["body"] == {"group": "content", "regions": 1, "pages": 1, "tokens": 6, "share": 0.75}
    assert [site["site"] for site in answer["sites"]] == ["a-site"]


def test_labels_tells_each_one_once_under_its_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("labels") == 0
    lines = capsys.readouterr().out.splitlines()
    heads = [i for i, line in enumerate(lines) if not line.startswith(" ")]
    assert [lines[i].split()[0] for i in heads] == [group.value for group in Group]
    assert [line.split()[0] for i, line in enumerate(lines) if i not in heads] == [label.value for label in Label]


def test_labels_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("labels", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["label"]: row["group"] for row in rows} == {label.value: label.group.value for label in Label}
    assert all(row["meaning"] for row in rows)
