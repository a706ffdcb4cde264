"""An article as its writer keeps it: a head of fields and typed blocks (corpus/press/README.md has the format)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from bench.errors import BenchError

REGIONS = frozenset("eg sa ae kw om qa ye iq lb jo ps sd tn dz ma pan".split())
SECTIONS = (
    "politics economy local world sport culture science health tech weather courts religion society travel"
    " opinion media"
).split()
_HEAD_ONCE = frozenset(
    "kind region section date title kicker lead byline dateline author bio contact tags source end note duration number"
    " hijri".split()
)
_REQUIRED = ("kind", "region", "section", "date", "title")
_SPEAKER = "— "
# Bidi controls, zero-width characters, soft hyphen and byte order mark: what nobody sees, nobody can proof-read.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u00ad\ufeff]")


class Kind(StrEnum):
    """The form of an article, or of a page that has none (the last six)."""

    BREAKING = "breaking"
    NEWS = "news"
    DISPATCH = "dispatch"
    FEATURE = "feature"
    INTERVIEW = "interview"
    OPINION = "opinion"
    LIVE = "live"
    MATCH = "match"
    PRICES = "prices"
    GALLERY = "gallery"
    VIDEO = "video"
    FATWA = "fatwa"
    FORUM = "forum"
    MIXED = "mixed"
    HOME = "home"
    LISTING = "listing"
    NOT_FOUND = "not-found"
    SEARCH = "search"
    BARE_LINK = "bare-link"
    LOADING = "loading"


NO_ARTICLE = frozenset({Kind.HOME, Kind.LISTING, Kind.NOT_FOUND, Kind.SEARCH, Kind.BARE_LINK, Kind.LOADING})


class Form(StrEnum):
    """What a block is; the value is how it begins."""

    PARAGRAPH = ""
    SUBHEADING = "## "
    LIST = "- "
    QUOTE = "> "
    QUESTION = "? "
    ANSWER = "= "
    TABLE = "| "
    ENTRY = "@ "
    PICTURE = "+ "
    EMBED = "~ "
    REPLY = "% "


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's words."""

    caption: str
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block, without the signs that begin its lines.

    Attributes:
        lines: its lines; the rows of a table are in `rows`.
        name: who speaks, posts or replies; the caption of a table; the time of a live entry.
        credit: of a gallery's picture.
        inner: the paragraphs of a live entry.
    """

    form: Form
    lines: tuple[str, ...]
    name: str = ""
    credit: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    inner: tuple[Block, ...] = ()

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Article:
    """An article. Texts still hold their inline markup ([[…]], **…**, {outlet})."""

    kind: Kind
    region: str
    section: str
    date: datetime
    title: str
    blocks: tuple[Block, ...]
    images: tuple[Picture, ...] = ()
    tags: tuple[str, ...] = ()
    more: dict[str, str] = field(default_factory=dict)


def read_article(path: Path) -> Article:
    """The article in a file.

    Raises:
        BenchError: the file cannot be read, or is not in the format; the message has its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BenchError(f"cannot be read ({error})", where=str(path), mend="save it as UTF-8") from error
    return _Reader(path, text).article()


