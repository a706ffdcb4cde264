"""A small run, made by hand: its figures are worked out in test_report_means.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.extract.worker import Limits
from bench.labels import Label
from bench.model import Cost, Split, Status, Track
from bench.run.plan import Checkout, ExtractorInfo, Machine, PageInfo, Plan, RunInfo, Signature
from bench.run.records import Record, Run
from bench.score.counts import Counts, Leak, Loss, PageScore, Similarity, TrapCount

MS = 1_000_000
PAGES = {
    "alef/001": PageInfo("alef", Track.STATIC, Split.TEST, "news", "wp", (), 1000, "alef001"),
    "alef/002": PageInfo("alef", Track.STATIC, Split.TEST, "news", "wp", (), 3000, "alef002"),
    "ba/001": PageInfo("ba", Track.STATIC, Split.TEST, "news", "amp", (), 2000, "ba001"),
    "jim/001": PageInfo("jim", Track.SCRIPT, Split.TEST, "news", "next", (), 2000, "jim001"),
    "dal/001": PageInfo("dal", Track.NO_ARTICLE, Split.TEST, "home", "wp", (), 2000, "dal001"),
    "dal/002": PageInfo("dal", Track.NO_ARTICLE, Split.TEST, "error", "wp", (), 2000, "dal002"),
    "ha/001": PageInfo("ha", Track.STATIC, Split.DEV, "news", "wp", (), 2000, "ha001"),
}
MACHINE = Machine("Linux", "6.1", "3.11.9", "CPython", "A processor", 2, 4096)


def score(tp: int, fp: int, fn: int) -> PageScore:
    """A score whose other counts are the headline's, and whose wrong tokens are all foreign."""
    counts = Counts(tp, fp, fn)
    return PageScore(
        counts=counts,
        optional=0,
        leaked=0,
        moved=0,
        repeated=0,
        foreign=fp,
        leaks={},
        losses={},
        traps={},
        strict=counts,
        folded=counts,
        bag=counts,
        shingles=counts,
        similarity=Similarity(fp + fn, 2 * tp + fp + fn),
        exact=fp == fn == 0,
    )


def record(
    extractor: str,
    page: str,
    scored: PageScore,
    cpu_ms: float | None = None,
    parse_ms: float | None = None,
    **more: object,
) -> Record:
    cost = Cost(
        cpu_ns=None if cpu_ms is None else int(cpu_ms * MS),
        wall_ns=None if cpu_ms is None else int(cpu_ms * MS),
        parse_ns=None if parse_ms is None else int(parse_ms * MS),
        peak_kib=None if cpu_ms is None else 65536,
    )
    plain = Record(extractor, page, Status.OK, "", None, 0, cost, scored, "bubblewrap")
    return replace(plain, **more)  # type: ignore[arg-type]


def plan(extractors: tuple[ExtractorInfo, ...], pages: dict[str, PageInfo] | None = None) -> Plan:
    chosen = PAGES if pages is None else pages
    headline = [page for page, info in chosen.items() if info.track is Track.STATIC and info.split is Split.TEST]
    return Plan(
        lubb="0.1.0",
        signature=Signature("0123456789ab", "ba9876543210", len(headline), "test", "static", "ar1", "lcs1"),
        corpus="made",
        pages=chosen,
        extractors=extractors,
        limits=Limits(30.0, 2048),
        jobs=1,
        sandbox="bubblewrap",
        machine=MACHINE,
        checkout=Checkout("abcdef0123456789", dirty=False),
        packages={"lxml": "6.1.3"},
        command="lubb run",
        created="2026-11-23T06:00:00Z",
    )


def run(planned: Plan, records: list[Record]) -> Run:
    return Run(Path("nowhere/runs/made"), RunInfo(planned, "2026-11-23T06:01:00Z"), tuple(records))


def small_run() -> Run:
    """waw times out on one page of three and leaks; zay's texts came from the cache; nun could not be run."""
    extractors = (
        ExtractorInfo("oracle", "0.1.0", "MIT", "lubb", "", "harness", "oracle1"),
        ExtractorInfo("waw", "1.2", "MIT", "waw", "", "entry-point", "d1"),
        ExtractorInfo("zay", "3.0", "MIT", "zay", "", "entry-point", "d2"),
        ExtractorInfo("nun", way="entry-point", problem="cannot import nun; pip install nun"),
    )
    return run(plan(extractors), [*_oracle(), *_waw(), *_zay()])


def _oracle() -> list[Record]:
    return [record("oracle", page, on(page, _content(page), 0), sandbox="harness") for page in PAGES]


def _waw() -> list[Record]:
    leaking = replace(on("alef/001", 8, 2, leaked=2), leaked=2, foreign=0)
    return [
        record("waw", "alef/001", leaking, 10, 2),
        record("waw", "alef/002", on("alef/002", 0, 0), 5000, 1, status=Status.TIMEOUT, detail="no answer in 30 s"),
        record("waw", "ba/001", on("ba/001", 9, 0), 30, 3),
        record("waw", "jim/001", on("jim/001", 0, 0), 5, 1, status=Status.EMPTY),
        record("waw", "dal/001", on("dal/001", 0, 0), 5, 1, status=Status.EMPTY),
        record("waw", "dal/002", on("dal/002", 0, 3), 5, 1),
        record("waw", "ha/001", on("ha/001", 5, 0), 5, 1),
    ]


def _zay() -> list[Record]:
    found = {page: on(page, min(9, _content(page)), 1) for page in PAGES}
    return [record("zay", page, scored, cost=Cost(cached=True), sandbox="cache") for page, scored in found.items()]


def _content(page: str) -> int:
    return 0 if PAGES[page].track is Track.NO_ARTICLE else 8 if page == "alef/001" else 10


def on(page: str, tp: int, fp: int, *, leaked: int = 0) -> PageScore:
    """What a page of `PAGES` holds: body, a lead on one page, a menu, and a trapped read-also line of four tokens."""
    lost = _content(page) - tp
    losses = {Label.BODY: Loss(min(lost, 8), 8)} if _content(page) else {}
    if _content(page) == 10:
        losses[Label.LEAD] = Loss(max(lost - 8, 0), 2)
    leaks = {Label.READ_ALSO: Leak(leaked, 4, int(leaked > 0), 1), Label.NAV: Leak(0, 20, 0, 1)}
    traps = {"read-also": TrapCount(int(leaked == 0), 1)}
    return replace(score(tp, fp, lost), leaks=leaks, losses=losses, traps=traps)
