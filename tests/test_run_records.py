from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.model import Status
from bench.run.journal import Journal, open_journal
from bench.run.plan import Checkout, Plan, RunInfo
from bench.run.records import Record, latest_run, open_run
from tests.run_corpus import make_plan, make_record


def complete(out: Path, plan: Plan | None = None) -> Path:
    """A finished run of two extractors on two pages, recorded in an order that is not the plan's."""
    plan = plan or make_plan()
    journal = open_journal(out, plan, fresh=True)
    for name in reversed([extractor.name for extractor in plan.ran]):
        for page in plan.pages:
            journal.append(make_record(name, page, f"نص {name} {page}"), f"نص {name} {page}")
    journal.finish("2026-11-23T06:01:00Z", Checkout(), {})
    journal.close()
    return journal.path


def refused(path: Path) -> str:
    with pytest.raises(BenchError) as error:
        open_run(path)
    return str(error.value).replace(str(path), "RUN")


def test_plan_run_and_record_come_back_from_json() -> None:
    plan = make_plan()
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    info = RunInfo(plan, "2026-11-23T06:01:00Z", 3, Checkout("b" * 40, True))
    assert RunInfo.from_json(json.loads(json.dumps(info.to_json()))) == info
    record = make_record(status=Status.TIMEOUT, detail="no answer within 5 s", text="")
    assert Record.from_json(json.loads(json.dumps(record.to_json()))) == record


def test_keys_of_a_later_lubb_are_ignored() -> None:
    plan = make_plan().to_json()
    plan["colour"] = plan["signature"]["colour"] = plan["machine"]["colour"] = "green"
    plan["extractors"][0]["colour"] = plan["pages"]["akhbar/001"]["colour"] = "green"
    assert Plan.from_json(plan) == make_plan()
    record = make_record().to_json()
    record["colour"] = record["cost"]["colour"] = "green"
    assert Record.from_json(record) == make_record()


def test_digest_follows_what_is_run_and_nothing_else() -> None:
    plan = make_plan()
    assert replace(plan, created="2027-01-01T00:00:00Z", command="other", lubb="9").digest == plan.digest
    others = [
        make_plan(pages=3),
        make_plan(extractors=("alif",)),
        replace(plan, signature=replace(plan.signature, gold="e" * 12)),
        replace(plan, limits=replace(plan.limits, timeout_s=6.0)),
        replace(plan, jobs=2),
        replace(plan, sandbox="bubblewrap"),
        replace(plan, extractors=tuple(replace(e, digest="changed") for e in plan.extractors)),
    ]
    assert len({plan.digest, *(other.digest for other in others)}) == len(others) + 1


def test_signature_is_one_short_line() -> None:
    signature = make_plan().signature
    assert str(signature) == (
        "corpus:cccccccccccc|gold:dddddddddddd|pages:2|split:test|track:static|text:ar1|score:lcs1"
    )
    assert "|pages:2#0badcafe|" in str(replace(signature, selection="0badcafe"))


def test_a_complete_run_is_read_in_the_order_of_its_plan(tmp_path: Path) -> None:
    run = open_run(complete(tmp_path))
    assert [record.key for record in run.records] == [
        ("alif", "akhbar/001"),
        ("alif", "akhbar/002"),
        ("ba", "akhbar/001"),
        ("ba", "akhbar/002"),
    ]
    assert [run.text(record) for record in run.records[:2]] == ["نص alif akhbar/001", "نص alif akhbar/002"]
    assert run.text(make_record(text="")) == ""
    assert (run.info.finished, run.info.kept) == ("2026-11-23T06:01:00Z", 0)


def test_the_latest_run_is_the_last_complete_one(tmp_path: Path) -> None:
    complete(tmp_path)
    second = complete(tmp_path, make_plan(created="2026-11-24T06:00:00Z"))
    third = open_journal(tmp_path, make_plan(created="2026-11-25T06:00:00Z"), fresh=True)
    third.close()
    assert latest_run(tmp_path) == second
    with pytest.raises(BenchError, match=r"no complete run; make one: python -m bench run$"):
        latest_run(tmp_path / "elsewhere")


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    assert refused(tmp_path) == (
        "RUN: no run here (run.json is missing); give a folder below results/runs, or make one: python -m bench run"
    )


