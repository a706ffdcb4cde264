"""`python -m bench` and the console script `lubb`."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn


def main() -> int:
    """The command line, after a look at whose package `bench` was imported: the name also belongs to frappe-bench."""
    import bench

    if not (bench.__doc__ or "").startswith("Lubb"):
        return _other(bench.__file__)
    try:
        from bench import cli
    except ImportError as error:
        # Both packages were installed into one folder, and the other's files lie over ours.
        if (error.name or "").partition(".")[0] in ("lubb", "bench", "click"):
            return _other(bench.__file__)
        raise
    if not hasattr(cli, "COMMANDS"):
        return _other(cli.__file__)
    signal.signal(signal.SIGTERM, _terminated)
    signal.signal(signal.SIGINT, _interrupted)
    try:
        return cli.main()
    except KeyboardInterrupt:  # a second one, while the first was being answered
        return cli.INTERRUPTED
    finally:
        # One that comes while the interpreter shuts down would end it by the signal, with another exit code.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _interrupted(_signum: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _terminated(signum: int, _frame: FrameType | None) -> NoReturn:
    """Leave by the usual way out, which ends workers and removes their folders."""
    sys.exit(128 + signum)


def _other(file: str | None) -> int:
    print(
        f"lubb: another package called 'bench' (frappe-bench?) was imported from {file or 'a bare folder'}; "
        "install lubb in an environment of its own: python -m venv lubb && lubb/bin/pip install lubb",
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
