"""The folder of a run while it is being made: records appended one by one, so that nothing done is ever lost.

A record is one line, written after its text stands. A process that is killed leaves at most a torn last line, which is
cut off on resuming; one that meets a full disk cuts it off itself.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.run.plan import Checkout, Plan, RunInfo
from bench.run.records import PLAN, RECORDS, RUN, TEXTS, Record, parse_record, read_json, text_path

_ON = "what is recorded stands, and the same command goes on from there (without --fresh)"


def text_digest(text: str) -> str:
    """The name of a text in a run: sha256 of its UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class Journal:
    """One run, open for appending; no other process can append to it meanwhile. Threads may share it.

    Attributes:
        path: the folder. plan: what was planned when the run began.
        kept: the records that stood when this journal was opened, by (extractor, page).
        count: how many records stand now.
    """

    def __init__(self, path: Path, plan: Plan) -> None:
        """Open the folder `path`, which holds the plan, and lock it.

        Raises:
            BenchError: another process has it, it cannot be written, or its records are torn in the middle.
        """
        self.path, self.plan = path, plan
        self._lock = threading.Lock()
        with _explained(path):
            self._file = os.open(path / RECORDS, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            _lock(self._file, path)
            with _explained(path):
                self.kept = self._read_back()
        except BaseException:
            os.close(self._file)
            raise
        self.count = len(self.kept)

    def _read_back(self) -> dict[tuple[str, str], Record]:
        """The records that stand; a torn last line is cut off."""
        data = (self.path / RECORDS).read_bytes()
        lines = data.split(b"\n")
        self._end = len(data) - len(lines.pop())
        os.ftruncate(self._file, self._end)
        records: dict[tuple[str, str], Record] = {}
        for number, line in enumerate(lines, 1):
            record = parse_record(line, f"{self.path / RECORDS}:{number}")
            records[record.key] = record
        for left in (self.path / TEXTS).glob("*/*.part"):
            left.unlink()
        return records

    def append(self, record: Record, text: str) -> None:
        """Write one record, and `text` when the record names one.

        Raises:
            BenchError: it could not be written; the folder is as it was before.
        """
        line = json.dumps(record.to_json(), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self._lock, _explained(self.path):
            if record.text is not None:
                self._write_text(record.text, text)
            try:
                _write_all(self._file, line)
            except OSError:
                os.ftruncate(self._file, self._end)
                raise
            self._end += len(line)
            self.count += 1

    def _write_text(self, digest: str, text: str) -> None:
        path = text_path(self.path, digest)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        # No time stamp inside, so that equal texts are equal files. Not forced to the disk: after a power cut a text is
        # at worst damaged and says so, and waiting for the disk would cost more than many an extraction.
        write_whole(path, gzip.compress(text.encode("utf-8"), mtime=0), forced=False)

    def finish(self, finished: str, checkout: Checkout, problems: Mapping[str, str]) -> RunInfo:
        """Write run.json, which makes the run complete. `problems`: of extractors that did not start after all."""
        extractors = tuple(replace(e, problem=problems.get(e.name, e.problem)) for e in self.plan.extractors)
        plan = replace(self.plan, extractors=extractors)
        info = RunInfo(plan=plan, finished=finished, kept=len(self.kept), checkout=checkout)
        with self._lock, _explained(self.path):
            os.fsync(self._file)
            write_whole(self.path / RUN, _json_bytes(info.to_json()))
        return info

    def close(self) -> None:
        """Let go of the folder."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def open_journal(out: Path, plan: Plan, *, fresh: bool) -> Journal:
    """Go on with the newest unfinished run of this plan, or begin one (always with `fresh`).

    Raises:
        BenchError: `out` cannot be written, or another process is at this very run.
    """
    if not fresh:
        for path in sorted((out / "runs").glob(f"*-{plan.digest[:8]}*/{PLAN}"), reverse=True):
            if not (path.parent / RUN).exists() and (before := _read_plan(path)).digest == plan.digest:
                return Journal(path.parent, before)
    return _begin(out / "runs", plan)


def _begin(runs: Path, plan: Plan) -> Journal:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.strptime(plan.created, "%Y-%m-%dT%H:%M:%SZ"))
    with _explained(runs):
        path = _new_folder(runs, f"{stamp}-{plan.digest[:8]}")
        try:
            write_whole(path / PLAN, _json_bytes(plan.to_json()))
        except OSError:
            path.rmdir()
            raise
    return Journal(path, plan)


def _new_folder(runs: Path, name: str) -> Path:
    runs.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = runs / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            if not path.is_dir():
                raise
            number += 1
        else:
            return path


def _read_plan(path: Path) -> Plan:
    data = read_json(path)
    try:
        return Plan.from_json(data)
    except (KeyError, TypeError, ValueError) as error:
        raise BenchError(
            f"is damaged ({type(error).__name__}: {error})",
            where=str(path),
            mend="delete this run's folder, or run with --fresh",
        ) from None


def _lock(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BenchError(
            "another process is making this run", where=str(path), mend="wait for it, or begin another with --fresh"
        ) from None


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the system refuses into one line for the user."""
    try:
        yield
    except OSError as error:
        raise BenchError(
            f"cannot be written ({error.strerror})",
            where=str(path),
            mend=f"make room or give another folder with --out; {_ON}",
        ) from None


def _json_bytes(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def write_whole(path: Path, data: bytes, *, forced: bool = True) -> None:
    """Write a file whole or not at all; `forced`: it is on the disk when this returns.

    Raises:
        OSError: as the system says; nothing is left behind.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            if forced:
                os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
