"""Which pages a table is over, and the signature that says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bench.errors import BenchError
from bench.model import Split, Track
from bench.run.choice import ALL
from bench.run.plan import PageInfo, Plan, Signature, selection_digest
from bench.run.records import Run

SPLITS = (Split.TEST.value, Split.DEV.value, ALL)


@dataclass(frozen=True, slots=True)
class View:
    """The pages of one track and split ("test", "dev" or "all"), and the signature of scores over them."""

    track: Track
    split: str
    pages: Mapping[str, PageInfo]
    signature: Signature

    @property
    def sites(self) -> int:
        """How many sites the pages are of."""
        return len({page.site for page in self.pages.values()})

    def __str__(self) -> str:
        pages, sites = _many(len(self.pages), "page"), _many(self.sites, "site")
        return f"{pages} of {sites}, track {self.track}, split {self.split}"


def of_kinds(run: Run, kinds: Collection[str]) -> Run:
    """The run as if only pages of these kinds ("news", "live") had been in it; its signature names the selection.

    Raises:
        BenchError: the run has no page of a kind.
    """
    there = {page.kind for page in run.plan.pages.values()}
    unknown = [kind for kind in kinds if kind not in there]
    if unknown:
        raise BenchError(
            f"the run has no pages of kind '{unknown[0]}'", mend=f"it has: {', '.join(sorted(there - {''})) or 'none'}"
        )
    pages = {name: page for name, page in run.plan.pages.items() if page.kind in kinds}
    plan = replace(run.plan, pages=pages)
    main = plan.signature
    over = _pages(plan, Track(main.track), main.split)
    signature = replace(main, pages=len(over), selection=selection_digest(over))
    records = tuple(record for record in run.records if record.page in pages)
    return replace(run, info=replace(run.info, plan=replace(plan, signature=signature)), records=records)


def headline(plan: Plan, split: str | None = None) -> View:
    """What the run's headline is over, or the same track over another split.

    Raises:
        BenchError: an unknown split, or one of which the run has no pages.
    """
    main = plan.signature
    track = Track(main.track)
    if split is None or split == main.split:
        return View(track, main.split, _pages(plan, track, main.split), main)
    if split not in SPLITS:
        raise BenchError(f"unknown split '{split}'", mend=f"there are: {', '.join(SPLITS)}")
    view = _other(plan, track, split)
    if not view.pages:
        there = sorted({page.split.value for page in plan.pages.values() if page.track is track})
        raise BenchError(
            f"the run has no {track} pages of split '{split}'", mend=f"it has pages of: {', '.join(there) or 'none'}"
        )
    return view


def tracks(plan: Plan, split: str | None = None) -> dict[Track, View]:
    """Every track that has pages: of the headline's split, or, where that has none, of all splits."""
    wanted = split or plan.signature.split
    views = {}
    for track in Track:
        view = headline(plan, split) if track == plan.signature.track else _other(plan, track, wanted)
        if not view.pages and split is None:
            view = _other(plan, track, ALL)
        if view.pages:
            views[track] = view
    return views


def _other(plan: Plan, track: Track, split: str) -> View:
    pages = _pages(plan, track, split)
    # The plan knows only of its headline whether it is over all that the corpus has: any other names its pages.
    digest = selection_digest(pages)
    return View(
        track,
        split,
        pages,
        replace(plan.signature, pages=len(pages), split=split, track=track.value, selection=digest),
    )


def _pages(plan: Plan, track: Track, split: str) -> dict[str, PageInfo]:
    return {
        page: info for page, info in sorted(plan.pages.items()) if info.track is track and split in (ALL, info.split)
    }


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
