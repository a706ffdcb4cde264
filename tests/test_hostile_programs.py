"""Whatever a script or a program does: an honest status, the next page unharmed, and no process left.

Each level of sandbox sees each program, most of them one after another in one worker; what is dear, and scripts, take
turns. `python -m bench check --hostile` runs all by themselves at all levels.
"""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from bench.check.hostile import Case, cases, left, marked, outcome, page
from bench.errors import BenchError
from bench.extract import isolated, registry
from bench.extract import worker as worker_module
from bench.extract.registry import Extractor
from bench.extract.sandbox import Level, Sandbox
from bench.extract.worker import Limits, Worker
from bench.model import Page, Status
from tests.on_each_python import tried_levels

TESTS = Path(__file__).parent
PROGRAMS, SCRIPTS = TESTS / "hostile_programs", TESTS / "hostile_scripts"
MISBEHAVE = PROGRAMS / "misbehave.py"
AVAILABLE = tried_levels()
PATIENT = Limits(timeout_s=30.0, memory_mib=512)
HASTY = Limits(timeout_s=0.8, memory_mib=512)
TABLE = [case for case in cases(TESTS) if case.kind != "python"]
REPLACED = {Status.CRASH, Status.MEMORY, Status.TIMEOUT}
# What a fence, or who stands in for it, has to do with: other processes.
EVERYWHERE = {"forks_away", "kills_who_asks", "leaves_a_process_and_ends", "leaves_a_server", "stops_who_asks"}
# Dear, and the same at each level; tests/test_extract_limits.py has such at all of them.
DEAR = {"closes_its_output", "eats_memory", "floods_standard_error", "forks_without_end"}
# Driven by a test of their own.
APART = {"answers_twice_late", "calls_home", "exits_between", "reads_a_file", "reads_proc", "writes_files"}
STARTS = {
    "prints_a_banner": r"it wrote 'مرحبا! extractor 2\.0, \(c\) 2026' where \{\"lubb\": 1\} was due: .*",
    "speaks_another_version": "it speaks version 99 of the protocol, not 1",
    "ends_before_it_is_ready": "it was not ready: it ended without an answer: exit code 4: no such model: arabic.bin",
    "says_half_that_it_is_ready": r"exit code 0, half a line written: '\{\"lubb\"'",
    "is_never_ready": "it was not ready within 0 seconds",
}
SCRIPT_STARTS = {
    "fails_import": "it does not import: ModuleNotFoundError: No module named 'lubb_library_that_is_not_there'",
    "exits_at_import": "it ended without an answer: exit code 5",
    "no_function": "it does not import: TypeError: 'extract' is no function but str",
}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")


