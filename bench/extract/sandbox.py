"""What keeps a plug-in from the network, from the gold and from writing: bubblewrap, unshare, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Level = Literal["bubblewrap", "unshare", "none"]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One way of fencing a process in. `level` is written into each record."""

    level: Level

    def wrap(self, argv: Sequence[str], hidden: Sequence[Path], scratch: Path) -> list[str]:
        """The command that runs `argv` in `scratch`, without network, with `hidden` folders empty."""
        raise NotImplementedError


def probe() -> Sandbox:
    """The strongest level that works on this machine, found by running a command in it."""
    raise NotImplementedError
