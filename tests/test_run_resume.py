"""A run that is killed, stopped or made twice: nothing is lost, nothing is left running, the scores are the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

import pytest

from bench.run.records import count_lines, open_run
from tests.run_corpus import environment, lubb, only_run, untimed, write_corpus, write_plugins

PATIENCE = 60.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place")
    write_corpus(folder / "corpus", {"akhbar": ("test", 8), "bilad": ("test", 6), "tajriba": ("dev", 4)})
    write_plugins(folder)
    return folder


def arguments(*functions: str, out: str, extra: tuple[str, ...] = ()) -> list[str]:
    extractors = [word for function in functions for word in ("--extractor", f"cheap.py:{function}")]
    return ["run", "--corpus", "corpus", "--extractor", "oracle", *extractors, "--out", out, *extra]


@contextmanager
def started(place: Path, *words: str, cache: str = "cache", fenced: bool = True) -> Iterator[subprocess.Popen[str]]:
    nothing_is_left(place)  # what an earlier test killed would be taken for ours
    process = subprocess.Popen(
        [sys.executable, *(("-m", "bench") if fenced else ("-c", _UNFENCED)), *words],
        cwd=place,
        env=environment(place / cache),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def nothing_is_left(place: Path) -> None:
    """The kernel ends what a killed process fenced in a moment after that process; by itself none of it would end."""
    wait_until(lambda: not left_running(place), "something still runs")


def wait_until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


def recorded(out: Path) -> int:
    return sum(count_lines(path) for path in (out / "runs").glob("*/records.jsonl"))


# Without a fence there is no kernel that ends all at once: what is left running is ours to end.
_UNFENCED = """
import sys
from bench.extract import sandbox
sandbox.probe = lambda: sandbox.Sandbox("none")
from bench.__main__ import main
sys.exit(main())
"""


def left_running(place: Path) -> list[str]:
    """Command lines of processes that were told of this test's folder: our workers carry the plug-in's path."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(place) in words:
                found.append(words.replace(b"\0", b" ").decode("utf-8", "replace"))
    return found


def test_ten_kills_change_nothing_but_times(place: Path) -> None:
    # The slow one last, so that the run is not over before the signal is there.
    words = arguments("all_text", "paragraphs", "slow", out="killed", extra=("--quiet",))
    calm = lubb(*arguments("all_text", "paragraphs", "slow", out="calm", extra=("--quiet",)), cwd=place)
    assert calm.returncode == 0, calm.stderr
    total = 4 * 18
    random = Random(20261123)
    # The first before anything is recorded, the others after that many records.
    for moment in [-1, *sorted(random.sample(range(total - 10), 9))]:
        with started(place, *words, cache="other") as process:
            wait_until(partial(_beyond, place / "killed", moment), f"record {moment} is not made")
            time.sleep(random.random() * 0.02)
            process.send_signal(signal.SIGKILL)
            if process.wait() == 0:
                pytest.skip("the run was over before the signal was sent: this machine is too busy")
        nothing_is_left(place)
    path = only_run(place / "killed")
    assert not (path / "run.json").exists()
    done = lubb(*words, cwd=place)
    assert done.returncode == 0, done.stderr
    assert only_run(place / "killed") == path
    run, undisturbed = open_run(path), open_run(only_run(place / "calm"))
    assert moment < run.info.kept < total
    assert untimed(path) == untimed(undisturbed.path)
    assert [run.text(record) for record in run.records] == [undisturbed.text(r) for r in undisturbed.records]


def _beyond(out: Path, count: int) -> bool:
    return recorded(out) > count


def test_two_runs_score_the_same_cached_or_not(place: Path) -> None:
    for out, extra in (("one", ()), ("two", ()), ("three", ("--fresh", "--jobs", "2"))):
        done = lubb(*arguments("paragraphs", "all_text", out=out, extra=extra), cwd=place)
        assert done.returncode == 0, done.stderr
    runs = [only_run(place / out) for out in ("one", "two", "three")]
    assert untimed(runs[0]) == untimed(runs[1]) == untimed(runs[2])
    second, third = (open_run(run) for run in runs[1:])
    assert all(record.cost.cached and record.cost.cpu_ns is None for record in second.records[18:])
    assert all(not record.cost.cached and record.cost.cpu_ns for record in third.records[18:])
    assert third.plan.jobs == 2


