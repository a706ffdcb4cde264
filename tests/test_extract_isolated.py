"""Scripts and programs: found and described without being run here, and extracting like any plug-in."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from bench.check.hostile import left, levels
from bench.errors import BenchError
from bench.extract import environments, isolated, manifest, registry
from bench.extract.environments import Ready
from bench.extract.registry import Extractor, look_up, resolve
from bench.extract.sandbox import Level, Sandbox, probe
from bench.extract.worker import Limits, Worker
from bench.model import Page, Status
from tests.test_extract_registry import install

HTML = "<html><body><p>قال المتحدث</p><p>وأضاف</p></body></html>"
PAGE = Page(html=HTML, raw=HTML.encode(), url="https://example.org/", charset="utf-8")
PROGRAM = """
import json, re, sys
if "--version" in sys.argv:
    sys.exit(print("a banner\\n1.2.3"))
print(json.dumps({"lubb": 1}), flush=True)
for line in sys.stdin:
    page = json.loads(line)
    text = "\\n".join(re.findall("<p>(.*?)</p>", page["html"]))
    print(json.dumps({"id": page["id"], "text": text, "cpu_ns": 77}), flush=True)
"""
MANIFEST = """
name = "py-program"
command = ["python3", "program.py"]
version = ["python3", "program.py", "--version"]
licence = "MIT"
options = "p  only"
"""
SCRIPT = """# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
import json, re, sys
OPTIONS = {"only": "p"}
OUTPUT = "html"
def extract(page):
    print("on standard output")
    return "".join(re.findall("<p>.*?</p>", page.html)) + f"<p>{len(page.raw)} {page.charset} {page.url}"
"""


def write_program(folder: Path, program: str = PROGRAM, toml: str = MANIFEST) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "program.py").write_text(program, encoding="utf-8")
    (folder / "extractor.toml").write_text(toml, encoding="utf-8")
    return folder


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if uv had made every script's environment: this one, with one distribution in it."""
    ready = Ready(Path(sys.executable), (("Magic_HTML", "0.1.8", "Apache-2.0"),), "d1")
    monkeypatch.setattr(environments, "script_state", lambda file, name: ready)


@pytest.mark.parametrize("named", ["folder", "manifest"])
def test_a_program_is_described_by_its_manifest_and_answers(tmp_path: Path, named: str) -> None:
    folder = write_program(tmp_path / "mine")
    found = resolve(str(folder if named == "folder" else folder / manifest.NAME))
    assert (found.name, found.kind, found.way, found.version) == ("py-program", "program", "file", "1.2.3")
    assert (found.licence, found.options, found.folder) == ("MIT", "p only", folder)
    with Worker(found, Limits(), probe()) as worker:
        answer = worker.extract(PAGE)
    assert (answer.status, answer.text) == (Status.OK, "قال المتحدث\nوأضاف")
    assert answer.cost.told_ns == 77
    assert answer.cost.cpu_ns is not None and answer.cost.cpu_ns > 10_000
    assert answer.cost.peak_kib is not None and answer.cost.peak_kib > 1_000
    assert answer.cost.parse_ns is not None


def test_the_digest_follows_the_programs_files_and_version(tmp_path: Path) -> None:
    folder = write_program(tmp_path / "mine")
    before = resolve(str(folder)).digest
    assert resolve(str(folder)).digest == before
    (folder / "rules").mkdir()
    (folder / "rules" / "words.txt").write_text("قال", encoding="utf-8")
    with_rules = resolve(str(folder)).digest
    assert with_rules != before
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "x.js").write_text("", encoding="utf-8")
    assert resolve(str(folder)).digest == with_rules  # the lock says what is in there


def test_an_entry_point_may_name_a_folder_without_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    install(tmp_path, "lubb-test-program", {"py-program": "lubb_test_program"})
    write_program(tmp_path / "lubb_test_program")
    found = resolve("py-program")
    assert (found.kind, found.way, found.folder) == ("program", "entry-point", tmp_path / "lubb_test_program")


