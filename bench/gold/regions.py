"""From a marked page to its regions and pieces: one parse, one walk.

For the parse each mark is rewritten to carry its number, so that what comes back says which mark it was. Of the marks
open at a piece of text the one opened last wins; a mark on an element ends with its element; `<!--/gold-->` closes the
comment mark opened last; text under none is `other`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.dom import Event, Kind, blocks, parse, walk
from bench.gold import marks
from bench.gold.decode import Decoded, decode_as
from bench.gold.marks import Mark, MarkKind
from bench.gold.page import Piece, Region
from bench.gold.problems import Fault, close
from bench.gold.unread import why_unread
from bench.labels import Label
from bench.text import tokens

if TYPE_CHECKING:
    from lxml import etree

_VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())
_LABELS = {label.value: label for label in Label}
_NAMED = re.compile(r"""(?: data-(?:gold|trap)="|<!--)lubb-mark-\d+\.(?:"|-->)""")


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """A block of text, or a part of one, that stands under no mark. `line` is of the marked page."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Extra:
    """Text of the page that is not in its DOM, with its label: gold out of a script."""

    label: Label
    traps: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a marked page says. With faults, `regions` and `pieces` are only as good as the marks that came back."""

    regions: tuple[Region, ...]
    pieces: tuple[Piece, ...]
    faults: tuple[Fault, ...]
    unlabelled: tuple[Unlabelled, ...]


def read(marked: bytes, decoded: Decoded, extras: Iterable[Extra] = ()) -> Reading:
    """The regions and pieces of a page.

    Args:
        marked: the page with its marks.
        decoded: the page without them, as `decode` read it; the marked page is read in the same charset.
        extras: texts that follow the DOM's, in page order.
    """
    found = marks.scan(marked)
    faults = [*_leftovers(marked), *_unknown_labels(found)]
    html = decode_as(_numbered(marked, found), decoded.charset)
    root = parse(html)
    walker = _Walker(found)
    events = list(walk(root))
    for event in events:
        walker.take(event)
    faults += walker.finish()
    lost = [i for i in range(len(found)) if i not in walker.seen]
    if lost:
        reasons = why_unread({i: _name(i) for i in lost}, root, html)
        faults += (Fault(found[i].line, *why) for i, why in reasons.items())
    elif found and blocks(events) != blocks(walk(parse(decoded.html))):
        faults.append(_moving_mark(marked, found, decoded))
    for extra in extras:
        walker.add_extra(extra)
    regions, pieces = walker.gold()
    return Reading(regions, pieces, tuple(sorted(faults, key=_by_line)), tuple(_place(walker.bare, html)))


def _by_line(fault: Fault) -> int:
    return fault.line


def _leftovers(marked: bytes) -> Iterator[Fault]:
    for left in marks.leftovers(marked):
        yield Fault(
            left.line,
            f"leftover mark {left.excerpt!r} after strip",
            'write ` data-gold="LABEL"` (one space before, double quotes), `<!--gold LABEL-->` or `<!--/gold-->`, '
            "or take it out of the page if it is the page's own",
        )


def _unknown_labels(found: Sequence[Mark]) -> Iterator[Fault]:
    for mark in found:
        if mark.label and mark.label not in _LABELS:
            near = close(mark.label, _LABELS)
            hint = f"write {near}, or see" if near else "see"
            yield Fault(mark.line, f"unknown label {mark.label!r}", f"{hint} python -m bench labels")


def _numbered(marked: bytes, found: Sequence[Mark]) -> bytes:
    form = {
        MarkKind.LABEL: ' data-gold="%s"',
        MarkKind.TRAP: ' data-trap="%s"',
        MarkKind.OPEN: "<!--%s-->",
        MarkKind.CLOSE: "<!--%s-->",
    }
    return marks.rewrite(marked, lambda i: (form[found[i].kind] % _name(i)).encode("ascii"))


def _name(number: int) -> str:
    """What stands for a mark in the parse: no page writes this itself, and no name is the start of another."""
    return f"lubb-mark-{number}."


def _unnamed(text: str) -> str:
    """`text` of the parse as it is without marks: one that was taken for text shows its name there."""
    return _NAMED.sub("", text)


@dataclass(slots=True)
class _Run:
    """A piece in the making: text of equal label and traps, uninterrupted. `owner` is a mark's number."""

    region: Region
    owner: int
    events: list[Event]


