"""Cached texts and what they cost when they were made."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from bench.model import Cost
from bench.report.leaderboard import leaderboard
from bench.run.earlier import with_earlier_costs
from bench.run.records import Run
from tests.report_runs import small_run


def stored(out: Path, name: str, run: Run) -> Run:
    """The run as a folder of `out`."""
    path = out / "runs" / name
    path.mkdir(parents=True)
    (path / "plan.json").write_text(json.dumps(run.plan.to_json()), encoding="utf-8")
    lines = "".join(json.dumps(record.to_json()) + "\n" for record in run.records)
    (path / "records.jsonl").write_text(lines, encoding="utf-8")
    return replace(run, path=path)


def cached(run: Run) -> Run:
    return replace(run, records=tuple(replace(record, cost=Cost(cached=True)) for record in run.records))


def test_a_cached_text_has_the_cost_of_the_newest_run_that_timed_it(tmp_path: Path) -> None:
    run = small_run()
    slow = tuple(
        replace(r, cost=replace(r.cost, cpu_ns=r.cost.cpu_ns * 2)) if r.cost.cpu_ns is not None else r
        for r in run.records
    )
    stored(tmp_path, "20260101T000000Z-a", run)
    stored(tmp_path, "20260102T000000Z-b", replace(run, records=slow))
    stored(tmp_path, "20260103T000000Z-c", cached(run))
    stored(tmp_path, "20260105T000000Z-e", run)  # later than the one that is looked at
    now = stored(tmp_path, "20260104T000000Z-d", cached(run))
    found = with_earlier_costs(now)
    timed = [(a, b) for a, b in zip(slow, found, strict=True) if a.cost.cpu_ns is not None]
    assert timed
    assert all(b.cost == replace(a.cost, cached=True) for a, b in timed)
    before, after = leaderboard(replace(run, records=slow)), leaderboard(now)
    costs = {row["extractor"]: row["cost"] for row in before["rows"] if not row["cached"]}
    assert costs
    assert {row["extractor"]: row["cost"] for row in after["rows"] if row["extractor"] in costs} == costs
    assert sum(row["earlier"] for row in after["rows"]) > 0


def test_another_machine_or_plug_in_does_not_count(tmp_path: Path) -> None:
    run = small_run()
    plan = run.plan
    other = replace(plan, machine=replace(plan.machine, cpu="another"))
    changed = replace(plan, extractors=tuple(replace(e, digest="changed") for e in plan.extractors))
    for i, unlike in enumerate((other, changed)):
        stored(tmp_path, f"2026010{i + 1}T000000Z-a", replace(run, info=replace(run.info, plan=unlike)))
    now = stored(tmp_path, "20260104T000000Z-d", cached(run))
    assert with_earlier_costs(now) == now.records


def test_only_a_page_that_changed_is_without_its_earlier_cost(tmp_path: Path) -> None:
    run = small_run()
    plan = run.plan
    stored(tmp_path, "20260101T000000Z-a", run)
    pages = {**plan.pages, "ba/001": replace(plan.pages["ba/001"], digest="changed")}
    grown = replace(plan, pages=pages, signature=replace(plan.signature, corpus="grown"))
    now = cached(stored(tmp_path, "20260104T000000Z-d", replace(run, info=replace(run.info, plan=grown))))
    timed = {r.page for r in run.records if r.cost.cpu_ns is not None}
    found = {r.page for r in with_earlier_costs(now) if r.cost.cpu_ns is not None}
    assert "ba/001" in timed
    assert found == timed - {"ba/001"}


def test_a_damaged_run_only_lacks(tmp_path: Path) -> None:
    run = small_run()
    torn = stored(tmp_path, "20260101T000000Z-a", run)
    (torn.path / "plan.json").write_text("{", encoding="utf-8")
    now = stored(tmp_path, "20260104T000000Z-d", cached(run))
    assert with_earlier_costs(now) == now.records
