"""How real a page looks: each measure worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.dom import parse, walk
from bench.gold.corpus import load
from bench.gold.makeup import Makeup, makeup
from bench.gold.measures import MEASURES, Section, Seen, see
from bench.gold.page import GoldPage
from bench.gold.placed import container, foreign_share, place
from bench.gold.realism import measured
from bench.model import Page
from tests.small_sites import marked, write_site

HTML = """\
<!DOCTYPE html>
<html lang="AR-eg"><head><meta charset="utf-8"><link rel="icon" href="https://a.example/x">
<script type="Application/LD+JSON">{"@type": ["Thing", "NewsArticle"], "articleBody": ""}</script>
<script>var a='١2'</script><style>p{}</style></head><body class="rtl" onload="go()" onclick="stop()">
<!-- http://b.example -->
<div class="abc" data-a="1" data-b="2"><a href='http://B.example:80/1'>٣</a><img src="//c.example/1.png"></div>
<p>&nbsp;</p><p id="x" style="top:0"><!-- two --><b> </b></p><p><i>كلمة</i></p>
<form><input><textarea></textarea></form></body></html>"""
# html 0; head, body 1; meta, link, script, script, style, div, p, p, p, form 2; a, img, b, i, input, textarea 3
ELEMENTS = 1 + 2 + 10 + 6
ATTRIBUTES = 1 + (1 + 2 + 1) + 3 + (3 + 1 + 1) + 2


def gold(folder: Path, body: str, *, track: str = "static") -> GoldPage:
    write_site(folder, "a-site", body, track=track)
    (page,) = load(folder).pages
    return page


def value(name: str, seen: Seen) -> float | None:
    (measure,) = (measure for measure in MEASURES if measure.name == name)
    return measure.of(seen)


def made(html: str) -> Makeup:
    return makeup(Page(html, html.encode(), "https://a.example/", "utf-8"), parse(html))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("page size, KB", len(HTML.encode()) / 1024),
        ("elements", ELEMENTS),
        ("DOM depth", 3),
        ("mean DOM depth", (2 * 1 + 10 * 2 + 6 * 3) / ELEMENTS),
        ("links", 1),
        ("images", 1),
        ("p", 3),
        ("empty p", 2 / 3),
        ("form controls", 3),
        ("script", 2),
        ("JSON-LD blocks", 1),
        ("distinct tags", ELEMENTS - 3),  # two p and one script more than their tags
        ("div share", 1 / ELEMENTS),
        ("with class", 2 / ELEMENTS),
        ("with id", 1 / ELEMENTS),
        ("with inline style", 1 / ELEMENTS),
        ("with data-*", 1 / ELEMENTS),
        ("with on*", 1 / ELEMENTS),
        ("attributes per element", ATTRIBUTES / ELEMENTS),
        ("class length", 3),
        (
            "script characters",
            len('{"@type": ["Thing", "NewsArticle"], "articleBody": ""}') + len("var a='12'"),
        ),
        ("style characters", 3),
        ("comments", 2),
        ("absolute URLs", 1),  # in double quotes and with its scheme
        ("distinct hosts", 2),
        ("nbsp", 1),
        ("longest line", len(HTML.split("\n")[5])),
        ("white space", sum(character.isspace() for character in HTML) / len(HTML)),
        ("digits", (1 + 2 + 2 + 3 + 1 + 1 + 1) / len(HTML)),  # utf-8, '١2', data-a and -b, :80/1, ٣, 1.png, top:0
        ("h1 count not 1", True),
        ("no article element", True),
        ("JSON-LD article", True),
        ("JSON-LD articleBody", False),
        ("lang not ar", False),
        ("visible characters", None),
    ],
)
def test_markup_worked_by_hand(name: str, wanted: float | None) -> None:
    assert value(name, Seen(made(HTML), None)) == pytest.approx(wanted)


def test_a_page_that_is_empty_divides_by_nothing() -> None:
    seen = Seen(made(""), None)
    assert {measure.of(seen) for measure in MEASURES} <= {0, 1, None}


@pytest.mark.parametrize(
    ("block", "article", "body"),
    [
        ('{"@type":"NewsArticle","articleBody":"نص"}', True, True),
        ('{"@graph":[{"@type" : "LiveBlogPosting", "articleBody" : " \n نص', True, True),  # cut off, yet it is there
        ('{"@type":"WebPage","about":"Article","articleBody":" "}', False, False),
        ('{"@type":"ArticleList"}', False, False),
    ],
)
def test_json_ld_is_read_as_text(block: str, article: bool, body: bool) -> None:
    page = made(f'<script type="application/ld+json">{block}</script>')
    assert (page.has_ld_article(), page.has_ld_body()) == (article, body)
    assert not made(f"<script>{block}</script>").has_ld_article()


@pytest.mark.parametrize(("tag", "wrong"), [("", True), (' lang="en"', True), (' lang="ar"', False)])
def test_the_language_is_the_roots(tag: str, wrong: bool) -> None:
    assert value("lang not ar", Seen(made(f'<html{tag}><body lang="ar"></body></html>'), None)) is wrong


BODY = """\
<h1 data-gold="title">خبر اليوم</h1><div data-gold="breadcrumb">خبر اليوم</div>
<div><div data-gold="share"><a>شارك</a></div><p data-gold="lead">مدخل</p><div class="box">
<p data-gold="body">قال <a>أحمد</a> نعم</p><p data-gold="read_also">اقرأ</p><p data-gold="body">لا 1</p></div></div>
<table><tr><td data-gold="table_cell">7</td></tr></table>"""
VISIBLE = "خبر اليوم", "خبر اليوم", "شارك", "مدخل", "قال أحمد نعم", "اقرأ", "لا 1", "7"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("text nodes", 10),
        ("visible characters", sum(map(len, VISIBLE)) + 7),
        ("text inside links", (4 + 4) / (8 + 8 + 4 + 4 + 10 + 4 + 3 + 1)),
        ("Arabic letters", (8 + 8 + 4 + 4 + 10 + 4 + 2) / (sum(map(len, VISIBLE)) + 7)),
        ("body characters", 4 + 12 + 4 + 1),
        ("body paragraphs", 3),
        ("paragraph length", 4),
        ("body share", 21 / (sum(map(len, VISIBLE)) + 7)),
        ("no p in the body", False),
        ("in-body read-also", True),
        ("breadcrumb", True),
        ("title repeated", True),
        # The cell makes the body element the container: all but title and lead is foreign or content in it.
        ("foreign share", (8 + 4 + 4) / (8 + 8 + 4 + 4 + 10 + 4 + 3 + 1)),
        ("foreign text in the container", True),
    ],
)
def test_text_worked_by_hand(tmp_path: Path, name: str, wanted: float) -> None:
    seen = see(gold(tmp_path, BODY))
    assert seen is not None
    assert value(name, seen) == pytest.approx(wanted)


def test_text_is_placed_by_its_label_though_marks_cut_through_its_nodes(tmp_path: Path) -> None:
    page = gold(
        tmp_path,
        '<div data-gold="nav">قا ئمة</div><div><!--gold body-->نص <b>ثان<!--/gold--> <!--gold share-->شارك</b> هنا'
        "<!--/gold--></div>بقية",
    )
    placed = place(page, walk(parse(page.page.html)))
    assert [(text.label.value, text.size, [node.tag for node in text.path][2:]) for text in placed] == [
        ("nav", 5, ["div"]),
        ("body", 2, ["div"]),
        ("body", 3, ["div", "b"]),
        ("share", 4, ["div", "b"]),
        ("share", 3, ["div"]),
        ("other", 4, []),
    ]


B, S = 'data-gold="body"', 'data-gold="share"'


@pytest.mark.parametrize(
    ("body", "tag", "share"),
    [
        (f"<section><p {B}>أب</p><p {B}>تث</p></section><p {S}>جح</p>", "section", 0),
        (f"<section><p {B}>أب</p><p {S}>جح</p><p {B}>تث</p></section>", "section", 2 / 6),
        (f"<section><p {S}>جح</p><div><p {B}>أب</p><p {B}>تث</p></div></section>", "div", 0),
        (f"<section><div><p {B}>أب</p></div><p {S}>ج</p><div><p {B}>تث</p></div></section>", "section", 1 / 5),
        # Neither a paragraph nor an inline element is a container.
        (f"<section><p {B}>أب<br>تث</p><b {S}>ج</b></section>", "section", 1 / 5),
        (f"<section><span><b {B}>أب</b></span><b {S}>جح</b></section>", "section", 2 / 4),
        (f"<section {B}>أب<br>تث</section><b {S}>ج</b>", "section", 0),
        # The lead does not widen it, and what may come out is not foreign.
        (f'<p data-gold="lead">خد</p><section><i data-gold="date">ج</i><p {B}>أب</p></section>', "section", 0),
    ],
)
def test_the_container_and_what_is_foreign_in_it(tmp_path: Path, body: str, tag: str, share: float) -> None:
    page = gold(tmp_path, body)
    placed = place(page, walk(parse(page.page.html)))
    box = container(placed)
    assert box is not None
    assert box.tag == tag
    assert foreign_share(placed) == pytest.approx(share)
    seen = see(page)
    assert seen is not None
    assert value("foreign share", seen) == (pytest.approx(share) if share else None)
    assert value("foreign text in the container", seen) == (share > 0)


def test_a_body_without_p(tmp_path: Path) -> None:
    seen = see(gold(tmp_path, f'<p data-gold="lead">خد</p><div {B}>أب</div><p {S}>ج</p>'))
    assert seen is not None
    assert value("no p in the body", seen) is True


@pytest.mark.parametrize(
    ("title", "other", "again"),
    [
        ("خبر اليوم", "خبر اليوم", True),
        ("خبر اليوم", "«خَبر» اليوم 2", True),
        ("خبر اليوم", "خبر عن اليوم", False),
        ("خبر اليوم", "الخبر اليومي", False),
        ("خبر", "خبر", True),  # neighbours share no space
        ("…", "…", False),
    ],
)
def test_the_title_again(tmp_path: Path, title: str, other: str, again: bool) -> None:
    seen = see(gold(tmp_path, f'<h1 data-gold="title">{title}</h1><p {S}>{other}</p><p {B}>نص من كلمات</p>'))
    assert seen is not None
    assert value("title repeated", seen) is again


def test_tracks(tmp_path: Path) -> None:
    script = '<script id="x" type="application/json">{"a": "نص"}</script><h1 data-gold="nav">قائمة</h1>'
    write_site(tmp_path, "a-script", script, track="script")
    toml = tmp_path / "sites" / "a-script" / "site.toml"
    toml.write_text(toml.read_text() + 'gold = [{script = "#x", pointer = "/a", as = "text", label = "body"}]\n')
    write_site(tmp_path, "none", f"<p {S}>شارك</p>", track="no-article")
    (tmp_path / "sites" / "none" / "site.toml").write_text(marked("", track="no-article")[0].replace("/1", "/2"))
    found = measured(load(tmp_path))
    assert (len(found.pages), found.static, found.left_out, found.sites) == (1, 0, 1, 2)
    (seen,) = found.pages
    assert value("h1", seen) == 1
    assert {measure.name for measure in MEASURES if measure.of(seen) is None} == {
        "text nodes",
        *("visible characters", "text inside links", "Arabic letters"),
        *(measure.name for measure in MEASURES if measure.section is Section.BODY),
        *("no p in the body", "foreign text in the container", "in-body read-also", "breadcrumb", "title repeated"),
    }
