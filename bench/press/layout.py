"""The white space that a theme's own source leaves in its pages: indentation and blank lines between block elements."""

from __future__ import annotations

import re

from bench.press.seed import share

# Elements around which white space is no text: never between inline elements, where it would part or join words.
_BLOCKS = frozenset(
    "html head body header footer main nav section article aside div ul ol li dl dt dd p h1 h2 h3 h4 h5 h6 table thead"
    " tbody tr td th form fieldset figure figcaption blockquote hr address center meta link title base".split()
)
_VOID = frozenset("meta link hr base br img input".split())
_TOKEN = re.compile(
    r"<!--.*?-->|<(?P<raw>script|style|textarea|pre|svg|noscript|select)\b.*?</(?P=raw)\s*>|</?(?P<name>[a-zA-Z][^\s/>]*)[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
_BLANK = 0.12
_DEEPEST = 14  # themes' own files begin anew at the left, so that depth in the page is not depth in the source


def indented(html: str, unit: str, *names: object) -> str:
    """HTML with a line and an indentation before each block element that follows another tag.

    Args:
        html: a page; its text and its order of elements stay as they are.
        unit: one step of indentation ("\\t").
        names: what the blank lines hang on.
    """
    out: list[str] = []
    depth = at = 0
    after_block = False
    for token in _TOKEN.finditer(html):
        between = html[at : token.start()]
        name = (token["name"] or "").lower()
        is_block = name in _BLOCKS
        closes = token[0].startswith("</")
        if is_block and closes:
            depth = max(0, depth - 1)
        if is_block and after_block and not between.strip():
            blank = "\n" if share("blank", *names, token[0]) < _BLANK else ""
            between = f"\n{blank}{unit * min(depth, _DEEPEST)}"
        out += [between, token[0]]
        if is_block and not closes and name not in _VOID:
            depth += 1
        after_block = is_block
        at = token.end()
    return "".join(out) + html[at:]
