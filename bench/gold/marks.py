"""Marks: labels written into a page's bytes, taken out again to the byte.

On an element, in its start tag, ` data-gold="LABEL"` and, before or after it, ` data-trap="TRAP TRAP"`. As a comment
pair, `<!--gold LABEL-->` or `<!--gold LABEL trap="TRAP TRAP"-->` with `<!--/gold-->`. A label is `[a-z_]+`, a trap
`[a-z0-9-]+`. Marks are ASCII, so they fit every charset that keeps ASCII where it is.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import count

from bench.errors import BenchError

FORBIDDEN = (b'data-gold="', b'data-trap="', b"<!--gold ", b"<!--/gold")
"""What a page's own bytes may not hold: with any of it, marks and page could not be told apart."""

_TRAPS = rb"[a-z0-9-]+(?: [a-z0-9-]+)*"
_MARK = re.compile(
    rb' data-gold="(?P<label>[a-z_]+)"'
    rb'| data-trap="(?P<traps>' + _TRAPS + rb')"'
    rb'|<!--gold (?P<opens>[a-z_]+)(?: trap="(?P<trapped>' + _TRAPS + rb')")?-->'
    rb"|(?P<closes><!--/gold-->)"
)
_LEFTOVER = re.compile(b"|".join(re.escape(word) for word in FORBIDDEN))
_LOOKALIKE = re.compile(rb"\bdata-(?:gold|trap)\s*=|<!--\s*/?\s*gold\b", re.IGNORECASE)


class MarkKind(Enum):
    """The four forms of a mark."""

    LABEL = auto()  # data-gold
    TRAP = auto()  # data-trap
    OPEN = auto()  # <!--gold LABEL-->
    CLOSE = auto()  # <!--/gold-->


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark in a marked page.

    Attributes:
        label: as written, which need not be a label that exists; empty for TRAP and CLOSE.
        traps: as written, for TRAP and OPEN.
        start: offset of its first byte in the marked page; `end` is one past its last.
        line: counted from 1 in the marked page.
    """

    kind: MarkKind
    label: str
    traps: tuple[str, ...]
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Leftover:
    """A place in a stripped page that reads like a mark. `line` and `excerpt` are of the marked page."""

    line: int
    excerpt: str


class Lines:
    """From a byte offset to a line number, counted from 1."""

    def __init__(self, data: bytes) -> None:
        self._ends = [match.start() for match in re.finditer(b"\n", data)]

    def at(self, offset: int) -> int:
        """The line that the byte at `offset` stands on."""
        return bisect_right(self._ends, offset - 1) + 1


def strip(marked: bytes) -> bytes:
    """The page without its marks: what extractors get. Bytes that only look like a mark stay."""
    return _MARK.sub(b"", marked)


def scan(marked: bytes) -> list[Mark]:
    """All marks of a page, in the order of their bytes."""
    lines = Lines(marked)
    return [_mark(match, lines) for match in _MARK.finditer(marked)]


def _mark(match: re.Match[bytes], lines: Lines) -> Mark:
    groups = match.groupdict()
    kind = (
        MarkKind.LABEL
        if groups["label"]
        else MarkKind.TRAP
        if groups["traps"]
        else MarkKind.OPEN
        if groups["opens"]
        else MarkKind.CLOSE
    )
    label = (groups["label"] or groups["opens"] or b"").decode("ascii")
    traps = tuple((groups["traps"] or groups["trapped"] or b"").decode("ascii").split())
    return Mark(kind, label, traps, match.start(), match.end(), lines.at(match.start()))


def leftovers(marked: bytes) -> list[Leftover]:
    """Where the stripped page holds one of `FORBIDDEN`: a mark that is not written as one, or the page's own bytes."""
    return _found(_LEFTOVER, marked)


def lookalikes(marked: bytes) -> list[Leftover]:
    """Where the stripped page comes near a mark (`<!-- gold body -->`) without holding one of `FORBIDDEN`."""
    sure = {left.line for left in leftovers(marked)}
    return [found for found in _found(_LOOKALIKE, marked) if found.line not in sure]


def _found(pattern: re.Pattern[bytes], marked: bytes) -> list[Leftover]:
    page = strip(marked)
    matches = list(pattern.finditer(page))
    if not matches:
        return []
    spans = [(mark.start, mark.end) for mark in scan(marked)]
    lines = Lines(marked)
    return [
        Leftover(lines.at(_marked_offset(match.start(), spans)), _excerpt(page, match.start())) for match in matches
    ]


