"""The wire, the worker's ordinary work, the fence's plan, and what is said of an end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import BenchError
from bench.extract import scratch, wire
from bench.extract import worker as worker_module
from bench.extract.ending import Ending, told
from bench.extract.registry import Extractor
from bench.extract.sandbox import LEVELS, Sandbox, environment, probe, works
from bench.extract.view import steps
from bench.extract.worker import Limits, Worker
from bench.model import Page, Status

any_text = st.text(st.characters(exclude_categories=[]), max_size=200)  # lone surrogates included


def page(html: str = "<p>قال", raw: bytes = b"<p>") -> Page:
    return Page(html=html, raw=raw, url="https://example.org/خبر", charset="utf-8")


@given(html=any_text, raw=st.binary(max_size=200), url=any_text, number=st.integers(0, 2**40))
def test_a_page_passes_the_wire_unchanged(html: str, raw: bytes, url: str, number: int) -> None:
    sent = Page(html=html, raw=raw, url=url, charset="windows-1256")
    data = wire.request(number, sent)
    (size,) = wire.LENGTH.unpack_from(data)
    assert size == len(data) - wire.LENGTH.size
    assert wire.read_request(data[wire.LENGTH.size :]) == (number, sent)


def test_a_request_may_ask_for_the_same_page_again() -> None:
    assert wire.read_request(wire.request(7, None)[wire.LENGTH.size :]) == (7, None)


@given(text=any_text)
def test_a_message_passes_the_wire_unchanged_and_in_ascii(text: str) -> None:
    data = wire.message({"text": text})
    assert data[wire.LENGTH.size :].isascii()
    assert wire.read_message(data[wire.LENGTH.size :]) == {"text": text}


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_message_is_garbled(payload: bytes) -> None:
    with pytest.raises(wire.Garbled):
        wire.read_message(payload)


@given(text=any_text)
def test_a_line_is_one_printable_line_that_utf8_can_hold(text: str) -> None:
    line = wire.line(text, 50)
    line.encode("utf-8")
    assert len(line) <= 50
    assert line == " ".join(line.split())
    assert not set(line) & {"\x1b", "\u202e", "\u2028", "\x85", "\ufeff"}


def write(folder: Path, source: str, output: str = "text") -> Extractor:
    file = folder / "plugin.py"
    file.write_text(source, encoding="utf-8")
    return Extractor("plugin", "file", f"{file}:extract", output=output, files=(file,))  # type: ignore[arg-type]


def test_a_plug_in_is_handed_the_page_and_nothing_else(tmp_path: Path) -> None:
    source = """
import json
def extract(page):
    names = [name for name in dir(page) if not name.startswith("_")]
    return json.dumps([names, page.html, page.raw.hex(), page.url, page.charset])
