"""One page's outcome for people and programs: what an extractor kept, lost and let through, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bench.errors import BenchError
from bench.gold.corpus import Corpus
from bench.labels import Label
from bench.report.table import Column, Kind, Table, plain, write
from bench.run.choice import close_matches
from bench.run.records import Record, Run
from bench.score import page as scoring
from bench.score.outcome import Kind as Fate
from bench.score.outcome import Span, outcome
from bench.text import tokens

SCHEMA = 1
WIDTH = 100
_GOOD = (Fate.KEPT, Fate.OPTIONAL, Fate.SKIPPED)
_GAP = " … "


@dataclass(frozen=True, slots=True)
class Outcome:
    """One record, and its text aligned again with gold.

    Attributes:
        record: what the run holds.
        version: of the extractor.
        run: name of the run's folder.
        spans: all text of the page, and what only the extraction says, in reading order.
        changed: whether the corpus is not the one that the run was scored with.
    """

    record: Record
    version: str
    run: str
    spans: tuple[Span, ...]
    changed: bool


def page_outcome(run: Run, corpus: Corpus, extractor: str, page: str) -> Outcome:
    """Align one stored text again.

    Raises:
        BenchError: an extractor or page that the run does not hold, a page that the corpus does not hold, or a text
            that was not kept.
    """
    record = find(run, extractor, page)
    gold = {gold.id: gold for gold in corpus.pages}.get(page)
    if gold is None:
        raise BenchError(
            f"the run is over corpus {run.plan.corpus}, and this one has no page '{page}'",
            where=str(corpus.path),
            mend="give its folder: --corpus PATH",
        )
    spans = outcome(scoring.prepare(gold), run.text(record))
    version = next(e.version for e in run.plan.extractors if e.name == extractor)
    changed = corpus.gold_digest != run.plan.signature.gold
    return Outcome(record, version, run.path.name, tuple(spans), changed)


def find(run: Run, extractor: str, page: str) -> Record:
    """The record of one extractor on one page; an unknown name is answered with those nearest to it."""
    problem = next((e.problem for e in run.plan.extractors if e.name == extractor and e.problem), "")
    if problem:
        raise BenchError(f"{extractor} could not be run: {problem}", where=run.path.name)
    names = [e.name for e in run.plan.ran]
    if extractor not in names:
        raise BenchError(f"unknown extractor '{extractor}'", where=run.path.name, mend=close_matches(extractor, names))
    if page not in run.plan.pages:
        raise BenchError(f"unknown page '{page}'", where=run.path.name, mend=close_matches(page, run.plan.pages))
    return next(record for record in run.records if record.key == (extractor, page))


def as_json(found: Outcome) -> dict[str, Any]:
    """What `bench show --json` prints; grows only by addition."""
    record, counts = found.record, found.record.score.counts
    return {
        "schema": SCHEMA,
        "extractor": record.extractor,
        "version": found.version,
        "page": record.page,
        "run": found.run,
        "status": record.status.value,
        "detail": record.detail,
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
        "score": record.score.to_json(),
        "gold_changed": found.changed,
        "spans": [
            {"kind": s.kind.value, "label": s.label.value if s.label else None, "tokens": _size(s), "text": s.text}
            for s in found.spans
        ],
    }


def head(found: Outcome) -> list[str]:
    """The lines above the spans."""
    record, counts = found.record, found.record.score.counts
    scores = ", ".join(
        f"{name} {write(value, Kind.RATE)}"
        for name, value in (("P", counts.precision), ("R", counts.recall), ("F1", counts.f1))
    )
    lines = [f"{record.extractor} {found.version}".strip() + f" on {record.page}: {record.status.value}, {scores}"]
    if record.detail:
        lines.append(f"detail: {record.detail}")
    lines.append(f"run: {found.run}")
    if found.changed:
        lines.append("gold has changed since this run: the scores are the run's, the text is aligned with gold of now")
    return [plain(line) for line in lines]


def body(spans: Iterable[Span], *, full: bool = False, width: int = WIDTH) -> Iterator[tuple[Fate, str]]:
    """The spans as lines, each with what it tells of; what is wrong stands in capitals.

    Args:
        spans: in reading order.
        full: all text, on lines of its own; else one line a span, its text cut in the middle, and one line for
            neighbours that were rightly left out.
        width: of a line.
    """
    if full:
        for span in spans:
            yield span.kind, _front(span.kind, _name(span.label), _size(span)).rstrip()
            for line in span.text.split("\n"):
                yield span.kind, f"    {plain(line)}"
        return
    for skipped, found in groupby(spans, key=lambda span: span.kind is Fate.SKIPPED):
        if skipped:
            yield Fate.SKIPPED, _skipped(list(found), width)
            continue
        for span in found:
            front = _front(span.kind, _name(span.label), _size(span))
            yield span.kind, front + shortened(plain(span.text.replace("\n", " / ")), width - len(front))


def _skipped(spans: Sequence[Span], width: int) -> str:
    labels = list(dict.fromkeys(_name(span.label) for span in spans))
    if len(labels) == 1:
        front = _front(Fate.SKIPPED, labels[0], sum(map(_size, spans)))
        text = "\n".join(span.text for span in spans)
        return front + shortened(plain(text.replace("\n", " / ")), width - len(front))
    front = _front(Fate.SKIPPED, f"{len(labels)} labels", sum(map(_size, spans)))
    return front + shortened(", ".join(labels), width - len(front))


def _front(kind: Fate, label: str, size: int) -> str:
    word = kind.value if kind in _GOOD else kind.value.upper()
    return f"{word:<8}  {label:<15}  {size:>5}  "


def _name(label: Label | None) -> str:
    return label.value if label else "-"


def _size(span: Span) -> int:
    return len(tokens(span.text))


def shortened(text: str, width: int) -> str:
    """`text`, or its two ends with what is between them left out, cut between words, in at most `width` characters."""
    if len(text) <= width:
        return text
    room = max(width - len(_GAP), 2)
    start, end = text[: room - room // 2], text[len(text) - room // 2 :]
    # A word longer than its half of the line is cut; any other stays whole or goes.
    start = start.rsplit(" ", 1)[0] if text[len(start)] != " " else start
    end = end.split(" ", 1)[-1] if text[len(text) - len(end) - 1] != " " else end
    return start.rstrip() + _GAP + end.lstrip()


def by_label(spans: Iterable[Span]) -> Table:
    """Tokens by label and fate; columns and labels without any are left out."""
    counts: dict[str, dict[Fate, int]] = {}
    for span in spans:
        row = counts.setdefault(_name(span.label), dict.fromkeys(Fate, 0))
        row[span.kind] += _size(span)
    fates = [fate for fate in Fate if any(row[fate] for row in counts.values())]
    order = [*(label.value for label in Label), _name(None)]
    rows = tuple((label, *(counts[label][fate] or "" for fate in fates)) for label in order if label in counts)
    return Table("Tokens by label", (Column("label"), *(Column(fate.value, Kind.COUNT) for fate in fates)), rows)