class _Reader:
    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.rstrip("\n").split("\n")

    def article(self) -> Article:
        for number, line in enumerate(self._lines, 1):
            if _INVISIBLE.search(line) or "\t" in line or line != line.rstrip():
                self._fail(number, "an invisible character, a tab or white space at the end", "take it out")
        head, start, images = self._head()
        for key in _REQUIRED:
            if not head.get(key):
                self._fail(1, f"no {key}", f"write `{key}: …` in the head")
        kind = self._kind(head.pop("kind"))
        for key, known in (("region", sorted(REGIONS)), ("section", SECTIONS)):
            if head[key] not in known:
                self._fail(1, f"{key} {head[key]!r}", f"write one of {', '.join(known)}")
        blocks = tuple(_entries(self._blocks(start)))
        if not blocks and kind not in NO_ARTICLE:
            self._fail(len(self._lines), "no text", "write blocks below the head")
        tags = tuple(tag.strip() for tag in head.pop("tags", "").split("،") if tag.strip())
        date = self._date(head.pop("date"))
        region, section, title = head.pop("region"), head.pop("section"), head.pop("title")
        return Article(kind, region, section, date, title, blocks, images, tags, head)

    def _head(self) -> tuple[dict[str, str], int, tuple[Picture, ...]]:
        head: dict[str, str] = {}
        images: list[Picture] = []
        for number, line in enumerate(self._lines, 1):
            if not line:
                return head, number, tuple(images)
            key, colon, value = line.partition(": ")
            if not colon or not value.strip():
                self._fail(number, f"{line[:40]!r} is no `key: value`", "the head ends with an empty line")
            if key == "image":
                images.append(Picture(*_fields(value, 2)))
            elif key not in _HEAD_ONCE or key in head:
                known = ", ".join(sorted(_HEAD_ONCE | {"image"}))
                self._fail(number, f"key {key!r} is unknown or written twice", f"write one of {known}")
            else:
                head[key] = value.strip()
        return head, len(self._lines), tuple(images)

    def _kind(self, value: str) -> Kind:
        try:
            return Kind(value)
        except ValueError:
            self._fail(1, f"kind {value!r}", f"write one of {', '.join(Kind)}")

    def _date(self, value: str) -> datetime:
        try:
            return datetime.strptime(value, "%Y-%m-%d %H:%M")
        except ValueError:
            self._fail(1, f"date {value!r}", "write YYYY-MM-DD HH:MM")

    def _blocks(self, start: int) -> Iterator[Block]:
        block: list[str] = []
        for number, line in enumerate([*self._lines[start:], ""], start + 1):
            if line:
                block.append(line)
            elif block:
                yield self._block(block, number - len(block))
                block = []

    def _block(self, lines: list[str], number: int) -> Block:
        form = next((form for form in Form if form and lines[0].startswith(form.value)), Form.PARAGRAPH)
        if form is Form.PARAGRAPH:
            return Block(form, tuple(lines))
        name, body = "", []
        for offset, line in enumerate(lines):
            if form is Form.TABLE and line.startswith("^ "):
                name = line[2:].strip()
            elif line.startswith(form.value):
                body.append(line.removeprefix(form.value).strip())
            else:
                self._fail(number + offset, f"{line[:30]!r} in a block of {form.value.strip()!r}", "begin lines alike")
        return self._typed(form, body, name, number)

    def _typed(self, form: Form, body: list[str], name: str, number: int) -> Block:
        if form is Form.TABLE:
            rows = tuple(tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in body)
            if len({len(row) for row in rows}) != 1:
                self._fail(number, "rows of unlike length", "give each row of the table as many cells")
            return Block(form, (), name, rows=rows)
        if form in (Form.QUOTE, Form.EMBED) and body[-1].startswith(_SPEAKER) and len(body) > 1:
            return Block(form, tuple(body[:-1]), body[-1].removeprefix(_SPEAKER))
        if form is Form.ENTRY:
            time, _, heading = body[0].partition(" ")
            if not re.fullmatch(r"\d\d:\d\d", time) or not heading or len(body) > 1:
                self._fail(number, f"entry {body[0][:30]!r}", "write `@ HH:MM heading`")
            return Block(form, (heading.strip(),), time)
        if form is Form.REPLY:
            if len(body) > 1 or " | " not in body[0]:
                self._fail(number, "a reply", "write `% NAME | text` as a block of its own")
            who, text = _fields(body[0], 2)
            return Block(form, (text,), who)
        if form is Form.PICTURE:
            if len(body) > 1:
                self._fail(number, "two pictures in one block", "put an empty line between them")
            caption, *credit = _fields(body[0], 2)
            return Block(form, (caption,), credit=credit[0] if credit else "")
        if form in (Form.SUBHEADING, Form.QUESTION, Form.ANSWER) and len(body) > 1:
            self._fail(number, "two of them in one block", "put an empty line between them")
        return Block(form, tuple(body), name)

    def _fail(self, number: int, what: str, mend: str) -> NoReturn:
        raise BenchError(what, where=f"{self._path}:{number}", mend=mend)


def _entries(blocks: Iterator[Block]) -> Iterator[Block]:
    """Paragraphs after a live entry go into it."""
    entry: Block | None = None
    inner: list[Block] = []
    for block in blocks:
        if block.form is Form.ENTRY or entry is None:
            if entry:
                yield Block(entry.form, entry.lines, entry.name, inner=tuple(inner))
            entry, inner = (block, []) if block.form is Form.ENTRY else (None, [])
            if entry is None:
                yield block
        else:
            inner.append(block)
    if entry:
        yield Block(entry.form, entry.lines, entry.name, inner=tuple(inner))


def _fields(value: str, most: int) -> list[str]:
    return [part.strip() for part in value.split(" | ", most - 1)]