"""
    sent = page("<p>قال\x00\ufeff", bytes(range(256)))
    with Worker(write(tmp_path, source), Limits(), probe()) as worker:
        answer = worker.extract(sent)
    assert json.loads(answer.text) == [
        ["charset", "html", "raw", "url"],
        sent.html,
        sent.raw.hex(),
        sent.url,
        sent.charset,
    ]


def test_a_page_larger_than_any_pipe_passes(tmp_path: Path) -> None:
    source = "def extract(page):\n    return page.html[-3:] + str(len(page.raw))\n"
    with Worker(write(tmp_path, source), Limits(), probe()) as worker:
        answer = worker.extract(page("<p>" + "ن" * 5_000_000 + "قال", b"x" * 5_000_000))
    assert answer.text == "قال5000000"


def test_the_longest_text_passes_and_one_character_more_does_not(tmp_path: Path) -> None:
    source = "def extract(page):\n    return '\\U0001f4f0' * int(page.raw)\n"
    with Worker(write(tmp_path, source), Limits(), probe()) as worker:
        longest, longer = worker.extract(page(raw=b"1000000")), worker.extract(page(raw=b"1000001"))
    assert (longest.status, len(longest.text)) == (Status.OK, 1_000_000)
    assert (longer.status, longer.text) == (Status.TOO_BIG, "")


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_no_text_is_an_answer(tmp_path: Path, text: str) -> None:
    with Worker(write(tmp_path, f"def extract(page):\n    return {text!r}\n"), Limits(), probe()) as worker:
        answer = worker.extract(page())
    assert (answer.status, answer.text, answer.detail) == (Status.EMPTY, "", "")


def test_html_that_is_no_text_is_empty_and_html_without_end_is_too_big(tmp_path: Path) -> None:
    source = "def extract(page):\n    return '<p> </p>' * int(page.raw)\n"
    with Worker(write(tmp_path, source, "html"), Limits(), probe()) as worker:
        empty, endless = worker.extract(page(raw=b"3")), worker.extract(page(raw=b"3000000"))
    assert (empty.status, endless.status) == (Status.EMPTY, Status.TOO_BIG)


WORK = """
import os, subprocess, sys, time
def spin(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
def extract(page):
    how = page.raw.decode()
    if how == "spin":
        spin(0.2)
    elif how == "child":
        code = "import time\\nwhile time.process_time() < 0.2: pass"
        subprocess.run([sys.executable, "-c", code], check=True)
    elif how == "sleep":
        time.sleep(0.2)
    elif how == "memory":
        del page, how
        b"x" * 100 * 2**20
    return "good"
"""


def test_cost_is_the_cpu_of_the_call_and_of_its_children(tmp_path: Path) -> None:
    with Worker(write(tmp_path, WORK), Limits(), probe()) as worker:
        costs = {how: worker.extract(page(raw=how.encode())).cost for how in ("idle", "spin", "child", "sleep")}
    cpu = {how: (cost.cpu_ns or 0) / 1e9 for how, cost in costs.items()}
    wall = {how: (cost.wall_ns or 0) / 1e9 for how, cost in costs.items()}
    # Bounds that hold on any machine: what was spun must be there, what was slept must not.
    assert cpu["spin"] >= 0.2
    assert cpu["child"] >= 0.2
    assert cpu["sleep"] < 0.2 <= wall["sleep"]
    assert cpu["idle"] < cpu["spin"]
    assert all(cost.parse_ns for cost in costs.values())
    assert not any(cost.cached for cost in costs.values())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak is that of the whole process")
def test_peak_memory_is_that_of_the_call_not_of_the_one_before(tmp_path: Path) -> None:
    with Worker(write(tmp_path, WORK), Limits(), probe()) as worker:
        peaks = [worker.extract(page(raw=how)).cost.peak_kib or 0 for how in (b"idle", b"memory", b"idle")]
    assert peaks[1] > peaks[0] + 90 * 1024
    assert peaks[2] < peaks[1] - 50 * 1024


def test_the_first_page_is_warmed_up_and_the_others_are_not(tmp_path: Path) -> None:
    source = "calls = []\ndef extract(page):\n    calls.append(page.url)\n    return str(len(calls))\n"
    with Worker(write(tmp_path, source), Limits(), probe()) as worker:
        first = [worker.extract(page()).text for _ in range(3)]
        worker.close()
        again = worker.extract(page()).text
    assert (first, again) == (["2", "3", "4"], "2")


def descriptors() -> int:
    """How many are open in this process."""
    return sum(1 for _ in Path("/dev/fd").iterdir())


def test_a_worker_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratches = tmp_path / "scratches"
    scratches.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratches))
    source = """
import os
def extract(page):
    os.makedirs("closed/inner")
    os.chmod("closed", 0)
    return os.getcwd()
"""
    open_before = descriptors()
    with Worker(write(tmp_path, source), Limits(), Sandbox("none")) as worker:
        worker.start()
        assert len(list(scratches.iterdir())) == 1
        worker.extract(page())
        worker.close()
        worker.close()
    assert list(scratches.iterdir()) == []
    assert descriptors() == open_before


def test_what_killed_runs_left_is_removed_and_what_is_in_use_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    used = scratch.Scratch()
    abandoned, fresh, other = [tmp_path / name for name in ("lubb-scratch-a", "lubb-scratch-b", "lubb-other")]
    for folder in (abandoned, fresh, other):
        folder.mkdir()
    (abandoned / "file").write_text("", encoding="ascii")
    for folder in (used.path, abandoned, other):
        os.utime(folder, (0, 0))
    scratch.sweep()
    assert set(tmp_path.iterdir()) == {used.path, fresh, other}
    used.remove()
    assert set(tmp_path.iterdir()) == {fresh, other}


def test_a_folder_deeper_than_any_path_is_removed_and_what_it_links_to_is_not(tmp_path: Path) -> None:
    """Recursion would end the run, and each later one, which finds the folder abandoned."""
    folder, kept = tmp_path / "scratch", tmp_path / "kept"
    for made in (folder, kept):
        made.mkdir()
    (kept / "file").touch()
    (folder / "link").symlink_to(kept)
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1100):
        os.mkdir("closed", dir_fd=here)
        inner = os.open("closed", os.O_RDONLY, dir_fd=here)
        os.fchmod(here, 0)
        os.close(here)
        here = inner
    os.symlink(kept, "link", dir_fd=here)
    os.close(here)
    scratch.remove(folder)
    assert list(tmp_path.iterdir()) == [kept]
    assert list(kept.iterdir()) == [kept / "file"]


def test_no_room_for_temporary_files_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(BenchError, match=r"a worker gets no folder for temporary files: .*; free some space"):
        Worker(write(tmp_path, "def extract(page): return ''\n"), Limits(), Sandbox("none")).start()


def test_a_failed_restart_is_a_status_and_no_exception(tmp_path: Path) -> None:
    extractor = write(tmp_path, "import os\ndef extract(page):\n    os._exit(4)\n")
    with Worker(extractor, Limits(), probe()) as worker:
        assert worker.extract(page()).detail == "exit code 4"
        extractor.files[0].write_text("broken(", encoding="utf-8")
        answer = worker.extract(page())
    assert answer.status is Status.CRASH
    assert "cannot be started: it does not import: SyntaxError" in answer.detail


def test_the_same_seed_at_every_start(tmp_path: Path) -> None:
    source = "def extract(page):\n    return str(hash('قال'))\n"
    texts = set()
    for _ in range(2):
        with Worker(write(tmp_path, source), Limits(), probe()) as worker:
            texts.add(worker.extract(page()).text)
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("code", "tail", "status", "detail"),
    [
        (0, "", Status.CRASH, "exit code 0"),
        (3, "a\nlast words\n", Status.CRASH, "exit code 3: last words"),
        (-signal.SIGSEGV, "", Status.CRASH, "killed by SIGSEGV"),
        (-64, "", Status.CRASH, "killed by SIGRTMAX"),
        (-99, "", Status.CRASH, "killed by signal 99"),
        (-signal.SIGABRT, "memory allocation of 99 bytes failed", Status.MEMORY, "killed by SIGABRT: memory alloc"),
        (1, "Traceback\nMemoryError", Status.MEMORY, "exit code 1: MemoryError"),
        (0, "MemoryError once, and lived on", Status.CRASH, "exit code 0: MemoryError once"),
        (-signal.SIGKILL, "", Status.CRASH, "killed by SIGKILL, not by Lubb"),
        (wire.PIPE_LOST, "", Status.CRASH, "it closed the worker's pipe"),
        (None, "", Status.CRASH, "it closed the worker's pipe and went on"),
    ],
)
def test_what_is_said_of_an_end(code: int | None, tail: str, status: Status, detail: str) -> None:
    found, words = told(Ending(code, tail))
    assert found is status
    assert words.startswith(detail)


def test_what_is_shown_within_a_hidden_folder_is_mounted_after_it_and_hidden_again_last(tmp_path: Path) -> None:
    top = tmp_path / "checkout"
    (top / "bench" / "corpus").mkdir(parents=True)
    plan = steps([top / "bench" / "corpus", top, top / "missing"], [top / "bench", tmp_path])
    found = [(step.what, str(step.path.relative_to(tmp_path))) for step in plan if step.path.is_relative_to(tmp_path)]
    wanted = [("show", "."), ("hide", "checkout"), ("show", "checkout/bench"), ("hide", "checkout/bench/corpus")]
    assert found == wanted


def test_the_environment_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUBB_TEST_SECRET", "1")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    found = environment(tmp_path)
    assert not {"LUBB_TEST_SECRET", "PYTHONPATH"} & set(found)
    assert (found["HOME"], found["PYTHONHASHSEED"]) == (str(tmp_path), "0")


def test_the_probe_takes_the_strongest_level_that_works() -> None:
    assert probe().level == next(level for level in LEVELS if works(Sandbox(level)))


def test_a_level_whose_programs_are_missing_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert [works(Sandbox(level)) for level in LEVELS] == [False, False, True]


@pytest.mark.skipif(sys.platform != "linux", reason="fences are Linux's")
def test_a_fence_that_does_not_stand_is_not_believed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A `bwrap` that starts the command and fences nothing in."""
    fake = tmp_path / "bwrap"
    fake.write_text('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n', encoding="ascii")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert not works(Sandbox("bubblewrap"))


@pytest.mark.parametrize("level", [level for level in LEVELS if level != "none" and works(Sandbox(level))])
def test_a_fenced_process_has_no_powers(level: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print(open('/proc/self/status').read())"]
    done = subprocess.run(
        Sandbox(level).wrap(command, [], tmp_path),  # type: ignore[arg-type]
        capture_output=True,
        text=True,
        check=True,
    )
    status = dict(line.split(":\t", 1) for line in done.stdout.splitlines() if ":\t" in line)
    assert {int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert status["NoNewPrivs"] == "1"


@pytest.mark.parametrize("name", ["parse_ns", "cpu_ns", "wall_ns", "peak_kib", "told_ns"])
@pytest.mark.parametrize("figure", [-1, 10**400, 2**63, 1e300, "x", []], ids=str)
def test_a_figure_that_nothing_can_have_taken_is_refused(name: str, figure: object) -> None:
    """A report over the whole run would stumble over it."""
    answer = {"status": "ok", "text": "good", "detail": "", "cpu_ns": 1, "wall_ns": 1, "peak_kib": 1, "told_ns": None}
    forged = {"parse_ns": 1} | answer | {name: figure}
    with pytest.raises((ValueError, ArithmeticError)):
        worker_module._extraction(forged, worker_module._whole(forged["parse_ns"]))


def test_an_answer_that_its_status_does_not_allow_is_refused(tmp_path: Path) -> None:
    """A plug-in that takes its process over can spoil its own answers, and nothing downstream."""
    source = """
import sys
def forge(*_):
    return {"status": "timeout", "text": "x", "detail": "", "cpu_ns": 0, "wall_ns": 0, "peak_kib": 0}
def extract(page):
    sys.modules["__main__"].call = forge
    return "good"
"""
    with Worker(write(tmp_path, source), Limits(), probe()) as worker:
        answer = worker.extract(page())
    assert (answer.status, answer.text) == (Status.CRASH, "")
    assert answer.detail == "its process sent what is no answer: a text that its status does not allow"
