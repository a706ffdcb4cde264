"""What Lubb's exporters write beside another's fields, so that a page comes back with all of its marks.

`"lubb": {"site", "page", "name", "family", "licence", "provenance", "split", "track", "url", "kind", "traps", "gold",
"sha256", "inserts"}`; the last two are detached marks (docs/page-format.md) and may be absent. Readers of the other
format pass over it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.errors import BenchError
from bench.gold.marks import Detached
from bench.gold.script import ScriptGold, script_gold
from bench.gold.site import PAGE_NAME, SLUG, PageInfo, SiteInfo
from bench.model import Split, Track

KEY = "lubb"
_MEND = "export the corpus again, or take out the field lubb"


@dataclass(frozen=True, slots=True)
class Own:
    """A page as Lubb knows it. `site` is without its pages; `marks` is None where the format holds them itself."""

    site: SiteInfo
    page: PageInfo
    marks: Detached | None


def to_json(site: SiteInfo, page: PageInfo, marks: Detached | None) -> dict[str, object]:
    """As `own` takes it."""
    gold = [
        {"script": each.script, "pointer": each.pointer, "as": each.form, "label": each.label, "traps": [*each.traps]}
        for each in page.gold
    ]
    return {
        "site": site.slug,
        "page": page.name,
        "name": site.name,
        "family": site.family,
        "licence": site.licence,
        "provenance": site.provenance,
        "split": site.split,
        "track": page.track,
        "url": page.url,
        "kind": page.kind,
        "traps": [*page.traps],
        "gold": gold,
        **(marks.to_json() if marks else {}),
    }


def own(value: Mapping[str, object]) -> Own | None:
    """A page out of the field of an entry; None where the field is empty.

    Raises:
        BenchError: the field is not what `to_json` writes.
    """
    if not value:
        return None
    try:
        title, family, licence, provenance = (_text(value, key) for key in ("name", "family", "licence", "provenance"))
        slug, name, url, kind = (_text(value, key) for key in ("site", "page", "url", "kind"))
        split, track = Split(_text(value, "split")), Track(_text(value, "track"))
        traps = value["traps"]
        entries = value["gold"]
        sound = isinstance(traps, list) and all(isinstance(trap, str) and SLUG.fullmatch(trap) for trap in traps)
        if not (sound and isinstance(traps, list) and isinstance(entries, list)):
            raise ValueError
        gold = [script_gold(entry, 0, []) for entry in entries]
        known = tuple(each for each in gold if each)
        if not SLUG.fullmatch(slug) or not PAGE_NAME.fullmatch(name) or len(known) < len(gold):
            raise ValueError
    except (KeyError, ValueError):
        raise BenchError(f"{KEY} is not what an export writes", mend=_MEND) from None
    marks = Detached.from_json({key: value[key] for key in ("sha256", "inserts")}) if "inserts" in value else None
    page = PageInfo(name, 0, url, track, kind=kind, traps=tuple(sorted(traps)), gold=known)
    return Own(SiteInfo(slug, title, split, family, licence, provenance), page, marks)


def _text(value: Mapping[str, object], key: str) -> str:
    found = value[key]
    if not isinstance(found, str):
        raise ValueError(key)
    return found


def site_toml(site: SiteInfo, pages: Sequence[PageInfo]) -> str:
    """A site.toml, as `parse_site` reads it."""
    texts = {key: getattr(site, key) for key in ("name", "family", "licence", "provenance")}
    head = [f"{key} = {_string(value)}" for key, value in texts.items() if value]
    blocks = ["\n".join([*head, f'split = "{site.split}"'])]
    for page in pages:
        lines = [f"[pages.{page.name}]", f"url = {_string(page.url)}", f'track = "{page.track}"']
        if page.http_charset:
            lines.append(f"http_charset = {_string(page.http_charset)}")
        if page.kind:
            lines.append(f"kind = {_string(page.kind)}")
        if page.traps:
            lines.append(f"traps = {_strings(page.traps)}")
        lines.append(f'sha256 = "{page.sha256}"')
        if page.gold:
            lines.append(f"gold = [{', '.join(map(_gold, page.gold))}]")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _gold(gold: ScriptGold) -> str:
    pairs = {"script": gold.script, "pointer": gold.pointer, "as": gold.form, "label": str(gold.label)}
    inner = ", ".join(f"{key} = {_string(value)}" for key, value in pairs.items())
    return f"{{{inner}, traps = {_strings(gold.traps)}}}" if gold.traps else f"{{{inner}}}"


def _strings(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_string, values))}]"


def _string(text: str) -> str:
    """A TOML string; JSON's escapes are among TOML's but for surrogates, and JSON leaves DEL as it is."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")
