"""Marks without their pages: to files and back, where the bytes are, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from bench.cli import main
from bench.dom import parse
from bench.errors import BenchError
from bench.gold import corpus
from bench.gold.decode import decode
from bench.gold.detached import DetachedPage, as_json, folder_of, from_json, read, write
from bench.gold.marks import attach, detach, strip
from bench.gold.problems import Problem
from bench.gold.source import GitSource, UrlSource, WarcSource, of_provenance, source_from
from tests.small_sites import write_site

BODY = '<nav data-gold="nav">قائمة</nav><p data-gold="body">نص الخبر</p><!--gold footer-->حقوق<!--/gold-->'
COMMIT = "0123456789abcdef0123456789abcdef01234567"
REAL = Path(__file__).resolve().parents[2] / "shared" / "real"
OURS = corpus.shipped() / "by-reference" / "arabic-real"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not part of this repository")


def through_a_file(marked: bytes) -> bytes:
    """Detached, written, read and attached again."""
    page = DetachedPage("001", detach(marked), UrlSource("https://a.example/"))
    again = from_json("001", as_json(page).encode("ascii"))
    assert again == page
    return attach(strip(marked), again.marks)


def test_every_shipped_page_comes_back_to_the_byte() -> None:
    files = sorted(corpus.shipped().glob("sites/*/*.html"))
    assert len(files) > 300
    for file in files:
        marked = file.read_bytes()
        assert through_a_file(marked) == marked, file


@needs_real
def test_every_real_page_comes_back_to_the_byte_and_its_marks_are_shipped(tmp_path: Path) -> None:
    assert len(list(REAL.glob("sites/*/*.html"))) == 8
    write(REAL, tmp_path)
    for file in sorted(REAL.glob("sites/*/*.html")):
        marked, shipped = file.read_bytes(), (OURS / file.parent.name / f"{file.stem}.json").read_bytes()
        assert through_a_file(marked) == marked
        assert attach(strip(marked), from_json(file.stem, shipped).marks) == marked
        assert (tmp_path / file.parent.name / f"{file.stem}.json").read_bytes() == shipped
        toml = tomllib.loads((OURS / file.parent.name / "site.toml").read_text(encoding="utf-8"))
        source = from_json(file.stem, shipped).source
        assert isinstance(source, GitSource)
        assert toml["provenance"] == f"{source.repository} {source.commit} {source.path}"


@needs_real
def test_no_text_of_a_real_page_is_shipped() -> None:
    """An address may hold words of a title; nothing else may."""
    held = "\n".join(
        re.sub(r'(?m)^url = ".*"$', "", file.read_text(encoding="utf-8")) for file in sorted(OURS.rglob("*.*"))
    )
    assert held.isascii()
    for file in sorted(REAL.glob("sites/*/*.html")):
        root = parse(decode(strip(file.read_bytes()), "utf-8").html)
        assert root is not None
        texts = {" ".join(str(text).split()) for text in root.itertext()}
        assert not [text for text in texts if len(text) > 25 and text in held]


def test_shipped_marks_are_marks_and_sources_are_of_a_commit() -> None:
    problems: list[Problem] = []
    sites = read(OURS, (), problems.append)
    assert not problems
    assert len(sites) == 8
    for site in sites:
        for page in site.pages:
            assert all(not strip(mark) for _, mark in page.marks.inserts)
            assert isinstance(page.source, GitSource)
            assert page.source.address().startswith(f"https://raw.githubusercontent.com/{page.source.repository}/")


def test_what_is_by_reference_is_no_part_of_the_corpus_beside_it(tmp_path: Path) -> None:
    write_site(tmp_path, "qabas", BODY)
    before = corpus.load(tmp_path)
    shutil.copytree(OURS.parent, tmp_path / "by-reference")
    after = corpus.load(tmp_path)
    assert (after.digest, after.gold_digest) == (before.digest, before.gold_digest)


def test_a_corpus_is_detached_without_a_word_of_its_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_site(tmp_path / "c", "qabas", BODY, pages=2)
    write_site(tmp_path / "c", "ufuq", "<p data-gold=body>", pages=0)
    toml = tmp_path / "c/sites/ufuq/site.toml"
    (toml.parent / "001.html").write_text(f"<p>{BODY}", encoding="utf-8")
    toml.write_text(
        f'split = "dev"\nprovenance = "o/r {COMMIT} a/b.html"\n'
        '[pages.001]\nurl = "https://u.example/1"\ntrack = "static"\n'
    )
    assert main(["corpus", "detach", str(tmp_path / "c"), str(tmp_path / "d")]) == 0
    out = capsys.readouterr().out
    assert "2 sites, 3 pages, 12 marks; the bytes are 2 at an address, 1 in a repository" in out
    assert (tmp_path / "d/ufuq/site.toml").read_bytes() == toml.read_bytes()
    value = json.loads((tmp_path / "d/ufuq/001.json").read_bytes())
    assert value["source"] == {"repository": "o/r", "commit": COMMIT, "path": "a/b.html"}
    assert value["inserts"][0] == [7, ' data-gold="nav"']
    assert json.loads((tmp_path / "d/qabas/002.json").read_bytes())["source"] == {"url": "https://a.example/2"}
    for file in (tmp_path / "d").rglob("*.json"):
        assert file.read_text().isascii()


def test_where_the_bytes_are_is_what_is_said_most_exactly(tmp_path: Path) -> None:
    write_site(tmp_path / "c", "qabas", BODY)
    toml = tmp_path / "c/sites/qabas/site.toml"
    record = 'source = {warc = "crawl-data/x.warc.gz", offset = 7, length = 9}\n'
    toml.write_text(f'provenance = "o/r {COMMIT} a.html"\n{toml.read_text()}{record}')
    (site,) = write(tmp_path / "c", tmp_path / "d")
    assert site.pages[0].source == WarcSource("crawl-data/x.warc.gz", 7, 9)
    (site,) = write(tmp_path / "c", tmp_path / "d", at="https://m.example/{site}-{page}.html")
    assert site.pages[0].source == UrlSource("https://m.example/qabas-001.html")
    with pytest.raises(BenchError, match="is one address for all pages"):
        write(tmp_path / "c", tmp_path / "d", at="https://m.example/{page}")


def test_a_page_that_the_corpus_has_no_more_leaves_the_collection(tmp_path: Path) -> None:
    write_site(tmp_path / "c", "qabas", BODY, pages=2)
    write(tmp_path / "c", tmp_path / "d")
    shutil.rmtree(tmp_path / "c")
    write_site(tmp_path / "c", "qabas", BODY)
    (tmp_path / "d/qabas/notes.json").write_text("{}")  # not ours
    write(tmp_path / "c", tmp_path / "d")
    assert [file.name for file in sorted((tmp_path / "d/qabas").iterdir())] == ["001.json", "notes.json", "site.toml"]


def test_addresses() -> None:
    git = GitSource("o/r", COMMIT, "a b/خبر#1.html")
    assert git.address().endswith(f"/o/r/{COMMIT}/a%20b/%D8%AE%D8%A8%D8%B1%231.html")
    assert git.address("http://m:1/").startswith(f"http://m:1/o/r/{COMMIT}/a%20b/")
    lab = source_from({**git.to_json(), "pattern": "https://lab.example/{repository}/-/raw/{commit}/{path}"})
    assert lab.address().startswith(f"https://lab.example/o/r/-/raw/{COMMIT}/a%20b")
    assert source_from(lab.to_json()) == lab
    crawl = WarcSource("crawl-data/a.warc.gz", 0, 1)
    assert crawl.address() == "https://data.commoncrawl.org/crawl-data/a.warc.gz"
    assert crawl.address("http://m:1/x") == "http://m:1/x/crawl-data/a.warc.gz"
    assert UrlSource("https://a.example/p?q=1#f").address("http://m:1") == "http://m:1/p?q=1"
    with pytest.raises(BenchError, match="is a file without an address; say below which address it is"):
        WarcSource("mine.warc", 0, 1).address()
    assert of_provenance("written for Lubb") is None
    assert of_provenance(f"o/r {COMMIT} ../x") is None


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({}, "write {url ="),
        ("https://a.example", "write {url ="),
        ({"url": "file:///etc/passwd"}, "source 'file:///etc/passwd' is no address; begin it with http"),
        ({"url": "https://a.example", "path": "x"}, "write {url ="),
        ({"warc": "../x.warc", "offset": 0, "length": 1}, "path '../x.warc' in a source; write it from the root"),
        ({"warc": "/x.warc", "offset": 0, "length": 1}, "path '/x.warc' in a source"),
        ({"warc": "file:x.warc", "offset": 0, "length": 1}, "source 'file:x.warc' is no address"),
        ({"warc": "x.warc", "offset": -1, "length": 1}, "bytes -1 + 1 of a WARC file"),
        ({"warc": "x.warc", "offset": 0, "length": 0}, "bytes 0 + 0 of a WARC file"),
        ({"warc": "x.warc", "offset": True, "length": 1}, "bytes True + 1 of a WARC file"),
        ({"repository": "o/r", "commit": "main", "path": "x"}, "commit 'main'; write all 40 hex digits"),
        ({"repository": "o/..", "commit": COMMIT, "path": "x"}, "repository 'o/..'; write owner/name"),
        ({"repository": "or", "commit": COMMIT, "path": "x"}, "repository 'or'; write owner/name"),
        ({"repository": "o/r", "commit": COMMIT, "path": "a/../../x"}, "path 'a/../../x' in a source"),
        ({"repository": "o/r", "commit": COMMIT, "path": "a\\x"}, "in a source"),
        ({"repository": "o/r", "commit": COMMIT, "path": "x", "pattern": "https://a/{path}"}, "write a pattern like"),
        ({"repository": "o/r", "commit": COMMIT, "path": "x", "patern": "y"}, "write a pattern like"),
        ({"repository": "o/r", "commit": COMMIT, "path": "x", "pattern": "{commit}{path}"}, "is no address"),
    ],
)
def test_a_source_that_could_not_be_asked_for(source: object, said: str) -> None:
    with pytest.raises(BenchError) as refusal:
        source_from(source)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_source_in_site_toml_that_is_none_has_its_line(tmp_path: Path) -> None:
    write_site(tmp_path, "qabas", BODY)
    toml = tmp_path / "sites/qabas/site.toml"
    toml.write_text(f'{toml.read_text()}source = {{url = "ftp://x"}}\n')
    (problem,) = corpus.survey(tmp_path).problems
    assert problem.where == f"{toml}:5"
    assert "is no address" in problem.what


def collection(folder: Path) -> Path:
    write_site(folder / "c", "qabas", BODY, pages=2)
    write(folder / "c", folder / "d")
    return folder / "d"


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("qabas/001.json", "{", "001.json: broken JSON"),
        ("qabas/001.json", "[" * 100_000, "001.json: broken JSON"),
        ("qabas/001.json", '"\udcff"', "001.json: broken JSON"),
        ("qabas/001.json", "{}", "no detached marks of schema 1; detach the page again, or use a newer Lubb"),
        ("qabas/001.json", None, "001.json: no such file, though site.toml names the page"),
        ("qabas/009.json", "{}", "009.json: page without an entry in site.toml; write [pages.009]"),
        ("qabas/site.toml", "[", "site.toml:1: broken TOML"),
        ("Qabas/site.toml", 'split = "test"', "Qabas: site name 'Qabas'; use a-z"),
    ],
)
def test_what_is_broken_in_a_collection_is_one_line_each(
    tmp_path: Path, file: str, content: str | None, said: str
) -> None:
    path = collection(tmp_path)
    (path / file).parent.mkdir(exist_ok=True)
    if content is None:
        (path / file).unlink()
    else:
        (path / file).write_bytes(content.encode("utf-8", "surrogateescape"))
    problems: list[Problem] = []
    read(path, (), problems.append)
    (problem,) = problems
    assert said in f"{problem.where}: {problem.what}; {problem.mend}"


def test_marks_that_are_none_and_a_digest_that_is_another(tmp_path: Path) -> None:
    path = collection(tmp_path)
    file, toml = path / "qabas/001.json", path / "qabas/site.toml"
    value = json.loads(file.read_bytes())
    toml.write_text(toml.read_text() + f'sha256 = "{"0" * 64}"\n')
    file.write_text(json.dumps({**value, "source": {"url": "x"}}))
    problems: list[Problem] = []
    assert read(path, (), problems.append)[0].pages == ()
    assert [problem.what for problem in problems] == ["source 'x' is no address", "sha256 is not the one in site.toml"]


def test_a_page_whose_name_climbs_out_is_none(tmp_path: Path) -> None:
    path = collection(tmp_path)
    (path / "qabas/001.json").replace(tmp_path / "evil.json")
    toml = path / "qabas/site.toml"
    toml.write_text(toml.read_text().replace("[pages.001]", '[pages."../../evil"]'))
    problems: list[Problem] = []
    (site,) = read(path, (), problems.append)
    assert [page.name for page in site.pages] == ["002"]
    assert problems[0].what == "pages.../../evil: page name '../../evil'"


def test_collections_by_name(tmp_path: Path) -> None:
    assert folder_of("arabic-real") == OURS
    assert folder_of(str(tmp_path)) == tmp_path
    with pytest.raises(BenchError, match="no such collection; write 'arabic-real'"):
        folder_of("arabic-reel")
    with pytest.raises(BenchError, match="no collection; give a folder with SITE"):
        read(tmp_path, (), lambda _: None)
    with pytest.raises(BenchError, match="no site 'qabass'"):
        read(collection(tmp_path), ["qabass"], lambda _: None)


def test_no_corpus_to_detach(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "detach", str(tmp_path / "none"), str(tmp_path / "d")]) == 2
    assert capsys.readouterr().err.endswith("none: holds no marked pages; give a folder with sites/\n")
    write_site(tmp_path, "qabas", "<p>بلا علامة</p>")
    assert main(["corpus", "detach", str(tmp_path), str(tmp_path / "d")]) == 2
    assert "no content on this page" in capsys.readouterr().err
