"""From what was asked for to a complete run: `carry_out`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.errors import BenchError
from bench.extract import cache, sandbox
from bench.extract.sandbox import Sandbox
from bench.extract.worker import Limits
from bench.gold import corpus
from bench.gold.corpus import Corpus
from bench.gold.page import GoldPage
from bench.model import Track
from bench.run import place
from bench.run.choice import Choice, choose
from bench.run.crew import Stopped
from bench.run.journal import Journal, open_journal
from bench.run.loop import Loop, Setting
from bench.run.plan import ExtractorInfo, PageInfo, Plan, Signature
from bench.run.progress import Progress
from bench.run.records import Run, open_run
from bench.run.rows import Row, Say, all_rows, named_rows
from bench.score.page import SCORE
from bench.text import AR1


class Interrupted(BenchError):
    """Ctrl-C or SIGTERM ended a run that can be resumed. Exit code 128 + the signal's number."""

    def __init__(self, signum: int, journal: Journal, *, fresh: bool) -> None:
        super().__init__(
            f"stopped with {journal.count} of {journal.plan.total} records",
            where=str(journal.path),
            mend=f"the same command{' without --fresh' if fresh else ''} goes on from there",
        )
        self.exit_code = 128 + signum


@dataclass(frozen=True, slots=True)
class Request:
    """What a run was asked to be, as the command line has it.

    Attributes:
        corpus: its folder; None for the one that comes with Lubb.
        extractors: as typed; none means all that are installed, and the oracle.
        sites, split, track, limit: see `choice.choose`.
        fresh: begin anew, and do not read the cache of texts.
        keep_going: a named extractor that does not start is left out with its problem, instead of ending the run.
        command: as typed, without paths of this machine.
    """

    corpus: Path | None = None
    extractors: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    split: str | None = None
    track: Track | None = None
    limit: int | None = None
    limits: Limits = field(default_factory=Limits)
    jobs: int = 1
    fresh: bool = False
    out: Path = Path("results")
    require_sandbox: bool = False
    command: str = ""
    keep_going: bool = False


Show = Callable[[Plan], AbstractContextManager[Progress]]


def carry_out(request: Request, show: Show, say: Say) -> Run:
    """Make the run, or go on with the one that was interrupted, and read it back.

    Args:
        request: what is asked for.
        show: makes the progress display once the plan is known.
        say: takes a line for each environment that has to be made before.

    Raises:
        Interrupted: by a signal.
        BenchError: what was asked for cannot be had, or could not be written.
    """
    fence = sandbox.probe()
    if request.require_sandbox and fence.level == "none":
        raise BenchError(
            "no sandbox works on this machine",
            mend="install bubblewrap or allow user namespaces, or go on without --require-sandbox",
        )
    loaded = corpus.load(request.corpus or corpus.shipped())
    choice = choose(loaded.pages, sites=request.sites, split=request.split, track=request.track, limit=request.limit)
    rows = named_rows(request.extractors, say) if request.extractors else all_rows(say)
    plan = make_plan(
        loaded,
        choice,
        [row.info for row in rows],
        limits=request.limits,
        jobs=request.jobs,
        sandbox=fence.level,
        command=request.command,
    )
    journal = open_journal(request.out, plan, fresh=request.fresh)
    try:
        _loop(request, journal, loaded, choice.pages, rows, fence, show)
    finally:
        journal.close()
    return open_run(journal.path)


def make_plan(
    loaded: Corpus,
    choice: Choice,
    extractors: Sequence[ExtractorInfo],
    *,
    limits: Limits,
    jobs: int,
    sandbox: str,
    command: str,
) -> Plan:
    """All that is known before the first record."""
    return Plan(
        lubb=place.lubb_version(),
        signature=Signature(
            corpus=loaded.digest,
            gold=loaded.gold_digest,
            pages=choice.headline,
            split=choice.split,
            track=choice.track.value,
            text=AR1,
            score=SCORE,
            selection=choice.selection,
        ),
        corpus=loaded.name,
        pages={page.id: _page_info(page) for page in choice.pages},
        extractors=tuple(replace(info, problem=place.without_paths(info.problem)) for info in extractors),
        limits=limits,
        jobs=jobs,
        sandbox=sandbox,
        machine=place.machine(),
        checkout=place.checkout(),
        packages=place.packages(info.distribution for info in extractors),
        command=command,
        created=place.utc_now(),
    )


def _page_info(page: GoldPage) -> PageInfo:
    return PageInfo(
        site=page.site,
        track=page.track,
        split=page.split,
        kind=page.kind,
        family=page.family,
        traps=page.traps,
        bytes=len(page.page.raw),
        digest=corpus.page_digest([page]),
    )


def _loop(
    request: Request,
    journal: Journal,
    loaded: Corpus,
    pages: Sequence[GoldPage],
    rows: Sequence[Row],
    fence: Sandbox,
    show: Show,
) -> None:
    setting = Setting(
        sandbox=fence,
        hidden=hidden_folders(loaded.path, request.out, rows),
        cache=cache.Cache(cache.folder(request.out)),
        # A cached text may come from a machine or a time without a sandbox.
        read_cache=not request.fresh and not request.require_sandbox,
        stop_on_problem=bool(request.extractors) and not request.keep_going,
    )
    with show(journal.plan) as progress:
        loop = Loop(journal, pages, setting, progress)
        for row in rows:
            if row.info.problem:
                progress.problem(row.info.name, row.info.problem)
        try:
            loop.run([row for row in rows if not row.info.problem], request.jobs)
        except Stopped as stop:
            raise Interrupted(stop.signum, journal, fresh=request.fresh) from None
    journal.finish(place.utc_now(), place.checkout(), loop.problems)


def hidden_folders(corpus_path: Path, out: Path, rows: Sequence[Row], *, make_cache: bool = True) -> tuple[Path, ...]:
    """What no worker may see: gold, earlier results, cached texts, the history of the checkout.

    A folder that also holds what a worker needs (`--out .`) is hidden only where the results or pages themselves are.
    """
    needed = [Path(sys.prefix).resolve(), Path(__file__).resolve()]
    needed += [file.resolve() for row in rows if row.extractor for file in row.extractor.needs]
    root = place.checkout_root()
    cached = cache.folder(out)
    with suppress(OSError):  # a folder that is made later could not be hidden from a worker that runs already
        if make_cache:
            cached.mkdir(parents=True, exist_ok=True)
    wanted = [
        (corpus_path, corpus_path / "sites"),
        (corpus.shipped(), corpus.shipped() / "sites"),
        (out, out / "runs"),
        (cached, cached),
        *([(root / ".git", root / ".git")] if root else []),
    ]
    hidden = []
    for whole, part in wanted:
        folder = whole.resolve()
        if any(path.is_relative_to(folder) for path in needed):
            folder = part.resolve()
        if folder.exists():
            hidden.append(folder)
    return tuple(dict.fromkeys(hidden))