@pytest.fixture(autouse=True)
def _this_python_is_python3(monkeypatch: pytest.MonkeyPatch) -> None:
    """The manifests say `python3`, which on a developer's PATH may be a script that looks for one."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(params=AVAILABLE)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    level: Level = request.param
    yield Sandbox(level)
    assert left(os.getpid()) == []


def program(mode: str) -> Extractor:
    command = (sys.executable, "-I", "-S", str(MISBEHAVE), mode)
    return Extractor(mode, "file", str(PROGRAMS), kind="program", command=command, folder=PROGRAMS, files=(MISBEHAVE,))


def script(name: str) -> Extractor:
    """As the registry makes it, in this environment instead of one of its own, which none of these needs."""
    file = SCRIPTS / f"{name}.py"
    command = (sys.executable, str(isolated.__file__).replace("isolated.py", "scripted.py"), str(file), "extract")
    return Extractor(name, "file", f"{file}:extract", kind="script", command=command, raw=True, files=(file,))


def registered(name: str) -> Extractor:
    """As its manifest says."""
    folder = PROGRAMS / name
    called, own = isolated.program(folder, str(folder))
    return Extractor(called, "file", str(folder), **{field.name: getattr(own, field.name) for field in fields(own)})


def told(html: object) -> Page:
    """A bad page with something that its plug-in wants to know."""
    return Page(html=str(html), raw=b"", url="https://example.org/bad", charset="utf-8")


CHEAP = [
    case
    for case in TABLE
    if case.kind == "program" and case.status is not Status.TIMEOUT and case.name not in EVERYWHERE | DEAR
]
TURNS = [
    (case, level)
    for number, case in enumerate(case for case in TABLE if case not in CHEAP)
    for level in (AVAILABLE if case.name in EVERYWHERE else [AVAILABLE[number % len(AVAILABLE)]])
]


@pytest.mark.parametrize(("case", "level"), TURNS, ids=lambda value: getattr(value, "name", value))
def test_a_bad_page_gets_an_honest_status_and_harms_no_other(case: Case, level: Level) -> None:
    found = outcome(case, script(case.name) if case.kind == "script" else registered(case.name), level)
    assert found.wrong == ""
    assert found.status == case.status
    assert len(found.detail) <= 300


def test_one_program_after_another_in_one_worker(sandbox: Sandbox) -> None:
    """At each level; a start for each would take a minute."""
    wrong = {}
    with Worker(program("as_told"), PATIENT, sandbox) as worker:
        for case in sorted(
            CHEAP, key=lambda case: case.status not in REPLACED
        ):  # so that the first are asked with id 3
            before = worker.extract(page())
            bad = worker.extract(page(f"{case.name}/bad"))
            found = (bad.status, bad.text, re.fullmatch(case.detail, bad.detail) is not None, len(bad.detail) <= 300)
            if (before.status, before.text) != (Status.OK, "good") or found != (case.status, case.text, True, True):
                wrong[case.name] = (before.detail, bad.status, bad.text, bad.detail)
        assert worker.extract(page()).text == "good"
    assert wrong == {}
    assert len(CHEAP) > 25


def test_every_hostile_program_and_script_is_tried() -> None:

    programs = {manifest.parent.name for manifest in PROGRAMS.glob("*/extractor.toml")}
    assert programs == {case.name for case in TABLE if case.kind == "program"} | APART
    scripts = {file.stem for file in SCRIPTS.glob("*.py")} - {"__init__"}
    own = {"opens_socket", "reads_a_file", "writes_files", *SCRIPT_STARTS}
    assert scripts == {case.name for case in TABLE if case.kind == "script"} | own
    for name in programs:
        manifest = tomllib.loads((PROGRAMS / name / "extractor.toml").read_text(encoding="utf-8"))
        assert (manifest["name"], manifest["command"][-1]) == (name, name)


def test_an_end_that_is_seen_only_at_the_next_page_is_told_there_and_once() -> None:
    with Worker(program("exits_between"), PATIENT, Sandbox("none")) as worker:
        first = [worker.extract(page(kind)) for kind in ("good", "bad")]
        then = [worker.extract(page()) for _ in range(2)]
    assert [answer.text for answer in first] == ["good", "good"]
    assert (then[0].status, then[0].detail) == (Status.CRASH, "it ended without an answer: exit code 0")
    assert then[1].text == "good"


def test_an_answer_that_is_seen_only_at_the_next_page_is_told_there_and_once(tmp_path: Path) -> None:
    for name in ("go", "done"):
        os.mkfifo(tmp_path / name)
    go, done = (os.open(tmp_path / name, os.O_RDWR) for name in ("go", "done"))
    try:
        with Worker(program("answers_twice_late"), PATIENT, Sandbox("none")) as worker:
            first = [worker.extract(page()), worker.extract(told(tmp_path))]
            os.write(go, b"x")
            assert select.select([done], [], [], 30.0)[0]
            then = [worker.extract(page()) for _ in range(2)]
    finally:
        os.close(go)
        os.close(done)
    assert [answer.text for answer in first] == ["good", "good"]
    assert then[0].status is Status.CRASH
    assert then[0].detail == """it wrote '{"id": 3, "text": "good"}' before it was asked"""
    assert then[1].text == "good"


def test_an_answer_to_what_was_not_asked_is_no_answer() -> None:
    with Worker(program("answers_before_it_is_asked"), PATIENT, Sandbox("none")) as worker:
        answer = worker.extract(page())
    assert answer.status is Status.CRASH
    assert answer.detail == """it wrote '{"id": 1, "text": "good"}' before it was asked"""


def test_a_page_that_nobody_reads_does_not_hold_up_the_deadline() -> None:
    html = "<p>قال المتحدث</p>\n" * 200_000  # far more than a pipe holds
    with Worker(program("ignores_its_input"), PATIENT, Sandbox(AVAILABLE[0])) as worker:
        assert worker.extract(page()).text == "good"
        worker.limits = HASTY
        bad = worker.extract(Page(html=html, raw=b"", url="https://example.org/bad", charset="utf-8"))
        worker.limits = PATIENT
        assert worker.extract(page()).text == "good"
    assert (bad.status, bad.cost.cpu_ns) == (Status.TIMEOUT, 800_000_000)


@pytest.mark.parametrize("name", STARTS | SCRIPT_STARTS)
def test_what_does_not_start_is_told_in_one_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "is_never_ready":
        monkeypatch.setattr(worker_module, "START_SECONDS", 0.3)
    extractor = program(name) if name in STARTS else script(name)
    with pytest.raises(BenchError) as caught, Worker(extractor, PATIENT, Sandbox("none")):
        pytest.fail("it started")
    words = str(caught.value)
    assert f"extractor '{name}' cannot be started: " in words
    assert re.search((STARTS | SCRIPT_STARTS)[name], words), words
    assert "\n" not in words
    assert left(os.getpid()) == []


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ('["./missing"]', r"its command ./missing is no file that can be run: chmod \+x it, or build it"),
        ('["./extractor.toml"]', r"its command ./extractor.toml is no file that can be run: chmod \+x it"),
        ('["lubb-no-such-command"]', "needs lubb-no-such-command on PATH: install it"),
    ],
)
def test_a_command_that_is_not_there_is_told_before_it_is_run(tmp_path: Path, command: str, why: str) -> None:
    (tmp_path / "extractor.toml").write_text(f'name = "mine"\ncommand = {command}\n', encoding="utf-8")
    with pytest.raises(BenchError, match=why):
        registry.resolve(str(tmp_path))


def test_a_command_that_is_no_program_is_told_when_it_is_run(tmp_path: Path) -> None:
    (tmp_path / "extractor.toml").write_text('name = "mine"\ncommand = ["./mine"]\n', encoding="utf-8")
    (tmp_path / "mine").write_bytes(b"\x00\x01 no program")
    (tmp_path / "mine").chmod(0o755)
    with pytest.raises(BenchError, match=r"it cannot be started: .*Exec format error"):
        Worker(registry.resolve(str(tmp_path)), PATIENT, Sandbox("none")).start()


def test_an_environment_that_has_gone_since_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "bin" / "python"
    extractor = replace(script("raises"), command=(str(gone), *script("raises").command[1:]))
    with pytest.raises(BenchError, match=f"it cannot be started: .*{gone}"):
        Worker(extractor, PATIENT, Sandbox("none")).start()


def test_a_script_without_its_environment_says_how_to_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUBB_ENVIRONMENTS", str(tmp_path))
    file = SCRIPTS / "raises.py"
    with pytest.raises(BenchError, match=f"its environment is not made: python -m bench setup .*{file.name}"):
        registry.resolve(str(file))


Make = Callable[[str], Extractor]
both = pytest.mark.parametrize("make", [program, script])


@both
def test_hidden_folders_cannot_be_read(make: Make, sandbox: Sandbox, tmp_path: Path) -> None:
    secrets = [tmp_path / "corpus" / "gold.txt", tmp_path / "cache" / "text"]
    for secret in secrets:
        secret.parent.mkdir()
        secret.write_text("the gold", encoding="ascii")
    with Worker(make("reads_a_file"), PATIENT, sandbox, [secret.parent for secret in secrets]) as worker:
        answers = [worker.extract(told(secret)) for secret in secrets]
    if sandbox.level == "none":
        assert [answer.text for answer in answers] == ["the gold", "the gold"]
    else:
        assert all(answer.detail.startswith("FileNotFoundError") for answer in answers)


@both
def test_only_the_scratch_folder_can_be_written(make: Make, sandbox: Sandbox, tmp_path: Path) -> None:
    """A program stands in its own folder, which is the author's and not to be written either."""
    outside, own = tmp_path / "outside", tmp_path / "own"
    outside.mkdir()
    own.mkdir()
    extractor = make("writes_files")
    if make is program:
        extractor = replace(extractor, folder=own, shown=(own,))
    with Worker(extractor, PATIENT, sandbox) as worker:
        places = set(worker.extract(told(outside)).text.split())
    allowed = {"home", "tmpdir"} if make is program else {"home", "tmpdir", "here"}
    assert places == (allowed if sandbox.level != "none" else {"home", "tmpdir", "here", "outside"})


