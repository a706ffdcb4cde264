"""Rows side by side in threads, stopped as one by a signal or by the first error. No thread outlives `work_through`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Generic, TypeVar

Task = TypeVar("Task")
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# The kernel may hand a signal to a thread that is just starting a process. Python's handler waits for the main thread
# to run, which a wait without an end would never let it.
_GLANCE_SECONDS = 0.1


class Stopped(Exception):
    """A signal ended the work before its end. `signum` is the signal's number."""

    def __init__(self, signum: int) -> None:
        self.signum = signum
        super().__init__(signal.Signals(signum).name)


class Crew(Generic[Task]):
    """Works through tasks in order, `jobs` at a time.

    Args:
        tasks: each given to `work` once.
        work: called in one of the threads; it looks at `stopping` between steps, and sets an alarm (`waking`)
            around what may block.
    """

    def __init__(self, tasks: Sequence[Task], jobs: int, work: Callable[[Task], None]) -> None:
        self._work = work
        self._tasks: SimpleQueue[Task] = SimpleQueue()
        for task in tasks:
            self._tasks.put(task)
        self._threads = [threading.Thread(target=self._member, daemon=True) for _ in range(min(jobs, len(tasks)))]
        # Signal handlers put here too: a SimpleQueue may be re-entered, an Event may not.
        self._news: SimpleQueue[int | BaseException | None] = SimpleQueue()
        self._alarms: set[Callable[[], None]] = set()
        self._lock = threading.Lock()
        self._stopping = False

    def work_through(self) -> None:
        """Come back when all is done and no thread is left.

        Raises:
            Stopped: SIGINT or SIGTERM came; further ones change nothing, for the work is being ended already.
            Exception: the first that `work` raised.
        """
        with self._signals_as_news():
            for thread in self._threads:
                thread.start()
            news = self._first_bad_news()
            if news is not None:
                self._stop()
            for thread in self._threads:
                thread.join()
        if isinstance(news, BaseException):
            raise news
        if news is not None:
            raise Stopped(news)

    def stopping(self) -> bool:
        """True once a signal or an error has come: `work` should return at its next step."""
        return self._stopping

    @contextmanager
    def waking(self, alarm: Callable[[], None]) -> Iterator[None]:
        """Within, `alarm` is called when the crew is stopped, in another thread: it ends what this one waits for."""
        with self._lock:
            self._alarms.add(alarm)
        try:
            yield
        finally:
            with self._lock:
                self._alarms.discard(alarm)

    def _first_bad_news(self) -> int | BaseException | None:
        waiting = len(self._threads)
        while waiting:
            try:
                news = self._news.get(timeout=_GLANCE_SECONDS)
            except Empty:
                continue
            if news is not None:
                return news
            waiting -= 1
        return None

    def _stop(self) -> None:
        self._stopping = True
        with self._lock:
            for alarm in self._alarms:
                alarm()

    def _member(self) -> None:
        news: BaseException | None = None
        try:
            while not self._stopping:
                self._work(self._tasks.get_nowait())
        except Empty:
            pass
        except BaseException as error:
            news = error
        self._news.put(news)

    @contextmanager
    def _signals_as_news(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def tell(signum: int, _frame: FrameType | None) -> None:
            self._news.put(signum)

        before = {number: signal.signal(number, tell) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
