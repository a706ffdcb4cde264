"""Environments of scripts and Node programs, without a network: real uv over wheels made here, or none of either."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import cli
from bench.errors import BenchError
from bench.extract import block, environments, installers, interpreters, requirements
from bench.extract.environments import Ready

BLOCK = '# /// script\n# requires-python = ">=3.11"\n# dependencies = ["lubb-tiny"]\n# ///\n'
PLUGIN = "def extract(page):\n    import lubb_tiny\n    return lubb_tiny.WORD\n"


def deaf(line: str) -> None:
    """Hears nothing."""


def wheel(folder: Path, name: str, version: str = "1.0", **files: str) -> Path:
    """A wheel is a zip with four files of metadata, of which three do."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    files = {f"{module}.py": f"WORD = '{version}'\n", **files}
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: 0BSD\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: lubb\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    target = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return target


def sdist(folder: Path, name: str) -> None:
    """One that needs nothing to be built with, and whose building can be seen."""
    backend = f"""
import pathlib, zipfile
def build_wheel(folder, *settings):
    name = "{name.replace("-", "_")}-1.0"
    with zipfile.ZipFile(pathlib.Path(folder) / f"{{name}}-py3-none-any.whl", "w") as archive:
        archive.writestr(name + ".dist-info/METADATA", "Metadata-Version: 2.4\\nName: {name}\\nVersion: 1.0\\n")
        archive.writestr(name + ".dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr(name + ".dist-info/RECORD", "")
    return f"{{name}}-py3-none-any.whl"
"""
    project = f'[project]\nname = "{name}"\nversion = "1.0"\n[build-system]\nrequires = []\nbuild-backend = "make"\n'
    files = {"pyproject.toml": f'{project}backend-path = ["."]\n', "make.py": backend}
    files["PKG-INFO"] = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n"
    with tarfile.open(folder / f"{name.replace('-', '_')}-1.0.tar.gz", "w:gz") as archive:
        for file, text in files.items():
            entry = tarfile.TarInfo(f"{name.replace('-', '_')}-1.0/{file}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with wheels/, where nothing else can be had, and where all is written."""
    (tmp_path / "wheels").mkdir()
    for name, value in {
        "LUBB_ENVIRONMENTS": tmp_path / "environments",
        "UV_CACHE_DIR": tmp_path / "cache",
        "UV_FIND_LINKS": tmp_path / "wheels",
        "UV_OFFLINE": "1",
        "UV_PYTHON_INSTALL_DIR": tmp_path / "pythons",
    }.items():
        monkeypatch.setenv(name, str(value))
    return tmp_path


def script(place: Path, head: str = BLOCK, name: str = "mine.py") -> Path:
    file = place / name
    file.write_text(head + PLUGIN, encoding="utf-8")
    return file


def made(file: Path) -> tuple[Ready, str]:
    said: list[str] = []
    environments.make_script(file, said.append)
    ready = environments.script_state(file)
    assert isinstance(ready, Ready) and len(said) == 1
    return ready, said[0]


def why(call: Callable[[], object]) -> str:
    with pytest.raises(BenchError) as caught:
        call()
    return str(caught.value)


def program(place: Path, name: str, *lines: str, code: int = 0) -> None:
    """A program first on PATH that writes down that it was called, does `lines` in the shell, and ends with `code`."""
    file = place / "bin" / name
    file.parent.mkdir(exist_ok=True)
    calls = f'echo "$@" >> {place / (name + ".calls")}'
    file.write_text("\n".join(["#!/bin/sh", calls, *lines, f"exit {code}"]) + "\n", encoding="utf-8")
    file.chmod(0o755)


@pytest.fixture
def pretended(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No uv, node or npm but what the test writes: the wheel of uv is gone, PATH has /bin/sh's few and `bin`."""
    (place / "bin").mkdir()
    (place / "tools").mkdir()
    for name in ("sh", "mkdir", "ln", "sleep", "cat", "touch"):
        (place / "tools" / name).symlink_to(Path("/bin") / name)
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", f"{place / 'bin'}:{place / 'tools'}")
    return place


# What a real one leaves behind, as far as it is looked at. The last argument of `uv venv` is the folder.
VENV = (
    'for last; do :; done; test "$1" = venv || exit 0',
    f'mkdir -p "$last/bin" "$last/lib/python3.11/site-packages"; ln -s {sys.executable} "$last/bin/python"',
)
NODE_20 = "echo v20.1.0"
INSTALLS = 'mkdir -p node_modules/@a/b; echo \'{"name": "@a/b", "version": "2.0", "license": "MIT"}\''


def test_the_block_is_read_as_pep_723_has_it() -> None:
    assert block.metadata_block(BLOCK + PLUGIN) == {"requires-python": ">=3.11", "dependencies": ["lubb-tiny"]}
    assert block.metadata_block(BLOCK.replace("\n", "\r\n")) == block.metadata_block(BLOCK)
    assert block.metadata_block("# /// script\n#\n# a = 1\n#   # text\n# ///\n") == {"a": 1}
    assert block.metadata_block("# /// other\n# a = 1\n# ///\n") is None
    assert block.metadata_block("#/// script\n# a = 1\n# ///\n") is None


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (BLOCK + "\n" + BLOCK, "two metadata blocks"),
        (BLOCK + BLOCK, "two metadata blocks"),
        ("# /// script\n# a = 1\n", "does not end"),
        ("# /// script\n# a = 1\nimport json\n# ///\n", "does not end"),
        ("# /// script\n# a = \n# ///\n", "is no TOML"),
        ("# /// script\n# requires-python = 3\n# ///\n", "requires-python is no text"),
        ('# /// script\n# requires-python = "3.12"\n# ///\n', "requires-python has '3.12'; write it as"),
        ("# /// script\n# dependencies = 'a'\n# ///\n", 'dependencies is no list of texts; write dependencies = ["'),
        ("# /// script\n# [tool.lubb]\n# biuld = []\n# ///\n", "another key than 'build'"),
        ("import json\n", "no metadata block"),
    ],
)
def test_a_block_that_is_not_understood_is_one_line(place: Path, source: str, words: str) -> None:
    file = place / "mine.py"
    file.write_text(source, encoding="utf-8")
    told = why(lambda: environments.script_state(file))
    assert told.startswith(f"{file}: ") and words in told