@pytest.mark.parametrize(("signum", "times"), [(signal.SIGINT, 1), (signal.SIGINT, 3), (signal.SIGTERM, 1)])
@pytest.mark.parametrize(("jobs", "fenced"), [("1", True), ("2", True), ("1", False)])
def test_a_signal_ends_a_hanging_worker_and_leaves_a_run_to_resume(
    place: Path, tmp_path: Path, signum: signal.Signals, times: int, jobs: str, fenced: bool
) -> None:
    out = tmp_path / "out"
    words = arguments("paragraphs", "hangs", out=str(out), extra=("--jobs", jobs, "--quiet", "--timeout", "500"))
    with started(place, *words, fenced=fenced) as process:
        wait_until(lambda: recorded(out) == 36 and bool(left_running(place)), "the hanging extractor is not reached")
        for _ in range(times):
            process.send_signal(signum)
        _, told = process.communicate(timeout=PATIENCE)
    nothing_is_left(place)
    path = only_run(out)
    assert process.returncode == 128 + signum
    assert told == f"lubb: {path}: stopped with 36 of 54 records; the same command goes on from there\n"
    assert not (path / "run.json").exists()
    with started(place, *words, fenced=fenced) as process:
        wait_until(lambda: bool(left_running(place)), "the run does not go on")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert [only_run(out)] == [path]
    assert recorded(out) == 36


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_extractors_are_looked_for(place: Path, signum: signal.Signals, code: int) -> None:
    (place / "sleepy.py").write_text("import time\n\ntime.sleep(300)\n", encoding="utf-8")
    with started(place, "run", "--corpus", "corpus", "--extractor", "sleepy.py", "--out", "never") as process:
        wait_until(lambda: bool(left_running(place)), "the plug-in is not imported")
        process.send_signal(signum)
        _, told = process.communicate(timeout=PATIENCE)
    assert (process.returncode, told) == (code, "lubb: stopped\n" if signum is signal.SIGINT else "")
    nothing_is_left(place)
    assert not (place / "never").exists()


def test_a_full_disk_is_one_line_and_the_run_goes_on_when_there_is_room(place: Path, tmp_path: Path) -> None:
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    (place / "big.py").write_text(
        "import random\n\n\ndef extract(page):\n"
        "    letters = random.Random(page.url)\n"
        "    return ' '.join(str(letters.random()) for _ in range(2000))\n",
        encoding="utf-8",
    )
    # A disk of 160 KiB for a run that needs 18 times 20; then the same disk with room.
    run = '"$0" -m bench run --corpus corpus --extractor big.py --quiet --out "$1"'
    script = f"""
        mount -t tmpfs -o size=160k tmpfs "$1" || exit 77
        {run} >&2; echo "code $?"
        ls "$1"/runs/*; cat "$1"/runs/*/records.jsonl | wc -l; tail -c 1 "$1"/runs/*/records.jsonl | od -An -c
        mount -o remount,size=4m "$1"
        {run} >&2; echo "code $?"
        ls "$1"/runs/*; cat "$1"/runs/*/records.jsonl | wc -l
    """
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, sys.executable, str(tmp_path)],
        cwd=place,
        env=environment(tmp_path.parent / "cache-of-full"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("no file system can be mounted here")
    told = [line.strip() for line in done.stdout.splitlines()]
    assert told[:4] == ["code 2", "plan.json", "records.jsonl", "texts"], done.stderr
    assert 0 < int(told[4]) < 18
    assert told[5] == "\\n"
    assert done.stderr.startswith("lubb: ")
    assert "cannot be written (No space left on device); make room or give another folder with --out" in done.stderr
    assert told[6:] == ["code 0", "plan.json", "records.jsonl", "run.json", "texts", "18"]
    nothing_is_left(place)


def test_a_deadline_costs_its_time_and_the_run_goes_on(place: Path) -> None:
    done = lubb(*arguments("hangs", out="late", extra=("--timeout", "0.2", "--limit", "2", "--json")), cwd=place)
    assert done.returncode == 0, done.stderr
    run = open_run(only_run(place / "late"))
    late = [record for record in run.records if record.extractor == "cheap.hangs"]
    assert [(record.status, record.cost.cpu_ns) for record in late] == [("timeout", 200_000_000)] * 2
    assert all(record.score.counts.tp == 0 < record.score.counts.fn for record in late)
    assert {record.page for record in late} == {"akhbar/001", "bilad/001"}
    board = json.loads(done.stdout)
    assert "#" in str(board["signature"])


def test_an_extraction_is_scored_where_no_gold_is_seen(place: Path) -> None:
    code = (
        "from pathlib import Path\n\n\ndef extract(page):\n"
        f"    return '\\n'.join(str(p) for p in Path({str(place)!r}).glob('*/sites/*/*.html')) or 'لا شيء'\n"
    )
    (place / "spy.py").write_text(code, encoding="utf-8")
    done = lubb(
        "run", "--corpus", "corpus", "--extractor", "spy.py", "--out", "spied", "--limit", "1", "--json", cwd=place
    )
    assert done.returncode == 0, done.stderr
    run = open_run(only_run(place / "spied"))
    if run.plan.sandbox == "none":
        pytest.skip("no sandbox works on this machine")
    assert run.text(run.records[0]) == "لا شيء"
