"""Whatever a plug-in does: an honest status, the next page unharmed, and no process left, at every level of sandbox."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.check.hostile import Case, cases, left, marked, outcome, page
from bench.check.hostile import plugin as case_plugin
from bench.errors import BenchError
from bench.extract.registry import Extractor
from bench.extract.sandbox import Level, Sandbox
from bench.extract.worker import Limits, Worker
from bench.model import Extraction, Status
from tests.on_each_python import tried_levels

TESTS = Path(__file__).parent
HOSTILE = TESTS / "hostile"
AVAILABLE = tried_levels()
PATIENT = Limits(timeout_s=30.0, memory_mib=512)
HASTY = Limits(timeout_s=0.8, memory_mib=512)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")


CASES = [case for case in cases(TESTS) if case.kind == "python"]


def plugin(name: str) -> Extractor:
    file = TESTS / "hostile" / f"{name}.py"
    return Extractor(name, "file", f"{file}:extract", files=(file,))


@pytest.fixture(params=AVAILABLE)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    level: Level = request.param
    yield Sandbox(level)
    assert left(os.getpid()) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_page_gets_an_honest_status_and_harms_no_other(case: Case, sandbox: Sandbox) -> None:
    found = outcome(case, case_plugin(case, TESTS), sandbox.level)
    assert found.wrong == ""
    assert found.status == case.status
    assert len(found.detail) <= 300


@pytest.mark.parametrize("name", ["hangs_deaf", "segfaults", "raises"])
def test_a_bad_first_page_is_told_once(name: str, sandbox: Sandbox) -> None:
    with Worker(plugin(name), HASTY if name == "hangs_deaf" else PATIENT, sandbox) as worker:
        start = time.monotonic()
        bad = worker.extract(page("bad"))
        worker.limits = PATIENT
        good = worker.extract(page())
        took = time.monotonic() - start
    assert bad.status is {"hangs_deaf": Status.TIMEOUT, "segfaults": Status.CRASH, "raises": Status.EXCEPTION}[name]
    assert good.text == "good"
    assert bad.cost.wall_ns is not None
    assert bad.cost.wall_ns / 1e9 <= took


def test_a_failed_warm_up_is_not_hidden_by_a_second_try(sandbox: Sandbox) -> None:
    with Worker(plugin("changes_its_mind"), PATIENT, sandbox) as worker:
        answers = [worker.extract(page()) for _ in range(3)]
    assert [(a.status.value, a.text) for a in answers] == [("exception", ""), ("ok", "call 3"), ("ok", "call 4")]


def test_a_page_that_timed_out_costs_its_deadline(sandbox: Sandbox) -> None:
    with Worker(plugin("hangs_deaf"), HASTY, sandbox) as worker:
        cost = worker.extract(page("bad")).cost
    assert cost.cpu_ns == 800_000_000
    assert cost.wall_ns is not None
    assert cost.wall_ns >= 800_000_000
    assert cost.parse_ns is not None
    assert cost.parse_ns > 0


def written(answer: Extraction) -> set[str]:
    return set(answer.text.split())


def test_only_the_scratch_folder_can_be_written(sandbox: Sandbox, tmp_path: Path) -> None:
    with Worker(plugin("writes_files"), PATIENT, sandbox) as worker:
        places = written(worker.extract(page("bad", str(tmp_path).encode())))
    assert places == ({"outside", "home", "here"} if sandbox.level == "none" else {"home", "here"})
    assert (tmp_path / "written").exists() == (sandbox.level == "none")


def test_hidden_folders_cannot_be_read(sandbox: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "corpus" / "gold.txt"
    secret.parent.mkdir()
    secret.write_text("the gold", encoding="ascii")
    with Worker(plugin("reads_files"), PATIENT, sandbox, [secret.parent, tmp_path / "missing"]) as worker:
        answer = worker.extract(page("bad", str(secret).encode()))
    if sandbox.level == "none":
        assert answer.text == "the gold"
    else:
        assert answer.detail.startswith("FileNotFoundError")


def test_a_plug_in_within_a_hidden_folder_still_runs_and_sees_nothing_else_there(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    top = tmp_path / "corpus"
    (top / "mine").mkdir(parents=True)
    (top / "mine" / "gold.txt").write_text("the gold", encoding="ascii")
    file = top / "mine" / "plugin.py"
    file.write_bytes((HOSTILE / "reads_files.py").read_bytes())
    extractor = Extractor("mine", "file", f"{file}:extract", files=(file,))
    with Worker(extractor, PATIENT, sandbox, [top]) as worker:
        assert worker.extract(page()).text == "good"
        answer = worker.extract(page("bad", str(top / "mine" / "gold.txt").encode()))
    assert answer.text == ("the gold" if sandbox.level == "none" else "")


def test_the_network_is_out_of_reach(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with Worker(plugin("opens_socket"), PATIENT, sandbox) as worker:
            answer = worker.extract(page("bad", str(server.getsockname()[1]).encode()))
        server.settimeout(0.0)
        try:
            server.accept()[0].close()
            reached = True
        except BlockingIOError:
            reached = False
    assert reached == (sandbox.level == "none")
    assert answer.status is (Status.OK if sandbox.level == "none" else Status.EXCEPTION)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("fails_import", "No module named 'lubb_library_that_is_not_there'"),
        ("exits_at_import", "exit code 5"),
        ("no_function", "'extract' is no function but str"),
    ],
)
def test_a_plug_in_that_cannot_be_used_is_named(name: str, why: str, sandbox: Sandbox) -> None:
    with pytest.raises(BenchError) as caught, Worker(plugin(name), PATIENT, sandbox):
        pytest.fail("it started")
    assert f"extractor '{name}' cannot be started" in str(caught.value)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_plug_in_that_does_not_fit_its_memory_is_told_so(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "big.py"
    file.write_text("weights = bytearray(2**30)\ndef extract(page): return ''\n", encoding="ascii")
    extractor = Extractor("big", "file", f"{file}:extract", files=(file,))
    with pytest.raises(BenchError, match="MemoryError"), Worker(extractor, PATIENT, sandbox):
        pytest.fail("it started")


def test_a_plug_in_that_kills_what_guards_it_leaves_nothing_either() -> None:
    """Only without a fence can it: the first process of a namespace is out of its reach."""
    with Worker(plugin("kills_its_guard"), PATIENT, Sandbox("none")) as worker:
        answers = [worker.extract(page(kind)) for kind in ("good", "bad", "good")]
    assert [answer.status for answer in answers] == [Status.OK, Status.CRASH, Status.OK]
    assert answers[1].detail.startswith("killed by SIGKILL, not by Lubb")
    assert left(os.getpid()) == []


def test_a_worker_can_be_ended_by_another_thread(sandbox: Sandbox) -> None:
    with Worker(plugin("hangs_in_c"), Limits(3600.0, 512), sandbox) as worker:
        assert worker.extract(page()).text == "good"
        alarm = threading.Timer(0.1, worker.kill)
        alarm.start()
        answer = worker.extract(page("bad"))
        alarm.join()
        assert answer.status is Status.CRASH
        again = worker.extract(page())
    assert "cannot be started" in again.detail
    worker.kill()  # nothing is there: no error, and no signal to anybody


RUN = """
import sys
from pathlib import Path
from bench.extract.registry import Extractor
from bench.extract.sandbox import Sandbox
from bench.extract.worker import Limits, Worker
from bench.model import Page
level, file = sys.argv[1:]
extractor = Extractor("hostile", "file", file + ":extract", files=(Path(file),))
with Worker(extractor, Limits(3600.0, 512), Sandbox(level)) as worker:
    for kind in ("good", "bad"):
        worker.extract(Page("<p>x", b"", kind, "utf-8"))
        print(kind, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("level", AVAILABLE)
@pytest.mark.parametrize("name", ["hangs_in_c", "hangs_deaf", "forks", "forks_away", "prints"])
def test_kill_9_of_the_parent_leaves_no_process(name: str, level: Level) -> None:
    command = [sys.executable, "-c", RUN, level, str(HOSTILE / f"{name}.py")]
    parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdin is not None
    try:
        assert parent.stdout.readline() == b"good\n"
        if name.startswith("hangs"):
            time.sleep(0.2)  # within the bad page
        else:
            assert parent.stdout.readline() == b"bad\n"
        assert marked(parent.pid) != []
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
        parent.stdin.close()
    assert left(parent.pid) == []
