from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.gold.corpus import gold_digest, load, page_digest, shipped, survey, version_of
from bench.gold.page import Piece, Region
from bench.labels import Label
from bench.model import Split, Track
from tests.on_each_python import first_only

REAL = Path(__file__).parents[2] / "shared" / "real"
TOML = """\
name = "مثال"
family = "made"
licence = "CC-BY-4.0"
provenance = "made for this test"
split = "test"

[pages.001]
url = "https://a.example/1"
track = "static"
"""
PAGE = '<html><body>\n<p data-gold="body">قال الرئيس</p>\n<p data-gold="nav">من</p>\n</body></html>'
STRIPPED = "<html><body>\n<p>قال الرئيس</p>\n<p>من</p>\n</body></html>"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write(tmp_path, "a-site")
    return tmp_path


def write(corpus: Path, site: str, page: str | bytes = PAGE, toml: str | bytes = TOML, name: str = "001") -> None:
    folder = corpus / "sites" / site
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.html").write_bytes(page if isinstance(page, bytes) else page.encode())
    (folder / "site.toml").write_bytes(toml if isinstance(toml, bytes) else toml.encode())


def problems(path: Path) -> list[tuple[str, int, str]]:
    """(file within sites/, line, what) of each problem; every one has a mend."""
    found = survey(path)
    assert all(problem.mend for problem in found.problems)
    return [(str(p.file.relative_to(path / "sites")), p.line, p.what) for p in found.problems]


def test_a_page_is_loaded_with_all_that_is_known_of_it(corpus: Path) -> None:
    toml = TOML + 'http_charset = "UTF-8"\nkind = "news"\ntraps = ["b", "a"]\n'
    write(corpus, "a-site", toml=toml + f'sha256 = "{hashlib.sha256(STRIPPED.encode()).hexdigest()}"\n')
    (page,) = load(corpus).pages
    assert (page.id, page.site, page.family, page.kind, page.traps) == (
        "a-site/001",
        "a-site",
        "made",
        "news",
        ("a", "b"),
    )
    assert (page.track, page.split) == (Track.STATIC, Split.TEST)
    assert (page.page.html, page.page.raw) == (STRIPPED, STRIPPED.encode())
    assert (page.page.url, page.page.charset) == ("https://a.example/1", "utf-8")
    assert page.regions == (Region(Label.BODY), Region(Label.NAV))
    assert page.pieces == (Piece(0, "قال الرئيس"), Piece(1, "من"))


def test_pages_are_sorted_and_sites_can_be_chosen(corpus: Path) -> None:
    toml = TOML.replace("a.example", "b.example") + '[pages.002]\nurl = "https://b.example/2"\ntrack = "static"\n'
    write(corpus, "0-site", toml=toml, name="002")
    write(corpus, "0-site", toml=toml)
    assert [page.id for page in load(corpus).pages] == ["0-site/001", "0-site/002", "a-site/001"]
    assert [page.id for page in load(corpus, ["a-site"]).pages] == ["a-site/001"]
    assert load(corpus, ["a-site"]).digest != load(corpus).digest
    with pytest.raises(BenchError, match=r"no site 'a-sit'; write 'a-site'"):
        load(corpus, ["a-sit"])


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"nowhere: no such corpus; give a folder"):
        load(tmp_path / "nowhere")


def test_a_folder_without_sites(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"it holds no sites/; give the folder above sites/"):
        load(tmp_path)