def _marked_offset(offset: int, spans: Iterable[tuple[int, int]]) -> int:
    """Where the byte at `offset` of the stripped page stands in the marked one."""
    for start, end in spans:
        if start > offset:
            break
        offset += end - start
    return offset


def _excerpt(page: bytes, start: int) -> str:
    """From `start` to the end of the tag or comment, but not far."""
    return " ".join(page[start : start + 40].partition(b">")[0].decode("ascii", "replace").split())


def rewrite(marked: bytes, write: Callable[[int], bytes]) -> bytes:
    """The marked page with its n-th mark, counted from 0, replaced by `write(n)`."""
    number = count()
    return _MARK.sub(lambda _: write(next(number)), marked)


def insert(page: bytes, inserts: Sequence[tuple[int, bytes]]) -> bytes:
    """`page` with marks written in; `strip` undoes it to the byte.

    Args:
        page: a page without marks.
        inserts: offset into `page` and the bytes of one mark (or of several in a row), in any order of offsets;
            those of one offset keep their order.

    Raises:
        BenchError: the page holds one of `FORBIDDEN`, an offset is outside of it, or an insert is no mark.
    """
    left = _LEFTOVER.search(page)
    if left:
        raise BenchError(
            f"the page itself holds {left[0].decode()!r} at byte {left.start()}", mend="take it out of the page first"
        )
    parts: list[bytes] = []
    done = 0
    for offset, mark in sorted(inserts, key=lambda item: item[0]):
        _check_insert(offset, mark, len(page))
        parts += (page[done:offset], mark)
        done = offset
    return b"".join((*parts, page[done:]))


def _check_insert(offset: int, mark: bytes, size: int) -> None:
    if not 0 <= offset <= size:
        raise BenchError(
            f"a mark at byte {offset} of a page of {size} bytes", mend="give offsets into the stripped page"
        )
    if not mark or strip(mark):
        raise BenchError(
            f"{mark!r} is no mark", mend='write ` data-gold="LABEL"`, `<!--gold LABEL-->` or `<!--/gold-->`'
        )


@dataclass(frozen=True, slots=True)
class Detached:
    """The marks of a page without the page: they hold none of its text, so they can be published.

    Attributes:
        sha256: of the stripped page, in lower-case hex.
        inserts: offset into the stripped page and the mark's bytes, in page order.
    """

    sha256: str
    inserts: tuple[tuple[int, bytes], ...]

    def to_json(self) -> dict[str, object]:
        """`{"sha256": hex, "inserts": [[offset, mark], …]}`; marks are ASCII, so they are strings."""
        return {"sha256": self.sha256, "inserts": [[offset, mark.decode("ascii")] for offset, mark in self.inserts]}

    @classmethod
    def from_json(cls, value: object) -> Detached:
        """The reverse of `to_json`.

        Raises:
            BenchError: the value has another shape.
        """
        match value:
            case {"sha256": str(sha256), "inserts": [*items]} if re.fullmatch("[0-9a-f]{64}", sha256):
                return cls(sha256, tuple(_insert_from_json(item) for item in items))
        raise BenchError(
            "detached marks of an unknown shape", mend='write {"sha256": hex, "inserts": [[offset, mark]]}'
        )


def _insert_from_json(item: object) -> tuple[int, bytes]:
    match item:
        case [int(offset), str(mark)] if not isinstance(offset, bool) and mark.isascii():
            return offset, mark.encode("ascii")
    raise BenchError(f"{item!r} is no detached mark", mend="write [byte offset, mark]")


def detach(marked: bytes) -> Detached:
    """The marks of a marked page, with the digest of the page that they belong to."""
    inserts = []
    removed = 0
    for match in _MARK.finditer(marked):
        inserts.append((match.start() - removed, match[0]))
        removed += len(match[0])
    return Detached(sha256(strip(marked)), tuple(inserts))


def attach(page: bytes, detached: Detached) -> bytes:
    """The marked page that `detached` was taken from.

    Raises:
        BenchError: `page` is not that page, or see `insert`.
    """
    found = sha256(page)
    if found != detached.sha256:
        raise BenchError(
            f"these marks belong to the page with sha256 {detached.sha256[:12]}…, this one has {found[:12]}…",
            mend="fetch the page from the source that its site.toml names",
        )
    return insert(page, detached.inserts)


def sha256(page: bytes) -> str:
    """The digest that site.toml and detached marks hold, in lower-case hex."""
    return hashlib.sha256(page).hexdigest()
