"""What cached texts took when they were made: looked up in the records of earlier runs, never stored with the texts.

A text from the cache is not timed. Where an earlier run of the same folder of results timed the same extractor on the
same page and machine, the tables show that, and say so. The rest of the corpus may have changed since: corpora grow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.errors import BenchError
from bench.model import Cost
from bench.run.plan import Plan, known
from bench.run.records import PLAN, RECORDS, Record, Run, read_json

Key = tuple[str, str]


def with_earlier_costs(run: Run) -> tuple[Record, ...]:
    """The records of a run, those from the cache with their cost in the newest earlier run that timed the same thing.

    Such a cost keeps `cached`, so that it can be told apart.
    """
    wanted = {record.key for record in run.records if record.cost.cached}
    costs: dict[Key, Cost] = {}
    for path in _before(run.path):
        if wanted <= costs.keys():
            break
        for key, cost in _costs(path, run.plan):
            if key in wanted:
                costs.setdefault(key, cost)
    return tuple(replace(r, cost=replace(costs[r.key], cached=True)) if r.key in costs else r for r in run.records)


def _before(run: Path) -> list[Path]:
    """Runs that were started before this one, complete or not, newest first: their names begin with the time."""
    return sorted((p.parent for p in run.parent.glob(f"*/{PLAN}") if p.parent.name < run.name), reverse=True)


def _costs(path: Path, plan: Plan) -> Iterator[tuple[Key, Cost]]:
    """What a run timed that can stand for the same thing under `plan`."""
    try:
        before = Plan.from_json(read_json(path / PLAN))
        lines = (path / RECORDS).read_bytes().splitlines()
    except (BenchError, OSError, KeyError, TypeError, ValueError):
        return  # a damaged run is a fault of its own table, and only lacks here
    if (before.machine, before.jobs) != (plan.machine, plan.jobs):
        return
    now = {page: info.digest for page, info in plan.pages.items()}
    pages = {page for page, info in before.pages.items() if info.digest and info.digest == now.get(page)}
    digests = {extractor.name: extractor.digest for extractor in plan.ran}
    same = {extractor.name for extractor in before.ran if digests.get(extractor.name) == extractor.digest}
    for line in lines:
        try:
            data = json.loads(line)
            cost = Cost(**known(Cost, data["cost"]))
            key = data["extractor"], data["page"]
        except (ValueError, KeyError, TypeError):
            continue
        if key[0] in same and key[1] in pages and cost.cpu_ns is not None and not cost.cached:
            yield key, cost
