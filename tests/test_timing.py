"""The careful timing pass: figures by hand, files that pytest-benchmark reads, and what goes wrong."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.logger import Logger
from pytest_benchmark.storage.file import FileStorage

from bench.check.hostile import left
from bench.commands import time as command
from bench.errors import BenchError, ExtractorFailed
from bench.extract import sandbox
from bench.extract.plugin import Function
from bench.extract.sandbox import Sandbox
from bench.extract.worker import Limits
from bench.gold import corpus
from bench.run import place
from bench.run.timing import CarefulTimes, PageTime, load, same_machine, site_time
from bench.run.timing_pass import Timed, TimingRequest, carry_out

PAGE = """<!DOCTYPE html><html lang="ar"><head><title>خبر</title></head><body>
<nav data-gold="nav"><a href="/">الرئيسية</a></nav>
<article data-gold="body">{}</article></body></html>"""
PLUGIN = "def extract(page):\n    {}\n"
MS = 1_000_000


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sites, three pages."""
    folder = tmp_path_factory.mktemp("corpus")
    for site, numbers in {"alpha": ("001", "002"), "beta": ("001",)}.items():
        place_ = folder / "sites" / site
        place_.mkdir(parents=True)
        lines = ["name = 'x'", "family = 'plain'", "licence = 'CC-BY-4.0'", "provenance = 'made'", "split = 'test'"]
        for number in numbers:
            lines += [f"[pages.{number}]", f"url = 'https://{site}.example/{number}'", "track = 'static'"]
            paragraph = f"<p>{f'زرع المزارعون القمح في الوادي {site} {number} ' * 20}</p>"
            (place_ / f"{number}.html").write_text(PAGE.format(paragraph * 4), encoding="utf-8")
        (place_ / "site.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def plugin(folder: Path, name: str, body: str) -> str:
    file = folder / f"{name}.py"
    file.write_text(PLUGIN.format(body), encoding="utf-8")
    return f"{file}:extract"


def timed(
    small: Path,
    out: Path,
    *extractors: str,
    sites: tuple[str, ...] = (),
    limit: int | None = None,
    rounds: int = 3,
    timeout_s: float = 60.0,
) -> tuple[Timed, list[str]]:
    said: list[str] = []
    limits = Limits(timeout_s=timeout_s)
    request = TimingRequest(small, extractors, sites, limit=limit, rounds=rounds, limits=limits, out=out)
    return carry_out(request, said.append), said


def page_time(
    page: str, cpu: tuple[int, ...], parse: tuple[int, ...], machine: tuple[object, ...] = ("elsewhere",)
) -> PageTime:
    return PageTime(("x", "d1"), "c1", machine, page.partition("/")[0], page, cpu, parse)


def test_the_cost_of_a_page_is_the_median_ratio_of_its_rounds() -> None:
    # Ratios 4, 6 and 2: a round in which everything took ten times as long changes nothing.
    assert page_time("a/1", (40, 60, 200), (10, 10, 100)).cost == 4
    assert page_time("a/1", (400, 60, 200), (100, 10, 100)).cost == 4


def test_a_site_weighs_its_pages_by_their_parse() -> None:
    light = page_time("a/1", (4 * MS,) * 20, (1 * MS,) * 20)
    heavy = page_time("a/2", (6 * MS,) * 18 + (9 * MS, 12 * MS), (3 * MS,) * 20)
    found = site_time([light, heavy])
    assert found.cost == pytest.approx((4 * 1 + 2 * 3) / 4)
    assert found.ms == pytest.approx(5)
    assert found.p95_ms == pytest.approx(6)  # the 38th of 40 rounds
    assert found.steady


def test_a_page_is_steady_while_its_parse_varies_by_a_tenth_at_most() -> None:
    assert page_time("a/1", (1, 1), (95, 105)).steady
    assert page_time("a/1", (1, 1), (90, 110)).steady
    assert not page_time("a/1", (1, 1), (89, 111)).steady


def test_figures_count_for_the_same_corpus_machine_and_pages_only() -> None:
    here = same_machine(place.machine())
    pages = ("a/1", "a/2", "b/1")
    times = CarefulTimes(tuple(page_time(page, (2 * MS,), (MS,), machine=here) for page in pages))
    machine = place.machine()
    assert {k: set(v) for k, v in times.matching("c1", machine, pages).items()} == {("x", "d1"): {"a", "b"}}
    assert set(times.matching("c1", machine, ["a/1"])["x", "d1"]) == {"a"}
    # One page of site a more than was timed: no figure for a, though two of its pages have one.
    assert set(times.matching("c1", machine, [*pages, "a/3"])["x", "d1"]) == {"b"}
    assert times.matching("c2", machine, pages) == {}
    elsewhere = CarefulTimes(tuple(page_time(page, (2 * MS,), (MS,)) for page in pages))
    assert elsewhere.matching("c1", machine, pages) == {}


def test_ended_children_are_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Used:
        ru_utime, ru_stime = 2.0, 1.0

    monkeypatch.setattr("time.process_time_ns", lambda: 4_000_000_000)
    monkeypatch.setattr("resource.getrusage", lambda who: Used)
    assert Function(lambda page: "").cpu_ns() == 7_000_000_000


@pytest.fixture(scope="module")
def two(small: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Timed, list[str]]:
    """A pass with a baseline and a plug-in of one file."""
    folder = tmp_path_factory.mktemp("two")
    own = plugin(folder, "own", "import re; return re.sub('<[^>]*>', ' ', page.html)")
    done, said = timed(small, folder / "results", "nothing", own)
    return folder / "results", done, said


def test_a_pass_leaves_a_file_for_each_extractor(two: tuple[Path, Timed, list[str]], small: Path) -> None:
    results, done, said = two
    assert done.problems == {}
    assert sorted(file.name for file in done.folder.iterdir()) == ["nothing.json", "own.json"]
    for name in ("nothing", "own"):
        data = json.loads((done.folder / f"{name}.json").read_text(encoding="utf-8"))
        assert [bench["name"] for bench in data["benchmarks"]] == ["alpha/001", "alpha/002", "beta/001"]
        for bench in data["benchmarks"]:
            info = bench["extra_info"]
            assert (info["extractor"], info["site"]) == (name, bench["name"].partition("/")[0])
            assert info["corpus"] == corpus.load(small).digest
            assert info["raised"] == ""
            assert len(info["parse_ns"]) == len(bench["stats"]["data"]) == bench["stats"]["rounds"] == 3
            assert all(ns > 0 for ns in info["parse_ns"])
            assert info["ratio"] > 0
            assert info["unstable"] == (info["cv"] > 0.1)
    assert sum(line.startswith("  alpha/001 ") for line in said) == 2
    assert done.times.pages == load(results).pages


def test_the_files_say_nothing_of_host_user_or_folders(two: tuple[Path, Timed, list[str]], small: Path) -> None:
    _, done, _ = two
    for file in done.folder.iterdir():
        text = file.read_text(encoding="utf-8")
        hidden = [platform.node(), os.environ.get("USER", ""), str(small), str(Path.home()), str(Path(__file__).parent)]
        assert not [word for word in hidden if len(word) > 3 and word in text]
        assert "node" not in json.loads(text)["machine_info"]


def test_pytest_benchmark_reads_the_files(two: tuple[Path, Timed, list[str]]) -> None:
    _, done, _ = two
    files = sorted(map(str, done.folder.iterdir()))
    make: Any = FileStorage  # these have no types
    level: Any = Logger
    found = list(make(str(done.folder), level(Logger.QUIET)).load_benchmarks(*files))
    assert len(found) == 6
    assert {bench["group"] for bench in found} == {"alpha/001", "alpha/002", "beta/001"}
    assert all(bench["min"] > 0 for bench in found)
    compare = [sys.executable, "-m", "pytest_benchmark", "compare", *files]
    shown = subprocess.run(compare, cwd=done.folder, capture_output=True, text=True, check=True).stdout
    assert shown.count("alpha/002") >= 2


def test_a_later_pass_replaces_the_pages_it_timed_and_no_others(small: Path, tmp_path: Path) -> None:
    timed(small, tmp_path, "nothing")
    again, _ = timed(small, tmp_path, "nothing", sites=("beta",), rounds=4)
    found = {page.page: len(page.cpu_ns) for page in load(tmp_path).pages}
    assert found == {"alpha/001": 3, "alpha/002": 3, "beta/001": 4}
    assert [page.page for page in again.times.pages] == ["beta/001"]


def test_a_plug_in_never_sees_a_mark_and_what_it_raises_is_kept(small: Path, tmp_path: Path) -> None:
    looks = plugin(tmp_path, "looks", "assert 'data-gold' not in page.html and b'data-gold' not in page.raw")
    raises = plugin(tmp_path, "raises", "raise ValueError('لا نص')")
    leaves = plugin(tmp_path, "leaves", "print('x' * 9999); raise SystemExit(3)")
    done, _ = timed(small, tmp_path / "results", looks, raises, leaves, limit=1)
    assert done.problems == {}
    raised = {
        file.stem: json.loads(file.read_text(encoding="utf-8"))["benchmarks"][0]["extra_info"]["raised"]
        for file in done.folder.iterdir()
    }
    assert raised == {"looks": "", "raises": "ValueError: لا نص", "leaves": "SystemExit: 3"}


def test_what_ends_or_hangs_its_process_has_no_figures_and_stops_nobody_else(small: Path, tmp_path: Path) -> None:
    ends = plugin(tmp_path, "ends", "import os; os._exit(7)")
    hangs = plugin(tmp_path, "hangs", "while True: __import__('time').sleep(1)")
    done, said = timed(small, tmp_path / "results", ends, hangs, "nothing", timeout_s=3.0)
    assert set(done.problems) == {"ends", "hangs"}
    assert done.problems["ends"] == "its process ended: exit code 7"
    assert done.problems["hangs"] == "no answer within 3 s on alpha/001"
    assert [file.name for file in done.folder.iterdir()] == ["nothing.json"]
    assert any("ends was not timed" in line for line in said)


def test_what_takes_its_process_over_spoils_its_own_figures_and_nothing_else(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "probe", lambda: Sandbox("none"))
    takes = (
        "import sys\n    frame = sys._getframe()\n    while 'pipes' not in frame.f_locals: frame = frame.f_back\n    "
    )
    says = "frame.f_locals['pipes'].send({})"
    forges = plugin(tmp_path, "forges", takes + says.format({"done": {"benchmarks": [{}]}}))
    empty = plugin(tmp_path, "empty", takes + says.format({"done": {}}))
    floods = plugin(tmp_path, "floods", f"{takes}while True: {says.format({'page': 'alpha/001'})}")
    writes = "import contextlib, os\n    for n in range(900, 1024):\n        with contextlib.suppress(OSError):\n"
    writes += "            os.write(n, b'!' * 99)"
    garbles = plugin(tmp_path, "garbles", writes)
    leaves = plugin(tmp_path, "leaves", "__import__('subprocess').Popen(['sleep', '60'], start_new_session=True)")
    done, _ = timed(small, tmp_path / "results", forges, empty, floods, garbles, leaves, limit=1)
    assert left() == []
    assert {name: problem.partition(":")[0] for name, problem in done.problems.items()} == {
        "forges": "its process sent what is no result",
        "empty": "its process sent what is no result",
        "floods": "its process sent what is no answer",
        "garbles": "its process sent what is no answer",
    }
    assert [file.name for file in done.folder.iterdir()] == ["leaves.json"]


def test_the_oracle_and_unknown_names_are_refused(small: Path, tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="oracle"):
        timed(small, tmp_path, "oracle")
    with pytest.raises(BenchError, match="notthing"):
        timed(small, tmp_path, "notthing")
    with pytest.raises(BenchError, match="gamma"):
        timed(small, tmp_path, "nothing", sites=("gamma",))
    assert not (tmp_path / "timing").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "JSONDecodeError"),
        ("[]", "TypeError"),
        ('{"benchmarks": []}', "KeyError"),
        ('{"lubb": {"schema": 99}}', "schema 99 where 1 is known"),
        ('{"lubb": {"schema": 1}, "machine_info": {}, "benchmarks": [{}]}', "KeyError"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, says: str) -> None:
    folder = tmp_path / "timing" / "20260101T000000Z"
    folder.mkdir(parents=True)
    (folder / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(BenchError, match=says) as caught:
        load(tmp_path)
    assert str(folder / "x.json") in str(caught.value)


def test_without_results_there_are_no_times(tmp_path: Path) -> None:
    assert load(tmp_path).pages == ()


def called(*arguments: str) -> int:
    parser = ArgumentParser()
    command.add_parser(parser.add_subparsers())
    chosen = parser.parse_args(["time", *arguments])
    code: int = chosen.call(chosen)
    return code


def test_the_command_prints_a_table_or_json(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usual = ["--corpus", str(small), "--extractor", "nothing", "--rounds", "2", "--out", str(tmp_path)]
    assert called(*usual) == 0
    out, err = capsys.readouterr()
    assert "Careful times" in out
    assert "nothing" in out
    assert "nothing (1 of 1): 3 pages, 2 rounds each" in err
    assert called(*usual, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["rows"][0]["sites"]) == {"alpha", "beta"}
    assert set(found["rows"][0]["sites"]["beta"]) == {"cost", "ms", "p95_ms", "steady"}


def test_the_command_ends_with_3_when_an_extractor_could_not_be_timed(small: Path, tmp_path: Path) -> None:
    ends = plugin(tmp_path, "ends", "import os; os._exit(7)")
    with pytest.raises(ExtractorFailed, match="ends"):
        called("--corpus", str(small), "--extractor", ends, "--rounds", "1", "--out", str(tmp_path / "results"))
