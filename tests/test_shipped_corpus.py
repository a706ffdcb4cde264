"""What the shipped corpus promises: its size and spread, traps, encodings, and text that stands nowhere twice."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from bench.gold.agree import agreement
from bench.gold.corpus import Corpus, load, shipped, version_of
from bench.gold.page import GoldPage
from bench.gold.traps import TRAPS, spread
from bench.labels import Group
from bench.model import Split, Track
from bench.press.article import NO_ARTICLE, Kind
from bench.text import tokens

REAL = Path(__file__).parents[2] / "shared" / "real"
RUN = 12
pytestmark = pytest.mark.skipif(
    os.environ.get("LUBB_TESTS") == "sample", reason="the shipped corpus is the same on every Python"
)


@cache
def corpus() -> Corpus:
    return load(shipped())


def runs(text: str) -> set[tuple[str, ...]]:
    words = tokens(text)
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def body(page: GoldPage) -> str:
    return page.text(Group.CONTENT)


def test_sites_and_splits() -> None:
    splits = Counter(site.split for site in corpus().sites.values())
    assert splits == {Split.DEV: 12, Split.TEST: 24}
    assert len(corpus().pages) >= 360
    assert all(count >= 8 for count in Counter(page.site for page in corpus().pages).values())


def test_tracks() -> None:
    tracks = Counter(page.track for page in corpus().pages)
    assert tracks[Track.SCRIPT] >= 12
    assert tracks[Track.NO_ARTICLE] >= 24
    empty = Counter(page.kind for page in corpus().pages if page.track is Track.NO_ARTICLE and page.kind in NO_ARTICLE)
    assert set(empty) == set(NO_ARTICLE)


@pytest.mark.parametrize("kind", sorted(set(Kind) - NO_ARTICLE))
def test_every_form_of_article_on_several_sites(kind: Kind) -> None:
    pages = [page for page in corpus().pages if page.kind == kind]
    assert len(pages) >= 6
    assert len({page.site for page in pages}) >= 3


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_on_several_pages_and_sites(trap: str) -> None:
    found = spread(corpus().pages)[trap]
    assert len(found.pages) >= 8, found.pages
    assert len(found.sites) >= 3, found.sites


def test_no_trap_without_a_meaning() -> None:
    assert set(spread(corpus().pages)) - set(TRAPS) == set()


def test_encodings() -> None:
    pages = corpus().pages
    legacy = [page for page in pages if page.page.charset == "cp1256"]
    assert 0.04 <= len(legacy) / len(pages) <= 0.08
    undeclared = [page for page in legacy if "encoding-undeclared" in page.traps]
    assert 0.3 <= len(undeclared) / len(legacy) <= 0.7
    assert [page.id for page in pages if page.page.charset == "iso8859-6"]
    assert [page.id for page in pages if page.page.raw.startswith(b"\xef\xbb\xbf")]


def test_no_two_articles_share_a_run_of_words() -> None:
    owner: dict[tuple[str, ...], str] = {}
    shared = []
    for page in corpus().pages:
        for run in runs(body(page)):
            if owner.setdefault(run, page.id) != page.id:
                shared.append((owner[run], page.id, " ".join(run)))
    assert shared == []


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not at hand")
def test_no_text_of_real_pages() -> None:
    real = defaultdict(list)
    for page in load(REAL).pages:
        for run in runs(body(page)):
            real[run].append(page.id)
    shared = [(page.id, real[run]) for page in corpus().pages for run in runs(page.text()) if run in real]
    assert shared == []


@pytest.mark.parametrize("stack", ["amp-wp-article-content", "post-body entry-content"])
def test_amp_and_blogger_pages_on_several_sites(stack: str) -> None:
    pages = [page for page in corpus().pages if stack in page.page.html]
    assert len(pages) >= 6
    assert len({page.site for page in pages}) >= 3


def test_the_changelog_names_the_release_and_its_digests() -> None:
    text = (shipped() / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = text.split("\n## ")[1]
    assert newest.startswith(f"{version_of(shipped())} ")
    wanted = f"corpus:{corpus().digest} gold:{corpus().gold_digest}"
    assert wanted in newest, "the corpus has changed: raise VERSION and say in corpus/CHANGELOG.md what moved"


def test_the_card_tells_what_is_there() -> None:
    text = (shipped() / "README.md").read_text(encoding="utf-8")
    tracks = Counter(page.track for page in corpus().pages)
    assert f"{len(corpus().pages)} Arabic news pages of {len(corpus().sites)} sites" in text
    for track, count in tracks.items():
        assert f"{count} on" in text, track
    for slug, site in corpus().sites.items():
        count = sum(page.site == slug for page in corpus().pages)
        assert f"| {slug} | {site.family} | {site.split.value} | {count} |" in text
    found = agreement(corpus().pages, shipped() / "agreement" / "second-labelling.tsv")
    assert found.alpha is not None
    assert f"alpha {found.alpha:.3f} over labels" in text


def test_a_tenth_of_the_pages_was_labelled_again() -> None:
    found = agreement(corpus().pages, shipped() / "agreement" / "second-labelling.tsv")
    assert found.pages >= len(corpus().pages) / 10
