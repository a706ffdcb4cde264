"""What fills real pages beside their text: scripts, styles, state as JSON, view state. Ours, made up from seeded names.

Nothing here runs or is fetched; it has the size, the shape and the vocabulary that parsers meet, and the same names
give the same bytes.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable

from bench.press.seed import between, hexadecimal, number, one, share

_NOUNS = (
    "slot unit config item widget banner layer queue event user visit section article consent layout"
    " player module panel menu header footer scroll offset target state handler timer cookie region locale"
    " theme image source track page"
).split()
_VERBS = "get set load init push bind show hide toggle track send apply render update refresh measure observe".split()
_EVENTS = "scroll resize click load DOMContentLoaded touchstart visibilitychange pageshow".split()
_SELECTORS = (
    ".menu .post .entry .widget .title .meta .share .block .grid .row .col .thumb .card .item .list .head .foot .more"
    " .tabs .box .btn .icon .date .cat .author .slider .sticky .side .inner .wrap .top .bar"
).split()
_PROPERTIES = (
    ("margin", "0 0 {n}px"),
    ("padding", "{n}px {m}px"),
    ("font-size", "{n}px"),
    ("line-height", "1.{m}"),
    ("color", "#{hex6}"),
    ("background-color", "#{hex6}"),
    ("border-bottom", "1px solid #{hex6}"),
    ("border-radius", "{m}px"),
    ("width", "{n}%"),
    ("max-width", "{n}0px"),
    ("z-index", "{n}"),
    ("transition", "all .{m}s ease"),
    ("min-height", "{n}px"),
    ("letter-spacing", "0"),
    ("vertical-align", "middle"),
)


def script(size: int, *names: object) -> str:
    """JavaScript of about `size` characters: minified functions, listeners, settings."""
    return _grow(size, lambda key: _statement(*key), *names)


def style(size: int, *names: object) -> str:
    """CSS rules of about `size` characters. They touch only classes that begin with `x`, which no page wears."""
    return _grow(size, lambda key: _rule(*key), *names)


def state(size: int, *names: object) -> str:
    """A JSON object of about `size` characters, as a page hands its scripts."""
    entries: dict[str, object] = {}
    length = turn = 0
    while length < size:
        key = f"{one(_NOUNS, *names, turn, 'k')}{one(_NOUNS, *names, turn, 'K').title()}"
        key = f"{key}{turn}" if key in entries else key
        entries[key] = _value(*names, turn)
        length += len(key) + len(json.dumps(entries[key], separators=(",", ":"))) + 4
        turn += 1
    return json.dumps(entries, separators=(",", ":"))


def view_state(size: int, *names: object) -> str:
    """Base 64 text of `size` characters, as ASP.NET forms carry."""
    block = "".join(hexadecimal(16, *names, turn) for turn in range(size // 10 + 1))
    return b64encode(bytes.fromhex(block)).decode()[:size]


def _grow(size: int, piece: Callable[[tuple[object, ...]], str], *names: object) -> str:
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(piece((*names, len(parts))))
        length += len(parts[-1])
    return "".join(parts)


def _statement(*key: object) -> str:
    a, b, c = (one("abcdefghijklmnopqrstuvw", *key, part) for part in "abc")
    verb, noun = one(_VERBS, *key, "verb"), one(_NOUNS, *key, "noun")
    other = one(_NOUNS, *key, "other")
    figure = between(1, 9999, *key, "figure")
    name = f"{verb}{noun.title()}"
    forms = (
        f"function {name}({a},{b}){{if(!{a})return!1;var {c}={a}.{other}||{figure};return {c}>{b}?{c}:{b}}}",
        f"window.{name}=window.{name}||function({a}){{({name}.q={name}.q||[]).push({a})}};",
        f'document.addEventListener("{one(_EVENTS, *key, "event")}",function({a}){{var {b}=document.querySelector('
        f'"{one(_SELECTORS, *key, "selector")}");{b}&&{b}.classList.toggle("is-{noun}")}},!1);',
        f"var {noun}{figure}={state(between(60, 260, *key, 'length'), *key, 'state')};",
        f"!function({a}){{for(var {b}=0,{c}={a}.length;{b}<{c};{b}++){a}[{b}].{other}&&{a}[{b}].set{noun.title()}("
        f'"{hexadecimal(8, *key)}",{figure})}}(window.{other}s||[]);',
        f'setTimeout(function(){{try{{{verb}({{id:"{hexadecimal(12, *key, "id")}",{noun}:{figure},{other}:!0}})}}'
        f"catch({a}){{}}}},"
        f"{figure});",
    )
    return forms[number(*key, "form") % len(forms)]


def _rule(*key: object) -> str:
    selectors = [
        f".x{one(_SELECTORS, *key, turn)[1:]}-{hexadecimal(3, *key, turn)}" for turn in range(between(1, 3, *key))
    ]
    count = between(1, 5, *key, "count")
    lines = ";".join(_property(*key, turn) for turn in range(count))
    rule = f"{','.join(selectors)}{{{lines}}}"
    return f"@media(max-width:{between(4, 12, *key, 'media')}00px){{{rule}}}" if share(*key, "media?") < 0.15 else rule


def _property(*key: object) -> str:
    name, value = one(_PROPERTIES, *key)
    n, m = between(2, 98, *key, "n"), between(1, 9, *key, "m")
    return f"{name}:{value.format(n=n, m=m, hex6=hexadecimal(6, *key, 'hex'))}"


def _value(*key: object) -> object:
    kinds: tuple[object, ...] = (
        between(0, 99999, *key, "int"),
        share(*key, "bool") < 0.5,
        hexadecimal(between(6, 24, *key, "length"), *key, "text"),
        f"/{one(_NOUNS, *key, 'path')}/{one(_NOUNS, *key, 'leaf')}.{one(('js', 'json', 'svg', 'png'), *key, 'end')}",
        [one(_NOUNS, *key, "list", turn) for turn in range(between(1, 4, *key, "n"))],
        {one(_NOUNS, *key, "in"): between(0, 900, *key, "in"), "enabled": share(*key, "in") < 0.6},
        None,
    )
    return kinds[number(*key, "kind") % len(kinds)]