@pytest.mark.parametrize(
    ("requires", "fitting"),
    [
        ("", "3.8.0 3.12.1 3.13.0"),
        (">=3.12", "3.12.1 3.13.0"),
        (">=3.12,<3.13", "3.12.1"),
        (">3.8", "3.12.1 3.13.0"),
        ("<=3.12", "3.8.0"),
        ("==3.12.*", "3.12.1"),
        ("!=3.12.*", "3.8.0 3.13.0"),
        ("~=3.12", "3.12.1 3.13.0"),
        ("~=3.12.0", "3.12.1"),
        ("==3.13", "3.13.0"),
        (">=3.12.2", "3.13.0"),
    ],
)
def test_a_python_fits_what_is_required(requires: str, fitting: str) -> None:
    versions = ["3.8.0", "3.12.1", "3.13.0"]
    numbers = {version: tuple(map(int, version.split("."))) for version in versions}
    assert [version for version in versions if interpreters.fits(numbers[version], requires)] == fitting.split()


def test_a_python_is_taken_only_if_it_starts(pretended: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(pretended / "pyenv"))
    program(pretended, "python3.99", 'echo "pyenv: python3.99: command not found" >&2', code=127)
    program(pretended, "python3.98", 'echo "3 98 0 candidate"')
    program(pretended, "python3.97", 'echo "3 97 4 final"')
    found = interpreters.find(">=3.90", "mine")
    assert (str(found), found.path) == ("Python 3.97.4", pretended / "bin" / "python3.97")
    assert interpreters.find(">=3.11", "mine").path == Path(sys.executable)
    asked = "install one, or python -m bench setup --download-python mine"
    assert why(lambda: interpreters.find(">=3.98", "mine")) == f"needs Python >=3.98: {asked}"


def test_uv_may_download_a_python_when_asked(pretended: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(pretended / "pyenv"))
    there = pretended / "pythons" / "cpython-3.96.1-linux" / "bin"
    program(
        pretended,
        "uv",
        'test "$UV_PYTHON_DOWNLOADS" = manual || exit 1',
        f"mkdir -p {there}; printf '#!/bin/sh\\necho 3 96 1 final\\n' > {there}/python3.x",
        f"cat {there}/python3.x > {there}/python3; /bin/chmod +x {there}/python3",
    )
    found = interpreters.find("==3.96.*", "mine", download=True)
    assert (found.path, found.version) == (there / "python3", (3, 96, 1))
    assert (pretended / "uv.calls").read_text().strip() == "python install ==3.96.*"


