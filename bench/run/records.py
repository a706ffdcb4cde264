"""Records and the folder of a run, as they are read: `open_run`.

A run is a folder `<UTC>-<digest>/` with `plan.json` (written first), `records.jsonl` (a line a record), `texts/` (what
was extracted, by its sha256) and `run.json` (written last: its presence means complete).
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.model import Cost, Status
from bench.run.plan import SCHEMA, Plan, RunInfo, known
from bench.score.counts import PageScore

PLAN, RECORDS, RUN, TEXTS = "plan.json", "records.jsonl", "run.json", "texts"


@dataclass(frozen=True, slots=True)
class Record:
    """One extractor on one page.

    Attributes:
        extractor: its name. page: its id, "site/001".
        status: how the extraction ended; all but ok were scored as an empty text.
        detail: one line on a failure, else empty.
        text: sha256 of the extracted text in UTF-8, where `Run.text` finds it; None when there was none.
        chars: length of the extracted text in characters.
        cost: nothing measured for the oracle, for outputs and for cached texts.
        sandbox: the level that this extraction ran under ("bubblewrap", "unshare", "none"); "cache", "harness" or
            "outputs" for a text that no extractor process made in this run.
    """

    extractor: str
    page: str
    status: Status
    detail: str
    text: str | None
    chars: int
    cost: Cost
    score: PageScore
    sandbox: str
    schema: int = SCHEMA

    @property
    def key(self) -> tuple[str, str]:
        """(extractor, page): there is one record for each."""
        return self.extractor, self.page

    def to_json(self) -> dict[str, Any]:
        """As it stands in a line of records.jsonl."""
        return {
            "schema": self.schema,
            "extractor": self.extractor,
            "page": self.page,
            "status": self.status.value,
            "detail": self.detail,
            "text": self.text,
            "chars": self.chars,
            "cost": asdict(self.cost),
            "score": self.score.to_json(),
            "sandbox": self.sandbox,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Record:
        """The inverse of `to_json`; unknown keys are ignored.

        Raises:
            KeyError, TypeError, ValueError: when `data` is no record.
        """
        values = known(cls, data)
        values |= {
            "status": Status(data["status"]),
            "cost": Cost(**known(Cost, data["cost"])),
            "score": PageScore.from_json(data["score"]),
        }
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Run:
    """A complete run as read from its folder. `records`: extractors in the plan's order, pages in the plan's order."""

    path: Path
    info: RunInfo
    records: tuple[Record, ...]

    @property
    def plan(self) -> Plan:
        """What the run is about."""
        return self.info.plan

    def text(self, record: Record) -> str:
        """What the extractor returned; empty when it returned nothing.

        Raises:
            BenchError: when the text is not there (texts of third-party pages are not passed on) or is damaged.
        """
        return read_text(self.path, record.text) if record.text else ""


def text_path(run: Path, digest: str) -> Path:
    """Where the text of that sha256 stands in the folder `run`."""
    return run / TEXTS / digest[:2] / f"{digest}.gz"


def read_text(run: Path, digest: str) -> str:
    """The text of that sha256 in the folder `run`."""
    path = text_path(run, digest)
    where = f"{run.name}/{TEXTS}/{path.parent.name}/{path.name}"
    try:
        return gzip.decompress(path.read_bytes()).decode("utf-8")
    except FileNotFoundError:
        raise BenchError(
            "the extracted text is not there", where=where, mend="run the extractor again: python -m bench run --fresh"
        ) from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BenchError(
            f"the extracted text cannot be read ({error})", where=where, mend="python -m bench run --fresh"
        ) from None


def open_run(path: Path) -> Run:
    """Read a complete run.

    Raises:
        BenchError: a folder that is no run or is unfinished, another schema, records that are torn, missing or twice.
    """
    if not (path / RUN).is_file():
        if (path / PLAN).is_file():
            done = count_lines(path / RECORDS)
            raise BenchError(
                f"this run is unfinished ({done} records stand)", where=str(path), mend="python -m bench run resumes it"
            )
        raise BenchError(
            "no run here (run.json is missing)",
            where=str(path),
            mend="give a folder below results/runs, or make one: python -m bench run",
        )
    info = _read_info(path / RUN)
    records = read_records(path / RECORDS)
    return Run(path=path, info=info, records=_in_order(path / RECORDS, info.plan, records))


def latest_run(out: Path) -> Path:
    """The complete run below `out` that was started last.

    Raises:
        BenchError: when there is none.
    """
    runs = sorted(found.parent for found in (out / "runs").glob(f"*/{RUN}"))
    if not runs:
        raise BenchError("no complete run", where=str(out / "runs"), mend="make one: python -m bench run")
    return runs[-1]


def count_lines(path: Path) -> int:
    """How many whole lines a file holds; 0 when it is not there."""
    return path.read_bytes().count(b"\n") if path.is_file() else 0


def read_json(path: Path) -> dict[str, Any]:
    """An object with a schema that this Lubb can read.

    Raises:
        BenchError: not readable, no JSON object, or of another schema.
    """
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BenchError(f"cannot be read ({error})", where=str(path), mend="run again: python -m bench run") from None
    if not isinstance(data, dict):
        raise BenchError("is no JSON object", where=str(path), mend="run again: python -m bench run")
    check_schema(data, str(path))
    return data


def check_schema(data: dict[str, Any], where: str) -> None:
    """Refuse what was written by a Lubb of another schema."""
    schema = data.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise BenchError(
            f"has schema {schema}, and this Lubb reads up to {SCHEMA}", where=where, mend="update lubb to read it"
        )
    if schema != SCHEMA:
        raise BenchError(f"has schema {schema!r}, not {SCHEMA}", where=where, mend="run again: python -m bench run")


def read_records(path: Path) -> list[Record]:
    """All records of a file, each line of which must be whole.

    Raises:
        BenchError: with the number of the first line that is no record.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise BenchError(
            f"cannot be read ({error.strerror})", where=str(path), mend="run again: python -m bench run"
        ) from None
    last = lines.pop()
    if last:
        lines.append(last)
    return [parse_record(line, f"{path}:{number}") for number, line in enumerate(lines, 1)]


