"""`bench corpus traps`."""

from __future__ import annotations

import argparse
import json

from bench.commands.arguments import add_corpus, add_sites


def add_traps(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `traps` to the commands of `corpus`."""
    text = "what each named trap tests, whom it is known to fool, and where it occurs"
    parser = commands.add_parser("traps", help=text, description=f"Print {text}.")
    add_corpus(parser)
    add_sites(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(call=_traps)


def _traps(args: argparse.Namespace) -> int:
    from bench.gold.corpus import load, shipped
    from bench.gold.traps import TRAPS, Trap, spread

    corpus = load(args.corpus or shipped(), args.site)
    own = Trap("a name of this corpus's own")
    found = {name: (TRAPS.get(name, own), where) for name, where in spread(corpus.pages).items()}
    if args.json:
        rows = [
            {"trap": name, "tests": trap.tests, "known_to_fool": trap.fools, "pages": where.pages, "sites": where.sites}
            for name, (trap, where) in found.items()
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for name, (trap, where) in found.items():
        print(f"{name}  ({len(where.pages)} pages, {len(where.sites)} sites)")
        print(f"    {trap.tests}")
        if trap.fools:
            print(f"    known to fool: {trap.fools}")
    return 0