def test_an_environment_is_made_once_and_described(place: Path) -> None:
    ran = place / "ran"
    wheel(place / "wheels", "lubb-tiny", **{"lubb_tiny.pth": f"import pathlib; pathlib.Path({str(ran)!r}).touch()\n"})
    file = script(place)
    assert environments.script_state(file, "mine") == "its environment is not made: python -m bench setup mine"
    assert environments.script_state(file) == f"its environment is not made: python -m bench setup {file}"
    ready, said = made(file)
    here = ".".join(map(str, sys.version_info[:3]))
    assert said == f"Python {here}, 1 package, not locked"
    assert ready.distributions == (("lubb-tiny", "1.0", "0BSD"),)
    assert made(file) == (ready, "already made")
    assert [path.name for path in (place / "environments").iterdir()] == [ready.python.parents[1].name]  # type: ignore[union-attr]
    assert list((place / "environments").rglob("__pycache__/lubb_tiny*.pyc"))
    assert not ran.exists()  # what a package would run when Python starts was not run
    done = subprocess.run([str(ready.python), "-c", PLUGIN + "print(extract(1))"], capture_output=True, check=True)
    assert (done.stdout, ran.exists()) == (b"1.0\n", True)


def test_another_block_is_another_environment_and_none_is_lost(place: Path) -> None:
    wheel(place / "wheels", "lubb-tiny")
    wheel(place / "wheels", "lubb-tiny", "2.0")
    first, _ = made(script(place, BLOCK.replace('"lubb-tiny"', '"lubb-tiny<2"')))
    second, _ = made(script(place))
    assert [ready.distributions[0][1] for ready in (first, second)] == ["1.0", "2.0"]
    assert first.digest != second.digest and first.python != second.python
    assert made(script(place, BLOCK.replace('"lubb-tiny"', '"lubb-tiny<2"'))) == (first, "already made")


def test_what_is_half_made_is_made_anew(place: Path) -> None:
    file = script(place, '# /// script\n# requires-python = ">=3.11"\n# ///\n')
    ready, said = made(file)
    assert said.endswith("0 packages, no dependencies") and ready.python is not None
    target = ready.python.parents[1]
    left = place / "environments" / ".half-gone"
    left.mkdir()
    (target / ".lubb.json").write_text('{"made_for": ', encoding="utf-8")
    assert isinstance(environments.script_state(file), str)
    assert made(file)[0] == ready
    assert not left.exists()
    ready.python.unlink()  # the Python that it stood on was removed
    assert isinstance(environments.script_state(file), str)


def lock(place: Path, *hashes: str) -> Path:
    file = script(place)
    lines = ["lubb-tiny==1.0 \\", *(f"    --hash=sha256:{digest}" for digest in hashes)]
    head = block.locked_for(block.script(file))
    block.lock_file(file).write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return file


def test_a_lock_of_ours_is_kept_to(place: Path) -> None:
    data = wheel(place / "wheels", "lubb-tiny").read_bytes()
    wheel(place / "wheels", "lubb-tiny", "2.0")
    ready, said = made(lock(place, hashlib.sha256(data).hexdigest()))
    assert said.endswith("1 package, as locked in mine.lock.txt")
    assert ready.distributions == (("lubb-tiny", "1.0", "0BSD"),)
    told = why(lambda: environments.make_script(lock(place, "0" * 64), deaf))
    assert told.startswith("uv failed: ") and "hash" in told.lower()
    file = script(place, BLOCK.replace("tiny", "other"))
    asked = f"its lock file does not match its dependencies; python -m bench setup --lock {file}"
    assert why(lambda: environments.make_script(file, deaf)) == f"{file}: {asked}"


