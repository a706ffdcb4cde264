"""Into Label Studio: a task a page, with a result for each piece of its gold, to be looked at and corrected there."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bench.dom import parse, walk
from bench.gold.exporters.pages import Outgoing
from bench.gold.importers.label_studio import TRAPS
from bench.gold.paths import Node, Places, of_body
from bench.gold.whole import write_whole
from bench.labels import Group, Label

_COLOURS = {Group.CONTENT: "#2e7d32", Group.OPTIONAL: "#f9a825", Group.BOILERPLATE: "#9e9e9e"}


def label_studio(pages: Iterable[Outgoing], dest: Path) -> int:
    """`tasks.json`, to be imported there, and `labels.xml`, the labelling interface."""
    tasks = []
    for number, page in enumerate(pages, 1):
        results = list(_results(page))
        data = {"html": page.html, "url": page.info.url, "lubb": page.own(marks=False)}
        tasks.append({"id": number, "data": data, "annotations": [{"id": number, "result": results}]})
    write_whole(dest / "tasks.json", json.dumps(tasks, ensure_ascii=False, indent=1).encode() + b"\n")
    write_whole(dest / "labels.xml", _interface().encode())
    return len(tasks)


def _results(page: Outgoing) -> Iterator[dict[str, object]]:
    nodes = [node for node in Places(walk(parse(page.html))).nodes if node.text.strip()]
    starts = [node.before for node in nodes]
    end = nodes[-1].before + _size(nodes[-1].text) if nodes else 0
    at = 0
    for n, piece in enumerate(page.gold.pieces, 1):
        region, size = page.gold.regions[piece.region], _size(piece.text)
        if at + size > end:
            break  # gold out of a script, which comes after all of the DOM: it stands in site.toml
        first, start = _place(nodes, starts, at)
        last, stop = _place(nodes, starts, at + size - 1)
        at += size
        yield {
            "id": f"region-{piece.region}-{n}",
            "from_name": "labels",
            "to_name": "page",
            "type": "hypertextlabels",
            "value": {
                "start": of_body(first.path),
                "end": of_body(last.path),
                "startOffset": start,
                "endOffset": stop + 1,
                "text": piece.text,
                "hypertextlabels": [region.label],
            },
            **({"meta": {"text": [TRAPS + " ".join(region.traps)]}} if region.traps else {}),
        }


def _place(nodes: Sequence[Node], starts: Sequence[int], at: int) -> tuple[Node, int]:
    """The text node that holds a character of the page's text, and its offset there; white space is not counted."""
    node = nodes[bisect_right(starts, at) - 1]
    left = at - node.before
    for offset, char in enumerate(node.text):
        if not char.isspace():
            if not left:
                return node, offset
            left -= 1
    return node, len(node.text)


def _size(text: str) -> int:
    return len("".join(text.split()))


def _interface() -> str:
    labels = "".join(f'    <Label value="{each}" background="{_COLOURS[each.group]}"/>\n' for each in Label)
    return (
        "<View>\n"
        f'  <HyperTextLabels name="labels" toName="page">\n{labels}  </HyperTextLabels>\n'
        '  <HyperText name="page" value="$html" saveTextResult="yes" granularity="word"/>\n'
        "</View>\n"
    )
