"""What the README shows follows from what is committed, and what it tells to type works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.report.check import check, readme
from bench.report.leaderboard import Board

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
AGAIN = "python -m bench run --fresh && python -m bench time && python -m bench report --write, then mend README.md"


@pytest.fixture(scope="module")
def board() -> Board:
    found: Board = json.loads((ROOT / "results" / "leaderboard.json").read_bytes())
    return found


def test_what_is_committed_follows_from_the_reference_run_and_the_corpus() -> None:
    assert check(ROOT / "results") == []


def test_the_table_is_that_of_the_leaderboard(board: Board) -> None:
    assert readme(ROOT / "README.md", board) == [], f"the table is of another run: {AGAIN}"


def test_the_five_lines_run(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "mine.py").write_text(example, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bench", "run", "--extractor", "mine.py:extract", "--limit", "2", "--out", "out"],
        cwd=tmp_path,
        env={**os.environ, "LUBB_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^ *1 +mine ", done.stdout, re.MULTILINE), done.stdout
