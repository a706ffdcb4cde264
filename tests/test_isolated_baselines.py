"""The baselines that do not run in this environment, each where it was made: ordinary pages, odd ones, and again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.extract import block
from bench.extract.registry import look_up
from bench.extract.sandbox import probe
from bench.extract.worker import Limits, Worker
from bench.model import Extraction, Status
from bench.text import tokens
from tests.test_baselines import ENTRY_POINTS, MENU, REGISTERED, RELATED, article, page, recall

BASELINES = Path(__file__).parents[1] / "baselines"
ISOLATED = sorted(set(REGISTERED) - set(ENTRY_POINTS))
CP1256 = article(charset="windows-1256")


@pytest.fixture(scope="module", params=ISOLATED)
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    found = look_up(request.param)
    if found.problem:
        pytest.skip(found.problem)
    with Worker(found, Limits(), probe()) as started:
        yield started


def text(extraction: Extraction) -> str:
    assert extraction.status is Status.OK, extraction.detail
    return extraction.text


def test_the_isolated_rows_of_the_benchmark_are_registered() -> None:
    assert ISOLATED == ["defuddle", "magic-html", "mozilla-readability", "newspaper3k", "rs-trafilatura"]


def test_a_row_shows_what_its_library_says_of_itself(worker: Worker) -> None:
    found = worker.extractor
    assert found.version and found.licence and found.digest
    if found.kind == "script":
        assert found.distribution == found.name


@pytest.mark.parametrize("language", [' lang="ar" dir="rtl"', "", ' lang="en-US"'])
def test_the_article_comes_out_whatever_the_page_says_of_its_language(worker: Worker, language: str) -> None:
    found = text(worker.extract(page(article(language))))
    assert recall(found) > 0.97
    assert "جميع الحقوق محفوظة" not in found
    assert not any(word in found.splitlines() for word in MENU)


def test_windows_1256_comes_out_as_utf_8_does(worker: Worker) -> None:
    found = text(worker.extract(page(CP1256, "cp1256")))
    assert tokens(found) == tokens(text(worker.extract(page(article()))))


def test_the_same_page_gives_the_same_text_whatever_came_before_and_in_a_new_worker(worker: Worker) -> None:
    first = text(worker.extract(page(article())))
    worker.extract(page("<p>" + " ".join(RELATED) + "</p>"))
    assert text(worker.extract(page(article()))) == first
    with Worker(worker.extractor, Limits(), probe()) as other:
        assert text(other.extract(page(article()))) == first


# An exception is the library's own, as its user would meet it; each row goes on after it.
BAD = {
    "empty": "",
    "no body": "<html><head><title>x</title></head></html>",
    "separators": "\u2028".join(article().split("\n")),
    "nul": article().replace("<p>", "<p>\0"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_page_ends_no_row(worker: Worker, bad: str) -> None:
    status = worker.extract(page(BAD[bad])).status
    assert status in {Status.OK, Status.EMPTY, Status.EXCEPTION}
    assert recall(text(worker.extract(page(article())))) > 0.97


SCRIPTS = sorted(BASELINES.glob("*.lock.txt"))
PACKAGES = sorted(BASELINES.glob("*/package-lock.json"))


def test_the_lock_files_name_no_index() -> None:
    assert [len(SCRIPTS), len(PACKAGES)] == [3, 2]
    assert not [file.name for file in SCRIPTS if "://" in file.read_text(encoding="utf-8")]
    assert not [file for file in PACKAGES if '"resolved"' in file.read_text(encoding="utf-8")]


@pytest.mark.parametrize("lock", SCRIPTS, ids=lambda lock: lock.name)
def test_a_lock_file_was_made_for_the_script_beside_it(lock: Path) -> None:
    script = lock.with_name(lock.name.replace(".lock.txt", ".py"))
    assert lock.read_text(encoding="utf-8").splitlines()[0] == block.locked_for(block.script(script))
