"""The format that writers write, and what is said when something in it is off."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.press.article import Article, Form, Kind, Picture, read_article
from bench.press.markup import Setter, Style, inline, insert, mark, plain
from tests.press_source import ARTICLE


def read(folder: Path, text: str) -> Article:
    path = folder / "001.txt"
    path.write_text(text, encoding="utf-8")
    return read_article(path)


def test_an_article_is_read_as_written(tmp_path: Path) -> None:
    article = read(tmp_path, ARTICLE)
    assert (article.kind, article.region, article.section) == (Kind.NEWS, "eg", "economy")
    assert article.images == (Picture("شاحنات أمام الصومعة", "سامي عوض"),)
    assert article.tags == ("قمح", "صوامع")
    assert article.more == {"byline": "هالة رزق", "lead": "موسم أقصر وطوابير أقل."}
    forms = [block.form for block in article.blocks]
    assert forms == [
        Form.PARAGRAPH,
        Form.SUBHEADING,
        Form.LIST,
        Form.QUOTE,
        Form.TABLE,
        Form.EMBED,
        Form.PARAGRAPH,
    ]
    assert article.blocks[2].lines == ("فحص الرطوبة", "وزن الشاحنة")
    assert article.blocks[3].name == "المزارع عبد الباسط"
    assert (article.blocks[4].rows, article.blocks[4].name) == ((("الصنف", "السعر"), ("قمح", "12")), "بالجنيه")


def test_entries_pictures_and_replies(tmp_path: Path) -> None:
    head = ARTICLE.split("\n\n", maxsplit=1)[0]
    text = "مقدمة.\n\n@ 14:20 هدف\n\nسجل.\n\n~ منشور\n~ — حساب\n\n@ 14:02 بداية\n\n+ صورة | عدسة\n\n% سالم | شكرا"
    article = read(tmp_path, f"{head}\n\n{text}\n")
    intro, first, second = article.blocks
    assert intro.form is Form.PARAGRAPH
    assert (first.name, first.text, [block.form for block in first.inner]) == (
        "14:20",
        "هدف",
        [Form.PARAGRAPH, Form.EMBED],
    )
    assert [block.form for block in second.inner] == [Form.PICTURE, Form.REPLY]
    assert second.inner[0].credit == "عدسة"
    assert (second.inner[1].name, second.inner[1].text) == ("سالم", "شكرا")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: news", "kind: newz", "001.txt:1: kind 'newz'; write one of breaking, news"),
        ("region: eg", "region: xx", "region 'xx'"),
        ("section: economy\n", "", "no section"),
        ("date: 2024-03-14 11:20", "date: 14/3/2024", "date '14/3/2024'; write YYYY-MM-DD HH:MM"),
        ("byline:", "bylin:", ":6: key 'bylin' is unknown or written twice"),
        ("byline:", "title:", ":6: key 'title' is unknown or written twice"),
        ("lead: موسم", "lead موسم", ":7: 'lead موسم"),
        ("- وزن", "وزن", ":16: 'وزن الشاحنة' in a block of '-'"),
        ("| قمح | 12 |", "| قمح |", "rows of unlike length"),
        ("وأغلقت", "\u200fوأغلقت", "an invisible character"),
        ("وأغلقت", "@ وأغلقت", "write `@ HH:MM heading`"),
        ("وأغلقت", "% وأغلقت", "write `% NAME | text`"),
        ("## طوابير", "## عنوان\n## طوابير", "two of them in one block"),
    ],
)
def test_mistakes_have_their_line_and_mend(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in ARTICLE
    with pytest.raises(BenchError) as found:
        read(tmp_path, ARTICLE.replace(old, new, 1))
    assert message in str(found.value)
    assert "\n" not in str(found.value)


def test_a_head_alone_is_no_article(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="no text"):
        read(tmp_path, ARTICLE.split("\n\n", maxsplit=1)[0] + "\n")


def test_inline_markup() -> None:
    text = 'قال "R&D" في [[مصنع <أ>]] **كبير**'
    assert plain(text) == 'قال "R&D" في مصنع <أ> كبير'
    assert inline(text, lambda words: f'<a href="/{len(words)}">', "b") == (
        'قال "R&amp;D" في <a href="/8">مصنع &lt;أ&gt;</a> <b>كبير</b>'
    )
    assert inline("[[x]]", lambda _: "") == "x"
    assert inline("بيت\nبيت", lambda _: "") == "بيت<br>بيت"


def test_marks_go_into_the_first_tag_or_around_bare_text() -> None:
    assert mark('<p class="a"><span>', "x", "body") == '<p class="a" data-gold="body"><span>x</span></p>'
    assert mark("<div>", "", "nav", ["t", "u"]) == '<div data-gold="nav" data-trap="t u"></div>'
    assert mark("", "x", "body", ["t"]) == '<!--gold body trap="t"-->x<!--/gold-->'
    with pytest.raises(ValueError, match="bdy"):
        mark("<p>", "x", "bdy")
    with pytest.raises(ValueError, match="no start tag"):
        mark("p", "x", "body")


def test_boxes_stand_within_the_body_also_on_short_articles() -> None:
    assert insert(["a", "b", "c"], {1: "X"}) == ["a", "X", "b", "c"]
    assert insert(["a", "b"], {2: "X", 5: "Y"}) == ["a", "X", "Y", "b"]
    assert insert(["a"], {3: "X"}) == ["a", "X"]
    assert insert(["a", "b"], {0: "X"}) == ["X", "a", "b"]


def test_bare_paragraphs_and_first_and_last(tmp_path: Path) -> None:
    blocks = [block for block in read(tmp_path, ARTICLE).blocks if block.form is Form.PARAGRAPH]
    found = Setter(Style(p="", first="<b>", last="<i>"), lambda text: "x").blocks([blocks[0], blocks[0], blocks[1]])
    assert found[0] == '<b data-gold="body">x</b>'
    assert found[2] == '<i data-gold="body" data-trap="short-closing-line">x</i>'
