from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.cli import COMMANDS, build_parser, main
from bench.run.records import open_run
from tests.run_corpus import environment, lubb, only_run, write_corpus, write_plugins

HEAVY = {"lxml", "rich", "rapidfuzz", "datasets", "pandas", "pyarrow", "jinja2", "trafilatura", "pytest", "resiliparse"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with a corpus and plug-ins."""
    folder = tmp_path_factory.mktemp("place")
    write_corpus(folder / "corpus")
    write_plugins(folder)
    return folder


@pytest.fixture
def here(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(place)
    monkeypatch.setenv("LUBB_CACHE", str(place / "cache"))
    return place


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_help_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bench", "--help"], capture_output=True, text=True, check=True
    )
    imported = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert {"argparse", "bench.cli"} <= imported
    assert not {name.partition(".")[0] for name in imported} & HEAVY


def test_no_command_imports_anything_heavy_to_be_mounted() -> None:
    code = "import sys, bench.cli; bench.cli.build_parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert {f"bench.commands.{name.replace('-', '_')}" for name in COMMANDS} <= modules
    assert not {name.partition(".")[0] for name in modules} & HEAVY


def test_every_command_has_help_and_a_call() -> None:
    text = build_parser().format_help()
    for name in COMMANDS:
        assert re.search(rf"^    {name}\s", text, re.MULTILINE), name


def test_no_command_prints_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys)
    assert (code, out) == (2, build_parser().format_help())


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["--version"])
    assert leaving.value.code in (None, 0)
    assert re.fullmatch(r"lubb \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


def test_head_ends_a_table_quietly(place: Path) -> None:
    command = f'"{sys.executable}" -m bench labels; echo "code $?" >&2'
    done = subprocess.run(
        ["bash", "-c", f"({command}) | head -c 1 >/dev/null"],
        cwd=place,
        env=environment(place / "cache"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr in ("code 141\n", "code 0\n")  # 0: it was all written before head left


def test_a_terminal_without_arabic_gets_escapes(place: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "labels"],
        env={**environment(place / "cache"), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "\\u0627\\u0644\\u0645\\u0635\\u062f\\u0631" in done.stdout


@pytest.mark.parametrize("module", ["lxml", "rapidfuzz", "resiliparse"])
def test_a_library_that_lubb_itself_needs_and_that_is_missing(place: Path, module: str) -> None:
    code = f"import sys; sys.modules['{module}'] = None; from bench.cli import main; sys.exit(main())"
    done = subprocess.run(  # the shipped corpus, for it has a page whose charset is told by a detector
        [sys.executable, "-c", code, "run", "--extractor", "oracle", "--out", str(place / "never")],
        env=environment(place / "cache"),
        capture_output=True,
        text=True,
        check=False,
    )
    line = f"lubb: {module} is missing, which Lubb itself needs; pip install {module}\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


def test_another_package_called_bench(tmp_path: Path) -> None:
    main_file = Path(str(sys.modules["bench"].__file__)).with_name("__main__.py")
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "__init__.py").write_text('"""Another."""\n')
    (tmp_path / "bench" / "__main__.py").write_text(main_file.read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bench", "run"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        f"lubb: another package called 'bench' (frappe-bench?) was imported from {tmp_path}/bench/__init__.py; install "
        "lubb in an environment of its own: python -m venv lubb && lubb/bin/pip install lubb\n"
    )


def test_a_run_prints_tables_and_where_it_is(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(
        capsys, "run", "--corpus", "corpus", "--extractor", "cheap.py:paragraphs", "--extractor", "oracle", "--out", "a"
    )
    assert code == 0
    assert "Leaderboard: 5 pages of 2 sites, track static, split test" in out
    path = only_run(here / "a")
    assert re.fullmatch(
        r"cheap\.paragraphs: 7 pages, \d+\.\d s\noracle: 7 pages, \d+\.\d s\nrun: a/runs/\d{8}T\d{6}Z-[0-9a-f]{8}\n",
        err,
    )
    run = open_run(path)
    assert run.plan.command == (
        "python -m bench run --corpus corpus --extractor cheap.py:paragraphs --extractor oracle --out a"
    )
    oracle = [record for record in run.records if record.extractor == "oracle"]
    assert len(oracle) == 7
    assert all(record.score.counts.f1 == 1 and record.score.exact for record in oracle)
    assert all(record.score.counts.f1 == 1 for record in run.records)


def test_json_goes_to_stdout_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(
        capsys, "run", "--corpus", "corpus", "--extractor", "cheap.py:all_text", "--out", "b", "--json", "--quiet"
    )
    assert (code, err) == (0, "")
    board = json.loads(out)
    assert [row["extractor"] for row in board["rows"]] == ["cheap.all_text"]
    assert set(board["rows"][0]["sites"]) == {"akhbar", "bilad"}


def test_strict_fails_and_names_the_first(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("run", "--corpus", "corpus", "--extractor", "cheap.py:fussy", "--out", "c", "--quiet")
    assert said(capsys, *arguments)[0] == 0
    code, _, err = said(capsys, *arguments, "--strict")
    assert code == 3
    assert err.startswith(
        "lubb: 3 of 7 extractions failed; "
        "first cheap.fussy on akhbar/002: exception (ValueError: I do not like …/2.html"
    )
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--site", "akhbr"], "unknown site 'akhbr'; did you mean akhbar?"),
        (["--site", "zz", "--site", "yy"], "unknown sites 'zz', 'yy'; there are: akhbar, bilad, tajriba"),
        (
            ["--track", "script"],
            "no page is left of 7 with --track script; ask for less at once; "
            "python -m bench corpus stats says what there is",
        ),
        (
            ["--extractor", "cheap.py:all_text", "--extractor", "cheap.py:all_text"],
            "2 extractors of this run are called 'cheap.all_text'; name each once, or rename one of the files",
        ),
    ],
)
def test_mistakes_are_one_line(here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str) -> None:
    code, out, err = said(capsys, "run", "--corpus", "corpus", *arguments)
    assert (code, out, err) == (2, "", f"lubb: {line}\n")
    assert not (here / "results").exists()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--limit", "0"], "argument --limit: '0' is no whole number of 1 or more"),
        (["--jobs", "two"], "argument --jobs: 'two' is no whole number of 1 or more"),
        (["--timeout", "nan"], "argument --timeout: 'nan' is no number of seconds above 0 and up to a day"),
        (["--corpus"], "argument --corpus: expected one argument"),
    ],
)
def test_mistyped_arguments_are_one_line(capsys: pytest.CaptureFixture[str], arguments: list[str], line: str) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["run", *arguments])
    assert leaving.value.code == 2
    assert capsys.readouterr().err == f"lubb: {line}; lubb run --help tells more\n"


def test_an_extractor_that_cannot_be_run_stops_a_run_that_names_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "broken.py").write_text("import a_module_that_is_not_there\n")
    code, _, err = said(capsys, "run", "--corpus", "corpus", "--extractor", "broken.py", "--out", "d")
    assert code == 2
    assert re.fullmatch(r"lubb: .*broken.*a_module_that_is_not_there.*\n", err)
    assert not (here / "d").exists()


def test_require_sandbox(here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.extract import sandbox

    monkeypatch.setattr(sandbox, "probe", lambda: sandbox.Sandbox("none"))
    assert said(capsys, "run", "--corpus", "corpus", "--require-sandbox") == (
        2,
        "",
        "lubb: no sandbox works on this machine; install bubblewrap or allow user namespaces, "
        "or go on without --require-sandbox\n",
    )


def test_an_out_folder_that_cannot_be_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "taken").write_text("")
    code, _, err = said(capsys, "run", "--corpus", "corpus", "--extractor", "oracle", "--out", "taken")
    assert (code, err) == (
        2,
        "lubb: taken/runs: cannot be written (Not a directory); make room or give another folder with --out; "
        "what is recorded stands, and the same command goes on from there (without --fresh)\n",
    )


def test_a_broken_extractor_in_the_list_is_a_line_of_a_run_of_all(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bench.extract import registry

    good = registry.resolve("cheap.py:paragraphs")
    broken = registry.Extractor("gone", "entry-point", "gone:extract", problem="needs gone: pip install gone")
    monkeypatch.setattr(registry, "installed", lambda: [good, broken])
    code, out, err = said(capsys, "run", "--corpus", "corpus", "--out", "e")
    assert code == 0
    assert "gone is left out: needs gone: pip install gone\n" in err
    assert "needs gone: pip install gone" in out
    assert said(capsys, "run", "--corpus", "corpus", "--out", "e", "--strict", "--quiet")[::2] == (
        3,
        "lubb: 1 extractors could not be run; first gone: needs gone: pip install gone; "
        "see why: python -m bench report --table leaderboard, or run without --strict\n",
    )


def test_nothing_of_this_machine_is_stored(place: Path) -> None:
    done = lubb("run", "--corpus", place / "corpus", "--extractor", f"{place}/cheap.py:fussy", "--out", "f", cwd=place)
    assert done.returncode == 0, done.stderr
    run = only_run(place / "f")
    stored = "".join((run / name).read_text(encoding="utf-8") for name in ("plan.json", "run.json", "records.jsonl"))
    assert "--corpus …/corpus --extractor …/cheap.py:fussy" in stored
    for secret in (str(place), str(Path.home()), os.uname().nodename, "/home/"):
        assert secret not in stored
