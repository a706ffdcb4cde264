"""`compare(now, before)`: what moved between two runs that were scored alike, and whether beyond noise.

Noise is that of sites, as on the board: a change is beyond it when other sites of this kind would show it too. Each
measure is corrected (Holm) for all rows that moved in it. docs/compare.md tells how to read it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.errors import BenchError
from bench.model import Status
from bench.report.leaderboard import Row, TrackFigures
from bench.report.reference import TEXT_DIGITS
from bench.report.sides import Side, refuse_unlike
from bench.report.table import plain
from bench.run.choice import close_matches
from bench.run.records import Record
from bench.run.timing import UNSTEADY_CV, same_machine
from bench.score.bootstrap import ALPHA
from bench.score.counts import Counts
from bench.score.differences import differences, holm

SCORES = ("f1", "precision", "recall")
COST = "cost"
# The least share of itself by which a cost must move: a careful pass calls a machine steady whose own measure, the
# parse, varies by as much, and what slows a whole run slows all of its sites alike, which no test over sites sees.
LEAST_COST = UNSTEADY_CV


@dataclass(frozen=True, slots=True)
class Move:
    """One figure of one extractor, in both runs.

    Attributes:
        figure: "f1", "precision", "recall" or "cost".
        before, now: the mean over sites; None where nothing was measured.
        low, high: 95 % interval of the change; None with too few sites, or where costs do not compare.
        p: of a change this large where there is none. adjusted: with Holm's correction for all rows that moved.
        sites: how many stand behind it. moved: on how many of them the figure differs.
        site, on_site: where it changed most, and by how much; empty and 0 where nothing moved.
        judged: whether the two can be compared at all; costs that were measured otherwise cannot.
    """

    figure: str
    before: float | None
    now: float | None
    low: float | None
    high: float | None
    p: float | None
    adjusted: float | None
    sites: int
    moved: int
    site: str
    on_site: float
    judged: bool = True

    @property
    def change(self) -> float:
        """Now less before; 0 where one of them was not measured."""
        return 0.0 if self.before is None or self.now is None else self.now - self.before

    @property
    def beyond_noise(self) -> bool | None:
        """Whether the sites show a change beyond chance; None: they are too few to tell, or costs do not compare."""
        if not self.moved:
            return False
        if self.adjusted is None:
            return None
        least = LEAST_COST * (self.before or 0.0) if self.figure == COST else 0.0
        return self.adjusted <= ALPHA and abs(self.change) > least

    @property
    def better(self) -> bool:
        """Whether the change is for the better."""
        return self.change < 0 if self.figure == COST else self.change > 0


@dataclass(frozen=True, slots=True)
class PageMove:
    """One page on which an extractor answered otherwise.

    Attributes:
        over: empty for a page of the headline, else its track and split.
        before, now: tokens found, invented and missed. was, status: how the extraction ended before and now.
        detail: of a failure now.
    """

    extractor: str
    page: str
    over: str
    before: Counts
    now: Counts
    was: Status
    status: Status
    detail: str

    @property
    def change(self) -> float:
        """F1 now less F1 before."""
        return self.now.f1 - self.before.f1

    @property
    def newly_failed(self) -> bool:
        """It is a failure now, and was none or another."""
        return self.status.failed and self.status is not self.was


@dataclass(frozen=True, slots=True)
class RowMove:
    """One extractor in both runs.

    Attributes:
        extractor: its name now. was: its name before.
        version_before, version: of its distribution. changed: whether anything differs that its answers depend on.
        moves: by figure, over the headline.
        sites: (site, F1 before, F1 now) of those on which it moved, the worst first.
        tracks: F1 before and now on the other tracks, where it differs.
        failures_before, failures: by status, over the headline.
        pages: those that moved, worst first. other_text: pages that score the same with another text.
    """

    extractor: str
    was: str
    version_before: str
    version: str
    changed: bool
    moves: Mapping[str, Move]
    sites: Sequence[tuple[str, float, float]]
    tracks: Mapping[str, tuple[float | None, float | None]]
    failures_before: Mapping[str, int]
    failures: Mapping[str, int]
    pages: Sequence[PageMove]
    other_text: int

    @property
    def moved(self) -> bool:
        """Whether any score of the headline differs on any site."""
        return any(self.moves[figure].moved for figure in SCORES)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that moved.

    Attributes:
        now, before: what was compared.
        rows: extractors that are in both, those whose F1 fell most first.
        new, gone: rows of one of the two only. stopped: (extractor, problem) that could be run before.
        costs: empty when costs compare, else why not.
        named: whether pages can be named: both sides have records.
        only_now, only_before: pages outside the headline that one of them alone holds.
    """

    now: Side
    before: Side
    rows: tuple[RowMove, ...]
    new: tuple[Row, ...]
    gone: tuple[Row, ...]
    stopped: tuple[tuple[str, str], ...]
    costs: str
    named: bool
    only_now: int
    only_before: int

    @property
    def pages(self) -> list[PageMove]:
        """The pages that moved, of all rows, worst first."""
        return sorted((page for row in self.rows for page in row.pages), key=_worst)


