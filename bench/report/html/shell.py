"""A template becomes one HTML file that needs nothing else and may load nothing: style, script, and a policy over both.

The policy allows exactly the style and the script that stand in the file, by their digests; everything else (addresses,
pictures, forms, attributes with code) is forbidden. Whatever a name or a text holds, the browser takes it for text.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from bench.report.table import Kind, plain, write

_FOLDER = Path(__file__).parent / "templates"


def render(template: str, styles: Sequence[str], scripts: Sequence[str] = (), **values: object) -> str:
    """The page that `template` makes of `values`, with the named style sheets and scripts inside it."""
    style, script = _joined(styles), _joined(scripts)
    return (
        _environment()
        .get_template(template)
        .render(style=Markup(style), script=Markup(script), policy=_policy(style, script), **values)
    )


@lru_cache(maxsize=4096)
def shown(name: str) -> Markup:
    """A name of anybody's: escaped, its invisible characters made visible, its direction kept to itself."""
    return Markup("<bdi>{}</bdi>").format(plain(name))


def visible(text: str) -> str:
    """`bench.report.table.plain`, at once where nothing is invisible: page views hold a hundred million letters."""
    return text if text.isprintable() else plain(text)


def _policy(style: str, script: str) -> str:
    allowed = _source(script) if script else "'none'"
    return f"default-src 'none'; style-src {_source(style)}; script-src {allowed}; base-uri 'none'; form-action 'none'"


def _source(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


@cache
def _joined(names: Sequence[str]) -> str:
    return "".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "shown": shown,
        "plain": plain,
        "rate": lambda value: write(value, Kind.RATE),
        "n": lambda value: f"{value:.1f}".removesuffix(".0"),
    }
    return environment