def test_an_unfinished_run(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, make_plan(), fresh=True)
    journal.append(make_record(), "نص")
    journal.close()
    assert refused(journal.path) == "RUN: this run is unfinished (1 records stand); python -m bench run resumes it"


@pytest.mark.parametrize(
    ("schema", "line"),
    [
        (2, "RUN/run.json: has schema 2, and this Lubb reads up to 1; update lubb to read it"),
        (0, "RUN/run.json: has schema 0, not 1; run again: python -m bench run"),
        ("1", "RUN/run.json: has schema '1', not 1; run again: python -m bench run"),
    ],
)
def test_another_schema(tmp_path: Path, schema: object, line: str) -> None:
    path = complete(tmp_path)
    data = json.loads((path / "run.json").read_text())
    (path / "run.json").write_text(json.dumps({**data, "schema": schema}))
    assert refused(path) == line


def test_a_damaged_run_file(tmp_path: Path) -> None:
    path = complete(tmp_path)
    (path / "run.json").write_text('{"schema": 1}')
    assert refused(path) == "RUN/run.json: is damaged (KeyError: 'plan'); run again: python -m bench run"
    (path / "run.json").write_text("[]")
    assert refused(path) == "RUN/run.json: is no JSON object; run again: python -m bench run"
    (path / "run.json").write_text("{")
    assert refused(path).startswith("RUN/run.json: cannot be read (Expecting property name")


def test_a_record_torn_in_the_middle(tmp_path: Path) -> None:
    path = complete(tmp_path)
    lines = (path / "records.jsonl").read_bytes().splitlines(keepends=True)
    lines[1] = lines[1][:50] + b"\n"
    (path / "records.jsonl").write_bytes(b"".join(lines))
    line = refused(path)
    assert line.startswith("RUN/records.jsonl:2: this record is torn or damaged (JSONDecodeError: ")
    assert line.endswith("; run again: python -m bench run --fresh")


def test_records_missing_or_twice(tmp_path: Path) -> None:
    path = complete(tmp_path)
    lines = (path / "records.jsonl").read_bytes().splitlines(keepends=True)
    (path / "records.jsonl").write_bytes(b"".join(lines[1:]))
    assert refused(path) == (
        "RUN/records.jsonl: the records are not those of the plan (ba on akhbar/001 is missing); "
        "run again: python -m bench run --fresh"
    )
    (path / "records.jsonl").write_bytes(b"".join([*lines, lines[0]]))
    assert "(a record stands twice or is unknown)" in refused(path)


def test_a_text_that_is_gone_or_damaged(tmp_path: Path) -> None:
    run = open_run(complete(tmp_path))
    (file,) = (run.path / "texts").glob(f"*/{run.records[0].text}.gz")
    file.write_bytes(b"not gzip")
    with pytest.raises(BenchError, match=r"texts/../\w{64}\.gz: the extracted text cannot be read \(Not a gzipped"):
        run.text(run.records[0])
    file.unlink()
    with pytest.raises(BenchError, match="the extracted text is not there; run the extractor again"):
        run.text(run.records[0])


def test_an_extractor_that_did_not_start_has_no_records(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, make_plan(), fresh=True)
    for page in journal.plan.pages:
        journal.append(make_record("alif", page), "نص")
    journal.finish("2026-11-23T06:01:00Z", Checkout(), {"ba": "does not import"})
    journal.close()
    run = open_run(journal.path)
    assert [extractor.problem for extractor in run.plan.extractors] == ["", "does not import"]
    assert {record.extractor for record in run.records} == {"alif"}


def test_journal_of_another_plan_is_left_alone(tmp_path: Path) -> None:
    first = open_journal(tmp_path, make_plan(), fresh=False)
    first.append(make_record(), "نص")
    first.close()
    again = open_journal(tmp_path, make_plan(created="2026-11-23T07:00:00Z"), fresh=False)
    assert (again.path, again.count, list(again.kept)) == (first.path, 1, [("alif", "akhbar/001")])
    again.close()
    for other in (
        open_journal(tmp_path, make_plan(pages=3), fresh=False),
        open_journal(tmp_path, make_plan(), fresh=True),
    ):
        assert isinstance(other, Journal)
        assert other.path != first.path
        assert not other.kept
        other.close()
