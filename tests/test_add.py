"""A page from the web, a saved file or a WARC record becomes a page of a corpus, to the byte and without a mark."""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.cli import main
from bench.errors import BenchError
from bench.gold.corpus import load, survey
from bench.gold.detached import read, write
from bench.gold.marks import sha256
from bench.gold.pull import How, Manner, pull
from bench.gold.source import WarcSource
from bench.gold.whole import write_whole
from tests.loopback import Answer, Loopback, serving
from tests.warcs import Visit, warc

PAGE = '<html><head><link rel="canonical" href="https://a.example/خبر"></head><body><p>نص الخبر</p><p>ثان</p>'
SITE = "mine/sites/qabas"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def server() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback


def add(*words: str, site: str = SITE) -> dict[str, Any]:
    """The pages of site.toml after a page was added."""
    assert main(["corpus", "add", words[0], site, *words[1:]]) == 0
    pages: dict[str, Any] = tomllib.loads(Path(site, "site.toml").read_text(encoding="utf-8"))["pages"]
    return pages


def test_a_saved_page(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = add("page.html")
    raw = PAGE.encode()
    assert pages == {"001": {"url": "https://a.example/خبر", "track": "static", "sha256": sha256(raw)}}
    assert Path(SITE, "001.html").read_bytes() == raw
    out = capsys.readouterr().out
    assert f"{SITE}/001.html: {len(raw)} bytes, read as utf-8 (HTTP said nothing); https://a.example/خبر" in out
    assert "2 blocks of text without a mark, 11 characters" in out
    assert "python -m bench corpus validate --corpus mine --site qabas lists them" in out
    assert main(["corpus", "validate", "--corpus", "mine"]) == 1
    out = capsys.readouterr().out
    assert out.count("note: unlabelled text") == 2
    assert "001.html: problem: no content on this page; label the article's text" in out
    assert "2 notes" in out
    file = Path(SITE, "001.html")
    file.write_text(PAGE.replace("<p>", '<p data-gold="body">'), encoding="utf-8")
    assert load(Path("mine")).pages[0].page.raw == raw


def test_a_site_toml_grows_and_keeps_what_it_says(here: Path) -> None:
    Path(SITE).mkdir(parents=True)
    toml = Path(SITE, "site.toml")
    before = '# mine\nname = "قبس"\nsplit = "dev"\n\n[pages.007]\nurl = "https://a.example/7"\ntrack = "static"'
    toml.write_text(before, encoding="utf-8")
    pages = add("page.html", "--charset", "Windows-1256", "--url", 'https://a.example/"\\x', "--track", "no-article")
    assert toml.read_text(encoding="utf-8").startswith(before + "\n\n[pages.008]\n")
    assert pages["008"]["url"] == 'https://a.example/"\\x'
    assert (pages["008"]["http_charset"], pages["008"]["track"]) == ("Windows-1256", "no-article")
    assert set(add("page.html", "--name", "home")) == {"007", "008", "home"}


def test_from_the_web_with_the_charset_that_http_named(here: Path, server: Loopback) -> None:
    raw = "<p>نص بلا إعلان</p>".encode("cp1256")
    server.routes["/old"] = Answer(status=302, headers={"Location": "/new"})
    server.routes["/new"] = Answer(raw, headers={"Content-Type": "text/html; charset=Windows-1256"})
    server.routes["/gz"] = Answer(gzip.compress(raw), headers={"Content-Encoding": "gzip"})
    pages = add(f"{server.url}/old", "--split", "dev")
    assert pages["001"]["url"] == f"{server.url}/new"
    assert pages["001"]["http_charset"] == "windows-1256"
    assert Path(SITE, "001.html").read_bytes() == raw
    assert tomllib.loads(Path(SITE, "site.toml").read_text())["split"] == "dev"
    assert "http_charset" not in add(f"{server.url}/gz")["002"]
    assert Path(SITE, "002.html").read_bytes() == raw


def test_a_record_of_a_warc_file_can_be_detached_and_pulled_again(here: Path, server: Loopback) -> None:
    raw = PAGE.encode("cp1256")
    made = warc(
        [
            Visit("https://a.example/1", raw, "text/html; charset=windows-1256"),
            Visit("https://a.example/2", gzip.compress(raw), headers={"Content-Encoding": "gzip"}),
        ]
    )
    Path("x.warc.gz").write_bytes(made.data)
    server.routes["/a/x.warc.gz"] = Answer(made.data)
    offset, length = made.span(0)
    pages = add(f"x.warc.gz:{offset}")
    assert pages["001"]["url"] == "https://a.example/1"
    assert pages["001"]["http_charset"] == "windows-1256"
    assert pages["001"]["source"] == {"warc": "x.warc.gz", "offset": offset, "length": length}
    offset, length = made.span(1)
    url = f"{server.url}/a/x.warc.gz"
    assert add(f"{url}:{offset}:{length}")["002"]["source"] == {"warc": url, "offset": offset, "length": length}
    for name in ("001", "002"):
        assert Path(SITE, f"{name}.html").read_bytes() == raw
        Path(SITE, f"{name}.html").write_bytes(raw.replace(b"<p>", b'<p data-gold="body">'))
    (site,) = write(Path("mine"), Path("d"))
    assert isinstance(site.pages[0].source, WarcSource)
    sites = read(Path("d"), (), lambda _: None)
    refused, fine = pull(sites, Path("out"), Manner())
    assert "x.warc.gz is a file without an address; say below which address it is, with --base" in refused.why
    assert fine.how is How.PULLED
    server.routes["/x.warc.gz"] = server.routes["/a/x.warc.gz"]
    assert [each.how for each in pull(sites, Path("out"), Manner(server.url))] == [How.PULLED, How.KEPT]
    assert Path("out/sites/qabas/001.html").read_bytes() == Path(SITE, "001.html").read_bytes()


def test_a_warc_file_with_one_page_and_with_several(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = [Visit("https://a.example/x.pdf", b"pdf", "application/pdf"), Visit("https://a.example/1", PAGE.encode())]
    Path("one.warc").write_bytes(warc(one, packed=False).data)
    assert add("one.warc")["001"]["url"] == "https://a.example/1"
    several = warc([Visit(f"https://a.example/{n}", PAGE.encode()) for n in range(2, 9)])
    Path("several.warc.gz").write_bytes(several.data)
    assert main(["corpus", "add", "several.warc.gz", SITE]) == 2
    err = capsys.readouterr().err
    assert f"holds several pages; give the offset of one: :{several.offsets[0]} https://a.example/2, " in err
    assert err.rstrip().endswith("https://a.example/6, …")
    Path("none.warc").write_bytes(warc([]).data)
    assert main(["corpus", "add", "none.warc", SITE]) == 2
    assert "holds no HTML page" in capsys.readouterr().err


def test_where_a_page_says_its_address(here: Path) -> None:
    for number, head in enumerate(
        (
            '<meta property="og:url" content="https://a.example/0"><link rel="canonical" href="/relative">',
            "<!-- saved from url=(0021)https://a.example/1 -->",
            '<link rel="Shortlink Canonical" href="https://a.example/2">',
        )
    ):
        Path("p.html").write_text(f"{head}<p>نص</p>", encoding="utf-8")
        assert add("p.html")[f"00{number + 1}"]["url"] == f"https://a.example/{number}"


BOMB = gzip.compress(b"<p>x</p>" * 300_000)


@pytest.mark.parametrize(
    ("page", "options", "said"),
    [
        (None, (), "lubb: p.html: no such file; give an address, a saved .html, or a WARC file with an offset"),
        (b"", (), "p.html: is empty; give a page"),
        (b"<p>x", (), "p.html: does not say its address; give it with --url"),
        (b"<script>1</script>", ("--url", "https://a.example/"), "p.html: holds no text"),
        (b'<p data-gold="body">x', ("--url", "https://a.example/"), "p.html: the page itself holds 'data-gold=\"'"),
        (bytes(range(128, 256)) * 9, ("--url", "https://a.example/"), "p.html: decodes in no charset"),
        (BOMB, ("--max-mb", "1"), "p.html: is over 1 MB"),
        (b"x" * 1_000_001, ("--max-mb", "1"), "p.html: is over 1 MB; give a single page"),
        (BOMB[:-20], (), "p.html: is gzip that was cut off"),
        (b'<link rel="canonical" href="https://["><p>x', (), "p.html: does not say its address; give it with --url"),
        (b'<link rel="canonical" href="https://"><p>x', (), "p.html: does not say its address; give it with --url"),
        (b"<p>x", ("--url", "https://["), "--url https://[ is no address; give it as https://"),
        (b"<p>x", ("--url", "ftp://a.example/"), "--url ftp://a.example/ is no address; give it as https://"),
        (b"<p>x", ("--charset", "utf-88"), "unknown charset 'utf-88'"),
        (b"<p>x", ("--track", "statics"), "--track statics; give one of static, script, no-article"),
        (b"<p>x", ("--split", "train"), "--split train; give one of dev, test"),
        (PAGE.encode(), ("--name", "../../evil"), "page name '../../evil'; use a-z, 0-9, - and _ only"),
        (PAGE.encode(), ("--name", "001"), "page '001' is there already; give another --name, or none"),
        (b"<p>x", ("--url", "https://a.example/1"), "https://a.example/1 is there already, as qabas/001"),
    ],
)
def test_what_cannot_be_added_is_one_line_and_changes_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], page: bytes | None, options: tuple[str, ...], said: str
) -> None:
    add("page.html", "--url", "https://a.example/1")
    before = {file: file.read_bytes() for file in Path("mine").rglob("*") if file.is_file()}
    if page is not None:
        Path("p.html").write_bytes(page)
    capsys.readouterr()
    assert main(["corpus", "add", "p.html", SITE, *options]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert {file: file.read_bytes() for file in Path("mine").rglob("*") if file.is_file()} == before


def test_a_page_whose_entry_cannot_be_written_is_not_left_behind(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, data: bytes) -> None:
        if path.suffix == ".toml":
            raise BenchError("cannot be written (No space left on device)", where=str(path), mend="make room")
        write_whole(path, data)

    monkeypatch.setattr("bench.gold.added.write_whole", full)
    assert main(["corpus", "add", "page.html", SITE]) == 2
    assert "No space left" in capsys.readouterr().err
    assert not list(Path(SITE).iterdir())


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("/gone", "answered 404"),
        ("/pdf", "is application/pdf, not HTML"),
        ("/bomb", "is over 1 MB"),
        ("/x.warc.gz", "is a WARC file on the web; give a record of it, as URL:OFFSET:LENGTH"),
        ("/x.warc.gz:0:9", "no whole WARC record at byte 0"),
    ],
)
def test_what_a_server_does_not_give(
    here: Path, server: Loopback, capsys: pytest.CaptureFixture[str], what: str, said: str
) -> None:
    server.routes["/pdf"] = Answer(b"x", headers={"Content-Type": "application/pdf"})
    server.routes["/bomb"] = Answer(BOMB, headers={"Content-Encoding": "gzip"})
    server.routes["/x.warc.gz"] = Answer(warc([Visit("https://a.example/", b"x")]).data)
    assert main(["corpus", "add", server.url + what, SITE, "--max-mb", "1"]) == 2
    assert said in capsys.readouterr().err
    assert not Path("mine").exists()


def test_a_folder_that_is_none_of_a_site_and_a_site_toml_with_faults(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("mine/qabas", "mine/sites/Qabas 24"):
        assert main(["corpus", "add", "page.html", folder]) == 2
        assert "is no folder of a site; give one like my-corpus/sites/qabas" in capsys.readouterr().err
    Path(SITE).mkdir(parents=True)
    for text, said in (("split = 1\n", "site.toml:1: split = 1"), ("[", "site.toml:1: broken TOML")):
        Path(SITE, "site.toml").write_text(text)
        assert main(["corpus", "add", "page.html", SITE]) == 2
        assert said in capsys.readouterr().err
        assert Path(SITE, "site.toml").read_text() == text
    assert not survey(Path("mine")).pages
