"""How a host is asked: by few at once, with a pause between, and not at all while it wants to be left alone."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class Stopped(Exception):
    """Whoever waits for a turn shall go home: the user has stopped it all."""


class LeftAlone(Exception):
    """The host wants to be left alone for `seconds`, which is longer than whoever asks will wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True)
class _Host:
    running: int = 0
    next_start: float = 0.0
    alone_until: float = 0.0


class Manners:
    """Shared by all threads that fetch.

    Args:
        at_once: requests to one host that may run at the same time.
        pause_s: seconds between the starts of two requests to one host.
    """

    def __init__(self, at_once: int = 2, pause_s: float = 0.2) -> None:
        self._at_once, self._pause_s = at_once, pause_s
        self._hosts: dict[str, _Host] = {}
        self._changed = threading.Condition()
        self._stopped = False

    @contextmanager
    def turn(self, host: str, most_s: float = math.inf) -> Iterator[None]:
        """Waits until `host` may be asked, and counts as asking it until the block ends.

        Args:
            most_s: a host that wants to be left alone for longer is not waited for.

        Raises:
            LeftAlone: see `most_s`. Stopped: see `stop`.
        """
        with self._changed:
            mine = self._hosts.setdefault(host, _Host())
            while not self._free(mine, most_s):
                self._changed.wait(self._seconds(mine))
            mine.running += 1
            mine.next_start = max(mine.next_start, time.monotonic() + self._pause_s)
        try:
            yield
        finally:
            with self._changed:
                mine.running -= 1
                self._changed.notify_all()

    def leave_alone(self, host: str, seconds: float) -> None:
        """No request to `host` begins for so long."""
        with self._changed:
            mine = self._hosts.setdefault(host, _Host())
            mine.alone_until = max(mine.alone_until, time.monotonic() + seconds)
            self._changed.notify_all()

    def sleep(self, seconds: float) -> None:
        """As time.sleep, but `stop` ends it.

        Raises:
            Stopped: see `stop`.
        """
        until = time.monotonic() + seconds
        with self._changed:
            while not self._stopped and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            if self._stopped:
                raise Stopped

    def stop(self) -> None:
        """Everybody who waits, or would, raises Stopped."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _free(self, host: _Host, most_s: float) -> bool:
        if self._stopped:
            raise Stopped
        now = time.monotonic()
        if host.alone_until - now > most_s:
            raise LeftAlone(host.alone_until - now)
        return host.running < self._at_once and now >= max(host.next_start, host.alone_until)

    def _seconds(self, host: _Host) -> float | None:
        """Until it is worth looking again; None: when another request has ended."""
        if host.running >= self._at_once:
            return None
        wait = max(host.next_start, host.alone_until) - time.monotonic()
        return min(max(0.001, wait), threading.TIMEOUT_MAX)
