"""`bench corpus validate` and `bench corpus stats`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.arguments import add_corpus, add_sites

if TYPE_CHECKING:
    from bench.gold.corpus import Survey
    from bench.gold.describe import Figures
    from bench.gold.problems import Problem


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `corpus` and its two commands to the command line."""
    parser = subparsers.add_parser("corpus", help="check or describe a corpus")
    commands = parser.add_subparsers(dest="corpus_command", metavar="COMMAND", required=True)
    validate = _command(commands, "validate", "every problem of a corpus at once, with file, line and mend", _validate)
    validate.add_argument("--strict", action="store_true", help="notes (unlabelled text) fail too")
    _command(commands, "stats", "sites, pages, labels, traps and sizes of a corpus", _stats)


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
    figures = describe(corpus)
    if args.json:
        head = {"corpus": corpus.name, "digest": corpus.digest, "gold_digest": corpus.gold_digest}
        *sites, total = (each.to_json() for each in figures)
        print(json.dumps({**head, "sites": sites, "all": total}, ensure_ascii=False, indent=2))
        return 0
    print(f"{corpus.name}: corpus:{corpus.digest} gold:{corpus.gold_digest}")
    _print_table(
        "sites (KB, elements and content share: medians of pages; body blocks in characters)", _site_rows(figures)
    )
    _print_table("labels", _label_rows(figures[-1]))
    _print_table("labels of each site: tokens", _label_site_rows(figures))
    if figures[-1].traps:
        _print_table("traps", _trap_rows(figures))
    return 0


def _site_rows(figures: Sequence[Figures]) -> list[list[str]]:
    from bench.gold.describe import quartiles

    def middle(values: Sequence[float], form: str) -> list[str]:
        """First quartile, median and third quartile."""
        return [format(value, form) for value in quartiles(values)[1:4]] or ["-"] * 3

    head = ["site", "family", "split", "pages", "tracks", "KB", "elements", "tokens", "content"]
    rows = [[*head, "blocks", "chars q1", "median", "q3"]]
    for site in figures:
        tracks = " ".join(f"{track}:{number}" for track, number in sorted(site.tracks.items()))
        kilobytes = middle([size / 1000 for size in site.bytes], ".0f")[1]
        row = [site.site, site.family, site.split, str(site.pages), tracks, kilobytes]
        row += [middle(site.elements, ".0f")[1], str(site.tokens), middle(site.content_share, ".2f")[1]]
        rows.append([*row, str(len(site.paragraphs)), *middle(site.paragraphs, ".0f")])
    return rows


def _label_rows(total: Figures) -> list[list[str]]:
    from bench.labels import Label

    rows = [["label", "group", "regions", "pages", "tokens", "share"]]
    for label in Label:
        if label in total.labels:
            figures = total.labels[label]
            share = figures.tokens / total.tokens if total.tokens else 0.0
            counts = [str(figures.regions), str(figures.pages), str(figures.tokens)]
            rows.append([label.value, label.group.value, *counts, f"{share:.3f}"])
    return rows


def _label_site_rows(figures: Sequence[Figures]) -> list[list[str]]:
    from bench.labels import Label

    rows = [["site", "label", "regions", "tokens", "share"]]
    for site in figures[:-1]:
        for label in Label:
            if label in site.labels:
                mine = site.labels[label]
                share = mine.tokens / site.tokens if site.tokens else 0.0
                rows.append([site.site, label.value, str(mine.regions), str(mine.tokens), f"{share:.3f}"])
    return rows


def _trap_rows(figures: Sequence[Figures]) -> list[list[str]]:
    rows = [["trap", "times", "sites"]]
    for trap, times in sorted(figures[-1].traps.items()):
        sites = [site.site for site in figures[:-1] if trap in site.traps]
        rows.append([trap, str(times), " ".join(sites)])
    return rows


def _print_table(title: str, rows: Sequence[Sequence[str]]) -> None:
    """A rich table on a terminal; elsewhere aligned columns that other programs can cut."""
    numeric = [_is_numeric(column) for column in zip(*rows[1:], strict=True)]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table(title=title, title_justify="left")
        for name, right in zip(rows[0], numeric, strict=True):
            table.add_column(name, justify="right" if right else "left", no_wrap=True)
        for row in rows[1:]:
            table.add_row(*row)
        Console().print(table)
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    print(f"\n{title}")
    for row in rows:
        cells = zip(row, widths, numeric, strict=True)
        print("  ".join(f"{cell:>{width}}" if right else f"{cell:<{width}}" for cell, width, right in cells).rstrip())


def _is_numeric(column: Sequence[str]) -> bool:
    return all(cell == "-" or cell.replace(".", "", 1).isdecimal() for cell in column)
