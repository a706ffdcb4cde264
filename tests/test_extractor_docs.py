"""docs/extractors.md follows from the list, and what it says can be seen is seen."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.cli import main
from bench.gold.corpus import shipped
from bench.report.field import markdown
from bench.run.rows import Row, all_rows

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "extractors.md").read_text(encoding="utf-8")
AGAIN = "put what python -m bench list --markdown prints between the two comment lines of docs/extractors.md"
# Columns that only an installed library can fill.
LICENCE, VERSION = 6, 7


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return all_rows()


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def commands() -> list[str]:
    """What the page tells to type, in its order."""
    found: list[str] = []
    faults = DOCS[DOCS.index("## Known faults") : DOCS.index("## Versions")]
    for line in re.findall(r"^ {6}(.+)$", faults, re.MULTILINE):
        if re.match(r"(python|sed) ", line):
            found.append(line)
        else:
            found[-1] += f"\n{line}"
    return found


def command(*words: str) -> str:
    (found,) = (line for line in commands() if all(word in line for word in words))
    return found


def typed(line: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", line],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def tried(capsys: pytest.CaptureFixture[str], line: str) -> dict[str, dict[str, Any]]:
    """What a `try` of the page finds, by extractor; `lost` are the labels of content of which a row has nothing."""
    words = shlex.split(line)
    assert words[:3] == ["python", "-m", "bench"]
    assert main([*words[3:], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    for row in found["extractors"]:
        content = [block for block in found["blocks"] if block["group"] == "content"]
        row["lost"] = [block["label"] for block in content if block["kept"][row["name"]] == "not"]
    return {row["name"]: row for row in found["extractors"]}


def test_the_table_follows_from_the_list(rows: list[Row]) -> None:
    between = DOCS.partition("<!-- rows -->\n")[2].partition("<!-- /rows -->")[0].splitlines()
    wanted = list(markdown(rows))
    assert between[:2] == wanted[:2], AGAIN
    assert [cells(line)[0] for line in between[2:]] == [cells(line)[0] for line in wanted[2:]], AGAIN
    for row, told, seen in zip(rows, between[2:], wanted[2:], strict=True):
        skipped = {VERSION} | ({LICENCE} if row.info.problem else set())
        pairs = enumerate(zip(cells(told), cells(seen), strict=True))
        differing = [pair for column, pair in pairs if column not in skipped and pair[0] != pair[1]]
        assert not differing, f"{row.info.name}: {AGAIN}"


def test_commands_name_rows_and_pages_that_there_are(rows: list[Row]) -> None:
    names = {row.info.name for row in rows}
    lines = [line for line in commands() if "bench try" in line]
    assert len(lines) > 15
    for line in lines:
        assert set(re.findall(r"-x (\S+)", line)) <= names, line
        (page,) = re.findall(r"try (\S+)", line)
        assert page == "-" or (shipped() / "sites" / f"{page}.html").is_file(), line


def test_trafilatura_deletes_what_has_bar_in_its_class(capsys: pytest.CaptureFixture[str]) -> None:
    line = command("try albahith/001")
    found = tried(capsys, line.replace("-x magic-html", ""))
    assert found["trafilatura"]["lost"] == ["body", "body"]
    assert found["trafilatura-baseline"]["lost"] == []
    renamed = typed(command("sed 's/khabar-tafaseel/tafaseel/'"))
    assert re.search(r"^A +trafilatura .* 1\.000 ", renamed.stdout, re.MULTILINE), renamed.stderr


def test_justext_is_silent_below_200_characters(capsys: pytest.CaptureFixture[str]) -> None:
    found = tried(capsys, command("-x justext "))
    assert found["justext"]["status"] == "empty"
    assert found["justext-90-100"]["words"] > 100


def test_without_nltk() -> None:
    raised = typed(command("sys.modules['nltk']", "newspaper"))
    assert raised.stderr.splitlines()[-1].startswith("ImportError: nltk is required")
    assert typed(command("sys.modules['nltk']", "goose3")).stdout == "''\n"


def test_a_text_in_metadata_only(capsys: pytest.CaptureFixture[str]) -> None:
    found = tried(capsys, re.sub(r"-x (defuddle|rs-trafilatura)", "", command("try manara-app/002")))
    assert (found["trafilatura"]["f1"], found["trafilatura-precision"]["f1"]) == (1, 0)
