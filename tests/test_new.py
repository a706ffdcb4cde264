"""`lubb new`: what is written runs, under the name that was asked for, and touches nothing else."""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from bench.cli import main
from bench.errors import BenchError
from bench.extract import registry
from bench.extract.registry import resolve
from bench.extract.sandbox import Sandbox
from bench.extract.worker import Limits, Worker
from bench.model import Page, Status
from bench.new.plugin import KINDS, write
from bench.new.templates.boxes import longest_box
from tests.test_baselines import PARAGRAPHS, article, recall

EXPECTED = {
    "python": ["README.md", "lubb_my_own_1.py", "pyproject.toml", "tests/test_my_own_1.py"],
    "script": ["My-own.1.py", "README.md", "test_my_own_1.py"],
    "node": ["README.md", "extract.mjs", "extractor.toml", "package.json", "test_my_own_1.py"],
    "command": ["README.md", "extract.py", "extractor.toml", "test_my_own_1.py"],
}
# Where the two writings of one idea could differ: entities, quotes, open ends, letters that lower-case to two.
ODD = (
    article(),
    "",
    "<p>ا",
    "نص بلا وسوم &amp; &#1593; &#x639;",
    '<div>قائمة <a href="a>b">رابط طويل</a></div><div title="1 > 0"><p>\u0130 فقرة\u2028أولى<br>سطر</p><p>ثانية</div>',
    "<form><table><tr><td>خلية<tr><td>خلية أطول من غيرها</table></form><aside>جانب طويل طويل طويل طويل</aside>",
    "<div>قبل<script>if (a<b) document.write('</div>')</script>بعد</div><style>p{}</style><!-- <p>لا</p> -->",
    "</div></p>نص<div><a>رابط <div>داخله نص",
    "a < b <i>c</i> < d",
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUBB_ENVIRONMENTS", str(tmp_path / "environments"))
    return tmp_path


@pytest.mark.parametrize("kind", KINDS)
def test_it_runs_at_once(here: Path, kind: str) -> None:
    if kind == "node" and shutil.which("node") is None:
        pytest.skip("there is no node on this machine")
    written = write("My-own.1", kind)
    assert sorted(path.relative_to("My-own.1").as_posix() for path in written.files) == EXPECTED[kind]
    assert all("%%" not in path.read_text(encoding="utf-8") for path in written.files)
    extractor = registry.made(registry.look_up(written.spec), print)
    assert extractor.problem is None
    # A module cannot be called as an extractor may be; its row is, once it is installed.
    assert extractor.name == ("lubb_my_own_1" if kind == "python" else "My-own.1")
    with Worker(extractor, Limits(), Sandbox("none")) as worker:
        page = Page(article(), article().encode(), "https://example.org/1", "utf-8")
        extraction = worker.extract(page)
        assert (extraction.status, recall(extraction.text)) == (Status.OK, 1.0)
        assert worker.extract(Page("", b"", "https://example.org/2", "utf-8")).status is Status.EMPTY
    if kind in ("node", "command"):
        assert (extractor.version, extractor.licence) == ("0.1.0", "MIT")


def test_the_box_is_that_of_the_article() -> None:
    assert longest_box(article()).split("\n") == list(PARAGRAPHS)
    assert longest_box(ODD[4]) == "\u0130 فقرة أولى\nسطر\nثانية"
    assert longest_box(ODD[5]) == "خلية أطول من غيرها"


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node on this machine")
def test_javascript_and_python_say_the_same(here: Path) -> None:
    requests = "".join(json.dumps({"id": n, "html": html}, ensure_ascii=False) + "\n" for n, html in enumerate(ODD))
    said = []
    for kind, command in (("node", ["node", "extract.mjs"]), ("command", [sys.executable, "extract.py"])):
        written = write(kind, kind)
        done = subprocess.run(command, cwd=written.folder, input=requests.encode(), capture_output=True, check=True)
        said.append([json.loads(line) for line in done.stdout.splitlines()])
    assert said[0] == said[1]
    assert said[0] == [{"lubb": 1}, *({"id": n, "text": longest_box(html)} for n, html in enumerate(ODD))]


def test_a_program_survives_its_own_exception(here: Path) -> None:
    for kind, command in (("node", ["node", "extract.mjs"]), ("command", [sys.executable, "extract.py"])):
        if shutil.which(command[0]) is None:
            continue
        written = write(kind, kind)
        lines = b'{"id": 1, "html": 7}\n{"id": 2, "html": "<p>a"}\n'
        done = subprocess.run(command, cwd=written.folder, input=lines, capture_output=True, check=True)
        _, bad, good = map(json.loads, done.stdout.splitlines())
        assert (bad["id"], set(bad), good) == (1, {"id", "error"}, {"id": 2, "text": "a"})


def test_what_is_copied_runs_on_the_oldest_python(here: Path) -> None:
    for written in (write("one", "script"), write("two", "command")):
        for path in written.files:
            if path.suffix == ".py":
                ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("name", ["mine", "my-own_2", "2.5", "c++", "import"])
def test_a_package_registers_the_name(here: Path, name: str) -> None:
    written = write(name, "python")
    project = tomllib.loads((written.folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ((registered, value),) = project["entry-points"][registry.GROUP].items()
    entry = metadata.EntryPoint(registered, value, registry.GROUP)
    assert registered == name
    assert (written.folder / f"{entry.module}.py").is_file()
    assert entry.module.isidentifier()
    assert entry.attr == "extract"
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", project["name"])


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "../up", "a:b", "خبر", "x" * 65, "a\n", "_a"])
def test_a_name_that_no_row_can_have(here: Path, name: str) -> None:
    with pytest.raises(BenchError, match="cannot be an extractor's name; use up to 64 letters"):
        write(name, "python")
    assert not list(here.iterdir())


@pytest.mark.parametrize("name", ["mine.py", "mine.toml"])
def test_a_name_that_reads_as_a_file(here: Path, name: str) -> None:
    with pytest.raises(BenchError, match=r"would be read as a file; call it mine$"):
        write(name, "script")


@pytest.mark.parametrize("name", ["oracle", "trafilatura"])
def test_a_name_that_is_taken(here: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["new", name]) == 2
    assert capsys.readouterr().err == f"lubb: there is an extractor '{name}' already; choose another\n"
    assert not list(here.iterdir())


@pytest.mark.parametrize("there", ["folder", "file"])
def test_nothing_is_overwritten(here: Path, capsys: pytest.CaptureFixture[str], there: str) -> None:
    place = here / "mine"
    if there == "folder":
        place.mkdir()
        (place / "README.md").write_text("my own")
    else:
        place.write_text("my own")
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    assert main(["new", "mine"]) == 2
    assert capsys.readouterr().err == "lubb: mine: exists already; name another folder with --to FOLDER\n"
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["json", "lxml"])
def test_a_script_that_would_be_imported_for_another(here: Path, name: str) -> None:
    with pytest.raises(BenchError, match=rf"^{name}.py would stand in the way of the module '{name}'"):
        write(name, "script")
    assert write(name, "command").folder.is_dir()  # of these no file is called so


