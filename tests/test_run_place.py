from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from bench.run import place
from bench.run.request import hidden_folders
from bench.run.rows import Row, oracle


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python -m bench run --corpus /home/amal/real", "python -m bench run --corpus …/real"),
        ("--corpus=/srv/a/b/real --out results", "--corpus=…/real --out results"),
        ("--corpus ../shared/real", "--corpus ../shared/real"),
        ("--corpus ~/data/real ~amal/x/y", "--corpus …/real …/y"),
        ("/home/amal/cheap.py:fussy", "…/cheap.py:fussy"),
        ("[Errno 2] No such file or directory: '/tmp/x/y.html'", "[Errno 2] No such file or directory: '…/y.html'"),
        ("https://news.example/2026/11/page.html failed", "https://news.example/2026/11/page.html failed"),
        ("text/html and 1/2 and /", "text/html and 1/2 and /"),
        ('File "/usr/lib/python3/x.py", line 3', 'File "…/x.py", line 3'),
        ("(/usr/lib/x.so)", "(…/x.so)"),
    ],
)
def test_paths_of_the_machine_are_cut_and_nothing_else(text: str, expected: str) -> None:
    assert place.without_paths(text) == expected


def test_the_machine_has_no_names_of_host_or_user() -> None:
    machine = place.machine()
    written = json.dumps(asdict(machine))
    assert os.uname().nodename not in written
    assert machine.cores >= 1
    assert machine.memory_mib > 100
    assert machine.python.startswith("3.")


def test_versions_of_what_is_installed() -> None:
    found = place.packages(["trafilatura", "", "a-distribution-that-is-not-there"])
    assert {"lubb", "lxml", "rapidfuzz", "resiliparse", "trafilatura"} == set(found)


def test_the_command_is_quoted_as_one_would_type_it() -> None:
    assert place.command_line(["run", "--site", "two words"]) == "python -m bench run --site 'two words'"


def test_hidden_are_corpora_results_cache_and_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUBB_CACHE", str(tmp_path / "cache"))
    for folder in ("corpus/sites", "out/runs"):
        (tmp_path / folder).mkdir(parents=True)
    hidden = hidden_folders(tmp_path / "corpus", tmp_path / "out", [oracle()])
    assert {tmp_path / "corpus", tmp_path / "out", tmp_path / "cache"} <= set(hidden)
    root = place.checkout_root()
    if root is not None:
        assert {root / ".git", root / "corpus"} <= set(hidden)


def test_a_folder_that_holds_the_plugin_is_hidden_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.extract.registry import Extractor

    monkeypatch.setenv("LUBB_CACHE", str(tmp_path / "cache"))
    for folder in ("sites", "runs"):
        (tmp_path / folder).mkdir()
    mine = Extractor("mine", "file", f"{tmp_path}/mine.py:extract", files=(tmp_path / "mine.py",))
    hidden = hidden_folders(tmp_path, tmp_path, [Row(oracle().info, mine)])
    assert {tmp_path / "sites", tmp_path / "runs"} <= set(hidden)
    assert tmp_path not in hidden
