"""What the processes of a worker may hold together, and what they can see and reach, at every level of sandbox."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.check.hostile import left
from bench.extract import guard, isolated, watch
from bench.extract.process import OverLimit, Process
from bench.extract.registry import Extractor
from bench.extract.sandbox import Level, Sandbox, bubblewrap_knows
from bench.extract.view import Step, steps
from bench.extract.watch import Bounds, Watch
from bench.extract.worker import Limits, Worker
from bench.model import Extraction, Page, Status
from tests.on_each_python import tried_levels

PLUGIN = Path(__file__).parent / "hostile" / "holds_much.py"
LIMITS = Limits(timeout_s=25.0, memory_mib=320)
# Of keyctl(2) and add_key(2); elsewhere nobody has looked.
KEY_CALLS = {"x86_64": (250, 248), "aarch64": (219, 217)}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")


@pytest.fixture(params=tried_levels())
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    level: Level = request.param
    yield Sandbox(level)
    assert left() == []


def worker(sandbox: Sandbox, file: Path = PLUGIN, hidden: tuple[Path, ...] = ()) -> Worker:
    extractor = Extractor("holds", "file", f"{file}:extract", files=(file,))
    return Worker(extractor, LIMITS, sandbox, hidden)


def ask(worker: Worker, *words: object) -> Extraction:
    """What the plug-in makes of a page: its address names what it does."""
    return worker.extract(Page("<p>قال", b"", " ".join(map(str, words)), "utf-8"))


def told(answer: Extraction) -> tuple[Status, str]:
    return answer.status, answer.detail


def test_memory_that_no_process_holds_alone(sandbox: Sandbox) -> None:
    with worker(sandbox) as holder:
        assert ask(holder, "good").text == "good"
        bad = ask(holder, "crowd")
        assert left() == []
        assert ask(holder, "good").text == "good"
    assert bad.status is Status.MEMORY
    assert bad.detail.startswith("the processes of this extractor held ")
    assert bad.detail.endswith(" MiB; the limit is 320")


def test_memory_that_is_held_between_two_pages(sandbox: Sandbox) -> None:
    """The processes are ended at once; the next page tells, since its process is gone."""
    with worker(sandbox) as holder:
        assert ask(holder, "good").text == "good"
        assert ask(holder, "later").text == "good"
        assert left() == []
        bad, good = ask(holder, "good"), ask(holder, "good")
    assert bad.status is Status.MEMORY
    assert good.text == "good"


def test_memory_that_many_share_counts_once(sandbox: Sandbox) -> None:
    with worker(sandbox) as holder:
        assert ask(holder, "good").text == "good"
        assert ask(holder, "shares").text == "good"


def test_processes_that_multiply(sandbox: Sandbox) -> None:
    with worker(sandbox) as bomb:
        assert ask(bomb, "good").text == "good"
        bad = ask(bomb, "bomb")
        assert left() == []
        assert ask(bomb, "good").text == "good"
    assert told(bad) == (Status.CRASH, "it started more than 256 processes")


def test_a_plug_in_that_multiplies_at_import_is_told_so(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "early.py"
    file.write_text("import os, time\nfor _ in range(9): os.fork()\ntime.sleep(30)\n", encoding="ascii")
    process = Process("child.py", job(file), sandbox, kept=[file], processes=64)
    with pytest.raises(OverLimit) as caught:
        process.receive(time.monotonic() + 25.0)
    process.end()
    assert (caught.value.status, caught.value.detail) == (Status.CRASH, "it started more than 64 processes")


def job(file: Path) -> dict[str, object]:
    return Extractor("early", "file", f"{file}:extract", files=(file,)).job(512)


@pytest.mark.parametrize(
    ("count", "mebibytes", "detail"),
    [
        (9, 4, "it wrote more than 32 MiB into its scratch folder"),
        (60, 0, "it made more than 50 files in its scratch folder"),
    ],
)
def test_a_scratch_folder_that_fills(
    count: int, mebibytes: int, detail: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "MAX_SCRATCH_MIB", 32)
    monkeypatch.setattr(watch, "MAX_SCRATCH_FILES", 50)
    with worker(sandbox) as filler:
        assert ask(filler, "good").text == "good"
        assert told(ask(filler, "fills", count, mebibytes)) == (Status.CRASH, detail)
        assert ask(filler, "good").text == "good"


def test_threads_are_counted(tmp_path: Path) -> None:
    many = "import threading, time\nfor _ in range(40): threading.Thread(target=time.sleep, args=(30,)).start()"
    assert seen(many, Bounds(processes=8), tmp_path) == (Status.CRASH, "it started more than 32 threads")


def test_the_dead_that_nobody_waits_for_are_counted(tmp_path: Path) -> None:
    many = """
import os, time
for _ in range(40):
    pid = os.fork() or os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
