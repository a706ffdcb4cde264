"""The nouns that more than one stage speaks of. Nothing here knows gold, scores or files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Track(StrEnum):
    """Which table a page belongs to."""

    STATIC = "static"
    SCRIPT = "script"
    NO_ARTICLE = "no-article"


class Split(StrEnum):
    """Whoever tunes anything tunes on dev; the headline is over test."""

    DEV = "dev"
    TEST = "test"


class Status(StrEnum):
    """How one extraction ended. All but OK are scored as an empty text."""

    OK = "ok"
    EMPTY = "empty"
    TIMEOUT = "timeout"
    CRASH = "crash"
    MEMORY = "memory"
    BAD_TYPE = "bad-type"
    TOO_BIG = "too-big"
    EXCEPTION = "exception"

    @property
    def failed(self) -> bool:
        """True for everything but a returned string (an empty string is an answer)."""
        return self not in (Status.OK, Status.EMPTY)


@dataclass(frozen=True, slots=True)
class Page:
    """One HTML document as an extractor is handed it. It holds no gold and no name to look gold up by.

    Attributes:
        html: the document, decoded once by the harness.
        raw: its bytes.
        url: its address.
        charset: the charset `html` was decoded with, as a Python codec name.
    """

    html: str
    raw: bytes
    url: str
    charset: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What one extraction took. Times in nanoseconds; None where nothing was measured.

    Attributes:
        cpu_ns: CPU time of the call, children included (of a program: of all its processes around the request); the
            deadline when it timed out.
        wall_ns: wall time of the call.
        parse_ns: CPU time of one lxml parse of the same page, measured just before.
        peak_kib: peak resident memory during the call, in KiB.
        cached: True when the text came from the cache, so nothing was timed.
        told_ns: CPU time that a program says the call took: shown, never ranked.
    """

    cpu_ns: int | None = None
    wall_ns: int | None = None
    parse_ns: int | None = None
    peak_kib: int | None = None
    cached: bool = False
    told_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extractor returned for one page. `text` is empty unless the status is OK."""

    status: Status
    text: str
    detail: str
    cost: Cost


# An extraction above this is `too-big`: no visible text of a page comes near it, and scoring stays bounded.
MAX_TEXT_CHARS = 1_000_000
