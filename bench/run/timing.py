"""The careful timing pass: what each extractor costs on each page, measured alone and in many rounds.

A round is one lxml parse of the page and, right after it, one call of the extractor; both in CPU time, in one process.
With c and p the CPU times of call and parse in each of a page's rounds,

    cost of a page = median of c / p over its rounds
    cost of a site = sum of (cost x median p) over its pages / sum of (median p) over its pages
    ms of a site   = mean over its pages of median c;   p95 = of c over all rounds of all its pages

The ratio within a round is what holds on a busy machine: what slows the call slows the parse beside it. The site's
formula is that of a run, summed CPU over summed parse CPU, with the median round in place of the only one.

Results are pytest-benchmark's own JSON, a file an extractor, in `results/timing/<UTC>/`; `pytest-benchmark compare`
reads them (benchmarks are named by page and grouped by it).
"""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bench.errors import BenchError
from bench.run.plan import Machine

SCHEMA = 1
# Above this, the calibrator itself was not steady, and the page's figures are marked.
UNSTEADY_CV = 0.10


class SiteTime(NamedTuple):
    """One extractor on one site: multiples of an lxml parse, mean and 95th percentile of CPU milliseconds a page."""

    cost: float
    ms: float
    p95_ms: float
    steady: bool


# An extractor's name, and the digest of its files and of what it needs.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PageTime:
    """One extractor on one page: CPU nanoseconds of each round's call and parse."""

    key: Key
    corpus: str
    machine: tuple[object, ...]
    site: str
    page: str
    cpu_ns: tuple[int, ...]
    parse_ns: tuple[int, ...]

    @property
    def cost(self) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(c / max(p, 1) for c, p in zip(self.cpu_ns, self.parse_ns, strict=True))

    @property
    def cv(self) -> float:
        """Coefficient of variation of the parse: how steady the machine was."""
        return statistics.pstdev(self.parse_ns) / max(statistics.fmean(self.parse_ns), 1)

    @property
    def steady(self) -> bool:
        """Whether the parse varied by at most a tenth."""
        return self.cv <= UNSTEADY_CV


@dataclass(frozen=True, slots=True)
class CarefulTimes:
    """All that was measured with care under one results folder, the latest figures of each page."""

    pages: tuple[PageTime, ...]

    def matching(self, corpus_digest: str, machine: Machine, pages: Collection[str]) -> dict[Key, dict[str, SiteTime]]:
        """Figures by (extractor, digest) and site: over exactly these pages, of this corpus, on this machine.

        A site of which any of `pages` was not timed is left out.
        """
        wanted, same = set(pages), same_machine(machine)
        whole = Counter(page.partition("/")[0] for page in wanted)
        chosen = [t for t in self.pages if t.page in wanted and t.corpus == corpus_digest and t.machine == same]
        return {
            key: {site: site_time(timed) for site, timed in sites.items() if len(timed) == whole[site]}
            for key, sites in _grouped(chosen).items()
        }

    def by_site(self) -> dict[Key, dict[str, SiteTime]]:
        """Figures by extractor and site over all pages there are."""
        return {
            key: {site: site_time(timed) for site, timed in sites.items()}
            for key, sites in _grouped(self.pages).items()
        }


def _grouped(pages: Iterable[PageTime]) -> dict[Key, dict[str, list[PageTime]]]:
    groups: dict[Key, dict[str, list[PageTime]]] = {}
    for timed in pages:
        groups.setdefault(timed.key, {}).setdefault(timed.site, []).append(timed)
    return groups


def site_time(pages: Sequence[PageTime]) -> SiteTime:
    """The figures of a site from those of its pages."""
    parse = [statistics.median(timed.parse_ns) for timed in pages]
    calls = sorted(ns for timed in pages for ns in timed.cpu_ns)
    return SiteTime(
        cost=sum(timed.cost * p for timed, p in zip(pages, parse, strict=True)) / sum(parse),
        ms=statistics.fmean(statistics.median(timed.cpu_ns) for timed in pages) / 1e6,
        p95_ms=calls[-(-len(calls) * 95 // 100) - 1] / 1e6,
        steady=all(timed.steady for timed in pages),
    )


def same_machine(machine: Machine | Mapping[str, Any]) -> tuple[object, ...]:
    """What must agree for two figures to be comparable; a kernel update or more memory does no harm."""
    fields = asdict(machine) if isinstance(machine, Machine) else machine
    return tuple(fields.get(name) for name in ("system", "cpu", "cores", "implementation", "python"))


def load(results: Path) -> CarefulTimes:
    """Everything under `results/timing`; nothing when there is nothing.

    Raises:
        BenchError: a file there is broken, or of another schema.
    """
    latest: dict[tuple[object, ...], PageTime] = {}
    for file in sorted((results / "timing").glob("*/*.json"), key=lambda path: (path.parent.name, path.name)):
        for timed in _read(file):
            latest[timed.key, timed.corpus, timed.machine, timed.page] = timed
    return CarefulTimes(tuple(latest.values()))


def _read(file: Path) -> Iterator[PageTime]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        schema = data["lubb"]["schema"]
        if schema == SCHEMA:
            machine = same_machine(data["machine_info"])
            yield from [page_time(bench, machine) for bench in data["benchmarks"]]
            return
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BenchError(
            f"no figures of bench time: {type(error).__name__} {error}", where=str(file), mend="remove the file"
        ) from error
    raise BenchError(
        f"schema {schema} where {SCHEMA} is known",
        where=str(file),
        mend="update Lubb, or time again and remove the file",
    )


def page_time(bench: Mapping[str, Any], machine: tuple[object, ...]) -> PageTime:
    """One benchmark of a file that `bench time` wrote.

    Raises:
        KeyError, TypeError: it is none.
    """
    info = bench["extra_info"]
    return PageTime(
        key=(info["extractor"], info["digest"]),
        corpus=info["corpus"],
        machine=machine,
        site=info["site"],
        page=info["page"],
        cpu_ns=tuple(round(seconds * 1e9) for seconds in bench["stats"]["data"]),
        parse_ns=tuple(info["parse_ns"]),
    )
