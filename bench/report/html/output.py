"""The HTML report on disk: the leaderboard, and page views that it links to where both are written at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bench.errors import BenchError
from bench.gold import corpus
from bench.report.html.document import document
from bench.report.html.links import Links, links
from bench.report.html.views import choose, write_views
from bench.report.leaderboard import Board
from bench.report.tables import ordered
from bench.run.journal import write_whole
from bench.run.records import Run

NAME = "leaderboard.html"


def write_html(board: Board, path: Path, found: Links | None = None) -> Path:
    """Write the leaderboard to `path`, whole or not at all; returns it.

    Raises:
        BenchError: it could not be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, document(board, found or Links()).encode("utf-8"))
    except OSError as error:
        raise BenchError(
            f"cannot be written ({error.strerror})", where=str(path), mend="make room or give another file: --html FILE"
        ) from None
    return path


def write_pages(
    run: Run,
    board: Board,
    folder: Path,
    *,
    corpus_path: Path | None,
    html: Path | None,
    split: str | None,
    extractors: Sequence[str] = (),
    sites: Sequence[str] = (),
) -> tuple[int, Links]:
    """Write page views into `folder`; returns how many, and the links to them for a leaderboard at `html`.

    Args:
        run, board: of one run. split: the board's, where it is not the headline's.
        corpus_path: the run's corpus; None for the shipped one.
        extractors, sites: only these.

    Raises:
        BenchError: unknown names, another corpus than the run's, or a file that cannot be written.
    """
    chosen = choose(run, extractors, sites, [row["extractor"] for row in ordered(board)])
    loaded = corpus.load(corpus_path or corpus.shipped())
    back = _relative(html, folder) if html else ""
    count = write_views(run, loaded, chosen, folder, back)
    there = _relative(folder, html.parent) if html else ""
    return count, links(run, split, there, set(chosen.pages), set(chosen.extractors))


def _relative(path: Path, start: Path) -> str:
    return Path(os.path.relpath(path.resolve(), start.resolve())).as_posix()
