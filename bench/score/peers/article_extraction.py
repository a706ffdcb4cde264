"""article-extraction-benchmark: ground-truth.json, output/*.json, and the tables of its README."""

from __future__ import annotations

from pathlib import Path

from bench.errors import BenchError
from bench.score.counts import Counts
from bench.score.peers import published, shingles
from bench.score.peers.headline import counts, headline, prepared, site
from bench.score.peers.model import Checkout, Comparison, Part, PeerPage, Row, System
from bench.score.peers.orders import order
from bench.score.peers.published import Published
from bench.score.peers.reading import entries, objects, systems, text

NAME = "article-extraction-benchmark"
_BODY = "articleBody"


def compare(folder: Path) -> Comparison:
    """Every shipped output by the peer's formula, beside what its README says and Lubb's headline.

    Raises:
        BenchError: the gold or all output is missing or broken.
    """
    checkout = read(folder)
    lines = published.tables(_readme(folder))
    gold = {page.id: shingles.words(page.parts[0].text) for page in checkout.pages}
    ready = {page.id: prepared(page) for page in checkout.pages}
    rows = []
    for system in checkout.systems:
        texts = {page: parts[0] for page, parts in system.texts.items()}
        pages = [shingles.page_figures(gold[page.id], shingles.words(texts[page.id])) for page in checkout.pages]
        ours = {page: counts(found, texts[page]) for page, found in ready.items()}
        rows.append(_row(system, checkout.pages, pages, ours, lines))
    f1 = {row.system: row.headline.f1 for row in rows}
    return Comparison(
        peer=NAME,
        metric="shingles of four words",
        exactness="to the third decimal",
        pages=len(checkout.pages),
        sites=len({site(page) for page in checkout.pages}),
        rows=tuple(rows),
        orders=(
            order("its F1 as published", {row.system: row.published.f1 if row.published else None for row in rows}, f1),
            order("its F1 computed here", {row.system: row.computed.f1 for row in rows}, f1),
            order("its F1 with silent pages counted", {row.system: row.counted.f1 for row in rows}, f1),
        ),
        refused=checkout.refused,
        unshipped=_unshipped(checkout, lines),
    )


def _unshipped(checkout: Checkout, lines: list[Published]) -> tuple[str, ...]:
    shipped = {line.name for system in checkout.systems for line in published.lines_of(system.name, "", lines)}
    return tuple(sorted({line.name for line in lines} - shipped))


def read(folder: Path) -> Checkout:
    """The gold and the outputs.

    Raises:
        BenchError: the gold or all output is missing or broken.
    """
    path = folder / "ground-truth.json"
    pages = tuple(
        PeerPage(page, text(entry, "url", f"{path}: {page}"), (Part(text(entry, _BODY, f"{path}: {page}")),))
        for page, entry in entries(objects(path), path).items()
    )
    found, refused = systems(folder / "output", [page.id for page in pages], _system)
    return Checkout(pages, found, refused)


def _system(path: Path) -> System:
    found = objects(path)
    version = ""
    # Since 2026 an output may be wrapped, to tell the version that made it.
    if "version" in found and isinstance(found.get("output"), dict):
        version, found = text(found, "version", str(path)), found["output"]
    return System(
        path.stem,
        version,
        {page: (text(entry, _BODY, f"{path}: {page}"),) for page, entry in entries(found, path).items()},
    )


def _row(
    system: System,
    pages: tuple[PeerPage, ...],
    found: list[shingles.PageFigures],
    ours: dict[str, Counts],
    lines: list[Published],
) -> Row:
    computed = shingles.overall(found)
    said = published.lines_of(system.name, system.version, lines)
    first = said[0] if said else None
    same = None if first is None else published.same(first.figures, computed)
    older = next((line.where for line in said[1:] if published.same(line.figures, computed)), "")
    return Row(
        system=system.name,
        version=system.version,
        silent=sum(page.precision is None for page in found),
        published=first.figures if first else None,
        where=f"README, {first.where}" if first else "",
        computed=computed,
        counted=shingles.overall_counted(found),
        published_spread=first.spread if first else None,
        spread=shingles.spread(found),
        same=same,
        worst=max(published.distances(first.figures, computed), default=None) if first else None,
        older="" if same is not False else older,
        headline=headline(pages, ours),
    )


def _readme(folder: Path) -> str:
    for name in ("README.rst", "README.md"):
        try:
            return (folder / name).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise BenchError(f"cannot be read ({error.strerror})", where=str(folder / name)) from None
    return ""
