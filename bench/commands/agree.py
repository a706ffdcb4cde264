"""`bench corpus agree`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.arguments import add_corpus, add_sites, count

if TYPE_CHECKING:
    from bench.gold.agree import Agreement


def add_agree(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `agree` to the commands of `corpus`."""
    parser = commands.add_parser(
        "agree",
        help="how far a second labelling agrees with the marks",
        description="Compare the marks with a sheet that somebody filled in who has not seen them.",
    )
    parser.add_argument(
        "sheet", type=Path, nargs="?", metavar="SHEET", help="default: agreement/second-labelling.tsv of the corpus"
    )
    add_corpus(parser)
    add_sites(parser)
    parser.add_argument("--blank", type=count, metavar="N", help="print a blank sheet of N pages spread over the sites")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(call=_agree)


def _agree(args: argparse.Namespace) -> int:
    from bench.gold.agree import agreement, blank_sheet, sample
    from bench.gold.corpus import load, shipped

    path = args.corpus or shipped()
    pages = load(path, args.site).pages
    if args.blank:
        print(blank_sheet(sample(pages, args.blank)))
        return 0
    found = agreement(pages, args.sheet or path / "agreement" / "second-labelling.tsv")
    print(json.dumps(_json(found), ensure_ascii=False, indent=2) if args.json else _text(found))
    return 0


def _json(found: Agreement) -> dict[str, object]:
    return {
        "pages": found.pages,
        "blocks": found.blocks,
        "alpha": found.alpha,
        "group_alpha": found.group_alpha,
        "content_f1": found.f1,
        "same": found.same,
        "differences": [
            {"page": part.page, "gold": part.gold, "sheet": part.sheet, "chars": part.chars, "text": part.text}
            for part in found.differences
        ],
    }


def _text(found: Agreement) -> str:
    lines = [
        f"{found.pages} pages, {found.blocks} blocks, weighted by characters",
        f"Krippendorff's alpha: {_rate(found.alpha)} (labels), {_rate(found.group_alpha)} (groups)",
        f"F1 of content tokens: {found.f1:.3f}; characters with the same label: {found.same:.1%}",
    ]
    last = ""
    for part in found.differences:
        if part.page != last:
            lines += ["", part.page]
            last = part.page
        lines.append(f"  {part.gold} / {part.sheet}: {part.text[:90]}")
    return "\n".join(lines)


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
