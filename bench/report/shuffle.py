"""The published corpus beside one whose articles and templates are paired anew: who learnt pages by heart?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from statistics import fmean

from bench.errors import BenchError
from bench.model import Track
from bench.report.compared import signed
from bench.report.means import by_site
from bench.report.table import Column, Kind, Table
from bench.run.records import Run
from bench.score.bootstrap import ALPHA
from bench.score.differences import differences, holm


@dataclass(frozen=True, slots=True)
class Shift:
    """How one extractor's F1 moved from the published pages to the shuffled ones.

    Attributes:
        published, shuffled: mean over sites of each site's mean F1 over the same static pages.
        low, high: 95 % interval of the difference; None over too few sites, as `p_holm`.
        p_holm: of a difference this large where there is none, corrected for all rows that moved; None where none did.
        sites: how many stand behind it. moved: whether F1 differs on any of them.
    """

    extractor: str
    published: float
    shuffled: float
    low: float | None
    high: float | None
    p_holm: float | None
    sites: int
    moved: bool

    @property
    def difference(self) -> float:
        """Shuffled minus published."""
        return self.shuffled - self.published

    @property
    def beyond_noise(self) -> bool | None:
        """Whether other sites would show it too, by the paired test of the board; None: too few sites to tell."""
        if not self.moved:
            return False
        return None if self.p_holm is None else self.p_holm <= ALPHA

    def to_json(self) -> dict[str, object]:
        """All of it, the verdict included."""
        return {**asdict(self), "difference": self.difference, "beyond_noise": self.beyond_noise}


def shifts(published: Run, shuffled: Run) -> list[Shift]:
    """Every extractor that both runs hold, in the published run's order.

    Args:
        published: a run over the published corpus; its pages that the other lacks (kept by hand) are left out.
        shuffled: a run over the shuffled one.

    Raises:
        BenchError: no page is in both.
    """
    theirs = {name for name, page in shuffled.plan.pages.items() if page.track is Track.STATIC}
    pages = {name: page for name, page in published.plan.pages.items() if name in theirs}
    if not pages:
        raise BenchError("no static page is in both runs", mend="run both over the same sites")
    means = [
        {
            extractor.name: {
                site: fmean(record.score.counts.f1 for record in records)
                for site, records in by_site(
                    (record for record in run.records if record.extractor == extractor.name), pages
                ).items()
            }
            for extractor in run.plan.extractors
        }
        for run in (published, shuffled)
    ]
    common = [name for name, sites in means[0].items() if sites and means[1].get(name)]
    found = [_shift(name, means[0][name], means[1][name]) for name in common]
    adjusted = holm([shift.p_holm for shift in found])
    return [replace(shift, p_holm=p) for shift, p in zip(found, adjusted, strict=True)]


def _shift(name: str, before: Mapping[str, float], after: Mapping[str, float]) -> Shift:
    """With its own p for `p_holm`; none where nothing moved, for that is no test that the others should pay for."""
    sites = sorted(before.keys() & after.keys())
    moved = any(before[site] != after[site] for site in sites)
    (found,) = differences({"shuffled": after, "published": before})
    return Shift(
        name,
        published=fmean(before[site] for site in sites),
        shuffled=fmean(after[site] for site in sites),
        low=found.low,
        high=found.high,
        p_holm=found.p if moved else None,
        sites=len(sites),
        moved=moved,
    )


def shift_table(found: list[Shift], seed: int) -> Table:
    """The shifts as a table, the largest fall first."""
    columns = (
        Column("extractor"),
        *(Column(name, Kind.RATE) for name in ("published", "shuffled")),
        *(Column(name) for name in ("difference", "95 %", "beyond noise")),
    )
    rows = tuple(
        (
            shift.extractor,
            shift.published,
            shift.shuffled,
            signed(shift.difference),
            "" if shift.low is None or shift.high is None else f"{signed(shift.low)} to {signed(shift.high)}",
            {True: "yes", False: "no", None: "too few sites"}[shift.beyond_noise],
        )
        for shift in sorted(found, key=lambda shift: shift.difference)
    )
    notes = (
        f"F1 over the same {found[0].sites if found else 0} sites, articles paired with templates by seed {seed};"
        " beyond noise: of sites, with all rows that moved in mind; 95 %: interval of the difference",
    )
    return Table(f"Shuffled corpus, seed {seed}", columns, rows, notes)
