"""Into the formats whose gold is text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from bench.gold.exporters.pages import Outgoing, write_page
from bench.gold.whole import write_whole
from bench.labels import Group
from bench.text import tokens

_SNIPPETS = 3
_SURE = 3


def article_extraction(pages: Iterable[Outgoing], dest: Path) -> int:
    """`ground-truth.json` and `html/ID.html.gz`."""
    found: dict[str, object] = {}
    for page in pages:
        found[page.id] = {"articleBody": page.content, "url": page.info.url, "lubb": page.own()}
        write_page(dest / "html" / f"{page.id}.html.gz", page.html)
    write_whole(dest / "ground-truth.json", _json(found))
    return len(found)


def chatnoir(pages: Iterable[Outgoing], dest: Path) -> int:
    """`ground-truth/lubb.jsonl` and `html/lubb/ID.html`: one data set beside the others of its `datasets/combined`."""
    lines = []
    for page in pages:
        entry = {
            "page_id": page.id,
            "plaintext": page.content,
            "url": page.info.url,
            "source": ["lubb", page.id],
            "lubb": page.own(),
        }
        lines.append(json.dumps(entry, ensure_ascii=False))
        write_page(dest / "html" / "lubb" / f"{page.id}.html", page.html)
    write_whole(dest / "ground-truth" / "lubb.jsonl", "".join(f"{line}\n" for line in lines).encode())
    return len(lines)


def wcxb(pages: Iterable[Outgoing], dest: Path) -> int:
    """`dev/` and `test/`, each with `ground-truth/ID.json` and `html/ID.html.gz`."""
    number = 0
    for page in pages:
        number += 1
        folder = dest / page.gold.split
        entry = {
            "schema_version": "2.0",
            "url": page.info.url,
            "file_id": page.id,
            "_internal": {"page_type": {"primary": page.info.kind or "article", "confidence": "verified"}},
            "ground_truth": {
                "title": page.title,
                "author": None,
                "publish_date": None,
                "main_content": page.content,
                "with": _lines(page.content.splitlines()),
                "without": _lines(page.gold.text(Group.BOILERPLATE).splitlines()),
            },
            "lubb": page.own(),
        }
        write_whole(folder / "ground-truth" / f"{page.id}.json", _json(entry))
        write_page(folder / "html" / f"{page.id}.html.gz", page.html)
    return number


def _lines(lines: list[str]) -> list[str]:
    """Snippets: the longest lines, in their order, each once."""
    known = [line for line in dict.fromkeys(lines) if len(tokens(line)) >= _SURE]
    longest = set(sorted(known, key=len, reverse=True)[:_SNIPPETS])
    return [line for line in known if line in longest]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
