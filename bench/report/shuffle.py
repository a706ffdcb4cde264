"""The published corpus beside one whose articles and templates are paired anew: who learnt pages by heart?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from random import Random
from statistics import fmean

from bench.errors import BenchError
from bench.model import Track
from bench.report.means import by_site
from bench.report.table import Column, Kind, Table
from bench.run.records import Run

_DRAWS = 4000


@dataclass(frozen=True, slots=True)
class Shift:
    """How one extractor's F1 moved from the published pages to the shuffled ones.

    Attributes:
        published, shuffled: mean over sites of each site's mean F1 over the same static pages.
        low, high: 95 % interval of the difference, from bootstrap draws of sites.
        sites: how many sites stand behind it.
    """

    extractor: str
    published: float
    shuffled: float
    low: float
    high: float
    sites: int

    @property
    def difference(self) -> float:
        """Shuffled minus published."""
        return self.shuffled - self.published

    @property
    def beyond_noise(self) -> bool:
        """True when the interval holds no zero."""
        return self.low > 0 or self.high < 0

    def to_json(self) -> dict[str, object]:
        """All of it, the verdict included."""
        return {**asdict(self), "difference": self.difference, "beyond_noise": self.beyond_noise}


def shifts(published: Run, shuffled: Run, seed: int = 0) -> list[Shift]:
    """Every extractor that both runs hold, in the published run's order.

    Args:
        published: a run over the published corpus; its pages that the other lacks (kept by hand) are left out.
        shuffled: a run over the shuffled one.
        seed: of the bootstrap.

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
    return [_shift(name, means[0][name], means[1][name], seed) for name in common]


def _shift(name: str, before: dict[str, float], after: dict[str, float], seed: int) -> Shift:
    sites = sorted(before.keys() & after.keys())
    differences = [after[site] - before[site] for site in sites]
    draw = Random(f"{seed} {name}")
    drawn = sorted(fmean(draw.choices(differences, k=len(differences))) for _ in range(_DRAWS))
    low, high = drawn[round(_DRAWS * 0.025)], drawn[round(_DRAWS * 0.975) - 1]
    return Shift(name, fmean(before[s] for s in sites), fmean(after[s] for s in sites), low, high, len(sites))


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
            _signed(shift.difference),
            f"{_signed(shift.low)} to {_signed(shift.high)}",
            "yes" if shift.beyond_noise else "no",
        )
        for shift in sorted(found, key=lambda shift: shift.difference)
    )
    notes = (
        f"F1 over the same {found[0].sites if found else 0} sites, articles paired with templates by seed {seed};"
        " interval: bootstrap over sites",
    )
    return Table(f"Shuffled corpus, seed {seed}", columns, rows, notes)


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("0.", ".", 1)
