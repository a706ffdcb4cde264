from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bench.model import Status
from bench.run.crew import Crew
from bench.run.progress import Lines
from tests.run_corpus import environment, make_record, write_corpus, write_plugins


def test_lines_tell_pages_failures_and_seconds() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    lines.begin("alif", [make_record(status=Status.CRASH, text="")])
    lines.page(make_record(page="akhbar/002"))
    lines.page(make_record(page="akhbar/003", status=Status.TIMEOUT, text=""))
    lines.end("alif")
    lines.problem("ba", "needs ba: pip install ba")
    assert re.fullmatch(
        r"alif: 3 pages, 2 failed, \d+\.\d s\nba is left out: needs ba: pip install ba\n", stream.getvalue()
    )


def test_a_terminal_gets_a_bar_and_a_pipe_does_not(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus")
    write_plugins(tmp_path)
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, *"-m bench run --corpus corpus --extractor cheap.py:slow --extractor cheap.py:fussy".split()],
        cwd=tmp_path,
        env={**environment(tmp_path / "cache"), "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    seen: list[bytes] = []
    reader = threading.Thread(target=_read_all, args=(ours, seen))
    reader.start()
    out, _ = process.communicate(timeout=60)
    reader.join()
    os.close(ours)
    drawn = b"".join(seen).decode("utf-8", "replace")
    assert process.returncode == 0
    # The bar is drawn ten times a second, so a page that is quickly done may never be seen.
    assert re.search(r" \d+/14.* cheap\.(slow|fussy) .*(akhbar|bilad|tajriba)/\d{3} ", drawn)
    for part in ("3 failed", "cheap.fussy: "):
        assert part in drawn, part
    assert "\x1b[" in drawn
    assert b"\x1b" not in out


def _read_all(terminal: int, seen: list[bytes]) -> None:
    try:
        while part := os.read(terminal, 65536):
            seen.append(part)
    except OSError:  # how a terminal says that its other side is closed
        return


def test_a_crew_does_every_task_once_in_order() -> None:
    done: list[int] = []
    Crew(list(range(50)), 1, done.append).work_through()
    assert done == list(range(50))
    together: list[int] = []
    Crew(list(range(50)), 4, together.append).work_through()
    assert sorted(together) == list(range(50))
    Crew([], 3, done.append).work_through()


def test_the_first_error_stops_the_crew_and_wakes_what_waits() -> None:
    ended = threading.Event()
    waiting = threading.Event()
    done: list[str] = []

    def work(task: str) -> None:
        done.append(task)
        if task == "waits":
            with crew.waking(ended.set):
                waiting.set()
                assert ended.wait(60)
                assert crew.stopping()
        else:
            assert waiting.wait(60)
            raise ValueError(task)

    crew = Crew(["waits", "fails", "never begun"], 2, work)
    with pytest.raises(ValueError, match="fails"):
        crew.work_through()
    assert done == ["waits", "fails"]
    assert threading.active_count() == 1