def parse_record(line: bytes, where: str) -> Record:
    """One line of records.jsonl."""
    try:
        data = json.loads(line)
        if not isinstance(data, dict):
            raise TypeError("no JSON object")
        check_schema(data, where)
        return Record.from_json(data)
    except (KeyError, TypeError, ValueError) as error:
        raise BenchError(
            f"this record is torn or damaged ({type(error).__name__}: {error})",
            where=where,
            mend="run again: python -m bench run --fresh",
        ) from None


def _read_info(path: Path) -> RunInfo:
    """What run.json says.

    Raises:
        BenchError: not readable, of another schema, damaged.
    """
    data = read_json(path)
    try:
        return RunInfo.from_json(data)
    except (KeyError, TypeError, ValueError) as error:
        raise BenchError(
            f"is damaged ({type(error).__name__}: {error})", where=str(path), mend="run again: python -m bench run"
        ) from None


def _in_order(path: Path, plan: Plan, records: list[Record]) -> tuple[Record, ...]:
    """The records in the plan's order, one for each extractor that ran and page."""
    found = {record.key: record for record in records}
    wanted = [(extractor.name, page) for extractor in plan.ran for page in plan.pages]
    missing = [key for key in wanted if key not in found]
    if missing or len(found) != len(records) or len(records) != len(wanted):
        what = f"{missing[0][0]} on {missing[0][1]} is missing" if missing else "a record stands twice or is unknown"
        raise BenchError(
            f"the records are not those of the plan ({what})",
            where=str(path),
            mend="run again: python -m bench run --fresh",
        )
    return tuple(found[key] for key in wanted)