def compare(
    now: Side, before: Side, *, extractors: Collection[str] = (), renamed: Mapping[str, str] | None = None
) -> Comparison:
    """Set `now` beside `before`.

    Args:
        now, before: scored alike.
        extractors: only these rows; all when empty.
        renamed: name now -> name before, of rows that changed their name.

    Raises:
        BenchError: the sides were not scored alike, a name is in neither, or no extractor is in both.
    """
    refuse_unlike(now, before)
    renamed = renamed or {}
    rows = {row["extractor"]: row for row in now.board["rows"]}
    old = {row["extractor"]: row for row in before.board["rows"]}
    problems = {entry["extractor"]: entry["problem"] for entry in now.board["unavailable"]}
    _check_names(renamed, rows, old, now, before)
    known = rows.keys() | old.keys() | problems.keys()
    for name in extractors:
        if name not in known:
            raise BenchError(f"no extractor '{plain(name)}' in either of the two", mend=close_matches(name, known))
    wanted = set(extractors) or known
    pairs = [(name, renamed.get(name, name)) for name in rows if name in wanted and renamed.get(name, name) in old]
    used = {was for _, was in pairs}
    stopped = tuple((name, problem) for name, problem in problems.items() if name in wanted and name in old)
    if not pairs and not stopped:
        raise BenchError(
            f"no extractor is in both {plain(now.name)} and {plain(before.name)}",
            mend="--as old-name=new-name compares a row with one of another name",
        )
    records, earlier = now.records, before.records
    reason = _costs_differ(now, before)
    moved = [
        _row(rows[name], old[was], _page_moves(name, records.get(name, {}), earlier.get(was, {}), now), reason)
        for name, was in pairs
    ]
    here, there = (set(side.run.plan.pages) if side.run else set() for side in (now, before))
    named = bool(now.run and before.run)
    return Comparison(
        now,
        before,
        tuple(sorted(_adjusted(moved), key=lambda row: (row.moves["f1"].change, row.extractor))),
        new=tuple(row for name, row in rows.items() if name in wanted and renamed.get(name, name) not in old),
        gone=tuple(
            row
            for name, row in old.items()
            if name in wanted and name not in used and name not in rows and name not in problems
        ),
        stopped=stopped,
        costs=reason,
        named=named,
        only_now=len(here - there) if named else 0,
        only_before=len(there - here) if named else 0,
    )


def _check_names(
    renamed: Mapping[str, str], rows: Collection[str], old: Collection[str], now: Side, before: Side
) -> None:
    for name, was in renamed.items():
        for asked, there, side in ((name, rows, now), (was, old, before)):
            if asked not in there:
                raise BenchError(
                    f"no extractor '{plain(asked)}'", where=plain(side.name), mend=close_matches(asked, there)
                )


def _costs_differ(now: Side, before: Side) -> str:
    """Why costs of the two do not compare; empty when they do."""
    if same_machine(now.board["machine"]) != same_machine(before.board["machine"]):
        return "measured on different machines"
    if (now.board.get("jobs", 1) > 1) != (before.board.get("jobs", 1) > 1):
        return "extractors ran side by side in one of the two"
    return ""


