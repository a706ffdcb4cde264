"""A collection: the marks of pages that cannot be shipped, without the pages, and where the pages' bytes are.

A folder with, for each site, `SITE/site.toml` as it stands in the corpus that it was made of, and for each page
`SITE/PAGE.json`: `{"schema": 1, "sha256": …, "source": {…}, "inserts": [[byte offset, mark], …]}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError
from bench.gold import corpus
from bench.gold.marks import Detached, detach
from bench.gold.problems import Fault, Problem, close
from bench.gold.site import PAGE_NAME, SLUG, PageInfo, SiteInfo, parse_site, site_file
from bench.gold.source import Source, UrlSource, of_provenance, source_from

SCHEMA = 1
_SHIPPED = "by-reference"
_KNOWN = frozenset({"schema", "sha256", "source", "inserts"})


@dataclass(frozen=True, slots=True)
class DetachedPage:
    """The marks of one page, and where its bytes are."""

    name: str
    marks: Detached
    source: Source


@dataclass(frozen=True, slots=True)
class DetachedSite:
    """A site of a collection. `toml` is its site.toml to the byte; `pages` are those that are sound."""

    slug: str
    toml: bytes
    pages: tuple[DetachedPage, ...]


def folder_of(named: str) -> Path:
    """The collection that a user names: a folder, or the name of one that comes with Lubb.

    Raises:
        BenchError: there is none.
    """
    path = Path(named).expanduser()
    if path.is_dir():
        return path
    ours = corpus.shipped() / _SHIPPED
    names = sorted(each.name for each in ours.iterdir() if each.is_dir()) if ours.is_dir() else []
    if named in names:
        return ours / named
    mend = f"write {close(named, names)}" if close(named, names) else f"give its folder, or one of {', '.join(names)}"
    raise BenchError("no such collection", where=named, mend=mend)


def write(path: Path, dest: Path, sites: Collection[str] = (), at: str = "") -> list[DetachedSite]:
    """Detaches a corpus, or of it the named sites.

    Where a page's bytes are is, the first that is given: `at`; its `source` in site.toml; the site's provenance where
    that reads OWNER/NAME COMMIT PATH and the site has one page; its address.

    Args:
        path: a folder with sites/.
        dest: the collection. What it holds of other sites stays.
        at: an address with {site} and {page} in it; "" for what site.toml says.

    Raises:
        BenchError: anything is wrong with the corpus, or the folder cannot be written.
    """
    if not (path / "sites").is_dir():
        raise BenchError("holds no marked pages", where=str(path), mend="give a folder with sites/")
    if at and not ("{site}" in at and "{page}" in at):
        raise BenchError(f"--at {at} is one address for all pages", mend="write {site} and {page} in it")
    loaded = corpus.load(path, sites)
    made = [_detached(path / "sites" / slug, info, at) for slug, info in sorted(loaded.sites.items())]
    for site in made:
        _write_site(site, dest)
    return made


def _detached(folder: Path, site: SiteInfo, at: str) -> DetachedSite:
    pages = []
    for page in site.pages:
        marks = detach((folder / f"{page.name}.html").read_bytes())
        pages.append(DetachedPage(page.name, marks, _source(site, page, at)))
    return DetachedSite(site.slug, site_file(folder).read_bytes(), tuple(pages))


def _source(site: SiteInfo, page: PageInfo, at: str) -> Source:
    if at:
        return source_from({"url": at.replace("{site}", site.slug).replace("{page}", page.name)})
    alone = len(site.pages) == 1
    return page.source or (of_provenance(site.provenance) if alone else None) or UrlSource(page.url)


def _write_site(site: DetachedSite, dest: Path) -> None:
    folder = dest / site.slug
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = {f"{page.name}.json" for page in site.pages}
        for stale in folder.glob("*.json"):  # of a page that the corpus has no more
            if stale.name not in kept and _is_page(stale):
                stale.unlink()
        for page in site.pages:
            (folder / f"{page.name}.json").write_text(as_json(page), encoding="ascii")
        site_file(folder).write_bytes(site.toml)
    except OSError as error:
        raise BenchError(
            f"cannot be written ({error.strerror})", where=str(folder), mend="give another folder"
        ) from None


def _is_page(file: Path) -> bool:
    """Whether we wrote it: a folder that was named by mistake may hold other files."""
    try:
        from_json(file.stem, file.read_bytes())
    except BenchError:
        return False
    return True


def as_json(page: DetachedPage) -> str:
    """A page's file: one mark a line, so that a change can be read."""
    marks = page.marks.to_json()
    inserts = marks["inserts"]
    assert isinstance(inserts, list)
    lines = ",\n".join(f"  {json.dumps(insert)}" for insert in inserts)
    head = {"schema": SCHEMA, "sha256": marks["sha256"], "source": page.source.to_json()}
    fields = "".join(f' "{key}": {json.dumps(value)},\n' for key, value in head.items())
    return f'{{\n{fields} "inserts": [\n{lines}\n ]\n}}\n'


