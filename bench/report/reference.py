"""The reference run as one file that is committed, `results/reference.jsonl.gz`: all of its records, none of its texts.

The first line is the run's own run.json. Then comes a line a page, its records side by side (what all of them have
is written once), and a line for each extractor that `bench time` timed. Boards follow from it to the last digit.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.model import Cost
from bench.report.leaderboard import Board, leaderboard
from bench.run import timing
from bench.run.earlier import with_earlier_costs
from bench.run.plan import RunInfo
from bench.run.records import Record, Run, check_schema
from bench.run.timing import CarefulTimes, PageTime, same_machine
from bench.score.counts import Counts, Leak, Loss, PageScore, Similarity, TrapCount

NAME = "reference.jsonl.gz"
AGAIN = "python -m bench report --write"
# Enough of a text's sha256 to tell that it is another text.
TEXT_DIGITS = 8
_PARTS: dict[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (Record, Cost, PageScore, Counts, Leak, Loss, TrapCount, Similarity)
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A run that was written as one file.

    Attributes:
        run: its records, with the costs that an earlier run measured where its texts came from the cache. Their `text`
            is the first digits of the text's sha256; the texts are not there.
        careful: the figures of `bench time` for it.
    """

    run: Run
    careful: CarefulTimes

    def board(self, *, judged: bool = True) -> Board:
        """The run's leaderboard; with intervals, places and pairs if `judged`."""
        return leaderboard(self.run, careful=self.careful, judged=judged)


def as_bytes(run: Run, careful: CarefulTimes | None = None) -> bytes:
    """The run as one file, the same for the same records.

    Args:
        run: a complete run.
        careful: what `bench time` measured; None reads it from beside the run, as `leaderboard` does.
    """
    careful = timing.load(run.path.parent.parent) if careful is None else careful
    machine, pages = same_machine(run.plan.machine), run.plan.pages
    keys = {(extractor.name, extractor.digest) for extractor in run.plan.ran}
    times = [
        timed
        for timed in careful.pages
        if timed.key in keys
        and timed.page in pages
        and timed.corpus == run.plan.signature.corpus
        and timed.machine == machine
    ]
    lines = [run.info.to_json(), *_records(with_earlier_costs(run)), *_times(times)]
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    return gzip.compress(text.encode("utf-8", "surrogatepass"), mtime=0)


def read(path: Path) -> Reference:
    """What `as_bytes` made.

    Raises:
        BenchError: not there, not readable, damaged, of another schema, or without a record that the plan asks for.
    """
    try:
        lines = gzip.decompress(path.read_bytes()).decode("utf-8", "surrogatepass").splitlines()
        head, *rest = [json.loads(line) for line in lines]
        check_schema(head, str(path))
        info = RunInfo.from_json(head)
        found = {record.key: record for line in rest if "records" in line for record in _unpacked(line)}
        times = [timed for line in rest if "times" in line for timed in _page_times(line, info)]
        records = tuple(found[extractor.name, page] for extractor in info.plan.ran for page in info.plan.pages)
    except FileNotFoundError:
        raise BenchError("there is no reference run", where=str(path), mend=f"make one: {AGAIN}") from None
    except (OSError, EOFError, zlib.error, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise BenchError(
            f"this reference run is damaged ({type(error).__name__}: {error})", where=str(path), mend=f"again: {AGAIN}"
        ) from None
    return Reference(Run(path, info, records), CarefulTimes(tuple(times)))


def _records(records: Sequence[Record]) -> Iterator[dict[str, Any]]:
    for page, found in groupby(sorted(records, key=lambda record: record.page), key=lambda record: record.page):
        short = [_short(record) for record in found]
        yield {"page": page, "count": len(short), "records": _packed(short)}


def _short(record: Record) -> Record:
    """Without what no figure is made of."""
    text = record.text[:TEXT_DIGITS] if record.text else None
    return replace(record, text=text, cost=replace(record.cost, wall_ns=None))


def _packed(values: Sequence[Any]) -> object:
    """Like objects side by side: an object of what each key holds, a value that all share once, else a list of all.

    Records are taken apart here, since `dataclasses.asdict` takes several times as long.
    """
    first = values[0]
    if type(first) in _PARTS:
        return {name: _packed([getattr(value, name) for value in values]) for name in _PARTS[type(first)]}
    if isinstance(first, dict) and all(isinstance(v, dict) and v.keys() == first.keys() for v in values):
        return {key: _packed([value[key] for value in values]) for key in first}
    alike = not isinstance(first, list | dict) and all(type(v) is type(first) and v == first for v in values)
    return first if alike else list(values)


def _unpacked(line: dict[str, Any]) -> Iterator[Record]:
    for at in range(line["count"]):
        yield Record.from_json({key: _pick(value, at) for key, value in line["records"].items()})


def _pick(packed: object, at: int) -> object:
    if isinstance(packed, dict):
        return {key: _pick(value, at) for key, value in packed.items()}
    return packed[at] if isinstance(packed, list) else packed


def _times(times: Sequence[PageTime]) -> Iterator[dict[str, Any]]:
    ordered = sorted(times, key=lambda timed: (timed.key, timed.page))
    for key, found in groupby(ordered, key=lambda timed: timed.key):
        yield {"times": key, "pages": {timed.page: [timed.cpu_ns, timed.parse_ns] for timed in found}}


def _page_times(line: dict[str, Any], info: RunInfo) -> Iterator[PageTime]:
    name, digest = line["times"]
    machine = same_machine(asdict(info.plan.machine))
    for page, (cpu, parse) in line["pages"].items():
        site = info.plan.pages[page].site
        yield PageTime((name, digest), info.plan.signature.corpus, machine, site, page, tuple(cpu), tuple(parse))
