"""From a collection to a corpus: fetch each page, check its digest, write its marks into it, all or nothing."""

from __future__ import annotations

import io
import re
import threading
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import zip_longest
from pathlib import Path
from queue import Empty, SimpleQueue

from bench.errors import BenchError
from bench.fetch import warc
from bench.fetch.address import host_of
from bench.fetch.manners import Manners, Stopped
from bench.fetch.patient import Patience, get
from bench.fetch.unpack import GZIP, PackedError, gunzipped
from bench.gold import corpus
from bench.gold.detached import DetachedPage, DetachedSite
from bench.gold.marks import attach, detach, sha256
from bench.gold.site import site_file
from bench.gold.source import WarcSource
from bench.gold.whole import write_whole


class How(Enum):
    """What became of a page."""

    KEPT = auto()  # it was there already
    PULLED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one page. `why` is one line, for those that were refused."""

    page: str
    how: How
    why: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to pull.

    Attributes:
        base: an address that all files are looked for below, instead of their hosts; "" for their own.
        jobs: pages at the same time, over all hosts.
        manners: stopped when all is done, so that it serves once.
    """

    base: str = ""
    jobs: int = 8
    patience: Patience = field(default_factory=Patience)
    manners: Manners = field(default_factory=Manners)


@dataclass(frozen=True, slots=True)
class _Job:
    """A page to pull, and where it goes."""

    page: DetachedPage
    id: str
    file: Path
    url: str


def pull(
    sites: Sequence[DetachedSite], dest: Path, manner: Manner, told: Callable[[Outcome], None] = lambda _: None
) -> list[Outcome]:
    """Makes a corpus of a collection, or goes on with one that was begun.

    What is there is kept, a page that cannot be had or is another one by now is refused by name. A site's site.toml
    names just the pages that are there, so that what could be had is a sound corpus.

    Args:
        dest: a folder that gets sites/SITE/….
        told: is called as soon as something is known of a page, in any order.

    Returns:
        What became of each page, sorted by name.

    Raises:
        BenchError: `dest` is where no corpus can be made.
    """
    _check_dest(dest)
    outcomes: list[Outcome] = []
    todo: list[_Job] = []

    def add(outcome: Outcome) -> None:
        outcomes.append(outcome)
        told(outcome)

    ours: list[DetachedSite] = []
    for site in sites:
        try:
            _check_site(site, dest)
            ours.append(site)
        except BenchError as error:
            for name in (f"{site.slug}/{page.name}" for page in site.pages):
                add(Outcome(name, How.REFUSED, _line(name, error)))
    for begun in (_begun(site, page, dest, manner.base) for site in ours for page in site.pages):
        if isinstance(begun, _Job):
            todo.append(begun)
        else:
            add(begun)
    try:
        for outcome in _pulled(todo, manner):
            add(outcome)
    finally:
        refused = {outcome.page for outcome in outcomes if outcome.how is How.REFUSED}
        for site in ours:
            _settle(site, dest, refused)
    return sorted(outcomes, key=lambda outcome: outcome.page)


def _begun(site: DetachedSite, page: DetachedPage, dest: Path, base: str) -> _Job | Outcome:
    """What is left to do for a page, or what is known of it already."""
    name = f"{site.slug}/{page.name}"
    try:
        job = _Job(page, name, dest / "sites" / site.slug / f"{page.name}.html", page.source.address(base))
        return Outcome(name, How.KEPT) if _there(job) else job
    except BenchError as error:
        return Outcome(name, How.REFUSED, _line(name, error))


def _pulled(todo: Sequence[_Job], manner: Manner) -> Iterator[Outcome]:
    """Fetched by threads that do not hold the interpreter back when the user stops it.

    Written here, by one, so that nothing is written any more when this ends.
    """
    waiting: SimpleQueue[_Job] = SimpleQueue()
    for job in _in_turns(todo):
        waiting.put(job)
    done: SimpleQueue[tuple[_Job, bytes | BaseException]] = SimpleQueue()

    def work() -> None:
        while True:
            try:
                job = waiting.get_nowait()
            except Empty:
                return
            try:
                done.put((job, _marked(job, manner)))
            except Stopped:
                return
            except BaseException as error:  # a refusal, or a fault of ours, told where it can be seen
                done.put((job, error))

    for _ in range(min(manner.jobs, len(todo))):
        threading.Thread(target=work, daemon=True).start()
    try:
        for _ in todo:
            yield _written(*done.get())
    finally:
        manner.manners.stop()


def _in_turns(todo: Iterable[_Job]) -> Iterator[_Job]:
    """One page of each host after another, so that threads do not all wait for the same."""
    hosts: dict[str, list[_Job]] = defaultdict(list)
    for job in todo:
        hosts[host_of(job.url)].append(job)
    for jobs in zip_longest(*hosts.values()):
        yield from (job for job in jobs if job)