@both
def test_the_network_is_out_of_reach(make: Make, sandbox: Sandbox) -> None:
    name = "calls_home" if make is program else "opens_socket"
    with socket.create_server(("127.0.0.1", 0)) as server, Worker(make(name), PATIENT, sandbox) as worker:
        answer = worker.extract(told(server.getsockname()[1]))
    assert answer.status is (Status.OK if sandbox.level == "none" else Status.EXCEPTION)


def test_other_processes_cannot_be_seen(sandbox: Sandbox) -> None:
    word = "a-word-on-a-command-line"
    other = subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()", word], stdin=subprocess.PIPE)
    assert other.stdin is not None
    with other.stdin, Worker(program("reads_proc"), PATIENT, sandbox) as worker:
        answer = worker.extract(told(word))
    assert other.wait() != 0  # its input ended
    assert answer.text == ("cmdline" if sandbox.level == "none" else "")


def test_a_server_that_it_leaves_behind_keeps_no_port(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with Worker(program("leaves_a_server"), PATIENT, sandbox) as worker:
        assert worker.extract(page()).text == "good"  # twice, as the first page always is
        assert worker.extract(told(port)).text == "good"
        assert reached(port) == (sandbox.level == "none")
        assert worker.extract(page()).text == "good"
    assert not reached(port)


def reached(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 3).close()
    except OSError:
        return False
    return True


RUN = """
import sys
from pathlib import Path
from bench.extract.registry import Extractor
from bench.extract.sandbox import Sandbox
from bench.extract.worker import Limits, Worker
from bench.model import Page
level, *command = sys.argv[1:]
extractor = Extractor("hostile", "file", "", kind="program", command=tuple(command), files=(Path(command[-2]),))
with Worker(extractor, Limits(3600.0, 512), Sandbox(level)) as worker:
    for kind in ("good", "bad"):
        worker.extract(Page("<p>x", b"", kind, "utf-8"))
        print(kind, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("level", AVAILABLE)
def test_kill_9_of_the_parent_leaves_no_process(level: Level) -> None:
    command = [sys.executable, "-c", RUN, level, *program("leaves_a_server").command]
    parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdin is not None
    with parent.stdout, parent.stdin:
        try:
            assert parent.stdout.readline() == b"good\n"
            assert parent.stdout.readline() == b"bad\n"
            assert marked(parent.pid) != []
        finally:
            parent.send_signal(signal.SIGKILL)
            parent.wait()
    assert left(parent.pid) == []
