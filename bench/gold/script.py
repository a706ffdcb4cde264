"""Gold out of a script: for pages whose content is only in JSON (track `script`).

An entry of `gold` in site.toml names one text of the page:

    gold = [{script = "#__NEXT_DATA__", pointer = "/props/page/body", as = "html", label = "body"}]

`script` is `#ID`, or `script[type="TYPE"]`, the first of that type, or `script[type="TYPE"][2]`, the second. The script
must hold JSON and nothing else: an assignment (`window.state = {…}`) is out of scope. `pointer` is a JSON pointer
(RFC 6901) to a string, or to a list of strings, one block each. `as` is "html" (the string goes through the page's own
reading of HTML) or "text" (each line is a block). `label` is any label, `traps` a list of traps. The texts follow the
DOM's, in the order of the entries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.dom import html_text
from bench.gold.problems import Fault, close
from bench.gold.regions import Extra
from bench.labels import Label

if TYPE_CHECKING:
    from lxml import etree

_KEYS = ("script", "pointer", "as", "label", "traps")
_SELECTOR = re.compile(r"""#(?P<id>\S+)|script\[type=(?P<q>["'])(?P<type>[^"']+)(?P=q)\](?:\[(?P<nth>[1-9]\d*)\])?""")
_LABELS = {label.value: label for label in Label}


@dataclass(frozen=True, slots=True)
class ScriptGold:
    """One entry of `gold`; `form` is its `as`. `line` is where it stands in site.toml."""

    script: str
    pointer: str
    form: str
    label: Label
    traps: tuple[str, ...]
    line: int


class PointerError(ValueError):
    """A JSON pointer that leads nowhere; says at which step."""


def script_gold(entry: object, line: int, faults: list[Fault]) -> ScriptGold | None:
    """An entry of `gold`, checked; what is wrong is added to `faults`."""
    before = len(faults)

    def wrong(what: str, mend: str) -> None:
        faults.append(Fault(line, f"gold: {what}", mend))

    if not isinstance(entry, dict):
        wrong(f"{entry!r} is no table", 'write {script = "#ID", pointer = "/…", as = "html", label = "body"}')
        return None
    for key in entry:
        if key not in _KEYS:
            wrong(f"unknown key {key!r}", f"write {close(key, _KEYS) or 'one of ' + ', '.join(_KEYS)}")
    script, pointer, form, label = (entry.get(key) for key in _KEYS[:4])
    traps = entry.get("traps", [])
    if not isinstance(script, str) or not _SELECTOR.fullmatch(script):
        wrong(f"script = {script!r}", """write "#ID" or 'script[type="TYPE"]', with [2] for the second of it""")
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        wrong(f"pointer = {pointer!r}", 'write a JSON pointer ("/props/page/body")')
    if form not in ("html", "text"):
        wrong(f"as = {form!r}", "write 'html' or 'text'")
    if label not in _LABELS:
        near = close(str(label), _LABELS)
        wrong(f"unknown label {label!r}", f"{f'write {near}, or ' if near else ''}see python -m bench labels")
    if not isinstance(traps, list) or not all(isinstance(t, str) and re.fullmatch("[a-z0-9-]+", t) for t in traps):
        wrong(f"traps = {traps!r}", "write a list of names of a-z, 0-9 and -")
    if len(faults) > before:
        return None
    return ScriptGold(str(script), str(pointer), str(form), Label(str(label)), tuple(sorted(set(traps))), line)


def read_script(gold: ScriptGold, root: etree._Element | None, faults: list[Fault]) -> Extra | None:
    """The text that an entry names in a parsed page; what is wrong is added to `faults` (lines of site.toml)."""
    source = _find(gold.script, root)
    if source is None:
        faults.append(Fault(gold.line, f"gold: no script {gold.script!r} in the page", "name one that is there"))
        return None
    try:
        value = resolve(json.loads(source, strict=False), gold.pointer)
    except (json.JSONDecodeError, RecursionError) as error:
        why = f"{error.msg} at character {error.pos}" if isinstance(error, json.JSONDecodeError) else "nested too deep"
        what = f"gold: script {gold.script!r} holds no JSON ({why})"
        faults.append(Fault(gold.line, what, "name a script that holds JSON alone; an assignment is not read"))
        return None
    except PointerError as error:
        faults.append(Fault(gold.line, f"gold: pointer {gold.pointer!r}: {error}", "point to a string of that script"))
        return None
    items = value if isinstance(value, list) else [value]
    texts = [item for item in items if isinstance(item, str)]
    if not texts or len(texts) < len(items):
        what = f"gold: pointer {gold.pointer!r} leads to {_json_kind(value)}"
        faults.append(Fault(gold.line, what, "point to a string, or to a list of strings"))
        return None
    return Extra(gold.label, gold.traps, "\n".join(html_text(text) if gold.form == "html" else text for text in texts))


def resolve(value: object, pointer: str) -> object:
    """What a JSON pointer (RFC 6901) leads to.

    Raises:
        PointerError: a step is not there.
    """
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and re.fullmatch(r"0|[1-9]\d*", key) and int(key) < len(value):
            value = value[int(key)]
        else:
            raise PointerError(f"no {key!r} in {_json_kind(value)}{_keys_hint(value)}")
    return value


def _json_kind(value: object) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "an object" if isinstance(value, dict) else "a string" if isinstance(value, str) else json.dumps(value)


def _keys_hint(value: object) -> str:
    if not isinstance(value, Mapping):
        return ""
    keys = [str(key) for key in value]
    return f" with {', '.join(keys[:8])}{', …' if len(keys) > 8 else ''}"


def _find(selector: str, root: etree._Element | None) -> str | None:
    match = _SELECTOR.fullmatch(selector)
    if match is None or root is None:
        return None
    if match["id"]:
        chosen = [node for node in root.iter("script") if node.get("id") == match["id"]]
    else:
        chosen = [node for node in root.iter("script") if (node.get("type") or "").strip() == match["type"]]
    nth = int(match["nth"] or 1)
    return chosen[nth - 1].text or "" if len(chosen) >= nth else None
