"""`bench corpus stats --against PATH`: how real a corpus looks beside another one."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.gold.corpus import Corpus
    from bench.gold.realism import Comparison, Measured, Rate, RateRow, SpreadRow
    from bench.report.table import Cell, Column, Table

_PIPED = 140  # three times five figures side by side


def add_against(parser: argparse.ArgumentParser) -> None:
    """--against PATH."""
    parser.add_argument(
        "--against",
        type=Path,
        metavar="PATH",
        help="instead, how real its pages look: beside those of another corpus and beside published figures",
    )


def compare(corpus: Corpus, path: Path, *, as_json: bool) -> int:
    """Print every measure of `corpus` beside that of the corpus at `path`."""
    from bench.gold.corpus import load
    from bench.gold.realism import compare as compared

    other = load(path)
    found = compared(corpus, other)
    if as_json:
        print(json.dumps(_json(corpus, other, found), ensure_ascii=False, indent=2))
        return 0
    for title, each, pages in (("this", corpus, found.this), ("other", other, found.other)):
        print(f"{title}: {each.name} corpus:{each.digest} gold:{each.gold_digest}; {_pages(pages)}")
    print()
    sys.stdout.flush()
    from bench.report.terminal import print_tables

    print_tables([*_spreads(found), _rates(found)], piped=_PIPED)
    return 0


def _pages(pages: Measured) -> str:
    """`9 sites, 17 static pages, 2 of script (markup alone), 1 no-article left out`."""
    sites = f"{pages.sites} site{'' if pages.sites == 1 else 's'}"
    static = f"{pages.static} static page{'' if pages.static == 1 else 's'}"
    script = len(pages.pages) - pages.static
    more = (
        f"{script} of script (markup alone)" if script else "",
        f"{pages.left_out} no-article left out" if pages.left_out else "",
    )
    return ", ".join(filter(None, (sites, static, *more)))


def _json(corpus: Corpus, other: Corpus, found: Comparison) -> dict[str, object]:
    from bench.gold.published import PAGES

    return {
        "this": _corpus_json(corpus, found.this),
        "other": _corpus_json(other, found.other),
        "published": {"pages": PAGES},
        "spreads": [_spread_json(row) for row in found.spreads],
        "rates": [_rate_json(row) for row in found.rates],
    }


def _corpus_json(corpus: Corpus, pages: Measured) -> dict[str, object]:
    return {
        "corpus": corpus.name,
        "digest": corpus.digest,
        "gold_digest": corpus.gold_digest,
        "sites": pages.sites,
        "pages": len(pages.pages),
        "static": pages.static,
        "left_out": pages.left_out,
    }


def _head_json(row: SpreadRow | RateRow) -> dict[str, object]:
    measure = row.measure
    return {"measure": measure.name, "section": measure.section.value, "definition": measure.definition}


def _off_json(row: SpreadRow | RateRow) -> dict[str, object]:
    return {"off_other": row.off_other, "off_published": row.off_published}


def _spread_json(row: SpreadRow) -> dict[str, object]:
    """Each spread as min, q1, median, q3 and max, null where unknown; null for no published figure at all."""
    spreads = {"this": row.this.five, "other": row.other.five, "published": row.published and row.published.five}
    return {**_head_json(row), **spreads, **_off_json(row)}


def _rate_json(row: RateRow) -> dict[str, object]:
    rates = {"this": row.this, "other": row.other, "published": row.published}
    return {
        **_head_json(row),
        **{name: rate and {"pages": rate.pages, "of": rate.of, "share": rate.share} for name, rate in rates.items()},
        **_off_json(row),
    }


def _columns(spec: str) -> tuple[Column, ...]:
    """The measure, then the same columns of this corpus, the other and the published figures; the last two marked."""
    from bench.gold.published import PAGES
    from bench.report.table import columns

    return (
        *columns("measure"),
        *columns(spec, group="this"),
        *columns(f"{spec} off", group="other"),
        *columns(f"{spec} off", group=f"published ({PAGES} pages)"),
    )


def _spreads(found: Comparison) -> list[Table]:
    """A table a section; what the marks mean stands under the last."""
    from bench.gold.measures import Section
    from bench.report.table import Table

    tables = []
    for section in Section:
        rows: list[tuple[Cell, ...]] = []
        for row in found.spreads:
            if row.measure.section is section:
                published = row.published.five if row.published else (None,) * 5
                other = *row.other.five, row.off_other
                rows.append((row.measure.name, *row.this.five, *other, *published, row.off_published))
        if rows:
            tables.append(Table(section, _columns("min:figure q1:figure med:figure q3:figure max:figure"), tuple(rows)))
    return tables


def _rates(found: Comparison) -> Table:
    from bench.gold.measures import Section
    from bench.report.table import Table

    rows: list[tuple[Cell, ...]] = []
    for row in found.rates:
        other = *_rate(row.other), row.off_other
        rows.append((row.measure.name, *_rate(row.this), *other, *_rate(row.published), row.off_published))
    notes = (
        "off: how this corpus lies off. low, high: its median is outside the quartiles (where only a median is known, "
        "that is outside this corpus's);",
        "below, above: its median is outside the extremes; narrow: its quartiles are less than a third as far apart; "
        "rates: outside the 90 % interval.",
        "Rates and narrowness of a single site are not judged; half of all real sites are low or high in any measure.",
        "What is counted: docs/realism.md",
    )
    return Table(Section.RATES, _columns("pages:count of:count share:share"), tuple(rows), notes)


def _rate(rate: Rate | None) -> tuple[Cell, ...]:
    return (rate.pages, rate.of, rate.share) if rate else (None, None, None)
