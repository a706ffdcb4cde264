"""The desk of one page: what its template may call to fill boxes, addresses, dates and scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import quote

from bench.press import filler, seed
from bench.press.article import NO_ARTICLE, Article, Block, Form, Kind
from bench.press.markup import Setter, Style, escape, inline, insert, mark, plain
from bench.press.pools import News
from bench.press.source import PageOptions, Source


@dataclass(frozen=True, slots=True)
class Teaser:
    """A headline as a list shows it. Texts are in the outlet's spelling and escaped."""

    title: str
    teaser: str
    section: str
    section_slug: str
    url: str
    id: int
    date: datetime
    key: str


class Desk:
    """One page's article, options and neighbours. Every draw hangs on site, page and the names it is given."""

    def __init__(self, source: Source, page: str, article: Article, options: PageOptions) -> None:
        self.source, self.page, self.article, self.options = source, page, article, options
        self._used: set[str] = set()

    # Text -----------------------------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """A plain text, spelt as the outlet spells, escaped; {outlet} is its name."""
        return escape(self.spelt(plain(text)))

    def spelt(self, text: str) -> str:
        """A text in the outlet's spelling, its inline markup left in."""
        return self.source.house.text(text.replace("{outlet}", self.source.name))

    def rich(self, text: str, strong: str = "strong", link: str = '<a href="{url}">') -> str:
        """A text as HTML, links and bold words included. `link` is a start tag with {url} and {word}, or ""."""

        def tag(words: str) -> str:
            return link.format(url=self.topic(words), word=escape(words)) if link else ""

        return inline(self.spelt(text), tag, strong)

    def topic(self, words: str) -> str:
        """The address of a topic's page."""
        return f"{self.home}/tag/{quote('-'.join(words.split()))}"

    @cached_property
    def home(self) -> str:
        """The address of the outlet, without a stroke at the end."""
        return "/".join(self.source.url.split("/")[:3])

    # The article ----------------------------------------------------------------------------------------------------

    def body(
        self,
        *,
        boxes: Mapping[int, str] | None = None,
        blocks: Sequence[Block] | None = None,
        strong: str = "strong",
        link: str = '<a href="{url}">',
        **style: object,
    ) -> str:
        """The article's blocks as marked HTML.

        Args:
            boxes: HTML to put after the block of each number (0: before the first); it stands within the body also on
                short articles.
            blocks: other blocks than the article's own.
            strong, link: as `rich`.
            **style: fields of `bench.press.markup.Style`.
        """
        given = Style(picture=self._picture)
        setting = Style(**{**{name: getattr(given, name) for name in Style.__slots__}, **style})
        setter = Setter(setting, lambda text: self.rich(text, strong, link))
        found = setter.blocks(self.article.blocks if blocks is None else blocks)
        return setting.sep.join(insert(found, boxes or {}))

    def _picture(self, index: int) -> str:
        return f'<img src="{self.img("gallery", index, width=900)}" alt="">'

    @cached_property
    def plain_body(self) -> str:
        """The body as one text, as JSON-LD and scripts carry it."""
        return "\n".join(self.spelt(plain(text)) for text in texts(self.article.blocks))

    @cached_property
    def html_body(self) -> str:
        """The body as unmarked HTML for a script (paragraphs, subheadings, lists): the decoded string is gold."""
        parts = []
        for block in self.article.blocks:
            tag = {Form.SUBHEADING: "h2", Form.LIST: "li", Form.QUOTE: "blockquote"}.get(block.form, "p")
            parts += [f"<{tag}>{inline(self.spelt(text), lambda _: '')}</{tag}>" for text in texts([block])]
        return "".join(parts)

    @property
    def replies(self) -> list[dict[str, object]]:
        """A forum's replies: name, text (HTML), date."""
        posts = [block for block in self.article.blocks if block.form is Form.REPLY]
        return [
            {"name": self.text(block.name), "text": self.rich(block.text, link=""), "date": date, "n": at}
            for at, (block, date) in enumerate(zip(posts, self._moments(len(posts), "reply"), strict=True), 2)
        ]

    # Addresses ------------------------------------------------------------------------------------------------------

    def address(self, section: str, date: datetime, title: str) -> str:
        """The address of a piece of news on this site."""
        return self.source.url.format(
            section=section,
            id=self.source.number(date, title),
            slug=quote("-".join(self.spelt(plain(title)).translate(_UNWANTED).split())),
            hex=seed.hexadecimal(10, self.source.slug, date, title),
            **{name: f"{getattr(date, part):02}" for name, part in (("yyyy", "year"), ("mm", "month"), ("dd", "day"))},
        )

    @cached_property
    def url(self) -> str:
        """This page's own address."""
        return self.options.url or self.address(self.article.section, self.article.date, self.article.title)

    @cached_property
    def id(self) -> int:
        """This page's number."""
        return self.source.number(self.article.date, self.article.title)

    def img(self, *names: object, width: int = 300, height: int = 0, host: str = "") -> str:
        """The address of a picture (of which nothing exists)."""
        date = self.article.date
        stem = seed.hexadecimal(10, self.source.slug, *names)
        size = f"-{width}x{height}" if height else f"-{width}"
        return f"{host or self.home}/uploads/{date:%Y/%m}/{stem}{size}.jpg"

    # Neighbours -----------------------------------------------------------------------------------------------------

    def latest(self, count: int, again: bool = False, section: str = "") -> list[Teaser]:
        """The newest news before this page. With `again`, headlines that stand on this page already may come back."""
        return self._take(self._before(section), count, again)

    def related(self, count: int, name: str = "related", again: bool = False, section: str = "") -> list[Teaser]:
        """Older news, of the article's section first."""
        wanted = section or self.article.section
        before = self._before("")
        key = (self.source.slug, self.page, name)
        ranked = sorted(
            before, key=lambda news: (news.headline.section != wanted, seed.number(*key, news.headline.title))
        )
        return self._take(ranked, count, again)

    def most_read(self, count: int, name: str = "most-read", days: int = 45, again: bool = False) -> list[Teaser]:
        """News of any section, rather of the last `days`."""
        since = self.article.date - timedelta(days=days)
        key = (self.source.slug, self.page, name)
        ranked = sorted(self._before(""), key=lambda news: (news.date < since, seed.number(*key, news.headline.title)))
        return self._take(ranked, count, again)

    def others(self, count: int, name: str = "others") -> list[dict[str, object]]:
        """Older articles of this site whole: title, url, date and paragraphs (HTML); none on the oldest page."""
        older = [
            (page, article)
            for page, article in self.source.articles.items()
            if article.date < self.article.date and article.kind not in NO_ARTICLE
        ]
        found: list[dict[str, object]] = []
        for page, article in sorted(older, key=lambda item: seed.number(self.source.slug, self.page, name, item[0]))[
            :count
        ]:
            desk = Desk(self.source, page, article, self.source.options[page])
            paragraphs = [self.rich(text, link="") for text in texts(article.blocks)]
            found.append(
                {"title": self.text(article.title), "url": desk.url, "date": article.date, "paragraphs": paragraphs}
            )
        return found

    def _before(self, section: str) -> list[News]:
        return [
            news
            for news in self.source.news
            if news.date < self.article.date and section in ("", news.headline.section)
        ]

    def _take(self, ranked: Iterable[News], count: int, again: bool) -> list[Teaser]:
        found: list[Teaser] = []
        for news in ranked:
            title = news.headline.title
            if len(found) == count:
                break
            if again or title not in self._used:
                self._used.add(title)
                found.append(self._teaser(news))
        return found

    def _teaser(self, news: News) -> Teaser:
        headline = news.headline
        return Teaser(
            self.text(headline.title),
            self.text(headline.teaser),
            self.source.sections[headline.section],
            headline.section,
            self.address(headline.section, news.date, headline.title),
            self.source.number(news.date, headline.title),
            news.date,
            headline.title,
        )

    def comments(self, count: int, name: str = "comments") -> list[dict[str, object]]:
        """Readers' comments, oldest first: name, text, date, likes."""
        key = (self.source.slug, self.page, name)
        drawn = seed.some(self.source.pools.comments, count, *key)
        found: list[dict[str, object]] = []
        for (who, text), date in zip(drawn, self._moments(len(drawn), name), strict=True):
            likes = seed.between(0, 60, *key, text, "likes")
            found.append({"name": self.text(who), "text": self.text(text), "date": date, "likes": likes})
        return found

    def _moments(self, count: int, name: str) -> list[datetime]:
        """Moments between the article and the fetch, in order."""
        step = (self.now - self.article.date) / (count + 1)
        key = (self.source.slug, self.page, name)
        return [self.article.date + step * (at + seed.share(*key, at)) for at in range(1, count + 1)]

    def ads(self, count: int, name: str = "ads") -> list[tuple[str, str]]:
        """Advertisements: text and second line."""
        drawn = seed.some(self.source.pools.ads, count, self.source.slug, self.page, name)
        return [(self.text(first), self.text(second)) for first, second in drawn]

    def columnists(self, count: int, name: str = "columnists") -> list[tuple[str, str]]:
        """Names of columnists with the titles of their columns."""
        drawn = seed.some(self.source.pools.columnists, count, self.source.slug, self.page, name)
        return [(self.text(who), self.text(title)) for who, title in drawn]

    def poll(self, name: str = "poll") -> tuple[str, list[str]]:
        """A question and its answers."""
        question, *answers = seed.one(self.source.pools.polls, self.source.slug, self.page, name)
        return self.text(question), [self.text(answer) for answer in answers]

    # Figures, dates, filler ----------------------------------------------------------------------------------------

    def date(self, moment: datetime, form: str) -> str:
        """A date in the outlet's words; `bench.press.house.House.date` has the fields."""
        return self.source.house.date(moment, form)

    def ago(self, moment: datetime, now: datetime | None = None) -> str:
        """«منذ 3 ساعات», counted to `now` (default: an hour and a bit after the article)."""
        return self.source.house.ago(moment, now or self.now)

    @cached_property
    def now(self) -> datetime:
        """When this page was fetched: minutes or hours after the article appeared, days after a forum's first post."""
        low, high = (4000, 40_000) if self.article.kind is Kind.FORUM else (11, 300)
        return self.article.date + timedelta(minutes=seed.between(low, high, self.source.slug, self.page, "now"))

    @cached_property
    def dirty(self) -> bool:
        """Whether this page is one of the site's half that has boilerplate within its body."""
        pages = [page for page, article in self.source.articles.items() if article.kind not in NO_ARTICLE]
        ranked = sorted(pages, key=lambda page: seed.number(self.source.slug, page, "dirty"))
        return self.page in ranked[: round(len(pages) * _DIRTY)]

    def num(self, low: int, high: int, *names: object) -> int:
        """A whole number of this page, both ends included."""
        return seed.between(low, high, self.source.slug, self.page, *names)

    def site_num(self, low: int, high: int, *names: object) -> int:
        """A whole number that is the same on all pages of the site."""
        return seed.between(low, high, self.source.slug, *names)

    def hexid(self, length: int, *names: object, site: bool = False) -> str:
        """Hexadecimal digits of this page, or of the site."""
        return seed.hexadecimal(length, self.source.slug, "" if site else self.page, *names)

    def pick(self, items: Sequence[str], *names: object) -> str:
        """One of the items, for this page."""
        return seed.one(items, self.source.slug, self.page, *names)

    def js(self, size: int, *names: object, page: bool = False) -> str:
        """JavaScript of about `size` characters; the same on all pages unless `page`."""
        return filler.script(size, self.source.slug, self.page if page else "", *names)

    def css(self, size: int, *names: object) -> str:
        """CSS of about `size` characters that touches nothing, the same on all pages."""
        return filler.style(size, self.source.slug, *names)

    def state(self, size: int, *names: object, page: bool = False) -> str:
        """A JSON object of about `size` characters."""
        return filler.state(size, self.source.slug, self.page if page else "", *names)

    def view_state(self, size: int, *names: object) -> str:
        """Base 64 text of an ASP.NET form, of this page."""
        return filler.view_state(size, self.source.slug, self.page, *names)

    def json(self, value: object, escaped: bool = False) -> str:
        """A value as JSON; with `escaped`, Arabic as \\u escapes. Never ends a script element."""
        return json.dumps(value, ensure_ascii=escaped, default=str).replace("</", "<\\/")

    def json_ld(self, body: str | None = None, **more: object) -> str:
        """A NewsArticle of schema.org as JSON. `body` becomes articleBody; `more` adds or replaces keys."""
        article = self.article
        value: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "mainEntityOfPage": {"@type": "WebPage", "@id": self.url},
            "headline": self.spelt(plain(article.title)),
            "datePublished": f"{article.date.isoformat()}+03:00",
            "dateModified": f"{self.now.isoformat()}+03:00",
            "image": [self.img("main", width=1200, height=675)],
            "author": {"@type": "Organization", "name": self.source.name},
            "publisher": {
                "@type": "NewsMediaOrganization",
                "name": self.source.name,
                "logo": {"@type": "ImageObject", "url": f"{self.home}/assets/logo.png"},
            },
        }
        if body is not None:
            value["articleBody"] = body
        return self.json({**value, **more})

    def gold(self, label: str, inner: str, tags: str = "", *traps: str) -> str:
        """`inner` marked with a label, under start tags or as bare text."""
        return mark(tags, inner, label, traps)


def texts(blocks: Sequence[Block]) -> list[str]:
    """The texts of blocks in order, tables as lines, without a forum's replies."""
    found: list[str] = []
    for block in blocks:
        if block.form is Form.REPLY:
            continue
        found += block.lines
        found += (" ".join(row) for row in block.rows)
        if block.form in (Form.QUOTE, Form.EMBED) and block.name:
            found.append(block.name)
        found += texts(block.inner)
    return found


# About the share of real pages with foreign text within the container (docs/realism.md), a bit more: traps want pages.
_DIRTY = 0.5
_UNWANTED = str.maketrans(dict.fromkeys("«»“”\"'،,؟?!.:;؛/()[]…%&#|", " "))
