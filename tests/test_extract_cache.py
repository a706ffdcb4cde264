"""A text is found again under exactly the same page and plug-in, and damage is a miss."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.extract.cache import Cache, folder, key
from bench.extract.registry import Extractor
from bench.model import Cost, Extraction, Page, Status

PAGE = Page(html="<p>قال", raw="<p>قال".encode(), url="https://example.org/", charset="utf-8")
EXTRACTOR = Extractor("mine", "file", "/somewhere/mine.py:extract", digest="d" * 64)
TEXT = Extraction(Status.OK, "قال المتحدث\n" * 100, "a detail", Cost(1, 2, 3, 4))


def files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file()]


def test_a_text_comes_back_without_its_times(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert cache.get(EXTRACTOR, PAGE) is None
    cache.put(EXTRACTOR, PAGE, TEXT)
    assert cache.get(EXTRACTOR, PAGE) == replace(TEXT, cost=Cost(cached=True))
    (file,) = files(tmp_path)
    assert file.stat().st_size < len(TEXT.text)


def test_no_text_is_kept_as_no_text(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(EXTRACTOR, PAGE, Extraction(Status.EMPTY, "", "", Cost()))
    found = cache.get(EXTRACTOR, PAGE)
    assert found is not None
    assert (found.status, found.text, found.cost.cached) == (Status.EMPTY, "", True)


@pytest.mark.parametrize("status", [status for status in Status if status.failed])
def test_failures_are_not_kept(tmp_path: Path, status: Status) -> None:
    Cache(tmp_path).put(EXTRACTOR, PAGE, Extraction(status, "", "why", Cost()))
    assert files(tmp_path) == []


def test_a_plug_in_without_a_digest_is_not_kept(tmp_path: Path) -> None:
    Cache(tmp_path).put(replace(EXTRACTOR, digest=""), PAGE, TEXT)
    assert files(tmp_path) == []


def test_every_thing_that_a_text_depends_on_is_in_its_key() -> None:
    variants = {
        key(EXTRACTOR, PAGE),
        key(EXTRACTOR, replace(PAGE, html="<p>قالت")),
        key(EXTRACTOR, replace(PAGE, raw=b"<p>")),
        key(EXTRACTOR, replace(PAGE, url="https://example.org/2")),
        key(EXTRACTOR, replace(PAGE, charset="windows-1256")),
        key(replace(EXTRACTOR, digest="e" * 64), PAGE),
        key(replace(EXTRACTOR, name="yours"), PAGE),
        key(replace(EXTRACTOR, target="/somewhere/mine.py:other"), PAGE),
    }
    assert len(variants) == 8
    moved = replace(EXTRACTOR, target="/elsewhere/mine.py:extract")
    assert key(moved, PAGE) == key(EXTRACTOR, PAGE)


@pytest.mark.parametrize("damage", ["cut", "emptied", "flipped", "extended", "other", "folder"])
def test_a_damaged_file_is_a_miss_and_is_mended(tmp_path: Path, damage: str) -> None:
    cache = Cache(tmp_path)
    cache.put(EXTRACTOR, PAGE, TEXT)
    (file,) = files(tmp_path)
    data = file.read_bytes()
    if damage == "folder":
        file.unlink()
        file.mkdir()
    else:
        flipped = bytearray(data)
        flipped[len(data) // 2] ^= 1
        damaged = {
            "cut": data[:-5],
            "emptied": b"",
            "flipped": bytes(flipped),
            "extended": data + b"x",
            "other": b"x" * 99,
        }
        file.write_bytes(damaged[damage])
    assert cache.get(EXTRACTOR, PAGE) is None
    cache.put(EXTRACTOR, PAGE, TEXT)  # no error, whatever stands there
    if damage != "folder":
        assert cache.get(EXTRACTOR, PAGE) is not None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="ascii")
    cache = Cache(blocked)
    cache.put(EXTRACTOR, PAGE, TEXT)
    assert cache.get(EXTRACTOR, PAGE) is None


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", fail)
    Cache(tmp_path).put(EXTRACTOR, PAGE, TEXT)
    assert files(tmp_path) == []


def test_the_folder_is_the_users_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("LUBB_CACHE", raising=False)
    assert folder(tmp_path / "results") == tmp_path / "results" / "cache"
    monkeypatch.setenv("LUBB_CACHE", "~/mine")
    assert folder(tmp_path / "results") == tmp_path / "mine"