def _marked(job: _Job, manner: Manner) -> bytes:
    """The page with its marks.

    Raises:
        BenchError: it cannot be had, or is another by now.
    """
    page = _page(job, manner)
    found = sha256(page)
    if found != job.page.marks.sha256:
        raise BenchError(
            f"has changed at its source (sha256 {found[:12]}…, not {job.page.marks.sha256[:12]}…)",
            where=job.url,
            mend="its marks fit no other bytes; look for the page elsewhere",
        )
    return attach(page, job.page.marks)


def _written(job: _Job, found: bytes | BaseException) -> Outcome:
    try:
        if isinstance(found, BaseException):
            raise found
        write_whole(job.file, found)
    except BenchError as error:
        return Outcome(job.id, How.REFUSED, _line(job.id, error))
    return Outcome(job.id, How.PULLED)


def _page(job: _Job, manner: Manner) -> bytes:
    """The page's bytes, or what stands there in their place."""
    source, limit = job.page.source, manner.patience.max_bytes
    span = source.span if isinstance(source, WarcSource) else None
    raw = get(job.url, manner.patience, manner.manners, span)
    if span:
        return warc.read(io.BytesIO(raw), 0, job.url, limit).raw
    if raw.startswith(GZIP) and sha256(raw) != job.page.marks.sha256:  # a file that is kept compressed
        try:
            return gunzipped(raw, limit)
        except PackedError as error:
            raise BenchError(str(error), where=job.url, mend="look for the page elsewhere") from None
    return raw


def _line(page: str, error: BenchError) -> str:
    """An error of a page, which is named by its id; the address stands behind what is wrong."""
    where = f" ({error.where})" if error.where else ""
    return str(BenchError(f"{error.what}{where}", where=page, mend=error.mend))


def _check_dest(dest: Path) -> None:
    if dest.resolve().is_relative_to(corpus.shipped().resolve()):
        mend = "give a folder of its own: these pages may not be redistributed"
        raise BenchError("is in the corpus that comes with Lubb", where=str(dest), mend=mend)
    if dest.exists() and not dest.is_dir():
        raise BenchError("is no folder", where=str(dest), mend="give a folder, which may not exist yet")


def _check_site(site: DetachedSite, dest: Path) -> None:
    """Nothing is written through a link that leads out of the folder, or over a site.toml that is not this one."""
    folder = dest / "sites" / site.slug
    if not folder.resolve().is_relative_to(dest.resolve()):
        raise BenchError(f"{folder} leads out of {dest}", mend="take the link away")
    there = _toml(site_file(folder))
    if there is None:
        return
    ours = tomllib.loads(site.toml.decode())
    pages, own = there.pop("pages", {}), ours.pop("pages", {})
    if there != ours or not isinstance(pages, dict) or any(own.get(name) != entry for name, entry in pages.items()):
        raise BenchError(f"{site_file(folder)} is not of this collection", mend="pull into another folder")


def _toml(file: Path) -> dict[str, object] | None:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {}


def _there(job: _Job) -> bool:
    try:
        found = job.file.read_bytes()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise BenchError(f"{job.file} cannot be read ({error.strerror})", mend="take it away") from None
    if detach(found) != job.page.marks:
        raise BenchError(f"{job.file} is there, but another page or with other marks", mend="move it away")
    return True


def _settle(site: DetachedSite, dest: Path, refused: set[str]) -> None:
    """Writes a site.toml that names the pages which are there."""
    folder = dest / "sites" / site.slug
    pages = (_toml(site_file(folder)) or {}).get("pages", {})
    before = set(pages) if isinstance(pages, dict) else set()  # it stays in the list when its marks were edited here
    ours = {page.name for page in site.pages if f"{site.slug}/{page.name}" not in refused or page.name in before}
    there = {name for name in ours if (folder / f"{name}.html").is_file()}
    if there:
        write_whole(site_file(folder), only(site.toml, there))


def only(toml: bytes, names: set[str]) -> bytes:
    """A site.toml with the tables of the named pages alone; as it is, if it is written in an unusual way."""
    wanted = tomllib.loads(toml.decode())
    pages = wanted.get("pages", {})
    wanted["pages"] = {name: entry for name, entry in pages.items() if name in names}
    if len(wanted["pages"]) == len(pages):
        return toml
    parts = re.split(r"(?m)^(?=\[)", toml.decode())
    left = "".join(part for part in parts if not _of_page(part) or _of_page(part) in names)
    try:
        return left.encode() if tomllib.loads(left) == wanted else toml
    except tomllib.TOMLDecodeError:
        return toml


def _of_page(part: str) -> str:
    """The page whose table, or table below it, a part of a site.toml is; "" for another part."""
    found = re.match(r"""\[+\s*pages\s*\.\s*["']?([\w-]+)["']?\s*[\].]""", part)
    return found[1] if found else ""
