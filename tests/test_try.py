"""`bench try`: any page, any extractors, which block each kept; and pages over HTTP, whatever a server does."""

from __future__ import annotations

import gzip
import http.server
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from bench.cli import main
from bench.errors import BenchError
from bench.extract.sandbox import probe
from bench.fetch.address import ascii_url
from bench.fetch.page import fetch
from bench.model import Cost, Extraction, Status
from bench.report import compare_texts, side_by_side
from bench.run.one_page import NOWHERE_URL, OnePage, find
from bench.run.plan import ExtractorInfo
from bench.run.side_by_side import Answer
from tests.pages import gold_page
from tests.run_corpus import write_corpus

PLUGINS = """
import re


def whole(page):
    return re.sub(r"<[^>]*>", "\\n", page.html)


def paragraphs(page):
    return "\\n".join(re.findall(r"<p>(.*?)</p>", page.html))


def same(page):
    return paragraphs(page)


def marks(page):
    return "marked" if b"data-gold" in page.raw or "data-gold" in page.html else "clean"


def told(page):
    return page.url + " " + page.charset


def raises(page):
    raise ValueError("no such luck")


def reads(page):
    return open(page.url.removeprefix("https://x.example"), encoding="utf-8").read()
"""
PAGE = """<html><head><meta charset="utf-8"><link rel="canonical" href="https://saved.example/1"></head><body>
<ul><li>الرئيسية</li><li>أخبار</li></ul>
<p>وقال المصدر إن الميناء سيفتح غدا</p><p>وأضاف أن السفن تنتظر منذ يومين</p><p>وختم بالشكر لكل العاملين</p>
<div>جميع الحقوق محفوظة</div></body></html>"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.py").write_text(PLUGINS, encoding="utf-8")
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    return tmp_path


def tried(capsys: pytest.CaptureFixture[str], page: str, *functions: str, options: tuple[str, ...] = ()) -> str:
    named = [word for name in functions for word in ("-x", f"x.py:{name}")]
    assert main(["try", page, *named, *options]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["try", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def answer(name: str, text: str) -> Answer:
    status = Status.OK if text else Status.EMPTY
    return Answer(ExtractorInfo(name, "1.0"), Extraction(status, text, "", Cost(3_000_000, 0, 2_000_000)))


def table(found: compare_texts.Comparison, **options: bool | int) -> list[str]:
    return list(side_by_side.lines(found, **options))  # type: ignore[arg-type]


def test_a_saved_page(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tried(capsys, "page.html", "whole", "paragraphs", "same", "raises")
    rows = [line.split()[:5] for line in out.splitlines()[3:7]]
    assert rows == [
        ["A", "x.whole", "-", "ok", "21"],
        ["B", "x.paragraphs", "-", "ok", "16"],
        ["B", "x.same", "-", "ok", "16"],
        ["x.raises", "-", "exception", "0", rows[3][4]],
    ]
    assert out.splitlines()[0] == f"page.html: {len(PAGE.encode())} bytes, utf-8, 6 blocks of 21 words"
    assert "\naddress: https://saved.example/1\n" in out
    assert "\nx.raises: ValueError: no such luck" in out
    assert "\nrows with one letter gave the same words\n" in out
    assert out.endswith(
        """