def test_an_entry_point_and_its_manifest_agree_on_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    install(tmp_path, "lubb-test-other", {"other": "lubb_test_other", "nowhere": "lubb_test_nowhere"})
    write_program(tmp_path / "lubb_test_other")
    assert look_up("other").problem == "its extractor.toml calls it 'py-program': mend one of the two"
    problem = look_up("nowhere").problem
    assert problem is not None and "there is no lubb_test_nowhere/extractor.toml" in problem


@pytest.mark.usefixtures("made")
def test_a_script_is_read_and_not_imported_here(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(SCRIPT.replace("import json, re, sys", "import json, re, sys; open('/gone/x')"), encoding="utf-8")
    found = resolve(str(file))
    assert (found.name, found.kind, found.options, found.output) == ("mine", "script", "only='p'", "html")
    with pytest.raises(BenchError, match=r"it does not import: FileNotFoundError"), Worker(found, Limits(), probe()):
        pytest.fail("it started")


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("level", ["none", probe().level])
def test_a_script_answers_whatever_it_prints(tmp_path: Path, level: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(SCRIPT, encoding="utf-8")
    with Worker(resolve(str(file)), Limits(), Sandbox(level)) as worker:  # type: ignore[arg-type]
        answer = worker.extract(PAGE)
    assert answer.text == f"قال المتحدث\nوأضاف\n{len(PAGE.raw)} utf-8 https://example.org/"
    assert answer.cost.told_ns is None  # what our server measured is the cost, and not somebody's word
    assert answer.cost.cpu_ns is not None and 0 < answer.cost.cpu_ns < 50_000_000


@pytest.mark.usefixtures("made")
def test_a_script_shows_the_library_that_distribution_names(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(SCRIPT + 'DISTRIBUTION = "magic-html"\n', encoding="utf-8")
    found = resolve(str(file))
    assert (found.distribution, found.version, found.licence) == ("Magic_HTML", "0.1.8", "Apache-2.0")
    file.write_text(SCRIPT + 'DISTRIBUTION = "another"\n', encoding="utf-8")
    with pytest.raises(BenchError, match="'another' is not among what its environment holds"):
        resolve(str(file))


@pytest.mark.usefixtures("made")
def test_an_entry_point_may_name_a_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    install(tmp_path, "lubb-test-script", {"test-script": "lubb_test_script:extract"})
    (tmp_path / "lubb_test_script.py").write_text(SCRIPT, encoding="utf-8")
    found = resolve("test-script")
    assert (found.kind, found.files) == ("script", (tmp_path / "lubb_test_script.py",))


def test_what_is_not_made_is_told_and_made_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state: list[Ready | str] = ["its environment is not made: python -m bench setup mine"]
    monkeypatch.setattr(environments, "script_state", lambda file, name: state[-1])

    def make(file: Path, say: object, *, name: str) -> None:
        state.append(Ready(Path(sys.executable), (), "d1"))

    monkeypatch.setattr(environments, "make_script", make)
    file = tmp_path / "mine.py"
    file.write_text(SCRIPT, encoding="utf-8")
    found = look_up(str(file))
    assert (found.problem, found.unmade, found.kind) == (state[0], True, "script")
    done = registry.made(found, print)
    assert (done.problem, done.unmade) == (None, False)
    assert registry.made(done, print) is done


def test_what_cannot_be_made_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "script_state", lambda file, name: "not made")

    def make(file: Path, say: object, *, name: str) -> None:
        raise BenchError("needs uv", mend="pip install uv")

    monkeypatch.setattr(environments, "make_script", make)
    file = tmp_path / "mine.py"
    file.write_text(SCRIPT, encoding="utf-8")
    assert registry.made(look_up(str(file)), print).problem == "needs uv; pip install uv"


BROKEN = {
    'command = ["a"]': "has no 'name'",
    'name = "a"': "has no 'command'",
    'name = "a"\ncommand = "node x"': "'command' is no list of words",
    'name = "a"\ncommand = []': "has no 'command'",
    'name = "a"\ncommand = ["a"]\nlicense = "MIT"': "unknown key 'license'; did you mean licence?",
    'name = "a"\ncommand = ["a"]\noutput = "markdown"': "'output' is 'markdown', not 'text' or 'html'",
    'name = "a"\ncommand = ["a"]\nraw = "yes"': "'raw' is neither true nor false",
    'name = 3\ncommand = ["a"]': "'name' is no text",
    "name = ": "is no TOML",
}


@pytest.mark.parametrize("toml", BROKEN)
def test_a_broken_manifest_is_one_line(tmp_path: Path, toml: str) -> None:
    folder = write_program(tmp_path / "mine", toml=toml)
    with pytest.raises(BenchError) as caught:
        look_up(str(folder))
    assert BROKEN[toml] in str(caught.value)
    assert f"{folder / manifest.NAME}: " in str(caught.value)


PROBLEMS = {
    'command = ["lubb-no-such-program", "x"]': "needs lubb-no-such-program on PATH: install it",
    'command = ["./program.py"]': "its command ./program.py is no file that can be run: chmod +x it, or build it",
    'command = ["python3", "p"]\nversion = ["python3", "-c", "1/0"]': "its version command ended with 1: ZeroDiv",
    'command = ["python3", "p"]\nversion = ["python3", "-c", "0"]': "its version command printed nothing",
}


@pytest.mark.parametrize("lines", PROBLEMS)
def test_a_program_that_cannot_be_run_says_what_to_do(tmp_path: Path, lines: str) -> None:
    found = look_up(str(write_program(tmp_path / "mine", toml=f'name = "a"\n{lines}')))
    assert found.problem is not None and found.problem.startswith(PROBLEMS[lines])
    with pytest.raises(BenchError, match=r"extractor .* is not available"):
        resolve(str(tmp_path / "mine"))


def version_told(folder: Path, command: str) -> str:
    folder.mkdir(exist_ok=True)
    words = json.dumps(["/bin/sh", "-c", command])
    (folder / "extractor.toml").write_text(f'name = "a"\ncommand = ["python3"]\nversion = {words}', encoding="utf-8")
    return str(look_up(str(folder)).problem)


@pytest.mark.parametrize("level", levels())
def test_a_version_command_that_does_not_end_is_ended_with_all_it_started(
    level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated, "_VERSION_SECONDS", 1.0)
    monkeypatch.setattr(isolated, "probe", lambda: Sandbox(level))
    told = version_told(tmp_path, f"(exec setsid sleep 60) & sleep 60 # {level}")
    assert told == "its version command was not done within 1 seconds"
    assert left() == []


def test_a_version_command_is_bounded_as_an_extraction_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it prints is not held here, nor may it hold more than others."""
    monkeypatch.setattr(isolated, "MEMORY_MIB", 200)
    told = version_told(tmp_path, "yes | head -c 300000000")
    assert told.startswith("its version command ended with "), told
    held = version_told(tmp_path, f"exec {sys.executable} -c 'import time; held = b\"x\" * 2**28; time.sleep(60)'")
    assert re.fullmatch(r"its version command failed: .* held \d+ MiB; the limit is 200", held), held


def test_the_version_command_runs_in_the_sandbox(tmp_path: Path) -> None:
    level = probe().level
    if level == "none":
        pytest.skip("no sandbox works here")
    outside = tmp_path / "outside"
    toml = f'name = "a"\ncommand = ["python3", "p"]\nversion = ["python3", "-c", "open({str(outside)!r}, \'w\')"]'
    problem = look_up(str(write_program(tmp_path / "mine", toml=toml))).problem
    assert problem is not None and "Read-only file system" in problem
    assert not outside.exists()


def test_a_name_that_no_table_could_hold_is_refused(tmp_path: Path) -> None:
    problem = look_up(str(write_program(tmp_path / "mine", toml='name = "a b"\ncommand = ["python3"]'))).problem
    assert problem is not None and problem.startswith("its name 'a b' may hold letters")


def test_a_program_is_an_extractor_like_any_other() -> None:
    assert isolated.Isolated("program", ()).kind == "program"
    names = set(isolated.Isolated.__dataclass_fields__)
    assert names <= set(Extractor.__dataclass_fields__)
