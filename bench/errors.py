"""What can go wrong in a way that its reader can mend.

`BenchError` is the only exception that the command line turns into one line and an exit code.
Everything else is a fault of ours and shows its traceback.
"""

from __future__ import annotations

_BIDI = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = dict.fromkeys([*range(9), *range(14, 28), *range(127, 133), *range(134, 160), *_BIDI], "\ufffd")
"""Characters that a terminal obeys, those that turn the line about included; white space is not among them."""


class BenchError(Exception):
    """A user's mistake or a broken input: `what`, `where` and `mend` make one line. Exit code 2.

    Args:
        what: what is wrong, without a full stop ("unknown label 'bodi'").
        where: the file, with a line after a colon where there is one; empty when there is no place.
        mend: what to do next, as an imperative clause.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what, self.where, self.mend = what, where, mend
        super().__init__(str(self))

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        whole = f"{line}; {self.mend}" if self.mend else line
        return " ".join(whole.split()).translate(_CONTROLS)


class ExtractorFailed(BenchError):
    """An extractor failed on at least one page and `--strict` was given. Exit code 3."""

    exit_code = 3
