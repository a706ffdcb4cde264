"""What is wrong with a corpus: all of it at once, each with its place and its mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong within one file.

    Attributes:
        line: counted from 1; 0 where the file as a whole is meant.
        what: what is wrong, without a full stop.
        mend: what to do, as an imperative clause.
    """

    line: int
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault and the file or folder that it stands in."""

    file: Path
    line: int
    what: str
    mend: str

    @classmethod
    def of(cls, file: Path, fault: Fault) -> Problem:
        """`fault`, found in `file`."""
        return cls(file, fault.line, fault.what, fault.mend)

    @property
    def where(self) -> str:
        """The file, with the line after a colon where there is one."""
        return f"{self.file}:{self.line}" if self.line else str(self.file)

    def to_json(self) -> dict[str, object]:
        """The four fields, the file as a string."""
        return {"file": str(self.file), "line": self.line, "what": self.what, "mend": self.mend}


def close(word: str, known: Iterable[str]) -> str:
    """The known words that `word` may stand for, as "'body' or 'lead'"; empty when none comes near."""
    return " or ".join(repr(match) for match in get_close_matches(word, sorted(known), n=3))
