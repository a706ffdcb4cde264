"""What other programs' dashboards read: github-action-benchmark, pytest-benchmark, JUnit.

Names and messages may hold anything: each is made one line of visible characters, so that none is forbidden in XML.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from bench.errors import BenchError
from bench.report.leaderboard import Board, Row
from bench.report.table import plain
from bench.report.tables import ordered
from bench.report.view import headline
from bench.run.choice import ALL
from bench.run.earlier import with_earlier_costs
from bench.run.plan import PageInfo
from bench.run.records import Record, Run

_NS = 1e9


def github_action_benchmark(board: Board, table: str = "leaderboard") -> str:
    """An entry an extractor, as github-action-benchmark reads it.

    Args:
        board: what to take them from.
        table: "leaderboard" gives F1 (the tool `customBiggerIsBetter`), "cost" gives cost (`customSmallerIsBetter`).
            One file holds one of the two, since the tool takes all values of a file one way.

    Raises:
        BenchError: another table.
    """
    figures = {"leaderboard": ("f1", "F1"), "cost": ("cost", "x parse")}
    if table not in figures:
        raise BenchError(
            f"github-action-benchmark takes one figure an extractor, not the table {table}",
            mend="choose --table leaderboard for F1 or --table cost for cost",
        )
    key, unit = figures[table]
    entries = []
    for row in ordered(board):
        value = _number(row, key)
        if value is None:
            continue  # what was not measured has no point in a chart
        entry: dict[str, Any] = {"name": plain(row["extractor"]), "unit": unit, "value": value}
        interval = _interval(row, key)
        if interval:
            entry["range"] = f"{interval[0]:.4g} to {interval[1]:.4g}"
        extra = [f"version {row['version'] or 'unknown'}", board["title"], board["signature"]]
        if key == "cost":
            extra.append(f"timing: {row['timing']}")
        entries.append(entry | {"extra": "\n".join(map(plain, extra))})
    return _json(entries)


def _number(row: Row, key: str) -> float | None:
    value: Any = dict(row)[key]
    return float(value) if value is not None else None


def _interval(row: Row, key: str) -> tuple[float, float] | None:
    """95 % interval of a figure; None in boards of before there were any."""
    found: Any = dict(row).get("intervals") or {}
    pair = found.get(key)
    return (float(pair[0]), float(pair[1])) if pair else None


def pytest_benchmark(run: Run, board: Board) -> str:
    """CPU time by extractor and site, as `pytest-benchmark compare` and dashboards read it.

    A page is a round. The ratio to a parse, which is what the tables compare, stands in `extra_info`, with how it was
    timed; the files below `results/timing` are those of the careful pass.
    """
    sites = {row["extractor"]: row["sites"] for row in board["rows"]}
    over = headline(run.plan, board["split"]).pages
    benchmarks = []
    for (extractor, site), records in _by_site(with_earlier_costs(run), over).items():
        seconds = [record.cost.cpu_ns / _NS for record in records if record.cost.cpu_ns is not None]
        figures = sites[extractor].get(site)
        if not seconds or figures is None:
            continue
        benchmarks.append(
            {
                "group": plain(site),
                "name": plain(extractor),
                "fullname": plain(f"{extractor}/{site}"),
                "params": None,
                "param": None,
                "extra_info": {"cost": figures["cost"], "timing": figures["timing"], "f1": figures["f1"]},
                "options": _OPTIONS,
                "stats": _stats(seconds),
            }
        )
    machine = board["machine"]
    return _json(
        {
            "machine_info": {
                **machine,
                # As the tool calls them. It wants a host's name, which nobody needs to know.
                "node": "",
                "python_implementation": machine["implementation"],
                "python_implementation_version": machine["python"],
                "python_version": machine["python"],
                "cpu": {"brand_raw": machine["cpu"], "count": machine["cores"]},
            },
            "commit_info": {"id": board["commit"], "dirty": board["dirty"], "time": board["created"]},
            "benchmarks": benchmarks,
            "datetime": board["created"],
            "version": "5.3.1",
        }
    )


_OPTIONS = {
    "disable_gc": False,
    "timer": "process_time",
    "min_rounds": 1,
    "max_time": 0.0,
    "min_time": 0.0,
    "warmup": False,
}


def _by_site(records: Iterable[Record], pages: Mapping[str, PageInfo]) -> dict[tuple[str, str], list[Record]]:
    found: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        if record.page in pages:
            found.setdefault((record.extractor, pages[record.page].site), []).append(record)
    return found


def _stats(seconds: Sequence[float]) -> dict[str, Any]:
    """The statistics that pytest-benchmark stores, by its own definitions."""
    rising = sorted(seconds)
    mean, median = statistics.fmean(seconds), statistics.median(seconds)
    spread = statistics.stdev(seconds) if len(seconds) > 1 else 0.0
    if len(rising) > 1:
        q1, _, q3 = statistics.quantiles(rising, n=4, method="inclusive")
    else:
        q1 = q3 = rising[0]
    iqr = q3 - q1
    low, high = q1 - 1.5 * iqr, q3 + 1.5 * iqr
    far = sum(not low <= value <= high for value in seconds)
    wide = sum(abs(value - mean) > spread for value in seconds)
    return {
        "min": rising[0],
        "max": rising[-1],
        "mean": mean,
        "stddev": spread,
        "rounds": len(seconds),
        "median": median,
        "iqr": iqr,
        "q1": q1,
        "q3": q3,
        "iqr_outliers": far,
        "stddev_outliers": wide,
        "outliers": f"{wide};{far}",
        "ld15iqr": min(value for value in rising if value >= low),
        "hd15iqr": max(value for value in rising if value <= high),
        "ops": 1 / mean if mean else 0.0,
        "total": sum(seconds),
        "iterations": 1,
        "data": list(seconds),
    }


def junit(run: Run, board: Board, *, split: str | None = None, floors: Iterable[tuple[str, str]] = ()) -> str:
    """A suite an extractor, a test case a page: what failed is a failure, what could not be run is skipped.

    Args:
        run: its records, of all tracks.
        board: the run's figures, told as properties of each suite.
        split: only pages of that split; None is all that were run.
        floors: (what was to hold, how it does not) for each floor that a row is under: a suite of their own.
    """
    pages = {page: info for page, info in run.plan.pages.items() if split in (None, ALL, info.split.value)}
    rows = {row["extractor"]: row for row in board["rows"]}
    by_extractor: dict[str, list[Record]] = {extractor.name: [] for extractor in run.plan.ran}
    for record in run.records:
        if record.page in pages:
            by_extractor[record.extractor].append(record)
    suites = [_suite(name, rows[name], records, board, pages) for name, records in by_extractor.items()]
    suites += [_not_run(entry["extractor"], entry["problem"]) for entry in board["unavailable"]]
    breached = list(floors)
    if breached:
        suites.append(_floors(breached))
    root = ET.Element("testsuites", {"name": "lubb", **_totals(suites)})
    root.extend(suites)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(name: str, row: Row, records: Sequence[Record], board: Board, pages: Mapping[str, PageInfo]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": plain(name), "timestamp": plain(board["created"].rstrip("Z"))})
    properties = ET.SubElement(suite, "properties")
    told: dict[str, object] = {key: dict(row)[key] for key in ("version", "precision", "recall", "f1", "cost")}
    for key, value in {**told, "over": board["title"], "signature": board["signature"]}.items():
        if value not in (None, ""):
            ET.SubElement(properties, "property", {"name": key, "value": plain(str(value))})
    for record in records:
        case = _case(suite, f"{name}.{pages[record.page].site}", record.page, record.cost.cpu_ns)
        if record.status.failed:
            message = f"{record.status.value}: {record.detail}" if record.detail else record.status.value
            ET.SubElement(case, "failure", {"type": record.status.value, "message": plain(message)})
    return _counted(suite)


def _case(suite: ET.Element, group: str, name: str, cpu_ns: int | None = None) -> ET.Element:
    time = {} if cpu_ns is None else {"time": f"{cpu_ns / _NS:.6f}"}
    return ET.SubElement(suite, "testcase", {"classname": plain(group), "name": plain(name), **time})


def _not_run(name: str, problem: str) -> ET.Element:
    suite = ET.Element("testsuite", {"name": plain(name)})
    case = _case(suite, name, "can be run")
    ET.SubElement(case, "skipped", {"message": plain(problem)})
    return _counted(suite)


def _floors(breached: Iterable[tuple[str, str]]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": "floors"})
    for what, how in breached:
        case = _case(suite, "floors", what)
        ET.SubElement(case, "failure", {"type": "floor", "message": plain(how)})
    return _counted(suite)


def _counted(suite: ET.Element) -> ET.Element:
    cases = suite.findall("testcase")
    told = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "skipped")}
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(told["failure"]))
    suite.set("errors", "0")
    suite.set("skipped", str(told["skipped"]))
    return suite


def _totals(suites: Sequence[ET.Element]) -> dict[str, str]:
    # Jenkins' xUnit plugin refuses a file that says `skipped` here.
    keys = ("tests", "failures", "errors")
    return {key: str(sum(int(suite.attrib[key]) for suite in suites)) for key in keys}


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
