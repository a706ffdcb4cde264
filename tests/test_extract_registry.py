"""Extractors are found by entry point, file and module; what does not work is told in one line."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.extract import isolated, packages, registry
from bench.extract.registry import Extractor, installed, resolve
from bench.extract.sandbox import Sandbox
from bench.extract.worker import Limits, Worker
from bench.model import Page, Status

PAGE = Page(html="<p>قال", raw="<p>قال".encode(), url="https://example.org/", charset="utf-8")
GOOD = "def extract(page):\n    return 'good'\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which modules and distributions can be imported."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def install(place: Path, name: str, entry_points: dict[str, str], *fields: str, version: str = "1.0") -> None:
    """What pip leaves of a distribution, as far as metadata go."""
    folder = place / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir()
    head = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *fields]
    (folder / "METADATA").write_text("\n".join(head) + "\n", encoding="utf-8")
    lines = [f"[{registry.GROUP}]", *(f"{key} = {value}" for key, value in entry_points.items())]
    (folder / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def listed(*names: str) -> list[Extractor]:
    found = {extractor.name: extractor for extractor in installed()}
    return [found[name] for name in names]


def test_an_installed_plug_in_is_listed_with_its_metadata_and_runs(place: Path) -> None:
    install(place, "lubb-test-one", {"test-one": "lubb_test_one:run"}, "License-Expression: MIT", version="2.5")
    source = "OPTIONS = {'favour': 'precision', 'depth': 3}\ndef run(page):\n    return page.html[3:]\n"
    (place / "lubb_test_one.py").write_text(source, encoding="utf-8")
    (found,) = listed("test-one")
    assert (found.way, found.target, found.problem) == ("entry-point", "lubb_test_one:run", None)
    assert (found.distribution, found.version, found.licence) == ("lubb-test-one", "2.5", "MIT")
    assert found.options == "favour='precision', depth=3"
    assert found.files == (place / "lubb_test_one.py",)
    assert resolve("test-one") == found
    with Worker(found, Limits(), Sandbox("none")) as worker:
        assert worker.extract(PAGE).text == "قال"


def test_a_row_shows_the_library_that_distribution_names(place: Path) -> None:
    install(place, "lubb-test-two", {"test-two": "lubb_test_two:extract"})
    (place / "lubb_test_two.py").write_text(f"DISTRIBUTION = 'lxml'\nOUTPUT = 'html'\n{GOOD}", encoding="utf-8")
    (found,) = listed("test-two")
    assert (found.distribution, found.version, found.output) == ("lxml", packages.version("lxml"), "html")
    assert found.version.startswith("6.")
    assert found.licence == "BSD-3-Clause"


def test_broken_plug_ins_are_listed_and_harm_no_other(place: Path) -> None:
    sources = {
        "exits": "import os\nos._exit(3)\n",
        "absent": f"DISTRIBUTION = 'lubb-nowhere'\nimport lubb_nowhere\n{GOOD}",
        "helper": f"import lubb_helper_nowhere.deep\n{GOOD}",
        "options": f"OPTIONS = object()\n{GOOD}",
        "output": f"OUTPUT = 'markdown'\n{GOOD}",
        "syntax": "def extract(page:\n",
        "uncallable": "extract = 3\n",
        "unlisted": f"DISTRIBUTION = 'lubb-nowhere'\n{GOOD}",
        "works": GOOD,
    }
    for name, source in sources.items():
        (place / f"lubb_test_{name}.py").write_text(source, encoding="utf-8")
    entry_points = {f"three-{name}": f"lubb_test_{name}:extract" for name in sources}
    install(place, "lubb-test-three", entry_points | {"three-missing": "lubb_test_missing:extract"})
    found = {e.name: e.problem for e in installed() if e.name.startswith("three-")}
    assert found == {
        "three-absent": "needs lubb-nowhere: pip install lubb-nowhere",
        "three-exits": "it does not import: its process ended: exit code 3",
        "three-helper": "needs lubb_helper_nowhere: pip install lubb_helper_nowhere",
        "three-missing": "it does not import: ModuleNotFoundError: No module named 'lubb_test_missing'",
        "three-options": "its OPTIONS is object, not str or a mapping",
        "three-output": "its OUTPUT is 'markdown', not 'text' or 'html'",
        "three-syntax": "it does not import: SyntaxError: '(' was never closed (lubb_test_syntax.py, line 1)",
        "three-uncallable": "'extract' is no function but int",
        "three-unlisted": "needs lubb-nowhere: pip install lubb-nowhere",
        "three-works": None,
    }
    assert list(found) == sorted(found)
    with pytest.raises(BenchError, match="'three-absent' is not available: needs lubb-nowhere: pip install"):
        resolve("three-absent")


def test_a_plug_in_that_never_finishes_importing_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "IMPORT_SECONDS", 0.5)
    (place / "slow.py").write_text(f"import time\ntime.sleep(3600)\n{GOOD}", encoding="utf-8")
    with pytest.raises(BenchError, match="not done within"):
        resolve(str(place / "slow.py"))


def test_one_name_registered_twice_is_told_on_both(place: Path) -> None:
    (place / "lubb_test_four.py").write_text(GOOD + "other = extract\n", encoding="utf-8")
    install(place, "lubb-test-four", {"four": "lubb_test_four:extract"})
    install(place, "lubb-test-five", {"four": "lubb_test_four:other"})
    problems = [extractor.problem for extractor in installed() if extractor.name == "four"]
    assert problems == [
        "lubb-test-five registers the same name: uninstall one of the two",
        "lubb-test-four registers the same name: uninstall one of the two",
    ]


def test_a_name_that_would_break_a_table_or_a_path_is_refused(place: Path) -> None:
    install(place, "lubb-test-six", {"six/../..": "lubb_test_six:extract"})
    (found,) = listed("six/../..")
    assert found.problem is not None
    assert found.problem.endswith("mend lubb-test-six")


def test_a_file_is_named_by_its_path(place: Path) -> None:
    file = place / "mine.py"
    file.write_text(GOOD + "def other(page):\n    return 'other'\n", encoding="utf-8")
    found = resolve(str(file))
    assert (found.name, found.way, found.target) == ("mine", "file", f"{file}:extract")
    assert resolve(f"{file}:other").name == "mine.other"
    with Worker(resolve(f"{file}:other"), Limits(), Sandbox("none")) as worker:
        assert worker.extract(PAGE).text == "other"


def test_a_file_may_have_the_name_of_a_library_and_import_its_neighbours(place: Path) -> None:
    folder = place / "plugins"
    folder.mkdir()
    (folder / "neighbour.py").write_text("WORD = 'neighbour'\n", encoding="utf-8")
    file = folder / "lxml.py"
    source = (
        "import lxml.etree\nimport neighbour\ndef extract(page):\n    return neighbour.WORD + lxml.etree.__name__\n"
    )
    file.write_text(source, encoding="utf-8")
    found = resolve(str(file))
    assert found.files == (file, folder / "neighbour.py")
    with Worker(found, Limits(), Sandbox("none")) as worker:
        assert worker.extract(PAGE).text == "neighbourlxml.etree"


def test_a_module_is_named_with_its_function(place: Path) -> None:
    (place / "lubb_test_seven.py").write_text(GOOD, encoding="utf-8")
    found = resolve("lubb_test_seven:extract")
    assert (found.name, found.way, found.target) == ("lubb_test_seven", "module", "lubb_test_seven:extract")


@pytest.mark.parametrize(
    ("spec", "line"),
    [
        ("trafilatur", "there is no extractor 'trafilatur'; did you mean trafilatura"),
        ("nothing-like-it-at-all", "there is no extractor 'nothing-like-it-at-all'; there are "),
        ("missing.py", "missing.py: there is no such plug-in file; give the path as path/to/file.py[:function]"),
        ("missing/file.py:run", "missing/file.py: there is no such plug-in file"),
        ("json:nowhere", "extractor 'json:nowhere' is not available: it has no function 'nowhere'"),
        ("json:__name__", "extractor 'json:__name__' is not available: '__name__' is no function but str"),
        ("lubb_nowhere:run", "extractor 'lubb_nowhere:run' is not available: it does not import: ModuleNotFoundError"),
        ("lubb_nowhere.a:b", "extractor 'lubb_nowhere.a:b' is not available: it does not import: ModuleNotFoundError"),
    ],
)
def test_what_cannot_be_resolved_is_told_in_one_line(spec: str, line: str) -> None:
    with pytest.raises(BenchError) as caught:
        resolve(spec)
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


TAKES_OVER = """
import sys
taken = sys.modules["__main__"]
if hasattr(taken, "_sources"):
    answer = {{"files": [{own!r}], "imports": [], "options": "", "output": "text", "distribution": ""}} | {answer!r}
    taken.describe = taken._constants = lambda *_: answer
    taken._sources = lambda _: (answer["files"], set(answer["imports"]))