time.sleep(30)
"""
    assert seen(many, Bounds(processes=8), tmp_path) == (Status.CRASH, "it started more than 32 threads")


def seen(program: str, bounds: Bounds, scratch: Path) -> tuple[Status, str]:
    """What a watch says of a program."""
    verdicts: list[tuple[Status, str]] = []
    done = threading.Event()

    def over(status: Status, detail: str) -> None:
        verdicts.append((status, detail))
        done.set()

    with subprocess.Popen([sys.executable, "-S", "-c", program]) as process:
        watching = Watch(process.pid, scratch, bounds, over)
        done.wait(20.0)
        watching.stop()
        process.kill()
    assert len(verdicts) == 1
    return verdicts[0]


def test_other_scratch_folders_cannot_be_read(sandbox: Sandbox) -> None:
    with worker(sandbox) as one, worker(sandbox) as other:
        path = ask(one, "leaves", "secret.txt").text
        found = ask(other, "reads", path).text
        assert ask(one, "reads", path).text == "left here"
    assert found == ("left here" if sandbox.level == "none" else "none: No such file or directory")


def test_of_the_home_folder_only_what_is_needed_is_seen(sandbox: Sandbox) -> None:
    home = Path.home()
    with worker(sandbox) as curious:
        text = ask(curious, "lists", home).text
    # An empty list becomes "good"; a home folder in which nothing is needed may not be there at all.
    found = set(text.split("\n")) - {"good", "none: No such file or directory"}
    if sandbox.level == "none":
        assert found == set(os.listdir(home))  # noqa: PTH208 - as the plug-in lists it
    else:
        plan = steps([], [PLUGIN])
        within = [step.path.relative_to(home).parts for step in plan if step.path.is_relative_to(home)]
        shown = {parts[0] for parts in within if parts}
        assert found == shown


def test_what_lies_beside_a_plug_in_is_seen_and_its_history_is_not(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "home" / "project" / "mine.py"
    for name in ("project/words.txt", "project/.git/config", ".ssh/id_rsa"):
        (tmp_path / "home" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "home" / name).write_text("for me", encoding="ascii")
    file.write_bytes(PLUGIN.read_bytes())
    with worker(sandbox, file) as mine:
        words, history, key = (
            ask(mine, "reads", file.parent / name).text for name in ("words.txt", ".git/config", "../.ssh/id_rsa")
        )
    assert words == "for me"
    if sandbox.level != "none":
        assert history == key == "none: No such file or directory"


def test_a_plug_in_is_found_behind_links(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "mine.py").write_bytes(PLUGIN.read_bytes())
    (tmp_path / "one").symlink_to("real")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    with worker(sandbox, tmp_path / "two" / "mine.py") as mine:
        assert ask(mine, "good").text == "good"


def test_a_link_is_laid_only_where_none_can_be_seen(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    plan = steps([], [tmp_path / "link"])
    here = [step for step in plan if step.path.is_relative_to(tmp_path)]
    assert here == [Step("link", tmp_path / "link", "real"), Step("show", tmp_path / "real")]
    assert [step for step in steps([], [tmp_path, tmp_path / "link"]) if step.what == "link"] == []


def test_a_home_folder_is_never_shown_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`~/bin/node` needs `~/lib`, and `~/mine.py` itself; neither needs `~/.ssh`."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "mine.py").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    plan = steps([], [tmp_path, tmp_path / "mine.py"])
    here = [(step.what, step.path.name) for step in plan if step.path.is_relative_to(tmp_path)]
    assert here == [("show", "bin"), ("show", "mine.py")]


def test_a_manifest_does_not_open_folders_by_the_program_that_it_names(tmp_path: Path) -> None:
    tool, key = tmp_path / ".local" / "bin" / "tool", tmp_path / ".local" / "share" / "keyrings" / "login"
    for file in (tool, key):
        file.parent.mkdir(parents=True)
        file.touch(0o755)
    folder = tmp_path / "checkout" / "mine"
    folder.mkdir(parents=True)
    (folder / "extractor.toml").write_text(f'name = "mine"\ncommand = ["{tool}"]\n', encoding="utf-8")
    _, found = isolated.program(folder)
    shown = [step.path for step in steps([], (*found.files, *found.shown)) if step.what == "show"]
    assert {folder, tool.parent} <= set(shown)
    assert not [path for path in shown if key.is_relative_to(path)]


def test_what_root_could_do_to_the_machine(sandbox: Sandbox) -> None:
    """Fenced root has root's files in /proc and /dev, and a namespace of its own would give it all capabilities."""
    if sandbox.level == "none":
        pytest.skip("there is no fence")
    old = sandbox.level == "bubblewrap" and not bubblewrap_knows("--disable-userns")
    with worker(sandbox) as attacker:
        assert ask(attacker, "attacks").text == ("namespaces" if old else "nothing")


def test_keys_of_the_session_are_out_of_reach(sandbox: Sandbox) -> None:
    calls = KEY_CALLS.get(os.uname().machine)
    if calls is None:
        pytest.skip("its system calls have other numbers")
    libc = ctypes.CDLL(None)
    found: list[str] = []

    def with_a_key() -> None:  # a keyring is a thread's: that of the others stays as it is
        guard.leave_keys()
        key = libc.syscall(calls[1], b"user", b"lubb-test", b"the ticket", 10, -3)
        assert key > 0
        with worker(sandbox) as thief:
            found.append(ask(thief, "asks_key", calls[0], key).text)

    in_thread(with_a_key)
    assert found == ["none"]


def in_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


PROGRAM = """
import json, os, sys
print(json.dumps({"lubb": 1}), flush=True)
for line in sys.stdin:
    found = []
    for name in ["mem", *(f"fd/{number}" for number in range(1024))]:
        try:
            os.close(os.open(f"/proc/{os.getppid()}/{name}", os.O_WRONLY))
            found.append(name)
        except OSError:
            pass
    print(json.dumps({"id": json.loads(line)["id"], "text": " ".join(found) or "nothing"}), flush=True)
"""


def test_a_program_cannot_reach_into_the_process_that_measures_it(sandbox: Sandbox, tmp_path: Path) -> None:
    if sandbox.level == "none" and os.getuid() == 0:
        pytest.skip("root can")
    file = tmp_path / "program.py"
    file.write_text(PROGRAM, encoding="ascii")
    command = (sys.executable, "-S", str(file))
    extractor = Extractor(
        "program", "file", str(tmp_path), files=(file,), kind="program", command=command, folder=tmp_path
    )
    with Worker(extractor, LIMITS, sandbox) as started:
        assert ask(started, "good").text == "nothing"