✓ kept whole, ~ partly, blank not
A B  words  text
✓        1  الرئيسية
✓        1  أخبار
… 3 blocks of 16 words that all kept …
✓        3  جميع الحقوق محفوظة
"""
    )


def test_a_page_of_a_corpus_shows_what_is_right(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_corpus(here / "corpus", {"akhbar": ("test", 1)})
    out = tried(capsys, "akhbar/001", "whole", "marks", options=("--corpus", "corpus"))
    assert re.search(r"^   extractor .*  P +R +F1$", out, re.MULTILINE)
    head, *rows = out[out.index("A B  gold") :].splitlines()
    assert head == "A B  gold  label            words  text"
    assert rows[0] == "✓          nav                  1  الرئيسية"
    assert [row[5:25].split() for row in rows[2:7]] == [["o", "title"], *[["✓", "body"]] * 4]
    assert "B x.marks: texts that stand nowhere on the page (1)\n    clean\n" in out


def test_a_marked_file_is_read_with_its_site_toml_or_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_corpus(here / "corpus", {"akhbar": ("test", 1)})
    file = here / "corpus/sites/akhbar/001.html"
    listed = find(str(file))
    (here / "alone.html").write_bytes(file.read_bytes())
    alone = find("alone.html")
    assert listed.page.url == "https://akhbar.example/1"
    assert alone.page.url == NOWHERE_URL
    assert (listed.labelled, alone.labelled) == (True, True)
    assert listed.gold.pieces == alone.gold.pieces
    assert listed.page.raw == alone.page.raw
    (here / "broken.html").write_bytes(file.read_bytes().replace(b'"body"', b'"bodi"'))
    assert "unknown label 'bodi'" in refused(capsys, "broken.html", "-x", "x.py:whole")
    assert "leave --charset out" in refused(capsys, str(file), "--charset", "utf-8")
    assert find(str(file), url="https://other.example/").page.url == "https://other.example/"


@pytest.mark.skipif(probe().level == "none", reason="no sandbox works here")
def test_gold_cannot_be_read_from_within(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_corpus(here / "corpus", {"akhbar": ("test", 1)})
    file = here / "corpus/sites/akhbar/001.html"
    out = tried(capsys, str(file), "reads", options=("--url", f"https://x.example{file}"))
    assert "FileNotFoundError" in out


def test_what_all_lost_and_what_all_let_through_is_shown() -> None:
    gold = gold_page(
        ("nav", "بداية القائمة"), ("body", "اول سطر من الخبر\nثاني سطر من الخبر"), ("footer", "كل الحقوق محفوظة هنا")
    )
    found = compare_texts.compare(
        OnePage("made", gold, labelled=True),
        [answer("one", "اول سطر من الخبر\nكل الحقوق محفوظة هنا"), answer("two", "كل الحقوق محفوظة هنا\nغير ذلك كله")],
    )
    assert table(found) == [
        "✓ kept whole, ~ partly, blank not; gold: ✓ content, o may come out, blank must not",
        "A B  gold  label            words  text",
        "✓    ✓     body                 4  اول سطر من الخبر",
        "     ✓     body                 4  ثاني سطر من الخبر",
        "✓ ✓        footer               4  كل الحقوق محفوظة هنا",
        "1 block of 2 words that nobody kept: nav",
        "",
        "B two: texts that stand nowhere on the page (1)",
        "    غير ذلك كله",
    ]
    assert [row[1:] for row in side_by_side.summary(found).rows] == [
        ("one", "1.0", "ok", 8, 3.0, 1.5, 0.5, 0.5, 0.5),
        ("two", "1.0", "ok", 7, 3.0, 1.5, 0.0, 0.0, 0.0),
    ]


def test_partly_repeated_and_full() -> None:
    long = " ".join(f"كلمة{i}" for i in range(30))
    found = compare_texts.compare(
        OnePage("made", gold_page(("body", f"{long}\nسطر اخر قصير هنا")), labelled=False),
        [answer("half", " ".join(long.split()[:15])), answer("twice", f"{long}\n{long}"), answer("silent", "")],
    )
    rows = table(found, width=40)
    assert rows[2:5] == ["~ ✓     30  كلمة0 كلمة1 … كلمة29", "1 block of 4 words that nobody kept", ""]
    assert rows[5:] == [
        "B twice: texts given more often than the page has them (1)",
        "    كلمة0 كلمة1 كلمة2 … كلمة28 كلمة29",
    ]
    full = table(found, full=True, width=40)
    assert full[2:6] == ["~ ✓     30", f"    {long}", "         4", "    سطر اخر قصير هنا"]
    assert [voice.letter for voice in found.voices] == ["A", "B", ""]


def test_a_word_or_two_of_the_page_that_cannot_be_placed_are_not_foreign() -> None:
    page = OnePage("made", gold_page(("body", "اول سطر طويل من هذا الخبر")), labelled=False)
    (voice,) = compare_texts.compare(page, [answer("one", "طويل")]).voices
    assert voice.foreign == ()
    (voice,) = compare_texts.compare(page, [answer("one", "غريب")]).voices
    assert voice.foreign == ("غريب",)


def test_json_and_texts_as_files(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tried(capsys, "page.html", "paragraphs", "raises", options=("--json", "--out", "texts"))
    found = json.loads(out)
    assert found["page"] == {
        "name": "page.html",
        "url": "https://saved.example/1",
        "charset": "utf-8",
        "bytes": len(PAGE.encode()),
        "labelled": False,
    }
    assert [row["status"] for row in found["extractors"]] == ["ok", "exception"]
    assert [block["kept"]["x.paragraphs"] for block in found["blocks"]] == ["not", "not", *["whole"] * 3, "not"]
    assert found["blocks"][0]["label"] is None
    text = (here / "texts" / "x.paragraphs.txt").read_text(encoding="utf-8")
    assert text == found["extractors"][0]["text"]
    assert (here / "texts" / "x.raises.txt").read_text(encoding="utf-8") == ""
    (here / "taken").write_text("")
    assert main(["try", "page.html", "-x", "x.py:paragraphs", "--out", "taken"]) == 2
    assert capsys.readouterr().err == "lubb: taken: cannot be written (File exists); give another folder with --out\n"


def test_standard_input_with_address_and_charset(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = "<p>نص قصير</p>".encode("cp1256")
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(raw)))
    found = find("-", url="https://a.example/", charset="windows-1256")
    assert (found.page.url, found.page.charset, found.page.html) == ("https://a.example/", "cp1256", "<p>نص قصير</p>")
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b" \n")))
    with pytest.raises(BenchError, match="stdin: is empty; give a page"):
        find("-")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["none.html"], "none.html: no such file; give a saved .html, SITE/PAGE of the corpus, an address with"),
        (["."], ".: cannot be read (Is a directory); give a saved .html"),
        (["nowhere/001", "--corpus", "corpus"], "no site 'nowhere'; choose from"),
        (["akhbar/9", "--corpus", "corpus"], "no page 'akhbar/9'; did you mean akhbar/001"),
        (["page.html", "--charset", "klingon"], "unknown charset 'klingon'; write it as a page would"),
        (["page.html", "--url", "there"], "--url there is no address; give it as https://host/path"),
        (["page.html", "-x", "oracle"], "page.html: the oracle reads labels, and this page has none; leave it out"),
        (["page.html", "-x", "trafilatur"], "there is no extractor 'trafilatur'; did you mean trafilatura"),
        (["http://"], "http://: is no address; give it as https://host/path"),
        (["http://a.example:x/"], "http://a.example:x/: is no address ("),
    ],
)
def test_mistakes_are_one_line(here: Path, capsys: pytest.CaptureFixture[str], words: list[str], line: str) -> None:
    write_corpus(here / "corpus", {"akhbar": ("test", 1)})
    said = refused(capsys, *words)
    assert line in said
    assert said.startswith("lubb: ")
    assert said.count("\n") == 1


OVER = threading.Event()


class Server(http.server.BaseHTTPRequestHandler):
    """Answers each path in its own way."""

    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        body, headers, code = PAGE.encode(), {"Content-Type": "text/html"}, 200
        match self.path:
            case "/1256":
                body, headers = "<p>نص</p>".encode("cp1256"), {"Content-Type": "text/html; charset=windows-1256"}
            case "/agent":
                body = (self.headers["User-Agent"] or "").encode()
            case "/moved":
                code, headers = 302, {"Location": "/page"}
            case "/ftp":
                code, headers = 302, {"Location": "ftp://127.0.0.1/x"}
            case "/file":
                code, headers = 302, {"Location": "file:///etc/passwd"}
            case "/round":
                code, headers = 302, {"Location": "/round"}
            case "/pdf":
                headers = {"Content-Type": "application/pdf"}
            case "/big":
                body = b"x" * 3000
            case "/gzip":
                body, headers = gzip.compress(body), {"Content-Encoding": "gzip"}
            case "/bomb":
                body, headers = gzip.compress(b"x" * 100_000), {"Content-Encoding": "gzip"}
            case "/odd":
                headers = {"Content-Encoding": "br"}
            case "/short":
                headers |= {"Content-Length": "99999"}
            case "/silent":
                OVER.wait(60)
            case "/%D8%AE%D8%A8%D8%B1?%D8%B5=1":
                body = "<p>عربي</p>".encode()
            case "/page":
                pass
            case "/drip":
                self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
                while not OVER.wait(0.1):
                    self.wfile.write(b"x")
                return
            case _:
                code = 404
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    class Quiet(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:  # who asked has gone
            pass

    served = Quiet(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    OVER.clear()
    thread.start()
    yield f"http://127.0.0.1:{served.server_address[1]}"
    OVER.set()  # for those who would answer for ever
    served.shutdown()
    served.server_close()
    thread.join()


def test_a_page_over_http(server: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tried(capsys, f"{server}/moved", "told", "paragraphs")
    assert f"address: {server}/page\n" in out
    assert f"    {server}/page utf-8\n" in out
    assert find(f"{server}/1256").page.html == "<p>نص</p>"
    assert find(f"{server}/gzip").page.raw == PAGE.encode()
    assert find(f"{server}/خبر?ص=1").page.html == "<p>عربي</p>"
    assert fetch(f"{server}/agent").raw.startswith(b"Lubb/")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/none", "answered 404 Not Found; save the page"),
        ("/pdf", "is application/pdf, not HTML; give"),
        ("/big", "is over 0.002 MB; give"),
        ("/bomb", "is over 0.002 MB; give"),
        ("/odd", "came compressed as 'br'; save"),
        ("/short", "the connection ended before the page did; check"),
        ("/silent", "timed out after 0.5 s; check"),
        ("/drip", "timed out after 0.5 s; check"),
        ("/ftp", "gave no page (unknown url type: ftp); check"),
        ("/file", "redirects in a circle, too often or to no web address ('file:///etc/passwd')"),
        ("/round", "redirects in a circle, too often or to no web address ('/round')"),
    ],
)
def test_what_a_server_does_wrong_is_one_line(server: str, path: str, line: str) -> None:
    with pytest.raises(BenchError) as refusal:
        fetch(server + path, seconds=0.5, max_bytes=2000)
    assert str(refusal.value).startswith(f"{server}{path}: {line}")
    assert "\n" not in str(refusal.value)


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BenchError, match="cannot be reached"):
        fetch("http://127.0.0.1:1/")

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(BenchError, match="no such host; check the address"):
        fetch("http://nobody.invalid/")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        (
            "https://مثال.example/خبر عاجل?س=1#x",
            "https://xn--mgbh0fb.example/%D8%AE%D8%A8%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84?%D8%B3=1",
        ),
        ("http://a.example:8080", "http://a.example:8080/"),
        ("http://[::1]/%D8%AE", "http://[::1]/%D8%AE"),
    ],
)
def test_addresses_as_they_are_sent(typed: str, sent: str) -> None:
    assert ascii_url(typed) == sent


def test_marks_of_a_fetched_page_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.fetch.page import Fetched
    from bench.run import one_page

    raw = b'<p data-gold="body">x y z</p>'
    got: Callable[[str], Fetched] = lambda url: Fetched(raw, url, None)  # noqa: E731
    monkeypatch.setattr(one_page, "fetch", got)
    found = find("https://a.example/")
    assert (found.page.raw, found.labelled) == (raw, False)
