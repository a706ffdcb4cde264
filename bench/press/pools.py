"""What stands around an article: headlines of other news, comments, advertisements.

Each headline has, on one site, one date, one address and one place in time: half are older than the site's first page,
the others appeared within a day and a half before one of its pages. So no list links to the future, an address belongs
to one headline, and pages of different days show different news.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench.errors import BenchError
from bench.press.article import SECTIONS
from bench.press.seed import between, number, share

_KINDS = {"headline": (3, 4), "comment": (3, 3), "ad": (2, 3), "columnist": (3, 3), "poll": (4, 9)}


@dataclass(frozen=True, slots=True)
class Headline:
    """Another piece of news. `teaser` may be empty."""

    section: str
    title: str
    teaser: str = ""


@dataclass(frozen=True, slots=True)
class Pools:
    """All that the named regions have, in the order of their files."""

    headlines: tuple[Headline, ...]
    comments: tuple[tuple[str, str], ...]
    ads: tuple[tuple[str, str], ...]
    columnists: tuple[tuple[str, str], ...]
    polls: tuple[tuple[str, ...], ...]


def read_pools(folder: Path, regions: Iterable[str]) -> Pools:
    """The pools of the regions.

    Raises:
        BenchError: a file is absent or has a line that is not in the format.
    """
    lines: dict[str, list[tuple[str, ...]]] = {kind: [] for kind in _KINDS}
    for region in regions:
        path = folder / f"{region}.txt"
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BenchError(f"cannot be read ({error})", where=str(path), mend="name a file of pools/") from error
        for at, line in enumerate(text.split("\n"), 1):
            if line.strip() and not line.startswith("#"):
                kind, *fields = (part.strip() for part in line.split(" | "))
                low, high = _KINDS.get(kind, (0, 0))
                if not low <= len(fields) + 1 <= high or (kind == "headline" and fields[0] not in SECTIONS):
                    raise BenchError(
                        f"no pool item: {line[:50]!r}",
                        where=f"{path}:{at}",
                        mend="corpus/press/README.md has the format",
                    )
                lines[kind].append(tuple(fields))
    unique = {kind: list(dict.fromkeys(items)) for kind, items in lines.items()}
    return Pools(
        tuple(Headline(*fields) for fields in unique["headline"]),
        tuple((name, text) for name, text in unique["comment"]),
        tuple((fields[0], fields[1] if len(fields) > 1 else "") for fields in unique["ad"]),
        tuple((name, text) for name, text in unique["columnist"]),
        tuple(unique["poll"]),
    )


@dataclass(frozen=True, slots=True)
class News:
    """A headline with its place in time on one site."""

    headline: Headline
    date: datetime


def calendar(site: str, headlines: Iterable[Headline], pages: Sequence[datetime]) -> list[News]:
    """Every headline with its date on this site, newest first."""
    first = min(pages)
    found: list[News] = []
    for headline in headlines:
        key = (site, headline.title)
        if share("archive", *key) < 0.5:
            date = first - timedelta(minutes=between(2000, 500_000, "age", *key))
        else:
            page = min(pages, key=lambda page: number("home", *key, page))
            date = page - timedelta(minutes=between(9, 2100, "before", *key))
        found.append(News(headline, date))
    return sorted(found, key=lambda news: (news.date, news.headline.title), reverse=True)
