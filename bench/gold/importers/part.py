"""What somebody else's gold says of a page, in one form for all formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from bench.labels import Label
from bench.model import Split


class How(Enum):
    """How a text is looked for in its page."""

    FLOW = auto()  # with all others of this kind, in their order, word by word: gold that is text only
    LINE = auto()  # a block of its own, best a heading: a title
    EXACT = auto()  # just these characters, white space apart, nearest to `hint`
    WITH = auto()  # a snippet: the whole block that holds it
    WITHOUT = auto()  # a snippet of what is no content


@dataclass(frozen=True, slots=True)
class Part:
    """A text that is to be marked.

    Attributes:
        text: in lines; what breaks a line in the page need not break one here.
        hint: of EXACT: how many characters, white space not counted, stand before it in the page; -1 for unknown.
        loose: of EXACT: whether it may be aligned word by word where its characters do not occur.
        region: parts of one number are one region, also with something else between them; -1 for a region of its own.
    """

    text: str
    label: Label = Label.BODY
    how: How = How.FLOW
    traps: tuple[str, ...] = ()
    hint: int = -1
    loose: bool = False
    region: int = -1


@dataclass(frozen=True, slots=True)
class Paths:
    """The same as `hint`, as other tools say it: paths to text nodes or elements, with offsets into the node."""

    part: Part
    xpath: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of another benchmark.

    Attributes:
        id: as the other calls it.
        where: the file that it stands in, with its place there, for messages.
        url: "" where it has none.
        raw: the page's bytes; `charset` is what reads them, None where only the page says it.
        parts: the gold. `paths`: of it, what comes with a path into the page.
        marked: the page with marks, where the format has them in the page; `raw` is then not used.
        kind: what sort of page, free text.
        split: where the format says it.
        original: the entry as it stands there, without the page.
        own: what Lubb's exporters wrote beside it.
    """

    id: str
    where: str
    url: str
    raw: bytes
    charset: str | None
    parts: tuple[Part, ...]
    original: Mapping[str, object]
    paths: tuple[Paths, ...] = ()
    marked: bytes | None = None
    kind: str = ""
    split: Split | None = None
    own: Mapping[str, object] = field(default_factory=dict)
    faults: tuple[str, ...] = ()  # parts of the entry that could not even be read, a line each
