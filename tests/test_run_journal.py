from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from bench.errors import BenchError
from bench.run.journal import Journal, open_journal, text_digest
from bench.run.plan import Checkout
from bench.run.records import open_run
from tests.run_corpus import make_plan, make_record

# Fills a real, small file system with records and prints how the journal takes it.
_FULL = """
import sys
from pathlib import Path
from bench.errors import BenchError
from bench.run.journal import open_journal
from tests.run_corpus import make_plan, make_record

out = Path(sys.argv[1])
plan = make_plan(pages=300)
journal = open_journal(out, plan, fresh=True)
try:
    for page in plan.pages:
        # Random letters, or they would compress to nothing.
        journal.append(make_record("alif", page, f"{page} " * 5), f"{page} " * 5)
except BenchError as error:
    print(error)
print(journal.count)
data = (journal.path / "records.jsonl").read_bytes()
print(data.count(b"\\n"), data.endswith(b"\\n"))
journal.close()
again = open_journal(out, plan, fresh=False)
print(len(again.kept), again.path == journal.path)
print([path.name for path in again.path.rglob("*.part")])
"""


def test_a_torn_last_line_is_cut_off_wherever_it_was_torn(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, make_plan(), fresh=True)
    journal.append(make_record("alif", "akhbar/001"), "نص")
    first = (journal.path / "records.jsonl").read_bytes()
    journal.append(make_record("alif", "akhbar/002"), "نص")
    journal.close()
    whole = (journal.path / "records.jsonl").read_bytes()
    random = Random(7)
    for cut in [len(first) + 1, len(whole) - 1, *(random.randrange(len(first) + 1, len(whole)) for _ in range(20))]:
        (journal.path / "records.jsonl").write_bytes(whole[:cut])
        again = Journal(journal.path, journal.plan)
        assert list(again.kept) == [("alif", "akhbar/001")]
        again.append(make_record("alif", "akhbar/002"), "نص")
        again.close()
        assert (journal.path / "records.jsonl").read_bytes() == whole


def test_a_line_torn_in_the_middle_is_refused_and_kept(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, make_plan(), fresh=True)
    journal.close()
    (journal.path / "records.jsonl").write_bytes(b'{"schema": 1, "extr\n{"schema": 1}\n')
    with pytest.raises(BenchError, match=r"records\.jsonl:1: this record is torn or damaged"):
        open_journal(tmp_path, make_plan(), fresh=False)
    assert (journal.path / "records.jsonl").read_bytes() == b'{"schema": 1, "extr\n{"schema": 1}\n'


def test_two_processes_never_append_to_one_run(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, make_plan(), fresh=True)
    code = (
        "import sys; from pathlib import Path; from bench.errors import BenchError\n"
        "from bench.run.journal import open_journal; from tests.run_corpus import make_plan\n"
        "try: open_journal(Path(sys.argv[1]), make_plan(), fresh=False)\n"
        "except BenchError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
    )
    assert done.stdout == (
        f"{journal.path}: another process is making this run; wait for it, or begin another with --fresh\n"
    )
    journal.close()


def test_equal_texts_are_one_file_without_a_time_stamp(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, make_plan(), fresh=True)
    journal.append(make_record("alif", "akhbar/001", "نص"), "نص")
    journal.append(make_record("ba", "akhbar/001", "نص"), "نص")
    journal.append(make_record("ba", "akhbar/002", ""), "")
    journal.close()
    (file,) = (path for path in (journal.path / "texts").rglob("*") if path.is_file())
    assert file.name == f"{text_digest('نص')}.gz"
    assert file.read_bytes() == gzip.compress("نص".encode(), mtime=0)


def test_kept_is_told_in_the_finished_run(tmp_path: Path) -> None:
    plan = make_plan(extractors=("alif",))
    journal = open_journal(tmp_path, plan, fresh=False)
    journal.append(make_record(), "نص")
    journal.close()
    (journal.path / "texts" / "ab").mkdir(parents=True)
    (journal.path / "texts" / "ab" / "left.gz.part").write_bytes(b"half")
    again = open_journal(tmp_path, plan, fresh=False)
    again.append(make_record(page="akhbar/002"), "نص")
    again.finish("2026-11-23T06:01:00Z", Checkout("b" * 40, True), {})
    again.close()
    assert open_run(again.path).info.kept == 1
    assert open_run(again.path).info.checkout == Checkout("b" * 40, True)
    assert not list(again.path.rglob("*.part"))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file")
    with pytest.raises(BenchError) as error:
        open_journal(tmp_path / "results", make_plan(), fresh=False)
    assert str(error.value) == (
        f"{tmp_path}/results/runs: cannot be written (Not a directory); make room or give another folder with --out; "
        "what is recorded stands, and the same command goes on from there (without --fresh)"
    )


def test_a_full_disk_tears_nothing(tmp_path: Path) -> None:
    mount = f'mount -t tmpfs -o size=512k tmpfs "{tmp_path}"'
    if subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    script = tmp_path.parent / "full.py"
    script.write_text(_FULL, encoding="utf-8")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f'{mount} && exec "$0" "$1" "$2"', sys.executable, str(script), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
    )
    assert done.returncode == 0, done.stderr
    error, count, lines, kept, parts = done.stdout.splitlines()
    assert "cannot be written (No space left on device); make room or give another folder with --out" in error
    assert 0 < int(count) < 300
    assert lines == f"{count} True"
    assert kept == f"{count} True"
    assert parts == "[]"
