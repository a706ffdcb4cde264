"""Text and blocks as marked HTML. The mark goes into the start tag, or around bare text as a comment pair."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape

from bench.labels import Label
from bench.press.article import Block, Form

_TAG_NAME = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)")
_SHORT_LINE = 70  # characters; what jusText and goose3 drop as too short
_SHORT_ANSWER = 45

Text = Callable[[str], str]


def escape(text: str) -> str:
    """Text for a text node or an attribute in double quotes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def plain(text: str) -> str:
    """A text without its inline markup."""
    return re.sub(r"\[\[(.+?)\]\]|\*\*(.+?)\*\*", lambda found: found[1] or found[2], text)


def inline(text: str, link: Callable[[str], str], strong: str = "strong", line_break: str = "<br>") -> str:
    """A text as HTML: its links, bold words and line breaks.

    Args:
        text: text with inline markup.
        link: the start tag of a link for the linked words; "" leaves them unlinked.
        strong: the element for bold words.
        line_break: what a line's end becomes.
    """

    def words(found: re.Match[str]) -> str:
        if found[2]:
            return f"<{strong}>{found[2]}</{strong}>"
        tag = link(unescape(found[1]))
        return f"{tag}{found[1]}</a>" if tag else found[1]

    # Quotation marks stay as they are in text nodes, as editors leave them.
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"\[\[(.+?)\]\]|\*\*(.+?)\*\*", words, safe).replace("\n", line_break)


def mark(open_tags: str, inner: str, label: str, traps: Sequence[str] = ()) -> str:
    """`inner` under `open_tags`, marked.

    Args:
        open_tags: one or more start tags ("<p><span>"), closed in turn; "" for bare text.
        inner: HTML.
        label: a label's name.
        traps: names of traps.
    """
    Label(label)  # a misspelt label fails here, where the template's line is known
    if not open_tags:
        trap = f' trap="{" ".join(traps)}"' if traps else ""
        return f"<!--gold {label}{trap}-->{inner}<!--/gold-->"
    trap = f' data-trap="{" ".join(traps)}"' if traps else ""
    first = _TAG_NAME.match(open_tags)
    if not first:
        raise ValueError(f"no start tag: {open_tags!r}")
    head, rest = open_tags[: first.end()], open_tags[first.end() :]
    attributes, closing, more = rest.partition(">")
    closes = "".join(f"</{name}>" for name in reversed(_TAG_NAME.findall(open_tags)))
    return f'{head}{attributes} data-gold="{label}"{trap}{closing}{more}{inner}{closes}'


@dataclass(frozen=True, slots=True)
class Style:
    """How a template sets the blocks of an article; each is a run of start tags.

    Attributes:
        p: a paragraph; "" for bare text, which wants `sep` with line breaks.
        first, last: other tags for the first and the last paragraph.
        sep: between two blocks.
        empty: put after each paragraph, unmarked (an empty paragraph, say).
        traps: further traps for each label.
        speaker: who says a quotation; "" puts the name after a dash.
        answer_lead, question_lead: text set before each (a dash, a name), part of it.
        entry, entry_time, entry_head: a live entry's box, time and heading.
        figure: a gallery picture's start tags; `picture` makes its img.
    """

    p: str = "<p>"
    first: str | None = None
    last: str | None = None
    sep: str = "\n"
    empty: str = ""
    h: str = "<h2>"
    ul: str = "<ul>"
    li: str = "<li>"
    quote: str = "<blockquote>"
    quote_p: str = "<p>"
    speaker: str = "<cite>"
    question: str = "<p><strong>"
    answer: str = "<p>"
    question_lead: str = ""
    answer_lead: str = ""
    table: str = "<table>"
    tr: str = "<tr>"
    td: str = "<td>"
    th: str = "<th>"
    table_box: str = ""
    table_caption: str = "<p>"
    entry: str = "<div>"
    entry_time: str = "<time>"
    entry_head: str = "<h3>"
    entry_p: str = "<p>"
    figure: str = "<figure>"
    figcaption: str = "<figcaption>"
    credit: str = "<span>"
    embed: str = '<blockquote class="twitter-tweet">'
    embed_p: str = '<p lang="ar" dir="rtl">'
    picture: Callable[[int], str] = field(default=lambda index: "")
    traps: Mapping[str, Sequence[str]] = field(default_factory=dict)


def closing(open_tags: str) -> str:
    """The end tags of a run of start tags."""
    return "".join(f"</{name}>" for name in reversed(_TAG_NAME.findall(open_tags)))


