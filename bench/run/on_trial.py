"""An extractor put on trial as it would be run: found, its environment made, hidden from it what a run hides."""

from __future__ import annotations

from pathlib import Path

from bench.check.trial import Trial
from bench.errors import BenchError
from bench.extract import sandbox
from bench.extract.worker import Limits
from bench.gold import corpus
from bench.run.request import hidden_folders
from bench.run.rows import Say, named_rows

RESULTS = Path("results")


def on_trial(spec: str, say: Say, limits: Limits | None = None) -> Trial:
    """A trial of the extractor that `spec` names; enter it to start.

    Args:
        spec: as for `registry.resolve`.
        say: takes a line for each environment that has to be made before.
        limits: for each page.

    Raises:
        BenchError: nothing has that name, or it cannot be run.
    """
    (row,) = named_rows([spec], say)
    if row.extractor is None:
        raise BenchError(f"extractor '{spec}' is the harness's own", mend="check one that is a plug-in")
    hidden = hidden_folders(corpus.shipped(), RESULTS, [row], make_cache=False)
    return Trial(row.extractor, sandbox.probe(), hidden, limits)
