"""A corpus as a data set: what goes in comes out, for us and for stock `datasets`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.cli import build_parser, main
from bench.errors import BenchError
from bench.gold.corpus import load, survey
from bench.gold.dataset import logical_digests

PAGE = (
    '<html><head><meta charset="windows-1256"></head><body>'
    '<nav data-gold="nav" data-trap="menu">قائمة</nav><p data-gold="body">نص أول</p>'
    '<p data-gold="read_also">اقرأ أيضا</p><p data-gold="body">نص ثان {}</p></body></html>'
)


def make(folder: Path, more: str = "") -> Path:
    for site, split in (("a-site", "dev"), ("b-site", "test")):
        place = folder / "sites" / site
        place.mkdir(parents=True, exist_ok=True)
        toml = f'name = "x"\nfamily = "made"\nsplit = "{split}"\n'
        for name in ("001", "002"):
            (place / f"{name}.html").write_bytes(PAGE.format(f"{site} {name}{more}").encode("cp1256"))
            toml += f'[pages.{name}]\nurl = "https://{site}.example/{name}"\ntrack = "static"\ntraps = ["a", "b"]\n'
        (place / "site.toml").write_text(toml, encoding="utf-8")
    return folder


def build(corpus: Path, to: Path) -> None:
    args = build_parser().parse_args(["corpus", "build", "--corpus", str(corpus), "--to", str(to)])
    assert args.call(args) == 0


@pytest.fixture
def built(tmp_path: Path) -> Path:
    build(make(tmp_path / "corpus"), tmp_path / "built")
    return tmp_path / "built"


def test_a_built_corpus_reads_as_the_one_it_was_made_of(tmp_path: Path, built: Path) -> None:
    before, after = load(tmp_path / "corpus"), load(built)
    assert after.pages == before.pages
    assert (after.digest, after.gold_digest) == (before.digest, before.gold_digest)
    assert [page.id for page in load(built, ["b-site"]).pages] == ["b-site/001", "b-site/002"]
    assert survey(built).problems == []
    with pytest.raises(BenchError, match="no site 'c-site'"):
        load(built, ["c-site"])


def test_builds_are_alike_and_their_digest_is_of_the_rows(tmp_path: Path, built: Path) -> None:
    build(tmp_path / "corpus", tmp_path / "again")
    assert logical_digests(built) == logical_digests(tmp_path / "again")
    assert (built / "README.md").read_bytes() == (tmp_path / "again/README.md").read_bytes()
    assert f"rows {logical_digests(built)['b-site']}" in (built / "README.md").read_text(encoding="utf-8")
    build(make(tmp_path / "corpus", " changed"), built)
    assert logical_digests(built) != logical_digests(tmp_path / "again")


def test_a_data_set_is_not_built_from_a_data_set(
    tmp_path: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["corpus", "build", "--corpus", str(built), "--to", str(tmp_path / "again")]) == 2
    assert capsys.readouterr().err.endswith(
        "holds no marked pages; give a folder with sites/; a data set is built already\n"
    )


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path, built: Path) -> None:
    (built / "mine.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(BenchError, match=r"holds mine.txt; name an empty folder with --to"):
        build(tmp_path / "corpus", built)
    assert (built / "mine.txt").is_file()
    assert len(load(built).pages) == 4


def test_broken_files_are_one_line(tmp_path: Path, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (built / "data/a-site/dev.parquet").write_bytes(b"PAR1")
    assert main(["corpus", "validate", "--corpus", str(built)]) == 2
    error = capsys.readouterr().err
    assert "dev.parquet: cannot be read" in error
    assert error.count("\n") == 1


STOCK = """
import json, sys
from datasets import load_dataset
found = load_dataset(sys.argv[1], sys.argv[2])
row = next(iter(found.values()))[0]
print(json.dumps({
    "splits": {name: len(rows) for name, rows in found.items()},
    "id": row["id"], "raw": row["raw"].decode("cp1256"), "text": row["text"], "traps": row["traps"],
    "regions": row["regions"],
}))
"""


def stock(folder: Path, config: str, cache: Path) -> dict[str, object]:
    """What the library itself reads, in a process of its own, from folder and into a cache that tests share."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", STOCK, str(folder), config],
        capture_output=True,
        text=True,
        check=False,
        env={"HF_DATASETS_CACHE": str(cache), "HF_HOME": str(cache), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"},
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_stock_datasets_reads_it_and_never_serves_what_an_earlier_folder_held(tmp_path: Path, built: Path) -> None:
    cache = tmp_path / "cache"
    first = stock(built, "all", cache)
    assert first["splits"] == {"dev": 2, "test": 2}
    assert first["id"] == "a-site/001"
    assert "data-gold" not in str(first["raw"])
    assert first["text"] == "قائمة\nنص أول\nاقرأ أيضا\nنص ثان a-site 001"
    regions = first["regions"]
    assert isinstance(regions, list)
    assert regions[0] == {
        "label": "nav",
        "group": "boilerplate",
        "traps": ["menu"],
        "pieces": [{"start": 0, "end": 5, "text": "قائمة"}],
    }
    pieces = [piece for region in regions for piece in region["pieces"]]
    assert len(pieces) == 4
    assert all(str(first["text"])[piece["start"] : piece["end"]] == piece["text"] for piece in pieces)
    assert stock(built, "b-site", cache)["splits"] == {"test": 2}
    # A second clone of the same repository with other rows, then the first folder itself changed.
    clone = tmp_path / "clone" / "built"
    build(make(tmp_path / "other", " cloned"), clone)
    assert str(stock(clone, "all", cache)["text"]).endswith("001 cloned")
    shutil.rmtree(built)
    build(make(tmp_path / "corpus", " changed"), built)
    assert str(stock(built, "all", cache)["text"]).endswith("001 changed")


def test_a_name_of_the_hub_that_cannot_be_had_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    done = subprocess.run(
        [sys.executable, "-m", "bench", "corpus", "stats", "--corpus", "nobody/nothing"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "nobody/nothing: no folder of that name, and the Hub gives no data set" in done.stderr
    assert done.stderr.count("\n") == 1
