"""The contributor's walk: every command of docs/contributing-an-extractor.md that stands in a box, typed as it stands.

Over a small corpus instead of the shipped one, without the long checks, and without a network: `pip install` is told
not to look for one, so that it takes the build backend of the tests. In an environment of its own that sees ours.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.run_corpus import write_corpus

DOCS = Path(__file__).parents[1] / "docs" / "contributing-an-extractor.md"
SECTIONS = dict(re.findall(r"^## ([A-F])\. .*?\n(.*?)(?=^## |\Z)", DOCS.read_text(encoding="utf-8"), re.M | re.S))
# What is typed here in addition, to be quick and offline.
ALSO = {
    "python -m bench run": "--corpus ../corpus --fresh",
    "python -m bench check": "--quick",
    "python -m bench submit-check": "--corpus ../corpus --quick",
    "python -m pip install": "--no-index --no-deps --no-build-isolation",
    "python -m pytest": "-k article -p no:cacheprovider",
}
BACKEND = ("hatchling", "editables")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus and an environment, into which the walk installs its package."""
    top = tmp_path_factory.mktemp("walk")
    write_corpus(top / "corpus", {"tajriba": ("dev", 2), "akhbar": ("test", 1)})
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", top / "env"], check=True)
    paths = {"base": str(top / "env"), "platbase": str(top / "env")}
    site = Path(sysconfig.get_path("purelib", "venv", paths))
    lines = [f"import site; site.addsitedir({sysconfig.get_path(name)!r})\n" for name in ("purelib", "platlib")]
    (site / "below.pth").write_text("".join(lines), encoding="utf-8")
    (top / "here").mkdir()
    return top


def walk(place: Path, letter: str) -> dict[str, str]:
    """What each command of a section printed; it has to end well."""
    environment = {
        **os.environ,
        "PATH": f"{place / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "LUBB_CACHE": str(place / "cache"),
        "LUBB_ENVIRONMENTS": str(place / "environments"),
        "UV_OFFLINE": "1",
        "COLUMNS": "200",
    }
    for name in ("PYTHONPATH", "LUBB_OFFLINE"):  # a script without dependencies needs no network
        environment.pop(name, None)
    printed = {}
    for block in re.findall(r"^```console\n(.*?)^```", SECTIONS[letter], re.MULTILINE | re.DOTALL):
        for command in block.splitlines():
            also = next((more for begin, more in ALSO.items() if command.startswith(begin)), "")
            done = subprocess.run(
                ["bash", "-c", f"{command} {also}"],
                cwd=place / "here",
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            printed[command] = done.stdout
    return printed


def the(printed: dict[str, str], part: str) -> str:
    """What the one command with that in it printed."""
    (found,) = [text for command, text in printed.items() if part in command]
    return found


def scored(printed: dict[str, str], name: str) -> bool:
    """Whether the leaderboard has a row of that name with an F1 near to one."""
    board = the(printed, f"bench run --extractor {'mine' if name == 'lubb_mine' else name}/")
    return re.search(rf"^ *\d+(?:-\d+)? +{name} .* (1\.000|\.9\d\d) ", board, re.MULTILINE) is not None


@pytest.mark.skipif(not all(map(find_spec, BACKEND)), reason=f"needs {' and '.join(BACKEND)}: pip install -e '.[test]'")
def test_a_package_of_your_own(place: Path) -> None:
    printed = walk(place, "A")
    assert scored(printed, "lubb_mine")
    assert " fail" not in the(printed, "bench check")
    assert "pass     version 0.1.0, licence MIT\n" in the(printed, "submit-check")
    assert re.search(r"\d passed", the(printed, "pytest"))
    assert the(printed, "submit-check").endswith("\nfit to be submitted\n")


def test_one_file_with_dependencies_of_its_own(place: Path) -> None:
    printed = walk(place, "B")
    assert scored(printed, "alone")
    assert the(printed, "submit-check").endswith("\nfit to be submitted\n")
    assert list((place / "environments").glob("alone-*"))


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node on this machine")
def test_node_or_any_other_program(place: Path) -> None:
    printed = walk(place, "C")
    assert scored(printed, "reader")
    assert scored(printed, "anything")
    assert the(printed, "submit-check").endswith("\nfit to be submitted\n")


def test_every_box_is_walked() -> None:
    boxed = {letter for letter, text in SECTIONS.items() if "```console" in text}
    assert boxed == {"A", "B", "C"}
    assert DOCS.read_text(encoding="utf-8").count("```console") == sum(
        text.count("```console") for text in SECTIONS.values()
    )


def test_what_is_linked_is_there() -> None:
    for file in (DOCS, DOCS.parents[1] / "CONTRIBUTING.md", DOCS.parents[1] / ".github" / "PULL_REQUEST_TEMPLATE.md"):
        for target in re.findall(r"\]\(([^)#]+)", file.read_text(encoding="utf-8")):
            # The template becomes the text of a page at OWNER/NAME/pull/N, where a browser resolves it.
            place = target.replace("../blob/main/", "../")
            assert (file.parent / place).exists(), f"{file.name}: {target}"
            assert (place == target) == (file.parent.name != ".github"), f"{file.name}: {target}"
