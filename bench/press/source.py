"""sites/SLUG/site.toml of the press: what a template needs to know of its outlet, and of single pages."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from bench.model import Split, Track
from bench.press.article import NO_ARTICLE, SECTIONS, Article, read_article
from bench.press.house import HABITS, MONTHS, House
from bench.press.pools import News, Pools, calendar, read_pools
from bench.press.table import Table

_SITE_KEYS = frozenset(
    "name family licence provenance split url id pools months spelling date_digits indent charset http_charset sections"
    " template templates data pages kept".split()
)
_PAGE_KEYS = frozenset("template track charset http_charset declared bom traps gold url".split())
_Closed = TypeVar("_Closed", bound=StrEnum)
_EPOCH = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What site.toml says of one page, or of all (then the page's own wins).

    Attributes:
        charset: what the page's bytes are in.
        declared: the charset that the page's own meta tag names; "" for none.
        http_charset: what the HTTP header said; None for nothing.
        gold: for track script, as site.toml of a corpus has it.
    """

    template: str
    track: Track = Track.STATIC
    charset: str = "utf-8"
    declared: str = "utf-8"
    http_charset: str | None = None
    bom: bool = False
    traps: tuple[str, ...] = ()
    gold: tuple[Mapping[str, object], ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One outlet: its site.toml, articles and surroundings.

    Attributes:
        url: pattern of its addresses, with {section}, {id}, {slug}, {yyyy}, {mm}, {dd}.
        id: numbers of addresses: the first, and how many a day.
        indent: one step of indentation between block elements; "" leaves the source as the template has it.
        sections: its names for the sections.
        data: free tables for the template (menus, links, phrases).
        articles: by page name.
        news, numbers: other news with its dates, newest first; the number in the address of each and of each article.
        kept: pages that are not pressed, as their tables in the corpus's site.toml.
    """

    slug: str
    folder: Path
    name: str
    family: str
    licence: str
    provenance: str
    split: Split
    url: str
    id: tuple[float, float]
    house: House
    indent: str
    sections: Mapping[str, str]
    data: Mapping[str, object]
    options: Mapping[str, PageOptions]
    articles: Mapping[str, Article]
    pools: Pools
    news: Sequence[News]
    numbers: Mapping[tuple[datetime, str], int]
    kept: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def number(self, date: datetime, title: str = "") -> int:
        """The number that the address of a piece of news carries: no two alike, later ones higher."""
        return self.numbers.get((date, title), _floor(self.id, date))

    def with_articles(self, articles: Mapping[str, Article]) -> Source:
        """The same outlet with other articles on its pages, and without pages that are kept by hand."""
        news, numbers = _timeline(self.slug, self.id, self.pools, articles)
        return replace(self, articles=articles, news=news, numbers=numbers, kept={})


def _floor(id_of: tuple[float, float], date: datetime) -> int:
    first, per_day = id_of
    return int(first + (date - _EPOCH) / timedelta(days=1) * per_day)


def _timeline(
    slug: str, id_of: tuple[float, float], pools: Pools, articles: Mapping[str, Article]
) -> tuple[Sequence[News], Mapping[tuple[datetime, str], int]]:
    """All news of the outlet, and the number of each piece and article."""
    news = calendar(slug, pools.headlines, [article.date for article in articles.values()])
    moments = {(each.date, each.headline.title) for each in news} | {(a.date, a.title) for a in articles.values()}
    numbers: dict[tuple[datetime, str], int] = {}
    last = 0
    for moment in sorted(moments):
        last = numbers[moment] = max(last + 1, _floor(id_of, moment[0]))
    return news, numbers


def read_source(press: Path, slug: str) -> Source:
    """One site of the press.

    Args:
        press: the folder with sites/, articles/ and pools/.
        slug: the site.

    Raises:
        BenchError: site.toml or an article is not in the format.
    """
    folder = press / "sites" / slug
    table = Table.read(folder / "site.toml")
    table.only(_SITE_KEYS)
    articles = {path.stem: read_article(path) for path in sorted((press / "articles" / slug).glob("*.txt"))}
    if not articles:
        raise table.wrong("no articles", f"write articles/{slug}/001.txt")
    pools, id_of = read_pools(press / "pools", table.texts("pools")), _numbers(table)
    news, numbers = _timeline(slug, id_of, pools, articles)
    return Source(
        slug,
        folder,
        name=table.need("name", str),
        family=table.need("family", str),
        licence=table.get("licence", "CC-BY-4.0"),
        provenance=table.get("provenance", "written for Lubb"),
        split=_choice(table, "split", table.need("split", str), Split),
        url=table.need("url", str),
        id=id_of,
        house=_house(table),
        indent=table.get("indent", ""),
        sections=_sections(table),
        data=table.get("data", {}),
        options=_options(table, articles),
        articles=articles,
        pools=pools,
        news=news,
        numbers=numbers,
        kept={name: kept.values for name, kept in table.tables("kept").items()},
    )


def _choice(table: Table, key: str, value: str, kind: type[_Closed]) -> _Closed:
    try:
        return kind(value)
    except ValueError:
        raise table.wrong(f"{key} = {value!r}", f"write one of {', '.join(kind)}") from None


def _numbers(table: Table) -> tuple[float, float]:
    match table.need("id", list):
        case [int() | float() as first, int() | float() as per_day] if per_day > 0:
            return first, per_day
    raise table.wrong("id is no pair of numbers", "write `id = [FIRST, PER_DAY]`")


def _house(table: Table) -> House:
    spelling, months = table.texts("spelling"), table.get("months", "gregorian")
    unknown = [*(name for name in spelling if name not in HABITS), *(set(months.split("+")) - MONTHS.keys())]
    if unknown:
        raise table.wrong(f"unknown habit {unknown[0]!r}", f"known: {', '.join([*sorted(HABITS), *MONTHS])}")
    return House(months, spelling, table.get("date_digits", "ascii"))


def _sections(table: Table) -> Mapping[str, str]:
    names = table.names("sections")
    missing = [section for section in SECTIONS if section not in names]
    if missing:
        raise table.wrong(f"no name for section {missing[0]}", "name every section in [sections]")
    return names


def _options(table: Table, articles: Mapping[str, Article]) -> dict[str, PageOptions]:
    pages, templates = table.tables("pages"), table.names("templates")
    unknown = sorted(pages.keys() - articles.keys())
    if unknown:
        raise table.wrong(f"[pages.{unknown[0]}] has no article", "write it, or take the table out")
    found: dict[str, PageOptions] = {}
    for name, article in articles.items():
        own = pages.get(name, Table({}, table.where))
        own.only(_PAGE_KEYS)
        charset = own.get("charset", table.get("charset", "utf-8"))
        by_kind = templates.get(article.kind.value, table.get("template", "page.html"))
        track = own.get("track", "no-article" if article.kind in NO_ARTICLE else "static")
        found[name] = PageOptions(
            template=own.get("template", by_kind),
            track=_choice(own, "track", track, Track),
            charset=_codec(own, charset),
            declared=own.get("declared", charset),
            http_charset=own.get("http_charset", table.get("http_charset", "")) or None,
            bom=own.get("bom", False),
            traps=own.texts("traps"),
            gold=tuple(own.get("gold", [])),
            url=own.get("url", ""),
        )
    return found


def _codec(table: Table, charset: str) -> str:
    try:
        codecs.lookup(charset)
    except LookupError:
        raise table.wrong(f"charset {charset!r}", "write a codec of Python's") from None
    return charset