def test_a_lock_is_written_without_an_address(place: Path) -> None:
    wheel(place / "wheels", "lubb-tiny")
    file = script(place)
    assert requirements.lock(file) == "mine.lock.txt, 1 package"
    written = block.lock_file(file).read_text(encoding="utf-8")
    assert written.splitlines()[0] == block.locked_for(block.script(file))
    assert "lubb-tiny==1.0" in written and "--hash=sha256:" in written
    assert "://" not in written and str(place) not in written
    assert made(file)[1].endswith("as locked in mine.lock.txt")


def test_the_lock_that_uv_writes_is_kept_to(place: Path) -> None:
    wheel(place / "wheels", "lubb-tiny")
    wheel(place / "wheels", "lubb-other")
    file = script(place)
    subprocess.run(
        [installers.find_uv(), "lock", "--quiet", "--script", file, "--python", sys.executable], cwd=place, check=True
    )
    wheel(place / "wheels", "lubb-tiny", "2.0")
    ready, said = made(file)
    assert said.endswith("as locked in mine.py.lock")
    assert ready.distributions == (("lubb-tiny", "1.0", "0BSD"),)
    script(place, BLOCK.replace("tiny", "other"))
    asked = f"its lock file does not match its dependencies; uv lock --script {file}"
    assert why(lambda: environments.make_script(file, deaf)) == f"{file}: {asked}"


def test_a_package_is_built_only_where_the_script_says_so(place: Path) -> None:
    sdist(place / "wheels", "lubb-tiny")
    file = script(place)
    told = why(lambda: environments.make_script(file, deaf))
    assert told.startswith("lubb-tiny has no wheel for this Python and machine; pin a version that has one")
    assert '[tool.lubb] build = ["lubb-tiny"]' in told
    assert list((place / "environments").iterdir()) == []
    allowed = BLOCK.removesuffix("# ///\n") + '# [tool.lubb]\n# build = ["lubb-tiny"]\n# ///\n'
    file = script(place, allowed)
    assert made(file)[0].distributions[0][:2] == ("lubb-tiny", "1.0")


def test_without_a_network_and_a_cache_uv_s_own_reason_is_told(place: Path) -> None:
    file = script(place)
    told = why(lambda: environments.make_script(file, deaf))
    assert told.startswith("uv failed: Because lubb-tiny was not found") and "\n" not in told


def test_without_uv_one_line_says_what_it_needs(pretended: Path) -> None:
    file = script(pretended)
    assert why(lambda: environments.make_script(file, deaf)) == "needs uv; pip install uv"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "error: Failed to install: a.whl (a==1.0)\n  Caused by: failed to write\n"
            "  Caused by: No space left on device (os error 28)",
            "No space left on device (os error 28)",
        ),
        (
            "warning: x\n  × No solution found when resolving dependencies:\n  ╰─▶ Because a was not found in the\n"
            "      cache and you require a, we can conclude that it is\n      unsatisfiable.\n\n      hint: Packages …",
            "Because a was not found in the cache and you require a, we can conclude that it is unsatisfiable",
        ),
        ("thread 'main' panicked", "thread 'main' panicked"),
        ("", "exit code 2, and it said nothing"),
    ],
)
def test_what_uv_complains_of_is_one_line(pretended: Path, said: str, told: str) -> None:
    (pretended / "said").write_text(said, encoding="utf-8")
    program(pretended, "uv", f"cat {pretended / 'said'} >&2", code=2)
    file = script(pretended)
    assert why(lambda: environments.make_script(file, deaf)) == f"uv failed: {told}"
    assert isinstance(environments.script_state(file), str)


def test_a_folder_that_cannot_be_written_is_one_line(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "file").touch()
    monkeypatch.setenv("LUBB_ENVIRONMENTS", str(place / "file" / "environments"))
    file = script(place)
    told = why(lambda: environments.make_script(file, deaf))
    assert told == f"{place}/file/environments: its environment cannot be made: not a directory"


