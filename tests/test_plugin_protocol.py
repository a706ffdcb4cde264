"""docs/plugin-protocol.md says what is so: its plug-ins run, its code is the files', its numbers are the code's."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.extract import manifest, program, registry, setting, watch, worker
from bench.extract.registry import Extractor
from bench.extract.sandbox import Sandbox, probe
from bench.extract.worker import Limits, Worker
from bench.model import Page, Status

PLUGINS = Path(__file__).parent / "protocol"
DOCUMENT = (PLUGINS.parents[1] / "docs" / "plugin-protocol.md").read_text(encoding="utf-8")
LANGUAGES = sorted(folder.name for folder in PLUGINS.iterdir() if folder.is_dir())
FENCES = {".toml": "toml", ".py": "python", ".mjs": "js", ".c": "c"}
# What JSON escapes, what it need not, what lines may be split at, half a surrogate pair, and 4 MB of it.
HARD = (
    "<title>سطر\u2028سطر\u2029\x85</title><script>no</script>"
    '<P class="a\\b">قال: &quot;نعم&quot; &amp; "لا" \\ \\n \\u0642 /\n\t <b>ثم</b> &#1606;\x01\x00</p>'
    '<pre>no</pre><p></p><p> \U0001f600 </p>\r\n<div>no</div><p>{"id": 7}<p>نصف \ud800'
)
EXPECTED = 'قال: "نعم" & "لا" \\ \\n \\u0642 / ثم ن\x01\x00\n\U0001f600\n{"id": 7}\nنصف \ufffd'


@pytest.fixture(autouse=True)
def _this_python_is_python3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def page(html: str) -> Page:
    return Page(html=html, raw=b"", url='https://example.org/خبر?"\\', charset="utf-8")


def built(language: str, to: Path) -> Extractor:
    """The worked plug-in, as a reader of the document would have it."""
    folder = shutil.copytree(PLUGINS / language, to / language)
    needed = {"c": "cc", "javascript": "node"}.get(language)
    if needed and not shutil.which(needed):
        pytest.skip(f"there is no {needed} on PATH")
    if language == "c":
        subprocess.run(["cc", "-O2", "-o", "paragraphs", "paragraphs.c"], cwd=folder, check=True)
    return registry.resolve(str(folder))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_worked_plug_in_takes_whatever_a_page_holds(language: str, tmp_path: Path) -> None:
    extractor = built(language, tmp_path)
    assert (extractor.kind, extractor.name, extractor.licence) == ("program", f"paragraphs-{language}", "MIT")
    with Worker(extractor, Limits(), probe()) as started:
        hard, empty, long, again = [
            started.extract(page(html)) for html in (HARD, "", "<p>قال المتحدث</p>\n" * 100_000, HARD)
        ]
    assert (hard.status, hard.text) == (Status.OK, EXPECTED)
    assert (empty.status, again.text) == (Status.EMPTY, EXPECTED)
    assert (long.status, long.text.count("\n")) == (Status.TOO_BIG, 0)  # 1.2 million characters
    assert hard.cost.cpu_ns is not None
    assert hard.cost.cpu_ns > 0
    assert hard.cost.told_ns is None


def test_a_request_is_one_line_to_whoever_splits_lines_and_loses_nothing() -> None:
    asked = program.Program([], None, raw=True, served=False)
    for html in (HARD, HARD.removesuffix("\ud800")):  # the first in ASCII, the second in UTF-8
        sent = asked._request(Page(html=html, raw=b"\x00\xff", url="u", charset="cp1256"))
        assert sent.endswith(b"\n")
        assert len(sent.decode("utf-8").splitlines()) == 1
        wanted = {"id": 0, "url": "u", "charset": "cp1256", "html": html, "raw": "AP8="}
        assert json.loads(sent) == wanted


def test_the_version_is_what_the_command_prints(tmp_path: Path) -> None:
    assert built("javascript", tmp_path).version == "1.0.0"


@pytest.mark.parametrize("file", sorted(path for path in PLUGINS.glob("*/*.*") if path.suffix in FENCES), ids=str)
def test_the_code_in_the_document_is_the_files(file: Path) -> None:
    block = f"```{FENCES[file.suffix]}\n{file.read_text(encoding='utf-8')}```\n"
    assert block in DOCUMENT, f"paste {file.relative_to(PLUGINS.parents[1])} into docs/plugin-protocol.md"


def test_the_command_to_try_by_hand_prints_what_the_document_says() -> None:
    tried = re.search(r"```sh\n(.*?)```\n\nmust print\n\n```\n(.*?)```", DOCUMENT, re.DOTALL)
    assert tried is not None
    done = subprocess.run(["sh", "-c", tried[1]], cwd=PLUGINS / "python", capture_output=True, text=True, check=True)
    assert done.stdout == tried[2]


def test_the_numbers_in_the_document_are_those_of_the_code() -> None:
    for words in (
        f'writes `{{"lubb": {program.PROTOCOL}}}`',
        f"a line of more than {program.MAX_LINE_BYTES:,} bytes",
        f"more than {watch.MAX_PROCESSES} processes, or more than {watch.MAX_SCRATCH_MIB:,} MiB of files",
        f"A file may have {setting.MAX_FILE_BYTES // 2**20} MiB",
        f"It has {worker.START_SECONDS:.0f} seconds for that",
        f"A page has {Limits().timeout_s:.0f} seconds of wall time",
        f"{Limits().memory_mib // 1024} GiB of memory together",
    ):
        assert words in DOCUMENT


def test_the_keys_in_the_document_are_those_that_are_read() -> None:
    table = DOCUMENT[DOCUMENT.index("## extractor.toml") : DOCUMENT.index("## Start")]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(manifest._KEYS)


BURNS = """
import json, os, sys, time
def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end: pass
def in_a_child(stays):
    read, write = os.pipe()
    if os.fork() == 0:
        burn(.15); os.write(write, b"x")
        time.sleep(3600 if stays else 0); os._exit(0)
    os.read(read, 1)
    if not stays: os.wait()
burn(.4)
print('{"lubb": 1}', flush=True)
for line in sys.stdin:
    page = json.loads(line)
    if page["url"] == "itself": burn(.15)
    if page["url"] == "child": in_a_child(stays=False)
    if page["url"] == "daemon": in_a_child(stays=True)
    print(json.dumps({"id": page["id"], "text": "x", "cpu_ns": 5}), flush=True)
"""


@pytest.mark.parametrize("level", ["none", probe().level])
def test_all_its_processes_are_charged_and_its_start_is_not(tmp_path: Path, level: str) -> None:
    file = tmp_path / "burns.py"
    file.write_text(BURNS, encoding="ascii")
    command = (sys.executable, "-I", "-S", str(file))
    extractor = Extractor("burns", "file", str(tmp_path), kind="program", command=command, files=(file,))
    with Worker(extractor, Limits(), Sandbox(level)) as started:  # type: ignore[arg-type]
        pages = [Page("", b"", url, "utf-8") for url in ("rest", "itself", "child", "daemon", "rest")]
        costs = [started.extract(sent).cost for sent in pages]
    first, *burnt, last = [(cost.cpu_ns or 0) / 1e9 for cost in costs]
    # What is burnt is CPU time, on a busy machine too; the rest of a page is not, so it has room.
    assert max(first, last) < 0.1, "a start, or the page before"
    assert all(0.13 < seconds < 0.28 for seconds in burnt), burnt
    assert {cost.told_ns for cost in costs} == {5}
