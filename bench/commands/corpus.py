"""`bench corpus validate` and `bench corpus stats`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.add import add_add
from bench.commands.agree import add_agree
from bench.commands.arguments import add_corpus, add_sites
from bench.commands.build import add_build
from bench.commands.detach import add_detach
from bench.commands.imports import add_import
from bench.commands.press import add_press
from bench.commands.pull import add_pull
from bench.commands.realism import add_against, compare
from bench.commands.traps import add_traps

if TYPE_CHECKING:
    from bench.gold.corpus import Survey
    from bench.gold.describe import Figures
    from bench.gold.problems import Problem
    from bench.report.table import Cell, Table


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `corpus` and its commands to the command line."""
    parser = subparsers.add_parser("corpus", help="check, describe, press, import, export or pull a corpus")
    commands = parser.add_subparsers(dest="corpus_command", metavar="COMMAND", required=True)
    validate = _command(commands, "validate", "every problem of a corpus at once, with file, line and mend", _validate)
    validate.add_argument("--strict", action="store_true", help="notes (unlabelled text) fail too")
    stats = _command(commands, "stats", "sites, pages, labels, traps and sizes of a corpus", _stats)
    add_against(stats)
    add_build(commands)
    add_agree(commands)
    add_traps(commands)
    add_press(commands)
    add_add(commands)
    add_import(commands)
    add_detach(commands)
    add_pull(commands)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    help_text: str,
    func: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text, description=f"Print {help_text}.")
    add_corpus(parser)
    add_sites(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(call=func)
    return parser


def _validate(args: argparse.Namespace) -> int:
    from bench.gold.corpus import shipped, survey

    path = args.corpus or shipped()
    found = survey(path, args.site)
    if args.json:
        print(json.dumps(_survey_json(found), ensure_ascii=False, indent=2))
    else:
        for kind, problems in (("problem", found.problems), ("note", found.notes)):
            for problem in problems:
                print(_line(kind, problem))
        print(_summary(path, found))
    return 1 if found.problems or (args.strict and found.notes) else 0


def _line(kind: str, problem: Problem) -> str:
    return f"{problem.where}: {kind}: {problem.what}; {problem.mend}"


def _summary(path: Path, found: Survey) -> str:
    counts = (
        _count(len(found.sites), "site"),
        f"{_count(len(found.pages), 'page')} good",
        _count(len(found.problems), "problem"),
        _count(len(found.notes), "note"),
    )
    return f"{path}: {', '.join(counts)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _survey_json(found: Survey) -> dict[str, object]:
    return {
        "sites": len(found.sites),
        "pages": [page.id for page in found.pages],
        "problems": [problem.to_json() for problem in found.problems],
        "notes": [note.to_json() for note in found.notes],
    }


def _stats(args: argparse.Namespace) -> int:
    from bench.gold.corpus import load, shipped
    from bench.gold.describe import describe

    corpus = load(args.corpus or shipped(), args.site)
    if args.against:
        return compare(corpus, args.against, as_json=args.json)
    figures = describe(corpus)
    if args.json:
        head = {"corpus": corpus.name, "digest": corpus.digest, "gold_digest": corpus.gold_digest}
        *sites, total = (each.to_json() for each in figures)
        print(json.dumps({**head, "sites": sites, "all": total}, ensure_ascii=False, indent=2))
        return 0
    print(f"{corpus.name}: corpus:{corpus.digest} gold:{corpus.gold_digest}\n")
    sys.stdout.flush()
    from bench.report.terminal import print_tables

    print_tables([_sites(figures), _labels(figures[-1]), _labels_of_sites(figures), *_traps(figures)])
    return 0


def _sites(figures: Sequence[Figures]) -> Table:
    from bench.gold.describe import quartiles
    from bench.report.table import Table, columns

    def middle(values: Sequence[float]) -> list[float | None]:
        """First quartile, median and third quartile."""
        found = quartiles(values)[1:4]
        return [*found] if found else [None] * 3

    def whole(values: Sequence[float]) -> list[int | None]:
        return [value if value is None else round(value) for value in middle(values)]

    rows: list[tuple[Cell, ...]] = []
    for site in figures:
        tracks = " ".join(f"{track}:{number}" for track, number in sorted(site.tracks.items()))
        size = whole([size / 1000 for size in site.bytes])[1], whole(site.elements)[1], site.tokens
        blocks = len(site.paragraphs), *whole(site.paragraphs)
        rows.append(
            (site.site, site.family, site.split, site.pages, tracks, *size, middle(site.content_share)[1], *blocks)
        )
    found = (
        *columns("site"),
        *columns("family split pages:count tracks", group="what it is"),
        *columns("KB:count elements:count tokens:count content:rate", group="size"),
        *columns("number:count q1:count median:count q3:count", group="body blocks"),
    )
    notes = (
        "KB, elements, content (share of tokens): medians of pages; tokens: in all",
        "body blocks: their number, and the quartiles of their characters",
    )
    return Table("Sites", found, tuple(rows), notes, apart=1)


def _labels(total: Figures) -> Table:
    from bench.labels import Label
    from bench.report.table import Table, columns

    rows: list[tuple[Cell, ...]] = []
    for label in Label:
        if label in total.labels:
            figures = total.labels[label]
            counts = figures.regions, figures.pages, figures.tokens
            rows.append((label.value, label.group.value, *counts, _share(figures.tokens, total)))
    spec = "label group regions:count pages:count tokens:count share:rate"
    return Table("Labels", columns(spec), tuple(rows), ("share: of all tokens",))


def _labels_of_sites(figures: Sequence[Figures]) -> Table:
    from bench.labels import Label
    from bench.report.table import Table, columns

    rows: list[tuple[Cell, ...]] = []
    for site in figures[:-1]:
        for label in Label:
            if label in site.labels:
                mine = site.labels[label]
                rows.append((site.site, label.value, mine.regions, mine.tokens, _share(mine.tokens, site)))
    spec = "site label regions:count tokens:count share:rate"
    return Table("Labels of each site", columns(spec), tuple(rows), ("share: of the site's tokens",))


def _traps(figures: Sequence[Figures]) -> list[Table]:
    from bench.report.table import Table, columns

    rows: list[tuple[Cell, ...]] = []
    for trap, times in sorted(figures[-1].traps.items()):
        sites = [site.site for site in figures[:-1] if trap in site.traps]
        rows.append((trap, times, " ".join(sites)))
    return [Table("Traps", columns("trap times:count sites"), tuple(rows))] if rows else []


def _share(tokens: int, of: Figures) -> float:
    return tokens / of.tokens if of.tokens else 0.0
