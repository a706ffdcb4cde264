"""A comparison of extractions as lines: what each gave, where they differ, what stands nowhere on the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import unquote

from bench.labels import Group, Label
from bench.report.compare_texts import Block, Comparison, Kept, Voice
from bench.report.outcome import shortened
from bench.report.table import Column, Table, columns, plain

WIDTH = 100
_SIGNS = {Kept.WHOLE: "✓", Kept.PARTLY: "~", Kept.NOT: " "}
_GROUPS = {Group.CONTENT: "✓", Group.OPTIONAL: "o", Group.BOILERPLATE: " "}
_RUN = 3  # blocks that all agree on are shown, not counted, when they are fewer
_PIECES = 3  # stretches of foreign text, likewise
_LABEL = max(map(len, Label))
_MIN_TEXT = 20


def summary(found: Comparison) -> Table:
    """A row for each extractor."""
    labelled = found.page.labelled
    spec = columns(
        "extractor version status words:count ms:ms cost:cost" + (" P:rate R:rate F1:rate" if labelled else "")
    )
    rows = tuple((voice.letter or " ", *_figures(voice)) for voice in found.voices)
    return Table(_title(found), (Column(" "), *spec), rows, tuple(_notes(found)))


def _figures(voice: Voice) -> tuple[str | int | float | None, ...]:
    extraction, counts = voice.answer.extraction, voice.counts
    cpu, parse = extraction.cost.cpu_ns, extraction.cost.parse_ns
    ms = None if cpu is None else cpu / 1e6
    multiple = cpu / parse if cpu is not None and parse else None
    scores = (counts.precision, counts.recall, counts.f1) if counts else ()
    return voice.name, voice.answer.info.version, extraction.status.value, voice.words, ms, multiple, *scores


def _title(found: Comparison) -> str:
    page = found.page.page
    words = sum(block.words for block in found.blocks)
    size = f"{len(page.raw):,} bytes, {page.charset}, {len(found.blocks):,} blocks of {words:,} words"
    return f"{found.page.name}: {size}"


def _notes(found: Comparison) -> Iterator[str]:
    if found.page.page.url != found.page.name:
        yield f"address: {unquote(found.page.page.url)}"
    if any(voice.answer.extraction.cost.cpu_ns is not None for voice in found.voices):
        yield "ms is CPU time of one call, cost a multiple of one parse of the page: figures of one call, no more"
    for voice in found.voices:
        if voice.answer.extraction.detail:
            yield f"{voice.name}: {voice.answer.extraction.detail}"
    if len(found.columns) < sum(1 for voice in found.voices if voice.letter):
        yield "rows with one letter gave the same words"


def lines(found: Comparison, *, full: bool = False, width: int = WIDTH) -> Iterator[str]:
    """The blocks in reading order, then what is foreign.

    Args:
        found: what to show.
        full: every block, its text whole, below its signs; else runs of blocks that all kept, and blocks that nobody
            kept, are counted, and the rest is a line each. Where the page is labelled, only rightly so: text that all
            lost or let through is shown.
        width: of a line.
    """
    sheet = _Sheet(found, width, " " if 2 * len(found.columns) <= width // 4 else "")
    if found.columns:
        yield _legend(found)
        yield sheet.row([voice.letter for voice in found.columns], "gold", "label", "words", "text")
        yield from _every(sheet) if full else _differing(sheet)
    else:
        yield "No extractor gave any text."
    for voice in found.columns:  # one of each letter speaks for the others
        yield from _extra(voice, "that stand nowhere on the page", voice.foreign, full=full, width=width)
        yield from _extra(voice, "given more often than the page has them", voice.repeated, full=full, width=width)


def _legend(found: Comparison) -> str:
    gold = "; gold: ✓ content, o may come out, blank must not" if found.page.labelled else ""
    return f"✓ kept whole, ~ partly, blank not{gold}"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows of the blocks. `gap` stands between the extractors' columns: none where they are many."""

    found: Comparison
    width: int
    gap: str

    def row(self, signs: Sequence[str], gold: str, label: str, words: str, text: str) -> str:
        """A line with a sign for each column; the text is shortened to what room is left."""
        widths = [len(voice.letter) for voice in self.found.columns]
        front = self.gap.join(sign.ljust(width) for sign, width in zip(signs, widths, strict=True))
        if self.found.page.labelled:
            front += f"  {gold:<4}  {label:<{_LABEL}}"
        front += f"  {words:>5}  "
        return (front + shortened(plain(text), max(self.width - len(front), _MIN_TEXT))).rstrip()

    def block(self, at: int, text: str) -> str:
        """The line of one block."""
        block = self.found.blocks[at]
        signs = [_SIGNS[voice.kept[at]] for voice in self.found.columns]
        gold = _GROUPS[block.group] if block.group else ""
        return self.row(signs, gold, block.label.value if block.label else "", str(block.words), text)


def _every(sheet: _Sheet) -> Iterator[str]:
    for at, block in enumerate(sheet.found.blocks):
        yield sheet.block(at, "")
        yield f"    {plain(block.text)}"


def _differing(sheet: _Sheet) -> Iterator[str]:
    found = sheet.found
    one = found.columns[0].name if len(found.columns) == 1 else ""
    shown = [at for at in range(len(found.blocks)) if not _left_out(found, at)]
    for agreed, places in groupby(shown, key=lambda at: _rightly_kept(found, at)):
        run = list(places)
        if agreed and len(run) >= _RUN:
            yield f"… {_counted([found.blocks[at] for at in run])} that {one or 'all'} kept …"
        else:
            yield from (sheet.block(at, found.blocks[at].text) for at in run)
    nobody = [found.blocks[at] for at in range(len(found.blocks)) if _left_out(found, at)]
    if nobody:
        labels = list(dict.fromkeys(block.label.value for block in nobody if block.label))
        yield f"{_counted(nobody)} that {f'{one} left out' if one else 'nobody kept'}" + (
            f": {', '.join(labels)}" if labels else ""
        )


def _rightly_kept(found: Comparison, at: int) -> bool:
    return found.all_kept(at) and found.blocks[at].group is not Group.BOILERPLATE


def _left_out(found: Comparison, at: int) -> bool:
    return found.none_kept(at) and found.blocks[at].group is not Group.CONTENT


def _counted(blocks: Sequence[Block]) -> str:
    many = "1 block" if len(blocks) == 1 else f"{len(blocks)} blocks"
    return f"{many} of {sum(block.words for block in blocks)} words"


def _extra(voice: Voice, what: str, texts: Sequence[str], *, full: bool, width: int) -> Iterator[str]:
    if not texts:
        return
    yield ""
    yield f"{voice.letter} {voice.name}: texts {what} ({len(texts)})"
    for text in texts if full else texts[:_PIECES]:
        yield f"    {plain(text) if full else shortened(plain(text), width - 4)}"
    if not full and len(texts) > _PIECES:
        yield f"    … and {len(texts) - _PIECES} more"