def read(path: Path, sites: Collection[str], problem: Callable[[Problem], None]) -> list[DetachedSite]:
    """A collection, or of it the named sites; what is wrong with a site or page is told, and left out.

    Raises:
        BenchError: there is no site in it, or none of a name that was given.
    """
    folders = {entry.name: entry for entry in sorted(path.iterdir()) if site_file(entry).is_file()}
    if not folders:
        mend = "give a folder with SITE/site.toml and SITE/PAGE.json; python -m bench corpus detach makes one"
        raise BenchError("no collection", where=str(path), mend=mend)
    corpus.check_names(path, folders, sites)
    chosen = [folder for name, folder in folders.items() if not sites or name in sites]
    return [site for folder in chosen if (site := _read_site(folder, problem))]


def _read_site(folder: Path, problem: Callable[[Problem], None]) -> DetachedSite | None:
    toml = site_file(folder)
    if not SLUG.fullmatch(folder.name):
        problem(Problem(folder, 0, f"site name {folder.name!r}", "use a-z, 0-9 and - only"))
        return None
    faults: list[Fault] = []
    try:
        data = toml.read_bytes()
        info = parse_site(folder.name, data, faults)
    except OSError as error:
        problem(Problem(toml, 0, f"cannot be read: {error.strerror}", "make it a file that you may read"))
        return None
    for fault in faults:
        problem(Problem.of(toml, fault))
    if info is None:
        return None
    pages = tuple(_read_pages(folder, info, problem))
    for stray in sorted({file.stem for file in folder.glob("*.json")} - info.listed):
        problem(Problem(folder / f"{stray}.json", 0, "page without an entry in site.toml", f"write [pages.{stray}]"))
    return DetachedSite(folder.name, data, pages)


def _read_pages(folder: Path, info: SiteInfo, problem: Callable[[Problem], None]) -> Iterator[DetachedPage]:
    for page in _sound(info.pages):
        file = folder / f"{page.name}.json"
        try:
            found = from_json(page.name, file.read_bytes())
            if page.sha256 not in (None, found.marks.sha256):
                raise BenchError("sha256 is not the one in site.toml", mend="detach the page again")
        except FileNotFoundError:
            problem(Problem(file, 0, "no such file, though site.toml names the page", "detach the page again"))
        except OSError as error:
            problem(Problem(file, 0, f"cannot be read: {error.strerror}", "make it a file that you may read"))
        except BenchError as error:
            problem(Problem(file, 0, error.what, error.mend))
        else:
            yield found


def _sound(pages: Iterable[PageInfo]) -> Iterator[PageInfo]:
    """Those whose table is in order, and whose name cannot climb out of a folder."""
    return (page for page in pages if page.sound and PAGE_NAME.fullmatch(page.name))


def from_json(name: str, data: bytes) -> DetachedPage:
    """A page from the bytes of its file.

    Raises:
        BenchError: they are not what `as_json` writes.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BenchError(f"broken JSON: {error}", mend="detach the page again") from None
    if not isinstance(value, dict) or value.get("schema") != SCHEMA or set(value) != _KNOWN:
        raise BenchError(f"no detached marks of schema {SCHEMA}", mend="detach the page again, or use a newer Lubb")
    return DetachedPage(name, Detached.from_json(value), source_from(value["source"]))