def test_a_folder_that_cannot_be_made(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "file").write_text("")
    assert main(["new", "mine", "--to", "file/below"]) == 2
    said = capsys.readouterr().err
    assert said == "lubb: file/below: cannot be written: Not a directory; name another with --to FOLDER\n"


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_to_type_next(here: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    assert main(["new", "mine", "--kind", kind, "--to", "over there/it's"]) == 0
    wrote, after, *commands = capsys.readouterr().out.splitlines()
    assert wrote.startswith("mine: wrote over there/it's/")
    assert (after, len(commands)) == ("next:", 3)
    run, check, _ = map(shlex.split, commands)
    assert run[:5] == "python -m bench run --extractor".split()
    assert check == ["python", "-m", "bench", "check", run[5]]
    assert Path(run[5]).is_file()
    assert all(command.startswith("  python -m ") for command in commands)
    readme = (here / "over there/it's/README.md").read_text(encoding="utf-8")
    (box,) = re.findall(r"```console\n(.*?)```", readme, re.DOTALL)
    from_above = str(Path(run[5]).relative_to("over there"))
    assert ["python", "-m", "bench", "check", from_above] in [shlex.split(command) for command in box.splitlines()]
    assert str(here) not in "".join(path.read_text(encoding="utf-8") for path in (here / "over there/it's").glob("*.*"))


def test_a_script_is_recognised_as_one(here: Path) -> None:
    written = write("mine", "script")
    with pytest.raises(BenchError, match="python -m bench setup"):
        resolve(written.spec)