class Setter:
    """Sets blocks in a style. `text` turns an article's text into HTML."""

    def __init__(self, style: Style, text: Text) -> None:
        self._style, self._text = style, text

    def blocks(self, blocks: Sequence[Block]) -> list[str]:
        """Each block as marked HTML, in order."""
        paragraphs = [block for block in blocks if block.form is Form.PARAGRAPH]
        pictures = iter(range(len(blocks)))
        set_blocks: list[str] = []
        for block in blocks:
            if block.form is Form.PARAGRAPH:
                ends = block is paragraphs[0], block is blocks[-1] and len(paragraphs) > 1
                set_blocks.append(self._paragraph(block, *ends) + self._style.empty)
            elif block.form is Form.PICTURE:
                set_blocks.append(self._picture(block, next(pictures)))
            elif block.form is not Form.REPLY:
                set_blocks.append(_SET[block.form](self, block))
        return set_blocks

    def _marked(self, tags: str, inner: str, label: Label, *traps: str) -> str:
        return mark(tags, inner, label.value, sorted({*traps, *self._style.traps.get(label.value, ())}))

    def _paragraph(self, block: Block, is_first: bool, is_last: bool) -> str:
        style, tags = self._style, self._style.p
        if is_first and style.first is not None:
            tags = style.first
        elif is_last and style.last is not None:
            tags = style.last
        short = is_last and len(plain(block.text)) < _SHORT_LINE
        return self._marked(tags, self._text(block.text), Label.BODY, *(["short-closing-line"] if short else []))

    def _subheading(self, block: Block) -> str:
        return self._marked(self._style.h, self._text(block.text), Label.SUBHEADING, "subheads")

    def _list(self, block: Block) -> str:
        style = self._style
        items = (self._marked(style.li, self._text(line), Label.LIST_ITEM, "list-content") for line in block.lines)
        return f"{style.ul}{style.sep}{style.sep.join(items)}{style.sep}{closing(style.ul)}"

    def _quote(self, block: Block) -> str:
        style = self._style
        lines = "".join(f"{style.quote_p}{self._text(line)}{closing(style.quote_p)}" for line in block.lines)
        name = self._text(block.name)
        by = (f"{style.speaker}{name}{closing(style.speaker)}" if style.speaker else f" - {name}") if name else ""
        return self._marked(style.quote, lines + by, Label.QUOTE, "quote-block")

    def _question(self, block: Block) -> str:
        style = self._style
        return self._marked(style.question, style.question_lead + self._text(block.text), Label.QUESTION)

    def _answer(self, block: Block) -> str:
        style, short = self._style, len(plain(block.text)) < _SHORT_ANSWER
        text = style.answer_lead + self._text(block.text)
        return self._marked(style.answer, text, Label.ANSWER, *(["short-answer"] if short else []))

    def _table(self, block: Block) -> str:
        style, rows = self._style, []
        for at, row in enumerate(block.rows):
            cell = style.td if at else style.th
            cells = "".join(f"{cell}{self._text(text)}{closing(cell)}" for text in row)
            rows.append(f"{style.tr}{cells}{closing(style.tr)}")
        table = self._marked(style.table, "\n" + "\n".join(rows) + "\n", Label.TABLE_CELL, "table-content")
        note = self._marked(style.table_caption, self._text(block.name), Label.CAPTION) if block.name else ""
        return f"{style.table_box}{table}{closing(style.table_box)}{style.sep if note else ''}{note}"

    def _entry(self, block: Block) -> str:
        style = self._style
        time = self._marked(style.entry_time, self._text(block.name), Label.LIVE_TIME)
        head = self._marked(style.entry_head, self._text(block.text), Label.LIVE_ENTRY, "live-entry")
        inner = (
            self._marked(style.entry_p, self._text(text), Label.LIVE_ENTRY, "live-entry")
            for text in _texts(block.inner)
        )
        return style.entry + style.sep.join([time, head, *inner]) + closing(style.entry)

    def _picture(self, block: Block, index: int) -> str:
        style = self._style
        caption = self._marked(style.figcaption, self._text(block.text), Label.CAPTION_CONTENT, "gallery-captions")
        credit = self._marked(style.credit, self._text(block.credit), Label.CREDIT) if block.credit else ""
        return f"{style.figure}{style.picture(index)}{caption}{credit}{closing(style.figure)}"

    def _embed(self, block: Block) -> str:
        style = self._style
        lines = "".join(f"{style.embed_p}{self._text(line)}{closing(style.embed_p)}" for line in block.lines)
        by = f" &mdash; {self._text(block.name)}" if block.name else ""
        return self._marked(style.embed, lines + by, Label.EMBED_QUOTE, "embed-quote")


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    """The texts inside a live entry, block by block; what is richer than a paragraph is set as its lines."""
    for block in blocks:
        if block.rows:
            yield from (" - ".join(row) for row in block.rows)
        elif block.form in (Form.QUOTE, Form.EMBED) and block.name:
            yield f"{block.text} - {block.name}"
        else:
            yield from block.lines


_SET: dict[Form, Callable[[Setter, Block], str]] = {
    Form.SUBHEADING: Setter._subheading,
    Form.LIST: Setter._list,
    Form.QUOTE: Setter._quote,
    Form.QUESTION: Setter._question,
    Form.ANSWER: Setter._answer,
    Form.TABLE: Setter._table,
    Form.ENTRY: Setter._entry,
    Form.EMBED: Setter._embed,
}


def insert(blocks: Sequence[str], boxes: Mapping[int, str]) -> list[str]:
    """The blocks with each box after the block of its number, 0 before the first.

    A box beyond the last but one block stands before the last, so that it is within the body on short articles too.
    """
    found = list(blocks)
    most = max(1, len(blocks) - 1)
    for place in sorted(boxes, reverse=True):
        found.insert(min(place, most), boxes[place])
    return found
