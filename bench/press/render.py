"""A page from its template. Jinja lives here and nowhere else in the press."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path

import jinja2

from bench.errors import BenchError
from bench.press.article import Article, Picture
from bench.press.desk import Desk
from bench.press.layout import indented
from bench.press.source import PageOptions, Source

_PUBLIC = (
    "body rich address home url id img latest related most_read others comments ads columnists poll date"
    " ago now num site_num hexid pick js css state view_state json json_ld gold topic plain_body html_body"
    " replies text spelt page options dirty"
).split()


class _Words:
    """The article's fields as texts, ready to be printed; an absent one is empty, so that templates may ask for any."""

    def __init__(self, desk: Desk) -> None:
        article = desk.article
        self.kind, self.region, self.section_slug, self.date = (
            article.kind,
            article.region,
            article.section,
            article.date,
        )
        self.section = desk.source.sections[article.section]
        self.title = desk.text(article.title)
        self.blocks = article.blocks
        self.tags = [desk.text(tag) for tag in article.tags]
        self.images = [Picture(desk.text(image.caption), desk.text(image.credit)) for image in article.images]
        self._more = {key: desk.text(value) for key, value in article.more.items()}

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._more.get(name, "")


def render(source: Source, page: str, article: Article, options: PageOptions, press: Path) -> bytes:
    """The marked page as bytes.

    Raises:
        BenchError: the template fails; the message has its file and line.
    """
    desk = Desk(source, page, article, options)
    try:
        text = _environment(source.folder, press).get_template(options.template).render(_context(desk))
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.filename or options.template}:{error.lineno}"
        raise BenchError(f"template: {error.message}", where=where, mend="mend the template") from error
    except (jinja2.TemplateError, LookupError, TypeError, ValueError, AttributeError) as error:
        where = _template_line(error, source.folder / options.template)
        raise BenchError(
            f"page {page}: {type(error).__name__}: {error}", where=where, mend="mend the template"
        ) from error
    if source.indent:
        text = indented(text, source.indent, source.slug, page)
    head = b"\xef\xbb\xbf" if options.bom else b""
    return head + text.encode(options.charset, errors="xmlcharrefreplace")


def _template_line(error: BaseException, path: Path) -> str:
    """The innermost line of a template in the traceback."""
    found, trace = str(path), error.__traceback__
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith((".html", ".xml", ".txt")):
            found = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _context(desk: Desk) -> dict[str, object]:
    names = {name: getattr(desk, name) for name in _PUBLIC}
    return {
        **names,
        "article": _Words(desk),
        "site": desk.source,
        "data": desk.source.data,
        "charset": desk.options.declared,
    }


def _environment(folder: Path, press: Path) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, press / "parts"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    filters: dict[str, Callable[..., object]] = {"cut": cut, "refs": references, "squeeze": squeeze}
    environment.filters.update(filters)
    return environment


def cut(text: str, length: int, end: str = "...") -> str:
    """A text cut at a word so that it has at most `length` characters before `end`."""
    whole = unescape(text)
    if len(whole) <= length:
        return text
    kept = whole[: length + 1].rsplit(" ", 1)[0]
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;") + end


def references(text: str) -> str:
    """Every character beyond ASCII as a decimal character reference."""
    return text.encode("ascii", "xmlcharrefreplace").decode()


def squeeze(html: str) -> str:
    """HTML without line breaks and indentation, as a minifier leaves it."""
    return "".join(line.strip() for line in html.splitlines())