def _row(now: Row, before: Row, pages: tuple[list[PageMove], int], costs: str) -> RowMove:
    return RowMove(
        extractor=now["extractor"],
        was=before["extractor"],
        version_before=before["version"],
        version=now["version"],
        changed=now["digest"] != before["digest"],
        moves={
            **{figure: _move(figure, now, before) for figure in SCORES},
            COST: _move(COST, now, before, judged=not costs and now["timing"] == before["timing"]),
        },
        sites=_sites(now, before),
        tracks={
            track: (before["tracks"][track]["f1"], figures["f1"])
            for track, figures in now["tracks"].items()
            if track in before["tracks"] and before["tracks"][track]["f1"] != figures["f1"]
        },
        failures_before=before["failures"],
        failures=now["failures"],
        pages=pages[0],
        other_text=pages[1],
    )


def _move(figure: str, now: TrackFigures, before: TrackFigures, *, judged: bool = True) -> Move:
    here, there = _by_site(now, figure), _by_site(before, figure)
    changes = {site: here[site] - there[site] for site in sorted(here.keys() & there.keys())}
    moved = {site: change for site, change in changes.items() if change}
    at = max(moved, key=lambda site: abs(moved[site]), default="")
    value, was = _figure(now, figure), _figure(before, figure)
    judged = judged and value is not None and was is not None
    (found,) = differences({"now": here, "before": there}) if judged and moved else (None,)
    return Move(
        figure,
        before=was,
        now=value,
        low=found.low if found else None,
        high=found.high if found else None,
        p=found.p if found else None,
        adjusted=None,
        sites=len(changes),
        moved=len(moved),
        site=at,
        on_site=moved.get(at, 0.0),
        judged=judged,
    )


def _sites(now: Row, before: Row) -> list[tuple[str, float, float]]:
    here, there = _by_site(now, "f1"), _by_site(before, "f1")
    moved = [(site, there[site], f1) for site, f1 in here.items() if site in there and there[site] != f1]
    return sorted(moved, key=lambda line: (line[2] - line[1], line[0]))


def _by_site(figures: TrackFigures, figure: str) -> dict[str, float]:
    found = {site: _figure(of_site, figure) for site, of_site in figures["sites"].items()}
    return {site: value for site, value in found.items() if value is not None}


def _figure(figures: Mapping[str, object], figure: str) -> float | None:
    value = figures[figure]
    return float(value) if isinstance(value, int | float) else None


def _adjusted(rows: Sequence[RowMove]) -> list[RowMove]:
    """The rows with each p corrected for all rows that moved in that figure."""
    by_figure = {figure: holm([row.moves[figure].p for row in rows]) for figure in (*SCORES, COST)}
    return [
        replace(
            row, moves={figure: replace(move, adjusted=by_figure[figure][at]) for figure, move in row.moves.items()}
        )
        for at, row in enumerate(rows)
    ]


def _page_moves(
    extractor: str, now: Mapping[str, Record], before: Mapping[str, Record], side: Side
) -> tuple[list[PageMove], int]:
    """The pages that moved, and how many score the same with another text."""
    found = list(_pages(extractor, now, before, side))
    moved = [page for page, _ in found if page.before != page.now or page.was is not page.status]
    moved.sort(key=_worst)
    others = sum(other and page.before == page.now and page.was is page.status for page, other in found)
    return moved, others


def _pages(
    extractor: str, now: Mapping[str, Record], before: Mapping[str, Record], side: Side
) -> Iterator[tuple[PageMove, bool]]:
    """Every page of both, and whether its text is another."""
    pages = side.run.plan.pages if side.run else {}
    main = (side.board["track"], side.board["split"])
    for page, record in now.items():
        if page not in before:
            continue
        was, info = before[page], pages[page]
        headline = info.track.value == main[0] and main[1] in ("all", info.split.value)
        yield (
            PageMove(
                extractor,
                page,
                "" if headline else f"{info.track.value}, {info.split.value}",
                was.score.counts,
                record.score.counts,
                was.status,
                record.status,
                record.detail if record.status.failed else "",
            ),
            (record.text or "")[:TEXT_DIGITS] != (was.text or "")[:TEXT_DIGITS],
        )


def _worst(page: PageMove) -> tuple[float, bool, str, str]:
    return page.change, not page.newly_failed, page.page, page.extractor