"""


def test_a_secret_that_a_plug_in_calls_its_own_stays_hidden(place: Path) -> None:
    secret = place / "secret" / "gold.py"
    secret.parent.mkdir()
    secret.write_text("", encoding="ascii")
    file = place / "plugins" / "liar.py"
    file.parent.mkdir()
    for source in (f"__file__ = {str(secret)!r}\n{GOOD}", f"if not __file__:\n    import helper\n{GOOD}"):
        file.write_text(source, encoding="utf-8")
        (file.parent / "helper.py").unlink(missing_ok=True)
        (file.parent / "helper.py").symlink_to(secret)
        found = registry.look_up(str(file))
        assert found.problem == f"it says that {secret} is one of its files, and it is not"
        assert found.files == ()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({}, "what its process says of it makes no sense: KeyError: 'files'"),
        ({"files": []}, "it has no file"),
        ({"files": ["/dev/zero"]}, "it says that /dev/zero is one of its files, and it is not"),
        ({"files": [registry.__file__]}, f"it says that {registry.__file__} defines it, and that is not so"),
        ({"files": [1]}, "what its process says of it makes no sense: TypeError: .*"),
        ({"files": [__file__, "\0.py"]}, "what its process says of it makes no sense: ValueError: .*"),
        ({"files": [__file__], "imports": [[]]}, "what its process says of it makes no sense: TypeError: .*"),
        ({"files": [__file__], "imports": 3}, "what its process says of it makes no sense: TypeError: .*"),
        ({"folder": "/"}, "it says that / is its folder, and it is not"),
        ({"script": "/dev/zero"}, "it says that /dev/zero is one of its files, and it is not"),
        ({"script": __file__, "constants": {}}, "what its process says of it makes no sense: KeyError: .*"),
        ({"problem": "no\n\x1b[31m"}, r"no \[31m"),
        ({"problem": "no", "missing": "a\n\x1b[31m"}, r"needs a \[31m: pip install a \[31m"),
    ],
)
def test_what_the_process_of_a_plug_in_says_is_checked(answer: dict[str, object], why: str) -> None:
    """Its files are read here, and shown to it in whatever hidden folder they lie."""
    usual = {} if "problem" in answer else {"imports": [], "options": "", "output": "text"}
    found = registry._complete(Extractor("mine", "file", f"{__file__}:extract"), usual | answer)
    assert found.problem is not None
    assert re.fullmatch(why, found.problem), found.problem
    assert found.digest == ""


def test_one_plug_in_cannot_speak_for_another(place: Path) -> None:
    install(place, "lubb-test-ten", {"ten-a": "lubb_test_ten_a:extract", "ten-b": "lubb_test_ten_b:extract"})
    takes_over = TAKES_OVER.format(own=str(place / "lubb_test_ten_a.py"), answer={"output": "html"})
    (place / "lubb_test_ten_a.py").write_text(takes_over + GOOD, encoding="utf-8")
    (place / "lubb_test_ten_b.py").write_text(GOOD, encoding="utf-8")
    liar, other = listed("ten-a", "ten-b")
    assert (liar.problem, liar.output) == (None, "html")
    assert (other.problem, other.output, other.files) == (None, "text", (place / "lubb_test_ten_b.py",))


def test_what_fills_memory_when_it_is_imported_is_ended(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "MEMORY_MIB", 200)
    (place / "fills.py").write_text(f"import time\nheld = b'x' * 2**28\ntime.sleep(60)\n{GOOD}", encoding="utf-8")
    problem = str(registry.look_up(str(place / "fills.py")).problem)
    assert re.fullmatch(r"it does not import: its process ended: .* held \d+ MiB; the limit is 200", problem), problem


def test_the_digest_follows_the_files_what_they_import_and_the_versions_installed(place: Path) -> None:
    package = place / "lubb_test_eight"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "shared.py").write_text("WORD = 'a'\n", encoding="utf-8")
    (package / "unrelated.py").write_text("", encoding="utf-8")
    plugin = package / "plugin.py"
    plugin.write_text(f"from .shared import WORD\n{GOOD}", encoding="utf-8")

    def digest() -> str:
        packages.metadata_of.cache_clear()
        return resolve("lubb_test_eight.plugin:extract").digest

    first = digest()
    assert digest() == first
    (package / "unrelated.py").write_text("changed = True\n", encoding="utf-8")
    assert digest() == first
    (package / "shared.py").write_text("WORD = 'b'\n", encoding="utf-8")
    second = digest()
    assert second != first
    plugin.write_text(f"from .shared import WORD\nDISTRIBUTION = 'lubb-test-eight'\n{GOOD}", encoding="utf-8")
    install(place, "lubb-test-eight", {}, "Requires-Dist: lubb-test-needed>=1; extra == 'all'")
    third = digest()
    assert third not in {first, second}
    install(place, "lubb-test-needed", {}, version="1.1")
    packages.requirements.cache_clear()
    fourth = digest()
    assert fourth != third
    (place / "lubb_test_needed-1.1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: lubb-test-needed\nVersion: 1.2\n", encoding="utf-8"
    )
    assert digest() != fourth


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        (["License-Expression: Apache-2.0", "License: something else"], "Apache-2.0"),
        (["License: BSD"], "BSD"),
        (["License: UNKNOWN", "Classifier: License :: OSI Approved :: MIT License"], "MIT License"),
        (["License: " + "all the words " * 10, "Classifier: License :: Public Domain"], "Public Domain"),
        (["Classifier: Programming Language :: Python"], ""),
    ],
)
def test_the_licence_is_read_from_where_a_distribution_says_it(place: Path, fields: list[str], licence: str) -> None:
    packages.metadata_of.cache_clear()
    install(place, "lubb-test-nine", {}, *fields)
    assert packages.licence("lubb-test-nine") == licence


def test_a_distribution_that_is_not_installed_has_neither_version_nor_licence() -> None:
    assert (packages.version("lubb-nowhere"), packages.licence("lubb-nowhere"), packages.version("")) == ("", "", "")


def test_an_extractor_that_is_not_available_stops_a_worker() -> None:
    broken = Extractor("broken", "entry-point", "nowhere:extract", problem="needs x: pip install x")
    with pytest.raises(BenchError, match="extractor 'broken' is not available: needs x: pip install x"):
        Worker(broken, Limits(), Sandbox("none")).start()
    answer = Worker(broken, Limits(), Sandbox("none")).extract(PAGE)
    assert answer.status is Status.CRASH


def test_extract_knows_neither_gold_nor_score() -> None:
    code = """
import sys
import bench.extract.cache, bench.extract.child, bench.extract.describe, bench.extract.registry, bench.extract.worker
sys.exit(", ".join(sorted(name for name in sys.modules if name.startswith(("bench.gold", "bench.score")))) or 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
