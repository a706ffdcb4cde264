"""Pages brought together with their marks from a server that does all that servers do; and WARC files."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import random
import shutil
import ssl
import threading
import time
import tomllib
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import formatdate
from pathlib import Path

import pytest

from bench.cli import main
from bench.errors import BenchError
from bench.fetch import warc as warcs
from bench.fetch.address import Span
from bench.fetch.manners import LeftAlone, Manners, Stopped
from bench.fetch.patient import Patience, get
from bench.fetch.unpack import PackedError, TooBigError, unpacked
from bench.gold import corpus
from bench.gold.detached import read, write
from bench.gold.marks import strip
from bench.gold.pull import How, Manner, Outcome, only, pull
from bench.gold.whole import write_whole
from tests.loopback import Answer, Handler, Loopback, serving
from tests.small_sites import write_site
from tests.warcs import Visit, warc

BODY = '<nav data-gold="nav">قائمة</nav><p data-gold="body">نص الخبر رقم {}</p>'
REAL = Path(__file__).resolve().parents[2] / "shared" / "real"
QUICK = Patience(retries=2, first_s=0.001, seconds=5)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback


@pytest.fixture
def made(tmp_path: Path, server: Loopback) -> Path:
    """A folder with a corpus `c` of two sites and its collection `d`, whose pages the server serves."""
    write_site(tmp_path / "c", "qabas", BODY.format(1), pages=2)
    write_site(tmp_path / "c", "ufuq", BODY.format(2))
    toml = tmp_path / "c/sites/ufuq/site.toml"
    toml.write_text(toml.read_text().replace("a.example", "b.example"))
    write(tmp_path / "c", tmp_path / "d", at=server.url + "/{site}/{page}")
    for file in tmp_path.glob("c/sites/*/*.html"):
        server.routes[f"/{file.parent.name}/{file.stem}"] = Answer(strip(file.read_bytes()))
    return tmp_path


def manner(patience: Patience = QUICK, base: str = "", jobs: int = 4) -> Manner:
    return Manner(base, jobs, patience, Manners(at_once=4, pause_s=0))


def pulled(folder: Path, **more: Patience | str | int) -> list[Outcome]:
    problems: list[object] = []
    outcomes = pull(read(folder / "d", (), problems.append), folder / "out", manner(**more))  # type: ignore[arg-type]
    assert not problems
    return outcomes


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def got(server: Loopback, path: str, patience: Patience = QUICK, span: Span | None = None) -> bytes:
    return get(server.url + path, patience, Manners(pause_s=0), span)


# From a collection to a corpus


def test_pages_and_marks_come_together_to_the_byte_and_what_is_there_is_kept(made: Path, server: Loopback) -> None:
    assert {outcome.how for outcome in pulled(made)} == {How.PULLED}
    assert files(made / "out") == files(made / "c")
    assert corpus.load(made / "out").gold_digest == corpus.load(made / "c").gold_digest
    (made / "out/sites/qabas/002.html").unlink()
    asked = len(server.asked)
    assert [outcome.how for outcome in pulled(made)] == [How.KEPT, How.PULLED, How.KEPT]
    assert len(server.asked) == asked + 1
    assert files(made / "out") == files(made / "c")


def test_a_page_that_has_changed_or_is_gone_is_refused_by_name_and_the_rest_is_a_corpus(
    made: Path, server: Loopback, capsys: pytest.CaptureFixture[str]
) -> None:
    server.routes["/qabas/001"] = Answer("<p>نص آخر".encode())
    del server.routes["/ufuq/001"]
    words = ["corpus", "pull", str(made / "d"), str(made / "out"), "--pause", "0", "--retries", "0"]
    assert main(words) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("qabas/001: has changed at its source (sha256 ")
    assert out[0].endswith("its marks fit no other bytes; look for the page elsewhere")
    assert f"ufuq/001: answered 404 Not Found ({server.url}/ufuq/001); it is gone" in out[1]
    assert out[2] == f"{made / 'out'}: 3 pages: 1 pulled, 0 there before, 2 refused"
    assert set(files(made / "out")) == {"sites/qabas/002.html", "sites/qabas/site.toml"}
    assert [page.id for page in corpus.load(made / "out").pages] == ["qabas/002"]
    server.routes |= {
        path: Answer(strip((made / f"c/sites{path}.html").read_bytes())) for path in ("/qabas/001", "/ufuq/001")
    }
    assert main(words) == 0
    assert files(made / "out") == files(made / "c")


def test_a_broken_entry_is_told_and_counts_as_a_failure(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (made / "d/ufuq/001.json").write_text("{")
    assert main(["corpus", "pull", str(made / "d"), str(made / "out"), "--pause", "0"]) == 1
    out = capsys.readouterr().out
    assert "ufuq/001.json: broken JSON" in out
    assert "2 pages: 2 pulled, 0 there before, 0 refused, 1 entry is broken" in out


def test_pulled_and_scored_with_one_command(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(made)
    words = ["corpus", "pull", "d", "out", "--pause", "0", "--run"]
    assert main([*words, "--extractor", "everything"]) == 0
    assert "Leaderboard: 3 pages of 2 sites" in capsys.readouterr().out
    shutil.rmtree("out")
    with pytest.raises(SystemExit):
        main([*words, "--nonsense"])
    assert not Path("out").exists()


def test_what_stands_there_already_is_not_written_over(made: Path, server: Loopback) -> None:
    pulled(made)
    edited = made / "out/sites/qabas/001.html"
    edited.write_bytes(edited.read_bytes().replace(b'"nav"', b'"footer"'))
    (first, *others) = pulled(made)
    assert "is there, but another page or with other marks; move it away" in first.why
    assert all(outcome.how is How.KEPT for outcome in others)
    assert b'"footer"' in edited.read_bytes()
    assert corpus.load(made / "out").pages
    toml = made / "out/sites/ufuq/site.toml"
    toml.write_text(toml.read_text().replace('"test"', '"dev"'))
    assert "site.toml is not of this collection; pull into another folder" in pulled(made)[2].why
    assert '"dev"' in toml.read_text()


def test_nothing_is_written_outside_of_the_folder(made: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (made / "out/sites").mkdir(parents=True)
    (made / "out/sites/ufuq").symlink_to(tmp_path / "elsewhere")
    assert "leads out of" in pulled(made)[2].why
    assert not list((tmp_path / "elsewhere").iterdir())
    with pytest.raises(BenchError, match="is in the corpus that comes with Lubb"):
        pull([], corpus.shipped() / "sites", manner())
    with pytest.raises(BenchError, match="is no folder"):
        pull([], made / "d/ufuq/001.json", manner())


def test_a_collection_whose_inserts_are_no_marks_is_refused(made: Path) -> None:
    file = made / "d/ufuq/001.json"
    file.write_text(json.dumps({**json.loads(file.read_bytes()), "inserts": [[3, "<script>"]]}))
    assert "is no mark" in pulled(made)[2].why
    assert not (made / "out/sites/ufuq").exists()


def test_stopped_in_the_middle_what_came_is_a_corpus(made: Path, server: Loopback) -> None:
    def told(outcome: Outcome) -> None:
        raise KeyboardInterrupt

    server.routes["/qabas/002"] = lambda _: time.sleep(0.5)
    with pytest.raises(KeyboardInterrupt):
        pull(read(made / "d", ["qabas"], lambda _: None), made / "out", manner(jobs=1), told)
    assert [page.id for page in corpus.load(made / "out").pages] == ["qabas/001"]
    assert not list((made / "out").rglob("*.part"))


def test_nothing_is_written_any_more_when_a_pull_has_ended(made: Path, server: Loopback) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def late(handler: Handler) -> None:
        asked.set()
        assert go_on.wait(30)
        handler.give(Answer(strip((made / "c/sites/qabas/002.html").read_bytes())), server.asked[-1])

    def told(outcome: Outcome) -> None:
        assert asked.wait(30)
        raise KeyboardInterrupt

    server.routes["/qabas/002"] = late
    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        pull(read(made / "d", ["qabas"], lambda _: None), made / "out", manner(), told)
    there = files(made / "out")
    go_on.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
    assert files(made / "out") == there
    assert set(there) == {"sites/qabas/001.html", "sites/qabas/site.toml"}


def test_a_pull_that_was_killed_goes_on(made: Path, server: Loopback) -> None:
    """Killed between a page and its site.toml, in the middle of a page, and before anything."""
    pulled(made)
    asked = len(server.asked)
    (made / "out/sites/qabas/site.toml").unlink()
    (made / "out/sites/qabas/002.html").rename(made / "out/sites/qabas/.002.html.1.part")
    (made / "out/sites/qabas/.002.html.1.part").write_bytes(b"half")
    shutil.rmtree(made / "out/sites/ufuq")
    assert [outcome.how for outcome in pulled(made)] == [How.KEPT, How.PULLED, How.PULLED]
    assert len(server.asked) == asked + 2
    assert corpus.load(made / "out").gold_digest == corpus.load(made / "c").gold_digest


def test_what_was_pulled_gives_the_same_collection_again(made: Path, server: Loopback) -> None:
    pulled(made)
    write(made / "out", made / "again", at=server.url + "/{site}/{page}")
    assert files(made / "again") == files(made / "d")


def test_what_cannot_be_read_or_written_is_refused_by_name(made: Path) -> None:
    (made / "out/sites/ufuq/001.html").mkdir(parents=True)
    first, second, third = pulled(made)
    assert (first.how, second.how) == (How.PULLED, How.PULLED)
    assert third.why.startswith("ufuq/001: ")
    assert "001.html cannot be read (Is a directory); take it away" in third.why
    with pytest.raises(BenchError, match=r"001\.html: cannot be written \(Is a directory\); make room"):
        write_whole(made / "out/sites/ufuq/001.html", b"x")
    assert not list(made.rglob("*.part"))


def test_base_and_files_that_are_kept_compressed(made: Path, server: Loopback) -> None:
    write(made / "c", made / "d")  # at https://a.example/1 and so on
    for number, name in ((1, "qabas/001"), (2, "qabas/002")):
        page = strip((made / f"c/sites/{name}.html").read_bytes())
        server.routes[f"/{number}"] = Answer(gzip.compress(page))
    sites = read(made / "d", ["qabas"], lambda _: None)
    assert [each.how for each in pull(sites, made / "out", manner(base=server.url))] == [How.PULLED] * 2
    shutil.rmtree(made / "out")
    server.routes["/1"] = Answer(gzip.compress(b"x" * 9_000_000))
    small = Patience(max_bytes=1_000_000)
    refused, fine = pull(sites, made / "out", manner(small, base=server.url))
    assert "qabas/001: is over 1 MB" in refused.why
    assert fine.how is How.PULLED


def test_records_of_a_warc_file(made: Path, server: Loopback) -> None:
    names = ["qabas/001", "qabas/002", "ufuq/001"]
    visits = [Visit("https://a.example/", strip((made / f"c/sites/{name}.html").read_bytes())) for name in names]
    visits[1].body, visits[1].headers = gzip.compress(visits[1].body), {"Content-Encoding": "gzip"}
    crawl = warc(visits)
    server.routes["/crawl-data/x.warc.gz"] = Answer(crawl.data)
    for number, name in enumerate(names):
        file = made / f"d/{name}.json"
        offset, length = crawl.span(number)
        source = {"warc": "crawl-data/x.warc.gz", "offset": offset, "length": length - 40 * (number == 2)}
        file.write_text(json.dumps({**json.loads(file.read_bytes()), "source": source}))
    first, second, third = pulled(made, base=server.url)
    assert (first.how, second.how) == (How.PULLED, How.PULLED)
    assert third.why.startswith("ufuq/001: ends after ")
    assert (made / "out/sites/qabas/001.html").read_bytes() == (made / "c/sites/qabas/001.html").read_bytes()
    assert {asked.range for asked in server.asked} >= {f"bytes={crawl.offsets[0]}-{crawl.offsets[1] - 1}"}


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not part of this repository")
def test_the_real_pages_by_reference(tmp_path: Path, server: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    for file in REAL.glob("sites/*/site.toml"):
        repository, commit, path = tomllib.loads(file.read_text(encoding="utf-8"))["provenance"].split(" ", 2)
        page = strip((file.parent / "001.html").read_bytes())
        packed = gzip.compress(page) if path.endswith(".gz") else page
        server.routes[f"/{repository}/{commit}/{path}"] = Answer(packed)
    words = ["corpus", "pull", "arabic-real", str(tmp_path / "out"), "--base", server.url, "--pause", "0"]
    assert main(words) == 0
    assert "8 pages: 8 pulled, 0 there before, 0 refused" in capsys.readouterr().out
    for file in REAL.glob("sites/*/001.html"):
        assert (tmp_path / "out" / file.relative_to(REAL)).read_bytes() == file.read_bytes()
    assert corpus.load(tmp_path / "out").gold_digest == corpus.load(REAL).gold_digest


def test_a_site_toml_with_fewer_pages() -> None:
    toml = b'name = "x"\n\n[pages.001]\nurl = "u"\ntraps = [\n  "a",\n]\n\n[ pages."002" ]\nurl = "[v]"\n# end\n'
    assert only(toml, {"001", "002"}) == toml
    assert only(toml, {"002"}) == b'name = "x"\n\n[ pages."002" ]\nurl = "[v]"\n# end\n'
    assert only(toml, {"001"}) == toml[: toml.index(b"[ pages")]
    below = b'[pages.a]\nurl = "u"\n[pages.a.source]\nurl = "w"\n[[pages.a.gold]]\nlabel = "x"\n[pages.b]\nurl = "v"\n'
    assert only(below, {"b"}) == b'[pages.b]\nurl = "v"\n'
    assert only(below, {"a"}) == below[: below.index(b"[pages.b")]
    odd = b'pages = {a = {url = "u"}, b = {url = "v"}}\n'
    assert only(odd, {"a"}) == odd


# A file over HTTP


def test_a_broken_connection_is_continued_where_it_ended(server: Loopback) -> None:
    body = bytes(range(256)) * 1000
    first = Answer(body, headers={"ETag": '"1"'}, cut=100_000)
    server.routes["/x"] = [first, Answer(body, headers={"ETag": '"1"'})]
    assert got(server, "/x") == body
    assert [asked.range for asked in server.asked] == ["", "bytes=100000-"]
    assert server.asked[1].if_range == '"1"'
    # Another version by now: all of it comes anew. One that knows no ranges: the same.
    server.routes["/y"] = [first, Answer(body[::-1], headers={"ETag": '"2"'})]
    assert got(server, "/y") == body[::-1]
    server.routes["/z"] = [first, Answer(body, ranges=False)]
    assert got(server, "/z") == body
    # It has become shorter.
    server.routes["/s"] = [Answer(body, cut=1000), Answer(b"short"), Answer(b"short")]
    assert got(server, "/s") == b"short"


def test_a_connection_that_always_breaks_is_given_up(server: Loopback) -> None:
    server.routes["/x"] = Answer(b"x" * 100, cut=0)
    with pytest.raises(
        BenchError, match=r"the connection ended before the page did \(asked 3 times\); try again later"
    ):
        got(server, "/x")
    server.routes["/y"] = Answer(b"x" * 100, cut=3)
    with pytest.raises(BenchError, match="asked 3 times"):
        got(server, "/y")
    assert server.times("/y") == 3


def test_a_server_that_always_begins_anew_is_given_up_too(server: Loopback) -> None:
    body = b"x" * 300_000
    short, long = (Answer(body, ranges=False, cut=cut) for cut in (70_000, 200_000))
    server.routes["/x"] = [*[long, short] * 10, Answer(status=404)]
    with pytest.raises(BenchError, match="asked 3 times"):
        got(server, "/x")


def test_a_server_that_gives_less_than_was_asked_for_is_asked_for_the_rest(server: Loopback) -> None:
    body = bytes(range(256)) * 1000

    def part(handler: Handler) -> None:
        start = int(handler.headers.get("Range", "bytes=0-")[6:].split("-")[0])
        piece = body[start : start + 100_000]
        said = f"bytes {start}-{start + len(piece) - 1}/{len(body)}"
        handler.give(Answer(piece, 206, {"Content-Range": said}), server.asked[-1])

    server.routes["/x"] = part
    assert got(server, "/x") == body
    assert got(server, "/x", span=Span(7, 150_000)) == body[7:150_007]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_is_asked_again(server: Loopback, status: int) -> None:
    server.routes["/x"] = [Answer(status=status), Answer(b"fine")]
    assert got(server, "/x") == b"fine"
    server.routes["/y"] = Answer(status=status)
    with pytest.raises(BenchError, match=rf"answered {status} .* \(asked 3 times\)"):
        got(server, "/y")


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
def test_what_is_gone_is_asked_for_once(server: Loopback, status: int) -> None:
    server.routes["/x"] = Answer(status=status)
    with pytest.raises(BenchError, match=f"answered {status}"):
        got(server, "/x")
    assert server.times("/x") == 1


def test_who_cannot_show_a_certificate_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def connect(*_: object) -> None:
        asked.append(1)
        raise ssl.SSLCertVerificationError(1, "self-signed certificate")

    monkeypatch.setattr(http.client.HTTPSConnection, "connect", connect)
    with pytest.raises(BenchError, match="no secure connection"):
        get("https://127.0.0.1:1/x", QUICK, Manners())
    assert len(asked) == 1


def test_retry_after_holds_for_all_who_ask_that_host(server: Loopback) -> None:
    server.routes["/x"] = [Answer(status=429, headers={"Retry-After": "1"}), Answer(b"fine")]
    server.routes["/z"] = Answer(b"fine")
    left_alone = threading.Event()
    until: list[float] = []

    class Watched(Manners):
        def leave_alone(self, host: str, seconds: float) -> None:
            until.append(time.monotonic() + seconds)
            super().leave_alone(host, seconds)
            left_alone.set()

    manners = Watched(pause_s=0)
    first = threading.Thread(target=get, args=(server.url + "/x", QUICK, manners))
    first.start()
    assert left_alone.wait(60)
    assert get(server.url + "/z", QUICK, manners) == b"fine"
    assert time.monotonic() >= until[0]
    first.join()
    assert server.times("/x") == 2


def test_a_host_that_wants_an_hour_is_not_asked_for_its_other_pages_either(made: Path, server: Loopback) -> None:
    server.routes["/qabas/001"] = Answer(status=429, headers={"Retry-After": "3600"})
    first, *others = pull(read(made / "d", (), lambda _: None), made / "out", manner(jobs=1))
    assert "answered 429 Too Many Requests and wants to be left alone for 3" in first.why
    assert all("its host wants to be left alone for 3" in outcome.why for outcome in others)
    assert len(server.asked) == 1


def test_who_waits_for_a_host_that_wants_an_hour_waits_no_longer() -> None:
    manners = Manners(at_once=1, pause_s=0)
    refused = threading.Event()

    def ask() -> None:
        with suppress(LeftAlone), manners.turn("a.example", 60):
            return
        refused.set()

    waiting = threading.Thread(target=ask)
    with manners.turn("a.example"):
        waiting.start()
        manners.leave_alone("a.example", 3600)
        waiting.join(30)
    assert refused.is_set()


@pytest.mark.parametrize("how", ["seconds", "date"])
def test_a_server_that_wants_an_hour_is_left_alone(server: Loopback, how: str) -> None:
    said = "3600" if how == "seconds" else formatdate(time.time() + 3600, usegmt=True)
    server.routes["/x"] = Answer(status=429, headers={"Retry-After": said})
    with pytest.raises(BenchError, match=r"wants to be left alone for 3[56]\d\d s; pull again after that"):
        got(server, "/x")
    server.routes["/y"] = Answer(status=429, headers={"Retry-After": "9" * 12})
    with pytest.raises(BenchError, match=r"wants to be left alone for 9{12} s"):
        got(server, "/y")
    assert (server.times("/x"), server.times("/y")) == (1, 1)


@pytest.mark.parametrize("said", ["soon", "-5", "Thu, 99 Foo 2026", ""])
def test_a_retry_after_that_says_nothing_is_passed_over(server: Loopback, said: str) -> None:
    server.routes["/x"] = [Answer(status=503, headers={"Retry-After": said}), Answer(b"fine")]
    assert got(server, "/x") == b"fine"


def test_slow_bodies_and_slow_heads_end_in_time(server: Loopback) -> None:
    over = threading.Event()

    def slowly(handler: Handler, byte: bytes) -> None:
        for _ in range(600):
            if over.wait(0.05):
                break
            handler.wfile.write(byte)

    def mute(_: Handler) -> None:
        over.wait(30)

    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        slowly(handler, b"x")

    def head(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
        slowly(handler, b"y")

    def trailer(handler: Handler) -> None:
        """A line that does not end, behind a body that has: read by nobody but the standard library."""
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\n")
        slowly(handler, b"z")
        handler.wfile.write(b"\r\n\r\n")

    server.routes |= {"/drip": drip, "/head": head, "/trailer": trailer, "/mute": mute}
    try:
        for path in ("/drip", "/head", "/trailer", "/mute"):
            with pytest.raises(BenchError, match=r"timed out after 0\.3 s; try again later"):
                got(server, path, Patience(retries=0, seconds=0.3))
    finally:
        over.set()


def test_a_slow_body_is_continued_after_the_deadline(server: Loopback) -> None:
    def slow(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"a" * 40)
        server.routes["/x"] = Answer(b"a" * 40 + b"b" * 60)
        time.sleep(0.5)

    server.routes["/x"] = slow
    assert got(server, "/x", Patience(retries=1, first_s=0.001, seconds=0.3)) == b"a" * 40 + b"b" * 60
    assert server.asked[1].range == "bytes=40-"


def test_ranges(server: Loopback) -> None:
    body = bytes(range(200))
    server.routes["/x"] = Answer(body)
    assert got(server, "/x", span=Span(50, 10)) == body[50:60]
    assert got(server, "/x", span=Span(190, 10)) == body[190:]
    server.routes["/all"] = Answer(body, ranges=False)
    assert got(server, "/all", span=Span(50, 10)) == body[50:60]
    server.routes["/cut"] = [Answer(body, cut=4), Answer(body)]
    assert got(server, "/cut", span=Span(50, 10)) == body[50:60]
    assert server.asked[-1].range == "bytes=54-59"
    other = Answer(body[:10], 206, {"Content-Range": "bytes 0-9/200"})
    server.routes["/other"] = other
    for path, span, said in (
        ("/x", Span(195, 10), "ends after 5 of the 10 bytes from 195; it is another file, or offset and length"),
        ("/x", Span(500, 10), "has no such bytes; it is another file"),
        ("/all", Span(195, 10), "ends after 5 of the 10 bytes"),
        ("/other", Span(50, 10), "was asked for bytes from 50 on and gave 'bytes 0-9/200'"),
        ("/all", Span(30_000_000, 10), "gives no ranges, and 30 MB stand before the record"),
        ("/x", Span(0, 30_000_000), "is over 10 MB"),
    ):
        with pytest.raises(BenchError) as refusal:
            got(server, path, span=span)
        assert said in str(refusal.value)


def test_redirects(server: Loopback) -> None:
    server.routes["/old"] = Answer(status=301, headers={"Location": "/new"})
    server.routes["/new"] = Answer(bytes(range(100)))
    assert got(server, "/old", span=Span(3, 4)) == bytes(range(3, 7))
    server.routes["/round"] = Answer(status=302, headers={"Location": "/round"})
    with pytest.raises(
        BenchError, match=r"round: redirects in a circle, too often or to no web address \('/round'\); look"
    ):
        got(server, "/round")
    assert server.times("/round") <= 6
    server.routes["/file"] = Answer(status=302, headers={"Location": "file:///etc/passwd"})
    with pytest.raises(BenchError, match=r"to no web address \('file:///etc/passwd'\)"):
        got(server, "/file")
    server.routes["/nowhere"] = Answer(status=302)
    with pytest.raises(BenchError, match="answered 302 Found; look for another source"):
        got(server, "/nowhere")


def test_the_body_of_a_redirect_is_not_read(server: Loopback) -> None:
    followed = threading.Event()

    def endless(handler: Handler) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/new")
        handler.end_headers()
        followed.wait(30)

    def new(handler: Handler) -> None:
        followed.set()
        handler.give(Answer(b"fine"), server.asked[-1])

    server.routes |= {"/old": endless, "/new": new}
    assert got(server, "/old", Patience(retries=0, seconds=10)) == b"fine"


def test_what_a_server_says_is_no_word_to_a_terminal(server: Loopback) -> None:
    def word(data: bytes) -> Callable[[Handler], None]:
        def say(handler: Handler) -> None:
            handler.wfile.write(data + b"\r\n\r\n")

        return say

    server.routes |= {"/red": word(b"HTTP/1.0 404 \x1b[31mRED"), "/none": word(b"\x1b]0;title\x07")}
    with pytest.raises(BenchError, match="red: answered 404 Not Found; it is gone"):
        got(server, "/red")
    with pytest.raises(BenchError) as refusal:
        got(server, "/none")
    assert "none: gave no page (\ufffd]0;title\ufffd" in str(refusal.value)


def test_sizes(server: Loopback) -> None:
    small = Patience(retries=0, max_bytes=1000)
    server.routes["/fits"] = Answer(b"x" * 1000)
    assert len(got(server, "/fits", small)) == 1000
    server.routes["/big"] = Answer(b"x" * 1001)
    bomb = gzip.compress(b"x" * 50_000)
    assert len(bomb) < 1000
    server.routes["/bomb"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    server.routes["/twice"] = Answer(
        gzip.compress(gzip.compress(b"x" * 90_000)), headers={"Content-Encoding": "gzip, gzip"}
    )
    for path in ("/big", "/bomb", "/twice"):
        with pytest.raises(BenchError, match=r"is over 0\.001 MB; raise the limit with --max-mb if it is a page"):
            got(server, path, small)
    server.routes["/odd"] = Answer(b"x", headers={"Content-Encoding": "br"})
    with pytest.raises(BenchError, match="came compressed as 'br'"):
        got(server, "/odd", small)


def test_content_codings() -> None:
    page = b"<p>page</p>" * 20
    bare = zlib.compressobj(wbits=-15)
    deflated = bare.compress(page) + bare.flush()
    for raw, encoding in (
        (page, ""),
        (page, "identity"),
        (gzip.compress(page), "gzip"),
        (gzip.compress(page[:50]) + gzip.compress(page[50:]), "x-gzip"),
        (gzip.compress(page) + b"\0" * 100, "GZIP"),
        (zlib.compress(page), "deflate"),
        (deflated, "deflate"),
        (gzip.compress(zlib.compress(page)), "deflate, gzip"),
        (gzip.compress(b""), "gzip"),
    ):
        assert unpacked(raw, encoding, 1000) == (page if raw != gzip.compress(b"") else b""), encoding
    for raw, encoding, said in (
        (page, "gzip", "is no gzip, though its header says so"),
        (gzip.compress(page)[:-9], "gzip", "is gzip that was cut off"),
        (page, "deflate", "is no deflate"),
        (page, "zstd", "came compressed as 'zstd'"),
        (page, "gzip, gzip, gzip, gzip", "came compressed 4 times"),
    ):
        with pytest.raises(PackedError, match=said):
            unpacked(raw, encoding, 1000)
    with pytest.raises(TooBigError):
        unpacked(zlib.compress(b"x" * 1001), "deflate", 1000)
    assert len(unpacked(gzip.compress(b"x" * 1000), "gzip", 1000)) == 1000
    long = bytes(range(256)) * 40 + random.Random(0).randbytes(30_000)
    many = b"".join(gzip.compress(long[at : at + 9_000]) for at in range(0, len(long), 9_000))
    assert unpacked(many + b"\0" * 5_000, "gzip", len(long)) == long
    with pytest.raises(TooBigError):
        unpacked(many, "gzip", len(long) - 1)


def test_manners() -> None:
    manners = Manners(at_once=2, pause_s=0.05)
    running, most, starts = 0, 0, []
    lock = threading.Lock()

    def ask() -> None:
        nonlocal running, most
        with manners.turn("a.example"):
            with lock:
                running += 1
                most = max(most, running)
                starts.append(time.monotonic())
            time.sleep(0.08)
            with lock:
                running -= 1

    began = time.monotonic()
    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    with manners.turn("b.example"):  # another host need not wait
        pass
    for thread in threads:
        thread.join()
    assert most <= 2
    assert max(starts) - began > 0.2  # four pauses
    manners.leave_alone("a.example", 60)
    threading.Timer(0.05, manners.stop).start()
    with pytest.raises(Stopped), manners.turn("a.example"):
        pass
    with pytest.raises(Stopped):
        manners.sleep(60)


# Records of WARC files

PAGE = "<html><p>خبر</p></html>".encode("cp1256")
CHUNKED = b"8\r\n" + PAGE[:8] + b"\r\n%x;ext=1\r\n" % (len(PAGE) - 8) + PAGE[8:] + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize("packed", [True, False])
def test_pages_of_a_warc_file_come_to_the_byte(packed: bool) -> None:
    made = warc(
        [
            Visit("https://a.example/1", PAGE, "text/html; charset=Windows-1256"),
            Visit("<https://a.example/2>", gzip.compress(PAGE), headers={"Content-Encoding": "gzip"}),
            Visit("https://a.example/3", CHUNKED, headers={"Transfer-Encoding": "chunked"}),
            Visit("https://a.example/4", PAGE, headers={"Transfer-Encoding": "chunked"}),  # taken off by the crawler
            Visit("https://a.example/5", PAGE, "text/html; charset=utf-8", kind="resource"),
            Visit("https://a.example/6", PAGE, "application/pdf"),
            Visit("https://a.example/7", PAGE, status="404 Not Found"),
        ],
        packed=packed,
    )
    stream = io.BytesIO(made.data)
    assert [entry.offset for entry in warcs.entries(stream, "x")] == made.offsets[:4]
    for number in range(7):
        record = warcs.read(stream, made.offsets[number], "x", 1000)
        assert (record.raw, (record.offset, record.length)) == (PAGE, made.span(number)), number
        offset, length = made.span(number)
        alone = io.BytesIO(made.data[offset : offset + length])
        assert warcs.read(alone, 0, "x", 1000).raw == PAGE
    assert warcs.read(stream, made.offsets[0], "x", 1000).charset == "windows-1256"
    assert warcs.read(stream, made.offsets[1], "x", 1000).url == "https://a.example/2"
    assert warcs.read(stream, made.offsets[4], "x", 1000).charset == "utf-8"


def _record(**visit: object) -> bytes:
    made = warc([Visit("https://a.example/", **{"body": PAGE, **visit})])  # type: ignore[arg-type]
    return made.data[made.offsets[0] :]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lambda: b"", "no whole WARC record at byte 0"),
        (lambda: b"no record" * 99, "cannot be read as WARC (Invalid WARC header); give a WARC file, and the offset"),
        (lambda: _record()[3:], "cannot be read as WARC"),
        (lambda: _record()[:30], "no whole WARC record at byte 0"),
        (lambda: _record()[:-30], "x: ends after "),
        (lambda: warc([]).data, "is a warcinfo record, which holds no page"),
        (lambda: _record(body=b"x" * 2000), "is over 0.001 MB"),
        (lambda: _record(body=gzip.compress(b"x" * 90_000), headers={"Content-Encoding": "gzip"}), "is over 0.001 MB"),
        (lambda: _record(headers={"Content-Encoding": "gzip"}), "is no gzip, though its header says so"),
        (lambda: _record(headers={"Content-Encoding": "br"}), "came compressed as 'br'"),
        (
            lambda: _record(body=gzip.compress(PAGE)[:-9], headers={"Content-Encoding": "gzip"}),
            "is gzip that was cut off",
        ),
        (
            lambda: _record(body=CHUNKED[:-12], headers={"Transfer-Encoding": "chunked"}),
            "is chunked and was cut off",
        ),
    ],
)
def test_a_record_that_holds_no_page_is_one_line(data: Callable[[], bytes], said: str) -> None:
    with pytest.raises(BenchError) as refusal:
        warcs.read(io.BytesIO(data()), 0, "x", 1000)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