def test_of_two_at_once_one_makes_it(pretended: Path) -> None:
    # uv is not done before the other waits for it.
    other = pretended / "other-waits"
    program(pretended, "uv", f"n=0; until [ -e {other} ] || [ $n = 600 ]; do n=$((n+1)); sleep 0.1; done", *VENV)
    file = script(pretended, '# /// script\n# requires-python = ">=3.11"\n# ///\n')
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("waiting"):
            other.touch()

    threads = [threading.Thread(target=environments.make_script, args=(file, say)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len((pretended / "uv.calls").read_text().splitlines()) == 1
    assert sorted(line.partition(" ")[0] for line in said) == ["Python", "already", "waiting"]


def node_program(place: Path) -> Path:
    folder = place / "program"
    folder.mkdir()
    (folder / "package.json").write_text('{"dependencies": {"@a/b": "2.0"}}', encoding="utf-8")
    (folder / "package-lock.json").write_text("{}", encoding="utf-8")
    return folder


def test_node_packages_are_installed_as_locked(pretended: Path) -> None:
    folder = node_program(pretended)
    program(pretended, "node", NODE_20)
    program(pretended, "npm", f"{INSTALLS} > node_modules/@a/b/package.json")
    unmade = "its environment is not made: python -m bench setup mine"
    assert environments.node_state(folder, "mine") == unmade
    said: list[str] = []
    environments.make_node(folder, said.append)
    environments.make_node(folder, said.append)
    assert said == ["node 20.1.0, 1 package, as locked in package-lock.json", "already made"]
    assert (pretended / "npm.calls").read_text() == "ci --ignore-scripts --no-audit --no-fund --omit=dev\n"
    ready = environments.node_state(folder)
    assert isinstance(ready, Ready)
    assert (ready.python, ready.distributions) == (None, (("@a/b", "2.0", "MIT"),))
    (folder / "package-lock.json").write_text("{ }", encoding="utf-8")
    assert environments.node_state(folder, "mine") == unmade
    (folder / "package-lock.json").unlink()
    assert environments.node_state(folder) is None


@pytest.mark.parametrize(
    ("node", "npm", "told"),
    [
        (None, None, "needs node 18 or newer on PATH"),
        ("echo v16.20.2", None, "needs node 18 or newer on PATH: {bin}/node is 16.20.2"),
        ("exit 1", None, "needs node 18 or newer on PATH: {bin}/node is no node that starts"),
        (NODE_20, None, "needs npm, which comes with node; install node 18 or newer with npm"),
        (
            NODE_20,
            "npm error code ENOTCACHED\\nnpm error request to x failed: no cached response is available.\\n"
            "npm error A complete log of this run can be found in: /x",
            "npm failed: request to x failed: no cached response is available",
        ),
        (NODE_20, "npm ERR! code EUSAGE\\nnpm ERR!\\nnpm ERR! `npm ci` can only…", "npm failed: `npm ci` can only…"),
        (NODE_20, "npm error nospc ENOSPC: no space left on device, write", "npm failed: nospc ENOSPC: no space left"),
    ],
)
def test_what_node_packages_lack_is_one_line(pretended: Path, node: str | None, npm: str | None, told: str) -> None:
    folder = node_program(pretended)
    if node is not None:
        program(pretended, "node", node)
    if npm is not None:
        program(pretended, "npm", f"printf '%b\\n' '{npm}' >&2", code=1)
    line = why(lambda: environments.make_node(folder, deaf))
    assert line.startswith(told.format(bin=pretended / "bin")) and "\n" not in line
    assert isinstance(environments.node_state(folder), str)


def test_setup_makes_tells_locks_and_removes(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel(place / "wheels", "lubb-tiny")
    good, bad = script(place), script(place, BLOCK.replace("tiny", "nowhere"), "bad.py")
    assert cli.main(["setup", "nothing", str(good), str(bad)]) == 1
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["nothing", "runs without an environment of its own"]
    assert lines[1][1].startswith("made: Python 3.") and lines[1][1].endswith(" s)")
    assert lines[2][1].startswith("failed: uv failed: Because lubb-nowhere was not found")
    assert cli.main(["setup", "--json", str(good)]) == 0
    printed = capsys.readouterr()
    (told,) = json.loads(printed.out)
    assert (told["extractor"], told["state"], told["what"]) == (str(good), "already made", "already made")
    assert cli.main(["setup", "--lock", str(good)]) == 0
    assert "locked: mine.lock.txt, 1 package (" in capsys.readouterr().out
    assert cli.main(["setup", "--lock", "nothing"]) == 1
    assert cli.main(["setup", "--remove", str(good)]) == 0
    assert "removed: 1 environment\n" in capsys.readouterr().out
    assert list((place / "environments").iterdir()) == []
