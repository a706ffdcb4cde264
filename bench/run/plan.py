"""What a run is about, known before its first record: pages, extractors, limits, and where it is made.

`Plan` is written first (plan.json), `RunInfo` last (run.json). Both grow only by addition: readers ignore keys that
they do not know, and every field added later has a default.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

from bench.extract.worker import Limits
from bench.model import Split, Track

SCHEMA = 1

_T = TypeVar("_T")


def known(cls: type[_T], data: dict[str, Any]) -> dict[str, Any]:
    """The part of `data` that `cls`, a dataclass, has fields for.

    Raises:
        TypeError: `data` is no object.
    """
    if not isinstance(data, dict):
        raise TypeError(f"no {cls.__name__}, which is an object")
    names = {f.name for f in fields(cls)}  # type: ignore[arg-type]
    return {key: value for key, value in data.items() if key in names}


def selection_digest(ids: Iterable[str]) -> str:
    """What tells one selection of pages from another in a signature: 8 hexadecimal digits of their ids, in order."""
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Signature:
    """Everything that a headline score depends on. Scores compare only under one signature.

    Attributes:
        corpus: digest of the corpus's files. gold: digest of its regions as parsed.
        pages: how many pages the headline is over.
        split: "test", "dev" or "all". track: the headline's track.
        text: the normalisation. score: the alignment.
        selection: empty when the headline is over all pages of that split and track, else a digest of the pages' ids.
    """

    corpus: str
    gold: str
    pages: int
    split: str
    track: str
    text: str
    score: str
    selection: str = ""

    def __str__(self) -> str:
        pages = f"{self.pages}#{self.selection}" if self.selection else str(self.pages)
        return (
            f"corpus:{self.corpus[:12]}|gold:{self.gold[:12]}|pages:{pages}|split:{self.split}|track:{self.track}"
            f"|text:{self.text}|score:{self.score}"
        )


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What tables need to know of a page, so that a run is read without its corpus.

    Attributes:
        bytes: how long it is, without the marks.
        digest: of all that an extractor is handed; empty in runs of before it was recorded.
    """

    site: str
    track: Track
    split: Split
    kind: str
    family: str
    traps: tuple[str, ...]
    bytes: int
    digest: str = ""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PageInfo:
        """The inverse of `dataclasses.asdict`."""
        values = known(cls, data)
        values |= {"track": Track(data["track"]), "split": Split(data["split"]), "traps": tuple(data["traps"])}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class ExtractorInfo:
    """One row's extractor.

    Attributes:
        name: as typed to choose it and as printed.
        version, licence, distribution: of the installed distribution, empty when there is none.
        options: what the plug-in says of its settings, free text.
        way: "entry-point", "file", "module", "harness" (the oracle) or "outputs" (texts produced elsewhere, unranked).
        digest: over everything its extractions depend on beside the page; empty when it has a problem.
        problem: one line, why it could not be run and what to do; empty when it was run.
        kind: "python", "script" (an environment of its own), "program", or "" (the oracle, outputs, earlier runs).
    """

    name: str
    version: str = ""
    licence: str = ""
    distribution: str = ""
    options: str = ""
    way: str = ""
    digest: str = ""
    problem: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured, without names of hosts or people. `memory_mib` and `cores` are what a run may use."""

    system: str
    release: str
    python: str
    implementation: str
    cpu: str
    cores: int
    memory_mib: int


@dataclass(frozen=True, slots=True)
class Checkout:
    """The commit that Lubb was run from; empty when it was installed. `dirty` when files differed from it."""

    commit: str = ""
    dirty: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All of a run that is known before it starts.

    Attributes:
        lubb: version of Lubb. signature: of the headline.
        corpus: name of the corpus, never its path.
        pages: by id, in the order of the corpus: the pages that were chosen, all tracks and splits.
        extractors: in the order of the rows. Those with a problem have no records.
        jobs: extractors side by side; with more than one, times are indicative at best.
        sandbox: the level that the machine offers ("bubblewrap", "unshare", "none").
        packages: installed version of each distribution that matters.
        command: as typed.
        created: UTC, ISO 8601.
    """

    lubb: str
    signature: Signature
    corpus: str
    pages: dict[str, PageInfo]
    extractors: tuple[ExtractorInfo, ...]
    limits: Limits
    jobs: int
    sandbox: str
    machine: Machine
    checkout: Checkout
    packages: dict[str, str]
    command: str
    created: str
    schema: int = SCHEMA

    @property
    def digest(self) -> str:
        """What makes two plans one run, so that the second continues the first (hex, 64 characters)."""
        same = {
            "schema": self.schema,
            "signature": asdict(self.signature),
            "pages": sorted(self.pages),
            "extractors": sorted([e.name, e.digest, e.way] for e in self.extractors),
            "limits": asdict(self.limits),
            # Costs of one run come from one kind of place.
            "place": [self.jobs > 1, self.sandbox, self.machine.cpu, self.machine.cores, self.machine.python],
        }
        return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()

    @property
    def ran(self) -> tuple[ExtractorInfo, ...]:
        """The extractors that have a record for every page."""
        return tuple(extractor for extractor in self.extractors if not extractor.problem)

    @property
    def total(self) -> int:
        """How many records the complete run has."""
        return len(self.ran) * len(self.pages)

    def to_json(self) -> dict[str, Any]:
        """As it stands in plan.json: plain dicts, lists and strings, `schema` first."""
        return {"schema": self.schema, **asdict(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Plan:
        """The inverse of `to_json`.

        Raises:
            KeyError, TypeError, ValueError: when `data` is no plan.
        """
        values = known(cls, data)
        values |= {
            "signature": Signature(**known(Signature, data["signature"])),
            "pages": {page: PageInfo.from_json(info) for page, info in dict(data["pages"]).items()},
            "extractors": tuple(ExtractorInfo(**known(ExtractorInfo, e)) for e in data["extractors"]),
            "limits": Limits(**known(Limits, data["limits"])),
            "machine": Machine(**known(Machine, data["machine"])),
            "checkout": Checkout(**known(Checkout, data["checkout"])),
        }
        return cls(**values)


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A complete run's plan, and how it ended (run.json).

    Attributes:
        finished: UTC, ISO 8601.
        kept: records that stood when the process that finished the run began: 0 when it was never interrupted.
        checkout: of the process that finished it, which may differ from the plan's.
    """

    plan: Plan
    finished: str
    kept: int = 0
    checkout: Checkout = field(default_factory=Checkout)

    def to_json(self) -> dict[str, Any]:
        """As it stands in run.json."""
        return {
            "schema": self.plan.schema,
            "plan": self.plan.to_json(),
            "finished": self.finished,
            "kept": self.kept,
            "checkout": asdict(self.checkout),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> RunInfo:
        """The inverse of `to_json`; the same errors as `Plan.from_json`."""
        return cls(
            plan=Plan.from_json(data["plan"]),
            finished=str(data["finished"]),
            kept=int(data.get("kept", 0)),
            checkout=Checkout(**known(Checkout, data.get("checkout", {}))),
        )