@dataclass(slots=True)
class _Bare:
    """A block under no mark, and the last start tag before it."""

    element: etree._Element | None
    events: list[Event]


@dataclass(slots=True)
class _Walker:
    """Follows a walk with the marks that are open, and collects runs of text and faults."""

    found: Sequence[Mark]
    seen: set[int] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    runs: list[_Run] = field(default_factory=list)
    bare: list[_Bare] = field(default_factory=list)
    _open: list[int] = field(default_factory=list)
    _on_element: dict[etree._Element, int] = field(default_factory=dict)
    _region: dict[int, Region] = field(default_factory=dict)
    _joined: dict[int, int] = field(default_factory=dict)
    _unmarked_runs: int = 0
    _pending: list[Event] = field(default_factory=list)
    _element: etree._Element | None = None
    _in_bare: bool = False
    _word: str = ""
    _crossed: Mark | None = None
    _numbers: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._numbers = {_name(number): number for number in range(len(self.found))}

    def take(self, event: Event) -> None:
        """One step of the walk."""
        match event.kind:
            case Kind.TEXT:
                self._text(event)
            case Kind.WORD_BREAK | Kind.BLOCK_BREAK:
                self._pending.append(event)
                self._word = ""
                self._in_bare = self._in_bare and event.kind is Kind.WORD_BREAK
            case Kind.COMMENT:
                self._comment(event.text)
            case Kind.OPEN if event.element is not None:
                self._start(event.element)
            case Kind.CLOSE if event.element is not None:
                self._end(event.element)

    def _number(self, value: str | None, *kinds: MarkKind) -> int | None:
        """The number of the mark that `value` carries, noted as seen; None for what is the page's own."""
        number = self._numbers.get(value or "")
        if number is None or self.found[number].kind not in kinds:
            return None
        self.seen.add(number)
        return number

    def _start(self, element: etree._Element) -> None:
        self._element = element
        label = self._number(element.get("data-gold"), MarkKind.LABEL)
        trap = self._number(element.get("data-trap"), MarkKind.TRAP)
        if label is None and trap is None:
            return
        mark = self.found[label if label is not None else trap or 0]
        if label is None:
            self._fault(mark, "data-trap without data-gold", "label the same element")
            return
        if element.tag in _VOID:
            self._fault(mark, f"mark on <{element.tag}>, which can hold no text", "mark an element around the text")
        self._crossed = self._crossed or mark
        self._on_element[element] = label
        self._push(label, self.found[trap].traps if trap is not None else ())

    def _end(self, element: etree._Element) -> None:
        label = self._on_element.pop(element, None)
        if label is not None:
            self._open.remove(label)
            self._crossed = self._crossed or self.found[label]

    def _comment(self, text: str) -> None:
        number = self._number(text, MarkKind.OPEN, MarkKind.CLOSE)
        if number is None:
            return
        mark = self.found[number]
        self._crossed = self._crossed or mark
        if mark.kind is MarkKind.OPEN:
            self._push(number, mark.traps)
            return
        last = next((i for i in reversed(self._open) if self.found[i].kind is MarkKind.OPEN), None)
        if last is None:
            self._fault(mark, "<!--/gold--> closes no mark", "take it out, or open a comment mark before it")
        else:
            self._open.remove(last)

    def _push(self, number: int, traps: Iterable[str]) -> None:
        written = self.found[number].label
        label = _LABELS.get(written, Label.OTHER)
        self._region[number] = Region(label, tuple(sorted(set(traps))))
        self._open.append(number)

    def _text(self, event: Event) -> None:
        self._check_word(event.text)
        if not event.text or event.text.isspace():
            self._pending.append(event)
            return
        owner = self._open[-1] if self._open else None
        if owner is None:
            self._add_bare(event)
        self._in_bare = owner is None
        self._add(owner, self._region[owner] if owner is not None else Region(Label.OTHER), [event])

    def _add_bare(self, event: Event) -> None:
        if self._in_bare:
            self.bare[-1].events += (*self._pending, event)
        else:
            self.bare.append(_Bare(self._element, [event]))

    def _add(self, owner: int | None, region: Region, events: list[Event]) -> None:
        """Text of `region`. It joins the run before it if that is of the same region in all but name."""
        last = self.runs[-1] if self.runs else None
        if last and last.region == region:
            if owner is not None:
                self._join(owner, last.owner)
            last.events += (*self._pending, *events)
        else:
            if owner is None:
                self._unmarked_runs += 1
                owner = -self._unmarked_runs
            self.runs.append(_Run(region, owner, [*self._pending, *events]))
        self._pending.clear()

    def _check_word(self, text: str) -> None:
        """White space or a break ends a word; a mark may not."""
        if not text:
            return
        head = "" if text[0].isspace() else text.split(None, 1)[0]
        if self._crossed and self._word and head and _splits(self._word, head):
            self._fault(
                self._crossed,
                f"mark splits the word {_unnamed(self._word + head)!r}",
                "move it to where the word begins or ends",
            )
        self._crossed = None
        tail = "" if text[-1].isspace() else text.rsplit(None, 1)[-1]
        self._word = self._word + tail if tail == text else tail

    def _fault(self, mark: Mark, what: str, mend: str) -> None:
        self.faults.append(Fault(mark.line, what, mend))

    def finish(self) -> list[Fault]:
        """The faults of the whole walk, marks that nothing closes among them."""
        for number in self._open:
            mark = self.found[number]
            self._fault(mark, f"<!--gold {mark.label}--> is never closed", "write <!--/gold--> where its text ends")
        self._open.clear()
        return self.faults

    def add_extra(self, extra: Extra) -> None:
        """Text from outside of the DOM; a boundary of blocks stands before it and between its lines."""
        self._pending.append(Event(Kind.BLOCK_BREAK))
        events = []
        for line in extra.text.split("\n"):
            events += [Event(Kind.TEXT, line), Event(Kind.BLOCK_BREAK)]
        if not extra.text.isspace():
            self._add(None, Region(extra.label, tuple(sorted(set(extra.traps)))), events)

    def _root(self, owner: int) -> int:
        while owner in self._joined:
            owner = self._joined[owner]
        return owner

    def _join(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        if one != other:
            self._joined[max(one, other)] = min(one, other)

    def gold(self) -> tuple[tuple[Region, ...], tuple[Piece, ...]]:
        """Regions in the order of their first piece, and the pieces in page order."""
        index: dict[int, int] = {}
        regions: list[Region] = []
        pieces: list[Piece] = []
        for run in self.runs:
            root = self._root(run.owner)
            if root not in index:
                index[root] = len(regions)
                regions.append(run.region)
            pieces.append(Piece(index[root], "\n".join(blocks(run.events))))
        return tuple(regions), tuple(pieces)


def _splits(left: str, right: str) -> bool:
    """Whether `left` and `right`, which touch, are parts of one word."""
    if _wordly(left[-1]) and _wordly(right[0]):
        return True
    # An invisible character at the seam, or letters that compose across it.
    return tokens(left + right) != tokens(left) + tokens(right)


def _wordly(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _moving_mark(marked: bytes, found: Sequence[Mark], decoded: Decoded) -> Fault:
    """The first mark that changes how the page is read."""
    plain = blocks(walk(parse(decoded.html)))
    low, high = 0, len(found)  # with the first `low` marks the page reads as without, with the first `high` it does not
    while high - low > 1:
        middle = (low + high) // 2
        part = decode_as(_first_marks(marked, found, middle), decoded.charset)
        low, high = (middle, high) if blocks(walk(parse(part))) == plain else (low, middle)
    return Fault(
        found[high - 1].line,
        "the page's text parsed with this mark differs from its text without",
        "move the mark (not into a character, an entity or a tag's name)",
    )


def _first_marks(marked: bytes, found: Sequence[Mark], count: int) -> bytes:
    return marks.rewrite(marked, lambda i: marked[found[i].start : found[i].end] if i < count else b"")


def _place(bare: Iterable[_Bare], html: str) -> Iterator[Unlabelled]:
    """Each unlabelled block with its line: where its first word next stands after the last start tag before it."""
    starts = [0]
    for line in html.split("\n") if bare else ():
        starts.append(starts[-1] + len(line) + 1)
    at = 0
    for block in bare:
        text = " ".join(_unnamed(" ".join(blocks(block.events))).split())
        if not text:
            continue
        tag_line: object = block.element.sourceline if block.element is not None else None
        at = max(at, starts[min(tag_line if isinstance(tag_line, int) else 1, len(starts)) - 1])
        at = max(at, html.find(text.split(None, 1)[0], at))
        yield Unlabelled(html.count("\n", 0, at) + 1, text)
