"""`lubb time`: the careful timing pass."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from bench.commands.arguments import add_corpus, add_extractors, add_limit, add_out, add_sites, count

if TYPE_CHECKING:
    from bench.report.table import Table
    from bench.run.timing_pass import Timed, TimingRequest

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """Mount the command."""
    parser = subparsers.add_parser(
        "time",
        help="time extractors carefully, under pytest-benchmark",
        description="Time extractors carefully: each alone in its own process, many rounds a page, every call right "
        "after an lxml parse of the same page. The cost is the call's CPU time as a multiple of the parse's. The "
        "figures replace the indicative ones in the tables of runs on this machine. Nothing else should be running.",
        epilog="pytest-benchmark compare results/timing/*/*.json puts the files that this writes side by side",
    )
    add_corpus(parser)
    add_extractors(parser, "time", "all that lubb list shows")
    add_sites(parser)
    add_limit(parser)
    parser.add_argument("--rounds", type=count, metavar="N", help="calls for each page (default: 20)")
    add_out(parser)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON instead of a table")
    parser.set_defaults(call=call)


def call(chosen: argparse.Namespace) -> int:
    """Time, then print the figures on stdout; progress goes to stderr."""
    import json
    import sys

    from bench.run.timing_pass import carry_out

    timed = carry_out(_request(chosen), lambda line: print(line, file=sys.stderr, flush=True))
    if chosen.json:
        print(json.dumps(as_data(timed), ensure_ascii=False, indent=1))
    else:
        from bench.report.terminal import print_tables

        print_tables([as_table(timed)])
    sys.stdout.flush()
    print(f"times: {timed.folder}", file=sys.stderr)
    if timed.problems:
        from bench.errors import ExtractorFailed

        name, problem = next(iter(timed.problems.items()))
        raise ExtractorFailed(
            f"{len(timed.problems)} extractors were not timed; first {name}: {problem}",
            mend="lubb run with the same extractor shows what it does page by page",
        )
    return 0


def as_data(timed: Timed) -> dict[str, Any]:
    """`{schema, folder, sandbox, rows: [{extractor, digest, cost, ms, sites: {slug: {cost, ms, p95_ms, steady}}}]}`."""
    rows = [
        {"extractor": name, "digest": digest, **overall, "sites": {site: t._asdict() for site, t in sites.items()}}
        for (name, digest), sites, overall in _rows(timed)
    ]
    return {
        "schema": 1,
        "folder": timed.folder.name,
        "sandbox": timed.level,
        "rows": rows,
        "problems": timed.problems,
        "unavailable": timed.unavailable,
    }


def as_table(timed: Timed) -> Table:
    """A row an extractor, the cheapest first; two columns a site."""
    from bench.report.table import Table, columns

    found = _rows(timed)
    slugs = sorted({site for _, sites, _ in found for site in sites})
    heads = columns("extractor cost:cost ms:ms steady")
    for slug in slugs:
        heads += columns("cost:cost ms:ms", slug)
    rows = []
    for (name, _), sites, overall in found:
        steady = all(time.steady for time in sites.values())
        cells: list[str | float] = [name, overall["cost"], overall["ms"], "yes" if steady else "no"]
        for slug in slugs:
            cells += [sites[slug].cost, sites[slug].ms]
        rows.append(tuple(cells))
    notes = (
        "cost: CPU time as a multiple of one lxml parse of the same page; ms: CPU milliseconds a page",
        "steady: the parse's own time varied by at most a tenth on every page",
        f"sandbox: {timed.level}",
    )
    return Table("Careful times", heads, tuple(rows), notes)


def _rows(timed: Timed) -> list[tuple[Any, dict[str, Any], dict[str, float]]]:
    from statistics import fmean

    rows = []
    for key, sites in timed.times.by_site().items():
        overall = {name: fmean(getattr(time, name) for time in sites.values()) for name in ("cost", "ms")}
        rows.append((key, sites, overall))
    return sorted(rows, key=lambda row: (row[2]["cost"], row[0]))


def _request(chosen: argparse.Namespace) -> TimingRequest:
    from bench.run.timing_pass import ROUNDS, TimingRequest

    return TimingRequest(
        corpus=chosen.corpus,
        extractors=tuple(chosen.extractor),
        sites=tuple(chosen.site),
        limit=chosen.limit,
        rounds=chosen.rounds or ROUNDS,
        out=chosen.out,
    )
