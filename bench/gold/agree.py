"""Agreement: pages labelled a second time by somebody who has not seen the marks.

The second labelling is a sheet, a plain text file: for each page a line `page<TAB>SITE/PAGE`, then a line
`LABEL<TAB>TEXT` for each block of text, in page order. Blocks are those of the page without its marks, so that the
sheet does not tell where a mark begins or ends. A block that the gold cuts in two counts for each part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from bench.dom import html_text
from bench.errors import BenchError
from bench.gold.page import GoldPage
from bench.gold.problems import close
from bench.labels import Group, Label
from bench.text import tokens

BLANK = "?"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text that has one label in the gold and one in the sheet.

    Attributes:
        chars: its characters without white space, the weight of the stretch.
        words: its tokens.
    """

    page: str
    gold: Label
    sheet: Label
    text: str
    chars: int
    words: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two labellings agree.

    Attributes:
        alpha, group_alpha: Krippendorff's alpha (nominal) over characters, of labels and of the three groups; None
            where all is of one label.
        f1: of the tokens that the sheet calls content against those that the gold does.
        same: share of the characters with the same label.
    """

    pages: int
    blocks: int
    alpha: float | None
    group_alpha: float | None
    f1: float
    same: float
    differences: tuple[Part, ...]


def sample(pages: Sequence[GoldPage], count: int) -> list[GoldPage]:
    """A spread of pages: of every site one before any has two, chosen by a digest of their names."""
    order = sorted(pages, key=lambda page: blake2b(page.id.encode(), digest_size=8).digest())
    turn: Counter[str] = Counter()
    ranked: list[tuple[int, int, GoldPage]] = []
    for place, page in enumerate(order):
        ranked.append((turn[page.site], place, page))
        turn[page.site] += 1
    ranked.sort(key=lambda entry: entry[:2])
    return sorted((page for _, _, page in ranked[:count]), key=lambda page: page.id)


def blank_sheet(pages: Iterable[GoldPage]) -> str:
    """A sheet of these pages with a question mark for every label."""
    lines: list[str] = []
    for page in pages:
        lines.append(f"page\t{page.id}")
        lines += (f"{BLANK}\t{text}" for text in page_blocks(page))
        lines.append("")
    return "\n".join(lines)


def page_blocks(page: GoldPage) -> list[str]:
    """The blocks of a page's text as somebody sees them who does not know the marks; texts out of scripts follow."""
    seen = [text for text in html_text(page.page.html).split("\n") if text]
    shown = sum(len(_solid(text)) for text in seen)
    rest = "\n".join(piece.text for piece in page.pieces)
    at = 0
    for place, char in enumerate(rest):
        if at == shown:
            return seen + [text for text in rest[place:].split("\n") if text.strip()]
        at += not char.isspace()
    return seen


def agreement(pages: Sequence[GoldPage], sheet: Path) -> Agreement:
    """The gold of the pages against a sheet.

    Raises:
        BenchError: the sheet cannot be read, is not filled in, or its texts are not those of the pages.
    """
    known = {page.id: page for page in pages}
    parts: list[Part] = []
    count = found = 0
    for name, line, rows in _read(sheet):
        if name not in known:
            raise BenchError(f"no page {name!r} in this corpus", where=f"{sheet}:{line}", mend="take it out")
        if "".join(_solid(text) for _, text in rows) != "".join(_solid(text) for text in page_blocks(known[name])):
            raise BenchError(f"text is not that of {name} any more", where=f"{sheet}:{line}", mend="label it anew")
        parts += _parts(known[name], rows)
        count, found = count + len(rows), found + 1
    if not found:
        raise BenchError("no page in it", where=str(sheet), mend="make one: python -m bench corpus agree --blank 36")
    return _sum(parts, found, count)


def _read(sheet: Path) -> Iterator[tuple[str, int, list[tuple[Label, str]]]]:
    try:
        lines = sheet.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BenchError(f"cannot be read ({error})", where=str(sheet), mend="name a sheet in UTF-8") from error
    page, start = "", 0
    rows: list[tuple[Label, str]] = []
    for number, line in enumerate(lines, 1):
        label, tab, text = line.partition("\t")
        if label == "page" and tab:
            if page:
                yield page, start, rows
            page, start, rows = text.strip(), number, []
        elif line.strip():
            if not tab or not page:
                raise BenchError(f"no LABEL<TAB>TEXT: {line[:40]!r}", where=f"{sheet}:{number}", mend="write it so")
            rows.append((_label(label.strip(), f"{sheet}:{number}"), text))
    if page:
        yield page, start, rows


def _label(name: str, where: str) -> Label:
    try:
        return Label(name)
    except ValueError:
        near = close(name, [label.value for label in Label])
        mend = f"write {near}" if near else "python -m bench labels lists them"
        raise BenchError(f"unknown label {name!r}", where=where, mend=mend) from None


def _solid(text: str) -> str:
    return "".join(text.split())


def _parts(page: GoldPage, rows: Sequence[tuple[Label, str]]) -> Iterator[Part]:
    """Both labellings cut the same characters; a part ends where either does."""
    gold = [(page.regions[piece.region].label, len(_solid(piece.text))) for piece in page.pieces]
    place, left = -1, 0
    for sheet, text in rows:
        words = text
        while words.strip():
            while left == 0:
                place += 1
                left = gold[place][1]
            head, words = _cut(words, left)
            chars = len(_solid(head))
            left -= chars
            yield Part(page.id, gold[place][0], sheet, head.strip(), chars, len(tokens(head)))


def _cut(text: str, solid: int) -> tuple[str, str]:
    """The text up to its `solid`-th character that is no white space, and the rest."""
    for place, char in enumerate(text):
        solid -= not char.isspace()
        if solid == 0:
            return text[: place + 1], text[place + 1 :]
    return text, ""


def _sum(parts: Sequence[Part], pages: int, count: int) -> Agreement:
    same = sum(part.chars for part in parts if part.gold == part.sheet)
    gold = sum(part.words for part in parts if _content(part.gold))
    sheet = sum(part.words for part in parts if _content(part.sheet))
    tp = sum(part.words for part in parts if _content(part.gold) and _content(part.sheet))
    return Agreement(
        pages,
        count,
        alpha=krippendorff_alpha([(part.gold, part.sheet, part.chars) for part in parts]),
        group_alpha=krippendorff_alpha([(part.gold.group, part.sheet.group, part.chars) for part in parts]),
        f1=2 * tp / (gold + sheet) if gold + sheet else 0.0,
        same=same / sum(part.chars for part in parts),
        differences=tuple(part for part in parts if part.gold != part.sheet),
    )


def _content(label: Label) -> bool:
    return label.group is Group.CONTENT


def krippendorff_alpha(units: Iterable[tuple[str, str, int]]) -> float | None:
    """Krippendorff's alpha for two coders and nominal values.

    Args:
        units: both coders' values and the weight of each unit: a unit of weight w counts as w units.

    Returns:
        1 for full agreement, 0 for what chance would give; None when only one value occurs.

    Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C.
    """
    values: Counter[str] = Counter()
    disagreed = 0
    for first, second, weight in units:
        values[first] += weight
        values[second] += weight
        disagreed += 2 * weight * (first != second)
    n = sum(values.values())
    expected = n * n - sum(count * count for count in values.values())
    return 1 - (n - 1) * disagreed / expected if expected else None