def test_an_empty_corpus(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    with pytest.raises(BenchError, match=r"sites: no site in this corpus; add"):
        load(tmp_path)


def test_a_corpus_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(BenchError, match="holds no sites/"):
        load(tmp_path / "x")


def test_a_site_without_pages(tmp_path: Path) -> None:
    (tmp_path / "sites" / "a-site").mkdir(parents=True)
    assert problems(tmp_path) == [("a-site", 0, "no site.toml")]
    (tmp_path / "sites" / "a-site" / "site.toml").write_text('split = "dev"')
    assert problems(tmp_path) == [("a-site", 0, "site without pages")]


@pytest.mark.parametrize(
    ("page", "line", "what"),
    [
        ('<p data-gold="bdy">a</p>', 1, "unknown label 'bdy'"),
        ("<p>a</p>\n<p><!--gold body-->b</p>", 2, "<!--gold body--> is never closed"),
        ("<p>a</p>\n<p>b<!--/gold--></p>", 2, "<!--/gold--> closes no mark"),
        (
            "<p>a</p><script>\n<!--/gold--></script>",
            2,
            "mark inside <script>: what stands there is no text of the page",
        ),
        ("<p>a</p><textarea>\n<!--/gold--></textarea>", 2, "mark inside <textarea>, which holds text only"),
        ("<p>a</p><p title='<!--/gold-->'>b</p>", 1, "mark inside the attribute title of <p>"),
        ("<p>a</p><!--\n <!--/gold--> -->", 2, "mark inside a comment"),
        (
            '<html><body><p>a</p></body></html>\n<p data-gold="body">b</p>',
            2,
            "mark after </html>, where no text of the page is",
        ),
        ('<p>قا<b data-gold="body">ل الرئيس</b></p>', 1, "mark splits the word 'قال'"),
        ('<p data-gold="body" data-trap="A">a</p>', 1, "leftover mark 'data-trap=\"A\"' after strip"),
        ("<p>a</p>", 0, "no content on this page"),
    ],
)
def test_bad_marks_are_refused_with_line_and_reason(tmp_path: Path, page: str, line: int, what: str) -> None:
    write(tmp_path, "a-site", page)
    assert problems(tmp_path) == [("a-site/001.html", line, what)]
    where = f"a-site/001.html:{line}: " if line else "a-site/001.html: "
    with pytest.raises(BenchError, match=re.escape(where + what)):
        load(tmp_path)


def test_bytes_that_decode_in_no_charset(tmp_path: Path) -> None:
    write(tmp_path, "a-site", bytes(range(256)) * 8 + b"\x1f\x8b\x08\x00\xff\xfe" * 200)
    assert problems(tmp_path) == [("a-site/001.html", 0, "decodes in no charset")]


def test_a_page_that_is_a_folder(corpus: Path) -> None:
    file = corpus / "sites" / "a-site" / "001.html"
    file.unlink()
    file.mkdir()
    assert problems(corpus) == [("a-site/001.html", 0, "cannot be read: Is a directory")]


def test_a_wrong_sha256(corpus: Path) -> None:
    write(corpus, "a-site", toml=TOML + f'sha256 = "{"0" * 64}"\n')
    found = hashlib.sha256(STRIPPED.encode()).hexdigest()
    what = f"pages.001: sha256 of the stripped page is {found}, not {'0' * 64}"
    assert problems(corpus) == [("a-site/site.toml", 7, what)]


def test_a_url_twice(corpus: Path) -> None:
    write(corpus, "b-site")
    what = "pages.001: url of a-site/001 again: https://a.example/1"
    assert problems(corpus) == [("b-site/site.toml", 7, what)]


def test_content_on_a_page_without_an_article(corpus: Path) -> None:
    write(corpus, "a-site", toml=TOML.replace('"static"', '"no-article"'))
    assert problems(corpus) == [("a-site/001.html", 0, "content on a page of track 'no-article'")]
    write(corpus, "a-site", PAGE.replace('"body"', '"related"'), TOML.replace('"static"', '"no-article"'))
    assert problems(corpus) == []


def test_content_needs_words(corpus: Path) -> None:
    write(corpus, "a-site", '<p data-gold="body">…</p>')
    assert problems(corpus) == [("a-site/001.html", 0, "no content on this page")]


def test_pages_and_entries_that_lack_each_other(corpus: Path) -> None:
    folder = corpus / "sites" / "a-site"
    (folder / "003.html").write_text(PAGE)
    (folder / "Two.html").write_text(PAGE)
    (folder / "site.toml").write_text(TOML + '[pages.002]\nurl = "https://a.example/2"\ntrack = "static"\n')
    assert problems(corpus) == [
        ("a-site/003.html", 0, "page without an entry in site.toml"),
        ("a-site/Two.html", 0, "page without an entry in site.toml"),
        ("a-site/site.toml", 0, "pages.002 has no file"),
    ]


def test_a_site_name_that_is_no_slug(tmp_path: Path) -> None:
    write(tmp_path, "موقع")
    assert problems(tmp_path) == [("موقع", 0, "site name 'موقع'")]


@pytest.mark.parametrize(
    ("toml", "line", "what"),
    [
        ('split = "test"\nname = \n', 2, "broken TOML: Invalid value"),
        ('split = "test', 1, "broken TOML: Unterminated string"),
        (b'split = "test"\nname = "\xff"\n', 2, "not UTF-8 at byte 23"),
        (TOML.replace('split = "test"', ""), 0, "no split"),
        (TOML.replace('"test"', '"train"'), 5, "split = 'train'"),
        (TOML.replace("family", "famly"), 2, "unknown key 'famly'"),
        (TOML.replace('"made"', "1"), 2, "family = 1 is no string"),
        (TOML.replace('track = "static"\n', ""), 7, "pages.001: no track"),
        (TOML.replace('"static"', '"dynamic"'), 9, "pages.001: track = 'dynamic'"),
        (TOML.replace("url", "urls"), 8, "pages.001: unknown key 'urls'"),
        (TOML.replace("https://", ""), 8, "pages.001: url 'a.example/1'"),
        (TOML + "http_charset = 7", 10, "pages.001: http_charset = 7 is no string"),
        (TOML + 'sha256 = "12"', 10, "pages.001: sha256 '12'"),
        (TOML + 'traps = "x"', 10, "pages.001: traps = 'x'"),
        (TOML + 'traps = ["A b"]', 10, "pages.001: traps = ['A b']"),
        (TOML + "gold = 1", 10, "pages.001: gold is no list"),
        ("split = 'test'\npages = 1", 2, "pages is no table"),
        ("split = 'test'\npages.001 = 1", 2, "pages.001: no table"),
    ],
)
def test_a_broken_site_toml_says_where(corpus: Path, toml: str | bytes, line: int, what: str) -> None:
    write(corpus, "a-site", toml=toml)
    assert ("a-site/site.toml", line, what) in problems(corpus)
    with pytest.raises(BenchError, match=r"site\.toml"):
        load(corpus)


def test_an_unknown_key_names_the_one_that_comes_near(corpus: Path) -> None:
    write(corpus, "a-site", toml=TOML.replace("licence", "license"))
    (problem,) = survey(corpus).problems
    assert (problem.line, problem.what, problem.mend) == (3, "unknown key 'license'", "write 'licence'")


def test_load_names_the_first_problem_and_counts_the_others(corpus: Path) -> None:
    write(corpus, "b-site", '<p data-gold="x">a</p><p data-gold="y">b</p>', TOML.replace("a.example", "b.example"))
    with pytest.raises(
        BenchError, match=r"b-site/001.html:1: unknown label 'x'; .*; 1 more: python -m bench corpus validate"
    ):
        load(corpus)


def test_unlabelled_text_is_a_note_and_no_problem(corpus: Path) -> None:
    write(corpus, "a-site", PAGE.replace(' data-gold="nav"', ""))
    found = survey(corpus)
    assert found.problems == []
    assert [(note.line, note.what) for note in found.notes] == [(3, "unlabelled text 'من'")]


# --- gold out of scripts

DATA = {"props": {"page": {"body": "<p>قال</p><p>من</p>", "par": ["a", "b"], "a/b": {"~": "c\n d"}, "n": 1}}}
SHELL = f"""<html><body><div data-gold="nav">x</div>
<script id="__NEXT_DATA__" type="application/json">{json.dumps(DATA, ensure_ascii=False)}</script>
<script type="application/ld+json">{{"articleBody": "first"}}</script>
<script type="application/ld+json">{{"articleBody": "second"}}</script>
<script id="js">a = {{}}</script><script id="deep">{"[" * 100_000}</script></body></html>"""


def script_corpus(corpus: Path, *entries: str, track: str = "script") -> Path:
    write(corpus, "a-site", SHELL, TOML.replace('"static"', f'"{track}"') + f"gold = [{', '.join(entries)}]\n")
    return corpus


def entry(pointer: str, form: str = "html", label: str = "body", script: str = "#__NEXT_DATA__", more: str = "") -> str:
    return f"{{script = '{script}', pointer = '{pointer}', as = '{form}', label = '{label}'{more}}}"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (entry("/props/page/body"), "قال\nمن"),
        (entry("/props/page/body", "text"), "<p>قال</p><p>من</p>"),
        (entry("/props/page/par"), "a\nb"),
        (entry("/props/page/par/1", "text"), "b"),
        (entry("/props/page/a~1b/~0", "text"), "c\nd"),
        (entry("/props/page/a~1b/~0", "html"), "c d"),
        (entry("/articleBody", "text", script='script[type="application/ld+json"]'), "first"),
        (entry("/articleBody", "text", script='script[type="application/ld+json"][2]'), "second"),
    ],
)
def test_text_of_a_script_follows_that_of_the_dom(tmp_path: Path, written: str, text: str) -> None:
    (page,) = load(script_corpus(tmp_path, written)).pages
    assert page.regions == (Region(Label.NAV), Region(Label.BODY))
    assert page.pieces == (Piece(0, "x"), Piece(1, text))


