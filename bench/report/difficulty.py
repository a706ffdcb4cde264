"""What makes a page hard: F1 by how much of its text is content, by its kind, and by the family of its template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import quantiles
from typing import TypedDict

from bench.report import means
from bench.run.plan import PageInfo
from bench.run.records import Record

QUARTERS = 4

Records = Mapping[str, Sequence[Record]]


class Bin(TypedDict):
    """Pages that are alike in one thing. `f1`: by extractor, the mean over the bin's sites of means over its pages."""

    pages: int
    sites: int
    f1: dict[str, float]


def difficulty(records: Records, pages: Mapping[str, PageInfo]) -> dict[str, dict[str, Bin]]:
    """ "body_share", "kind" and "family", each by the name of its bins.

    A page that names no kind or family is in no bin of these, nor one without labelled words in one of body share.

    Args:
        records: by extractor; those of other pages are left out.
        pages: what the headline is over.
    """
    quarters = body_share_quarters({page: share for page, share in body_shares(records).items() if page in pages})
    kinds, families = ({page: getattr(info, by) for page, info in pages.items()} for by in ("kind", "family"))
    return {
        "body_share": _bins(quarters, records, pages, order=dict.fromkeys(quarters.values())),
        "kind": _bins(kinds, records, pages, order=sorted(set(kinds.values()))),
        "family": _bins(families, records, pages, order=sorted(set(families.values()))),
    }


def body_shares(records: Records) -> dict[str, float]:
    """Of the words of a page that have to come out or must not, the share that has to; page by page."""
    shares: dict[str, float] = {}
    for found in records.values():
        for record in found:
            if record.page not in shares:
                content = sum(loss.of_tokens for loss in record.score.losses.values())
                words = content + sum(leak.of_tokens for leak in record.score.leaks.values())
                if words:
                    shares[record.page] = content / words
    return shares


def body_share_quarters(shares: Mapping[str, float]) -> dict[str, str]:
    """Page -> its quarter, least content first. Pages of one share are in one quarter, and one may so be empty."""
    if len(shares) < 2:
        return {}
    edges = quantiles(shares.values(), n=QUARTERS, method="inclusive")
    quarters: list[list[str]] = [[] for _ in range(QUARTERS)]
    for page, share in sorted(shares.items(), key=lambda item: (item[1], item[0])):
        quarters[sum(edge < share for edge in edges)].append(page)
    names = {
        number: f"quarter {number}: {_percent(shares[found[0]])}-{_percent(shares[found[-1]])}%"
        for number, found in enumerate(quarters, 1)
        if found
    }
    return {page: names[number] for number, found in enumerate(quarters, 1) for page in found}


def _percent(share: float) -> str:
    return f"{share * 100:.0f}"


def _bins(
    names: Mapping[str, str], records: Records, pages: Mapping[str, PageInfo], order: Iterable[str]
) -> dict[str, Bin]:
    return {
        name: _bin({page: info for page, info in pages.items() if names.get(page) == name}, records)
        for name in order
        if name
    }


def _bin(pages: Mapping[str, PageInfo], records: Records) -> Bin:
    found = {
        extractor: means.over_sites(means.by_site(its, pages), lambda score: score.counts.f1)
        for extractor, its in records.items()
    }
    return {
        "pages": len(pages),
        "sites": len({info.site for info in pages.values()}),
        "f1": {extractor: f1 for extractor, f1 in found.items() if f1 is not None},
    }
