"""`bench list`: how each row runs, whether it can be run, and the table of docs/extractors.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.cli import main
from bench.extract import registry
from bench.extract.registry import Extractor, look_up
from bench.report import field
from bench.run.rows import Row, all_rows, oracle

SCRIPT = '''# /// script
# requires-python = ">=3.12"
# dependencies = ["nothing-at-all==1"]
# ///
"""Reads the `<p>` of a page | and more. The rest of it."""

OPTIONS = "deep=True"


def extract(page):
    return ""
'''
MANIFEST = """# Says the page again.
#
# More of it.
name = "echo"
command = ["{}", "-c", "exit"]
licence = "MIT"
options = "none"
output = "html"
"""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Row]]:
    """The oracle, a function, a script whose environment was never made, a shell program, and one of Node."""
    folder = tmp_path_factory.mktemp("listed")
    (folder / "own.py").write_text(SCRIPT, encoding="utf-8")
    (folder / "plain.py").write_text('"""One line only"""\n\n\ndef extract(page):\n    return ""\n')
    for name, first in (("echo", "sh"), ("noded", "no-such-node")):
        (folder / name).mkdir()
        (folder / name / "extractor.toml").write_text(MANIFEST.format(first).replace('"echo"', f'"{name}"'))
    (folder / "noded" / "package-lock.json").write_text("{}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUBB_ENVIRONMENTS", str(folder / "environments"))
        found = [look_up(str(folder / name)) for name in ("plain.py", "own.py", "echo", "noded")]
        patch.setattr(registry, "installed", lambda: found)
        yield all_rows()


def test_the_table(rows: list[Row]) -> None:
    table = field.table(rows, long=True)
    assert table.title == "5 extractors, 2 of them not available"
    assert [column.name for column in table.columns] == [
        *("extractor", "version", "licence", "runs", "output", "options", "available")
    ]
    cells = {str(row[0]): row[3:] for row in table.rows}
    assert cells["oracle"] == ("the harness itself", "text", "the text of the content regions", "yes")
    assert cells["plain"] == ("this environment", "text", "", "yes")
    assert cells["own"][:3] == ("environment of its own, Python >=3.12", "text", "deep=True")
    assert str(cells["own"][3]).startswith("its environment is not made: python -m bench setup ")
    assert cells["echo"] == ("program on sh", "html", "none", "yes")
    assert cells["noded"] == (
        "program on no-such-node",
        "html",
        "none",
        "needs no-such-node on PATH: install it",
    )
    assert len(field.table(rows, long=False).columns) == 6


def registered(extractor: Extractor | None) -> Extractor | None:
    return replace(extractor, way="entry-point") if extractor else None


def test_the_markdown(rows: list[Row]) -> None:
    lines = list(field.markdown([Row(row.info, registered(row.extractor)) for row in rows]))
    assert lines[2].startswith("| `oracle` | Ceiling: the harness's own, since no plug-in may see gold |")
    assert lines[3] == "| `plain` | One line only |  | text | this environment |  |  |  |"
    assert lines[4] == (
        "| `own` | Reads the `<p>` of a page \\| and more | `deep=True` | text "
        "| environment of its own, Python >=3.12 | `python -m bench setup own` |  |  |"
    )
    assert lines[5] == "| `echo` | Says the page again | `none` | html | program on sh |  | MIT |  |"
    assert "| `python -m bench setup noded` |" in lines[6]


def test_the_json_has_every_field(rows: list[Row], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    found = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert list(found) == [row.info.name for row in rows]
    assert found["oracle"] | {"way": "harness", "kind": "", "available": True, "command": []} == found["oracle"]
    assert found["own"]["kind"] == "script"
    assert found["own"]["available"] is False
    assert found["own"]["setup"].endswith("/own.py")
    assert found["own"]["problem"].startswith("its environment is not made")
    assert found["echo"]["command"][1:] == ["-c", "exit"]
    assert found["echo"]["runs"] == "program on sh"


def test_all_forms_are_printed(rows: list[Row], capsys: pytest.CaptureFixture[str]) -> None:
    for option, first in (((), "5 extractors, 2 of"), (("--long",), "5 extractors"), (("--markdown",), "| row | what")):
        assert main(["list", *option]) == 0
        assert capsys.readouterr().out.startswith(first)
    with pytest.raises(SystemExit):
        main(["list", "--json", "--markdown"])
    capsys.readouterr()


def test_a_row_without_a_file_says_nothing_of_itself() -> None:
    row = Row(oracle().info, Extractor("gone", "entry-point", "gone:extract", problem="needs gone: pip install gone"))
    assert (field.what(row), field.makes(row), field.runs(row)) == ("", "", "this environment")
