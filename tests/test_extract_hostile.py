"""Whatever a plug-in does: an honest status, the next page unharmed, and no process left, at every level of sandbox."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.extract.registry import Extractor
from bench.extract.sandbox import LEVELS, Level, Sandbox, works
from bench.extract.worker import Limits, Worker
from bench.model import Extraction, Page, Status

HOSTILE = Path(__file__).parent / "hostile"
AVAILABLE = [level for level in LEVELS if works(Sandbox(level))]
HTML = "<html><body><p>قال المتحدث</p></body></html>"
PATIENT = Limits(timeout_s=30.0, memory_mib=512)
HASTY = Limits(timeout_s=0.8, memory_mib=512)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")


@dataclass(frozen=True)
class Case:
    """A plug-in in `hostile`, and what its bad page must become."""

    name: str
    status: Status
    text: str = ""
    detail: str = ""
    limits: Limits = PATIENT


CASES = [
    Case("returns_none", Status.BAD_TYPE, detail="returned NoneType, not str"),
    Case("returns_bytes", Status.BAD_TYPE, detail="returned bytes, not str"),
    Case("returns_list", Status.BAD_TYPE, detail="returned list, not str"),
    Case("returns_100mb", Status.TOO_BIG, detail="returned 50,000,000 characters; 1,000,000 is the limit"),
    Case("returns_surrogates", Status.OK, "قال\ufffd نعم", r"lone surrogates replaced by U\+FFFD"),
    Case("returns_odd_str", Status.OK, "نص"),
    Case("returns_html", Status.OK, "قال\nنعم"),
    Case("raises", Status.EXCEPTION, detail=r"ValueError: first second \[31m and long long.*…"),
    Case(
        "raises_unpicklable",
        Status.EXCEPTION,
        detail=r"Unspeakable: \(its message cannot be read: RuntimeError\)",
    ),
    Case("raises_base", Status.EXCEPTION, detail=r"Beyond: caught\?"),
    Case("raises_interrupt", Status.EXCEPTION, detail="KeyboardInterrupt"),
    Case("recurses", Status.EXCEPTION, detail="RecursionError: .*"),
    Case("exits", Status.EXCEPTION, detail="SystemExit: that is all"),
    Case("exits_hard", Status.CRASH, detail="exit code 3"),
    Case("exits_claiming_success", Status.CRASH, detail="exit code 0"),
    Case("segfaults", Status.CRASH, detail="killed by SIGSEGV in string_at .*"),
    Case("aborts", Status.CRASH, detail=r"killed by SIGABRT in extract \(aborts.py:\d+\)"),
    Case("kills_itself", Status.CRASH, detail="killed by SIGKILL, not by Lubb: .*"),
    Case("hangs_in_c", Status.TIMEOUT, detail="no answer within 0.8 s", limits=HASTY),
    Case("hangs_deaf", Status.TIMEOUT, detail="no answer within 0.8 s", limits=HASTY),
    Case("hangs_swallowing", Status.TIMEOUT, detail="no answer within 0.8 s", limits=HASTY),
    Case("eats_memory", Status.MEMORY, detail="MemoryError"),
    Case("eats_memory_wrapped", Status.MEMORY, detail="RuntimeError: parser failed"),
    Case("eats_memory_in_c", Status.MEMORY, detail="killed by SIGABRT: std::bad_alloc"),
    Case("forks", Status.OK, "good"),
    Case("forks_away", Status.OK, "good"),
    Case("forks_and_dies", Status.CRASH, detail="exit code 7"),
    Case("forks_twins", Status.OK, "good"),
    Case("prints", Status.OK, "good"),
    Case("prints_errors", Status.OK, "good"),
    Case("closes_files", Status.OK, "good"),
    Case("closes_everything", Status.CRASH, detail="it closed the worker's pipe"),
    Case("closes_and_hangs", Status.TIMEOUT, detail="no answer within 0.8 s", limits=HASTY),
    Case("forges", Status.CRASH, detail="its process sent what is no answer: .*"),
]


def page(kind: str = "good", raw: bytes = b"") -> Page:
    return Page(html=HTML, raw=raw or HTML.encode(), url=f"https://example.org/{kind}", charset="utf-8")


def plugin(name: str) -> Extractor:
    file = HOSTILE / f"{name}.py"
    output = "html" if name == "returns_html" else "text"
    return Extractor(name, "file", f"{file}:extract", output=output, files=(file,))  # type: ignore[arg-type]


def marked(pid: int) -> list[int]:
    """The living processes that workers of process `pid` started, by the marker that all of them inherit."""
    wanted = f"LUBB_WORKER={pid}-".encode()
    found = []
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:  # no process, or gone
            continue
        if any(variable.startswith(wanted) for variable in environment.split(b"\0")):
            found.append(int(entry.name))
    return found


def left(pid: int, seconds: float = 10.0) -> list[int]:
    """What is left of them after the kernel had its time."""
    deadline = time.monotonic() + seconds
    while (found := marked(pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


@pytest.fixture(params=AVAILABLE)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    level: Level = request.param
    yield Sandbox(level)
    assert left(os.getpid()) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_page_gets_an_honest_status_and_harms_no_other(case: Case, sandbox: Sandbox) -> None:
    with Worker(plugin(case.name), case.limits, sandbox) as worker:
        before, bad, after = [worker.extract(page(kind)) for kind in ("good", "bad", "good")]
    assert (bad.status, bad.text) == (case.status, case.text)
    assert re.fullmatch(case.detail, bad.detail), bad.detail
    assert len(bad.detail) <= 300
    for good in (before, after):
        assert (good.status, good.text) == (Status.OK, "good")


@pytest.mark.parametrize("name", ["hangs_deaf", "segfaults", "raises"])
def test_a_bad_first_page_is_told_once(name: str, sandbox: Sandbox) -> None:
    limits = HASTY if name == "hangs_deaf" else PATIENT
    with Worker(plugin(name), limits, sandbox) as worker:
        start = time.monotonic()
        bad, good = worker.extract(page("bad")), worker.extract(page())
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
    with Worker(plugin("kills_its_guard"), HASTY, Sandbox("none")) as worker:
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
