"""Presses sources into marked pages: the same sources, the same bytes."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError
from bench.gold.decode import decode
from bench.gold.marks import strip
from bench.press.article import NO_ARTICLE, Article
from bench.press.desk import Desk
from bench.press.render import render
from bench.press.seed import number
from bench.press.source import PageOptions, Source, read_source


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not as the sources have it: it is to be written, or (`data` is None) to be deleted."""

    path: Path
    data: bytes | None


def slugs(press: Path) -> list[str]:
    """The sites that the press has.

    Raises:
        BenchError: there is none.
    """
    found = sorted(path.parent.name for path in (press / "sites").glob("*/site.toml"))
    if not found:
        raise BenchError("no sites to press", where=str(press), mend="point it at a folder with sites/SLUG/site.toml")
    return found


def read_sources(press: Path, chosen: Sequence[str] = ()) -> list[Source]:
    """The sources of the chosen sites, or of all.

    Raises:
        BenchError: a site is unknown, or its sources are not in the format.
    """
    known = slugs(press)
    unknown = [slug for slug in chosen if slug not in known]
    if unknown:
        raise BenchError(f"unknown site {unknown[0]!r}", where=str(press), mend=f"the press has {', '.join(known)}")
    return [read_source(press, slug) for slug in chosen or known]


def press_site(source: Source, press: Path) -> dict[str, bytes]:
    """Every file of a site that the press makes, by name. Kept pages are not among them, but stand in site.toml."""
    files: dict[str, bytes] = {}
    for page, article in source.articles.items():
        options = source.options[page]
        files[f"{page}.html"] = data = render(source, page, article, options, press)
        _readable(data, options, where=f"{source.slug}/{page}")
    files["site.toml"] = _site_toml(source).encode()
    return files


def _readable(data: bytes, options: PageOptions, where: str) -> None:
    """Refuses a page that nobody, a browser included, would decode as it was written."""
    found = decode(strip(data), options.http_charset).charset
    if codecs.lookup(found).name.removesuffix("-sig") != codecs.lookup(options.charset).name:
        raise BenchError(
            f"page would be read as {found}, not {options.charset}",
            where=where,
            mend="a wrong meta tag wants a right http_charset, or bytes that are bad in what it says",
        )


def differences(source: Source, press: Path, sites: Path) -> Iterator[Difference]:
    """What has to be written or deleted so that a corpus's folder of this site follows from the sources."""
    folder = sites / source.slug
    files = press_site(source, press)
    for name, data in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != data:
            yield Difference(path, data)
    for path in sorted(folder.glob("*.html")):
        if path.name not in files and path.stem not in source.kept:
            yield Difference(path, None)


def apply(found: Difference) -> None:
    """Writes or deletes one file."""
    if found.data is None:
        found.path.unlink()
        return
    found.path.parent.mkdir(parents=True, exist_ok=True)
    found.path.write_bytes(found.data)


def shuffled(sources: Sequence[Source], seed: int) -> list[Source]:
    """The same sites with each other's articles: each goes to another site's page of its form where there is one.

    Pages that are kept as they are made by hand are left out: they would be the published ones.
    """
    slots = [(source.slug, page) for source in sources for page in source.articles]
    articles = {(source.slug, page): article for source in sources for page, article in source.articles.items()}
    paired: dict[tuple[str, str], Article] = {}
    for form in sorted({_form(article) for article in articles.values()}):
        mine = [slot for slot in slots if _form(articles[slot]) == form]
        givers = mine if form[0] in NO_ARTICLE else _moved(mine, seed)
        paired |= {slot: articles[giver] for slot, giver in zip(mine, givers, strict=True)}
    return [source.with_articles({page: paired[source.slug, page] for page in source.articles}) for source in sources]


def _form(article: Article) -> tuple[str, bool]:
    """What a page and an article on it must share: kind, and a standfirst or none (gold of scripts names it)."""
    return article.kind, "lead" in article.more


def press_shuffled(press: Path, corpus: Path, seed: int) -> None:
    """Writes the corpus of a shuffle.

    Raises:
        BenchError: there is no press, or its sources are not in the format.
    """
    for source in shuffled(read_sources(press), seed):
        for found in differences(source, press, corpus / "sites"):
            apply(found)


def _moved(slots: Sequence[tuple[str, str]], seed: int) -> list[tuple[str, str]]:
    """A seeded order of the slots in which as few as possible stay on their site."""
    order = sorted(slots, key=lambda slot: number("shuffle", seed, *slot))
    for at, slot in enumerate(slots):
        if order[at][0] == slot[0]:
            for other, there in enumerate(slots):
                if order[other][0] != slot[0] and order[at][0] != there[0]:
                    order[at], order[other] = order[other], order[at]
                    break
    return order


def _site_toml(source: Source) -> str:
    lines = [f"{key} = {_toml(getattr(source, key))}" for key in ("name", "family", "licence", "provenance")]
    lines.append(f"split = {_toml(source.split.value)}")
    pages = {page: _page_table(source, page) for page in source.articles}
    for page, table in sorted({**source.kept, **pages}.items()):
        lines += ["", f"[pages.{page}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _page_table(source: Source, page: str) -> dict[str, object]:
    article, options = source.articles[page], source.options[page]
    table: dict[str, object] = {"url": Desk(source, page, article, options).url}
    if options.http_charset:
        table["http_charset"] = options.http_charset
    table |= {"track": options.track.value, "kind": article.kind.value, "traps": list(_traps(options))}
    if options.gold:
        table["gold"] = list(options.gold)
    return table


def _traps(options: PageOptions) -> list[str]:
    """The page's own traps, and what follows from how its bytes are declared."""
    traps = set(options.traps)
    if options.charset not in ("utf-8",) and not options.http_charset and not options.declared:
        traps.add("encoding-undeclared")
    elif options.charset not in ("utf-8",):
        traps.add("encoding-legacy")
    if any(said and said != options.charset for said in (options.declared, options.http_charset)):
        traps.add("encoding-lies")
    return sorted(traps)


def _toml(value: object) -> str:
    """A value of site.toml: a string, a truth value, a number, a list or an inline table. JSON's strings are TOML's."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {_toml(item)}' for key, item in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)
