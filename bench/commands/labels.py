"""`bench labels`: the closed set of labels, in its three groups."""

from __future__ import annotations

import argparse
import json

from bench.labels import Group, Label

_HEADINGS = {
    Group.CONTENT: "must come out",
    Group.OPTIONAL: "neither rewarded nor punished",
    Group.BOILERPLATE: "must not come out",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `labels` to the command line."""
    parser = subparsers.add_parser(
        "labels",
        help="what a piece of a page's text can be labelled",
        description="Print the closed set of labels, in its three groups, with what each means.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(call=_labels)


def _labels(args: argparse.Namespace) -> int:
    if args.json:
        rows = [{"label": label.value, "group": label.group.value, "meaning": label.meaning} for label in Label]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    width = max(len(label.value) for label in Label)
    for group in Group:
        print(f"{group.value} ({_HEADINGS[group]})")
        for label in Label:
            if label.group is group:
                print(f"  {label.value:<{width}}  {label.meaning}")
    return 0