def test_several_texts_of_scripts_with_traps(tmp_path: Path) -> None:
    first, second = entry("/props/page/par/0", label="title"), entry("/props/page/par/1", more=", traps = ['t']")
    (page,) = load(script_corpus(tmp_path, first, second)).pages
    assert page.regions[1:] == (Region(Label.TITLE), Region(Label.BODY, ("t",)))


@pytest.mark.parametrize(
    ("written", "what"),
    [
        (entry("/x", script="#nope"), "gold: no script '#nope' in the page"),
        (entry("/x", script='script[type="application/ld+json"][3]'), "gold: no script 'script[type="),
        (entry("/x", script="#js"), "gold: script '#js' holds no JSON (Expecting value at character 0)"),
        (entry("/x", script="#deep"), "gold: script '#deep' holds no JSON (nested too deep)"),
        (entry("/props/pag"), "gold: pointer '/props/pag': no 'pag' in an object with page"),
        (entry("/props/page/par/2"), "gold: pointer '/props/page/par/2': no '2' in a list of 2"),
        (entry("/props/page/par/01"), "gold: pointer '/props/page/par/01': no '01' in a list of 2"),
        (entry("/props/page/n"), "gold: pointer '/props/page/n' leads to 1"),
        (entry("/props/page"), "gold: pointer '/props/page' leads to an object"),
        (entry("props"), "gold: pointer = 'props'"),
        (entry("/x", "json"), "gold: as = 'json'"),
        (entry("/x", label="bdy"), "gold: unknown label 'bdy'"),
        (entry("/x", script=".main"), "gold: script = '.main'"),
        (entry("/x", more=", trap = 'a'"), "gold: unknown key 'trap'"),
        (entry("/x", more=", traps = 'a'"), "gold: traps = 'a'"),
        ("1", "gold: 1 is no table"),
    ],
)
def test_gold_of_a_script_that_is_not_there_is_refused(tmp_path: Path, written: str, what: str) -> None:
    (problem,) = survey(script_corpus(tmp_path, written)).problems
    assert (problem.file.name, problem.line) == ("site.toml", 10)
    assert problem.what.startswith(what)


