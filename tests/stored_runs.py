"""Runs on disk without running anything: eight sites of two pages each, on which every row scores the same at first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bench.model import Cost, Split, Status, Track
from bench.run.journal import open_journal, text_digest
from bench.run.plan import Checkout, ExtractorInfo, PageInfo, Plan
from bench.run.records import Record
from tests.report_runs import MS, plan, score

SITES = "alef ba ta tha jim ha kha dal".split()
STATIC = {
    f"{site}/{number:03}": PageInfo(site, Track.STATIC, Split.TEST, "news", "wp", (), 1000, f"{site}{number}")
    for site in SITES
    for number in (1, 2)
}
PAGES = {
    **STATIC,
    "alef/901": PageInfo("alef", Track.NO_ARTICLE, Split.TEST, "home", "wp", (), 1000, "alef901"),
    "dhal/001": PageInfo("dhal", Track.STATIC, Split.DEV, "news", "wp", (), 1000, "dhal1"),
}
# tp, fp, fn: F1 is .8.
USUAL = (8, 2, 2)
# What one page of a row is: counts, or a failure, or an empty answer.
Outcome = tuple[int, int, int] | Status
# Rows by name: what differs from `USUAL`, by page.
Rows = Mapping[str, Mapping[str, Outcome]]


def info(name: str, version: str = "1.0", **changes: str) -> ExtractorInfo:
    plain = ExtractorInfo(name, version, "MIT", name, "", "entry-point", f"{name} {version}")
    return replace(plain, **changes)


def store(
    out: Path,
    rows: Rows,
    *,
    created: str = "2026-11-23T06:00:00Z",
    version: str = "1.0",
    pages: Mapping[str, PageInfo] = PAGES,
    cost: float | Mapping[str, float] = 4.0,
    text: str = "",
    detail: str = "no answer in 30 s",
    problems: Mapping[str, str] | None = None,
    planned: Plan | None = None,
) -> Path:
    """Write a run and return its folder.

    Args:
        out: the folder of results. rows: what differs from `USUAL`. version: of all extractors.
        cost: multiples of a parse, for all rows or by row; the sites differ by a hundredth from each other.
        text: what all answer. detail: of failures. problems: rows that could not be run.
        planned: what else the plan should say; its pages and extractors are replaced.
    """
    extractors = [info(name, version) for name in rows]
    extractors += [
        ExtractorInfo(name, way="entry-point", problem=problem) for name, problem in (problems or {}).items()
    ]
    made = plan(tuple(extractors), dict(pages))
    if planned:
        made = replace(planned, extractors=made.extractors, pages=made.pages)
    journal = open_journal(out, replace(made, created=created), fresh=True)
    for name, differing in rows.items():
        factor = cost if isinstance(cost, float) else cost.get(name, 4.0)
        for number, page in enumerate(pages):
            outcome = differing.get(page, USUAL if pages[page].track is Track.STATIC else Status.EMPTY)
            journal.append(_record(name, page, outcome, factor * (1 + number / 100), pages[page], text, detail), text)
    journal.finish("2026-11-23T06:01:00Z", Checkout("c" * 40, dirty=False), {})
    journal.close()
    return journal.path


def _record(name: str, page: str, outcome: Outcome, cost: float, of: PageInfo, text: str, detail: str) -> Record:
    status = outcome if isinstance(outcome, Status) else Status.OK
    content = 10 if of.track is Track.STATIC else 0
    counts = (0, 0, content) if isinstance(outcome, Status) else outcome
    return Record(
        name,
        page,
        status,
        detail if status.failed else "",
        text_digest(text) if text and status is Status.OK else None,
        0,
        Cost(cpu_ns=int(cost * MS), wall_ns=int(cost * MS), parse_ns=MS, peak_kib=1024),
        score(*counts),
        "bubblewrap",
    )


def everywhere(outcome: Outcome) -> dict[str, Outcome]:
    """The same on every static page of the headline."""
    return dict.fromkeys(STATIC, outcome)
