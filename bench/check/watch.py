"""The parent's side of watching a Python plug-in: what it does beside answering."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.extract import wire
from bench.extract.ending import told
from bench.extract.process import Gone, Late, Process
from bench.extract.registry import Extractor
from bench.extract.sandbox import Sandbox
from bench.extract.worker import START_SECONDS
from bench.model import Cost, Extraction, Page, Status

# Not the seed that workers have (0). More than one: two seeds in three order a set of two differently, or do not.
HASH_SEEDS = ("1", "2", "3", "4")
_SCRIPT = Path(__file__).with_name("watched.py")


@dataclass(frozen=True, slots=True)
class Watched:
    """What a plug-in was seen to do while it was imported and asked.

    Attributes:
        problem: why it could not be watched; "" when it was, and then the rest holds.
        answers: for each page, without what they cost.
        printed: how many bytes it wrote to standard output.
        print_start: their beginning, in one line.
        network, writes, programs: what it tried, each in a few words, without repetition.
        changed: what of the pages it was handed was another thing afterwards.
    """

    problem: str = ""
    answers: tuple[Extraction, ...] = ()
    printed: int = 0
    print_start: str = ""
    network: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def watch(
    extractor: Extractor, fence: Sandbox, hidden: Sequence[Path], asked: Sequence[Page], timeout_s: float, seed: str
) -> Watched:
    """Run a Python plug-in in a process of its own that watches it.

    Args:
        extractor: of kind python.
        fence: as in a run.
        hidden: as in a run.
        asked: pages to hand to it, one after the other.
        timeout_s: for each of them.
        seed: of its hashes.
    """
    config = {"target": extractor.target, "output": extractor.output, "seed": seed}
    process = Process(str(_SCRIPT), config, fence, hidden, extractor.files)
    try:
        return _watched(_report(process, asked, timeout_s))
    except Late:
        return Watched(problem="it did not answer in time while it was watched")
    except Gone:
        process.wait()
        return Watched(problem=f"its process ended while it was watched: {told(process.end())[1]}")
    except (wire.Garbled, KeyError, TypeError, ValueError) as error:
        return Watched(problem=wire.line(f"its process sent what is no report: {error}"))
    finally:
        process.end()


def _report(process: Process, asked: Sequence[Page], timeout_s: float) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    ready = process.receive(deadline)
    if "failed" in ready:
        return {"problem": ready["failed"]}
    for number, page in enumerate(asked):
        deadline = time.monotonic() + timeout_s
        process.send(wire.request(number, page), deadline)
        process.receive(deadline)
    process.send(wire.request(len(asked), None), deadline)
    return process.receive(time.monotonic() + timeout_s)


def _watched(report: dict[str, Any]) -> Watched:
    if report.get("problem"):
        return Watched(problem=wire.line(str(report["problem"])))

    def told_of(name: str) -> tuple[str, ...]:
        return tuple(wire.line(str(words)) for words in report[name])

    answers = tuple(
        Extraction(Status(said["status"]), str(said["text"]), wire.line(str(said["detail"])), Cost())
        for said in report["answers"]
    )
    return Watched(
        answers=answers,
        printed=int(report["printed"]),
        print_start=wire.line(str(report["start"]), 60),
        network=told_of("network"),
        writes=told_of("writes"),
        programs=told_of("programs"),
        changed=told_of("changed"),
    )