def test_gold_of_a_script_belongs_to_track_script(tmp_path: Path) -> None:
    found = problems(script_corpus(tmp_path, entry("/props/page/body"), track="static"))
    assert found == [("a-site/site.toml", 10, "pages.001: gold from a script on track 'static'")]


def test_a_trap_that_is_nearly_one_of_ours_is_a_note(corpus: Path) -> None:
    write(corpus, "a-site", PAGE.replace('"nav"', '"nav" data-trap="menu-repeted mine"'))
    (note,) = [note for note in survey(corpus).notes if "trap" in note.what]
    assert (note.what, note.mend) == (
        "trap 'menu-repeted' is close to 'menu-repeated'",
        "write menu-repeated, or leave it if it is your own",
    )


# --- digests


def test_digests_say_what_changed(corpus: Path) -> None:
    before = load(corpus)
    assert re.fullmatch("[0-9a-f]{12}", before.digest)

    write(corpus, "a-site", PAGE.replace('"nav"', '"tags"'))
    after = load(corpus)
    assert after.digest == before.digest
    assert after.gold_digest != before.gold_digest

    write(corpus, "a-site", PAGE.replace("<html>", "<html >"))
    after = load(corpus)
    assert after.digest != before.digest
    assert after.gold_digest == before.gold_digest


def test_digests_hold_each_thing_that_a_score_depends_on(corpus: Path) -> None:
    (page,) = load(corpus).pages
    gold = {
        gold_digest([each])
        for each in (
            page,
            replace(page, split=Split.DEV),
            replace(page, track=Track.SCRIPT),
            replace(page, traps=("x",)),
            replace(page, regions=(Region(Label.BODY, ("x",)), *page.regions[1:])),
            replace(page, pieces=page.pieces[:1]),
        )
    }
    assert len(gold) == 6
    handed = {
        page_digest([replace(page, page=each)])
        for each in (
            page.page,
            replace(page.page, url="https://a.example/2"),
            replace(page.page, charset="cp1256"),
            replace(page.page, raw=b""),
        )
    }
    assert len(handed) == 4


# --- corpora that are there


def test_the_shipped_corpus_has_one_name_in_a_checkout_and_in_a_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load(shipped(), ["akhbar-arzal"]).name == f"lubb-corpus {version_of(shipped())}"
    package = tmp_path / "bench"
    write(package / "_corpus", "a-site")
    monkeypatch.setattr("bench.__file__", str(package / "__init__.py"))
    assert shipped() == package / "_corpus"
    assert load(shipped()).name == "lubb-corpus"
    write(tmp_path / "mine", "a-site")
    assert load(tmp_path / "mine").name == "mine"
    (tmp_path / "mine" / "VERSION").write_text("2.1\n", encoding="utf-8")
    assert load(tmp_path / "mine").name == "mine 2.1"


@first_only
def test_the_shipped_corpus_has_no_problem_and_no_unlabelled_text() -> None:
    found = survey(shipped())
    assert [f"{problem.where}: {problem.what}" for problem in (*found.problems, *found.notes)] == []


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not at hand")
def test_the_real_pages_validate() -> None:
    found = survey(REAL)
    assert found.problems == []
    assert [(note.file.parent.name, note.line) for note in found.notes] == [("assabah-tn", 43)]
    assert len(load(REAL).pages) == 8
