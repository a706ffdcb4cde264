"""Which pages of a corpus a run is over, and which of them its headline is over."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.errors import BenchError
from bench.gold.page import GoldPage
from bench.model import Split, Track
from bench.run.plan import selection_digest

ALL = "all"
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """Pages to run, in the order of the corpus.

    Attributes:
        split: of the headline: "test", "dev" or "all".
        track: of the headline.
        headline: how many of the pages the headline is over.
        selection: empty when the headline is over all of the corpus's pages of that split and track.
    """

    pages: tuple[GoldPage, ...]
    split: str
    track: Track
    headline: int
    selection: str


def choose(
    pages: Sequence[GoldPage],
    *,
    sites: Sequence[str] = (),
    split: str | None = None,
    track: Track | None = None,
    limit: int | None = None,
) -> Choice:
    """Narrow a corpus.

    Args:
        pages: of the corpus, sorted by id.
        sites: slugs; none means all.
        split: "dev", "test" or "all" pages and headline; None runs all pages, with the headline over test sites, or
            over dev sites when the corpus has no others.
        track: None runs all, with the headline over static pages, or over the first track that has pages.
        limit: at most so many pages, spread over the sites.

    Raises:
        BenchError: an unknown site, or nothing left to run.
    """
    _check_sites(sites, {page.site for page in pages})
    kept = [
        page
        for page in pages
        if (not sites or page.site in sites)
        and (split in (None, ALL) or page.split == split)
        and (track is None or page.track is track)
    ]
    if not kept:
        asked = [f"--site {site}" for site in sites]
        asked += [f"--split {split}"] if split else []
        asked += [f"--track {track}"] if track else []
        raise BenchError(
            f"no page is left of {len(pages)} with {' '.join(asked)}" if asked else "the corpus has no pages",
            mend="ask for less at once; python -m bench corpus stats says what there is",
        )
    main_track = track or next(t for t in Track if any(page.track is t for page in kept))
    main_split = split or _default_split(page.split for page in kept if page.track is main_track)
    if limit is not None:
        kept = _spread(kept, limit, main_split, main_track)
        main_split = split or _default_split(page.split for page in kept if page.track is main_track)
    headline = [page.id for page in kept if in_headline(page, main_split, main_track)]
    whole = [page.id for page in pages if in_headline(page, main_split, main_track)]
    return Choice(
        tuple(kept), main_split, main_track, len(headline), "" if headline == whole else selection_digest(headline)
    )


def in_headline(page: GoldPage, split: str, track: Track) -> bool:
    """Whether the headline of that split ("all" is one) and track is over this page."""
    return page.track is track and split in (ALL, page.split)


def close_matches(name: str, known: Iterable[str]) -> str:
    """What to do about an unknown name: the names nearest to it, or what there is when none is near."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    more = f", … ({len(names)} in all)" if len(names) > _LISTED else ""
    return f"there are: {', '.join(names[:_LISTED])}{more}"


def _check_sites(sites: Sequence[str], known: set[str]) -> None:
    unknown = [site for site in sites if site not in known]
    if unknown:
        quoted = ", ".join(f"'{site}'" for site in unknown)
        raise BenchError(
            f"unknown site{'s' if len(unknown) > 1 else ''} {quoted}", mend=close_matches(unknown[0], known)
        )


def _default_split(splits: Iterable[Split]) -> str:
    return (Split.TEST if Split.TEST in set(splits) else Split.DEV).value


def _spread(pages: Sequence[GoldPage], limit: int, split: str, track: Track) -> list[GoldPage]:
    """The first page of each site, then the second, until there are `limit`; pages of the headline go first."""
    turn: dict[str, int] = {}
    ranked: list[tuple[int, bool, str, GoldPage]] = []
    for page in sorted(pages, key=lambda page: (not in_headline(page, split, track), page.id)):
        turn[page.site] = turn.get(page.site, 0) + 1
        ranked.append((turn[page.site], not in_headline(page, split, track), page.id, page))
    ranked.sort(key=lambda entry: entry[:3])
    return sorted((entry[3] for entry in ranked[:limit]), key=lambda page: page.id)
