from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.dom import html_text
from bench.gold.decode import Decoded, decode
from bench.gold.marks import insert, strip
from bench.gold.page import Region
from bench.gold.regions import Extra, Reading, read
from bench.labels import Label
from bench.text import tokens
from tests.gold_strategies import Expected, Node, document, expected, nodes, render


def read_html(html: str, *extras: Extra) -> Reading:
    marked = html.encode()
    return read(marked, decode(strip(marked), "utf-8"), extras)


def pieces(html: str, *extras: Extra) -> list[tuple[int, str, str]]:
    """(region, label, text) of each piece of a page without faults."""
    reading = read_html(html, *extras)
    assert reading.faults == ()
    return [(piece.region, reading.regions[piece.region].label.value, piece.text) for piece in reading.pieces]


@given(nodes)
def test_generated_pages_read_as_they_were_made(drawn: list[Node]) -> None:
    marked = document(render(drawn))
    decoded = decode(strip(marked))
    reading = read(marked, decoded)
    assert reading.faults == ()
    found = [(reading.regions[piece.region], piece.text.split(), piece.region) for piece in reading.pieces]
    runs = [(region, list(run)) for region, run in groupby(expected(drawn), key=lambda item: item.region)]
    assert [(region, words) for region, words, _ in found] == [
        (region, [word for item in run for word in item.words]) for region, run in runs
    ]
    check_regions([index for *_, index in found], [run for _, run in runs])
    assert [t for piece in reading.pieces for t in tokens(piece.text)] == tokens(html_text(decoded.html))


FRAGMENTS = (
    "<p> </p> <div> </div> <a\u00a0href=' ' \" قال من <!-- --> <script> </script> <table> <td> </html> <title>".split(
        " "
    )
    + ("<textarea> </textarea> <br> &amp; & <b < <noscript> <svg> </svg> <body> <html> \u0301 x=1".split())
)
MARKS = [b' data-gold="body"', b' data-trap="x"', b"<!--gold nav-->", b'<!--gold tags trap="a"-->', b"<!--/gold-->"]


@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=20),
    st.lists(st.tuples(st.integers(0, 99), st.sampled_from(MARKS)), max_size=4),
)
def test_what_is_not_refused_loses_no_word_even_on_broken_html(
    fragments: list[str], drawn: list[tuple[int, bytes]]
) -> None:
    page = " ".join(fragments).encode()
    marked = insert(page, [(at * len(page) // 100, mark) for at, mark in drawn])
    decoded = decode(page, "utf-8")
    reading = read(marked, decoded)
    text = [token for piece in reading.pieces for token in tokens(piece.text)]
    assert reading.faults or text == tokens(html_text(decoded.html))


def check_regions(indices: list[int], runs: list[list[Expected]]) -> None:
    """Runs of one mark are one region; runs that no mark joins, directly or over others, are several."""
    groups: list[tuple[set[int], set[int]]] = []  # marks of a region, and the runs that it has
    for number, run in enumerate(runs):
        marks = {item.mark for item in run} - {0}
        joined = [group for group in groups if group[0] & marks]
        groups = [group for group in groups if group not in joined]
        groups.append((marks.union(*(g[0] for g in joined)), {number}.union(*(g[1] for g in joined))))
    assert sorted(map(sorted, (group[1] for group in groups))) == sorted(
        [number for number, index in enumerate(indices) if index == region] for region in set(indices)
    )
    assert list(dict.fromkeys(indices)) == list(range(len(set(indices))))


def test_text_under_no_mark_is_other_one_region_for_each_run() -> None:
    assert pieces('<p>a<p>b<p data-gold="body">c<p>d') == [(0, "other", "a\nb"), (1, "body", "c"), (2, "other", "d")]


def test_the_mark_opened_last_wins_and_the_outer_one_stays_one_region() -> None:
    html = (
        '<div data-gold="body"><p>a</p><aside data-gold="read_also">b<b data-gold="close">×</b></aside><p>c</p></div>'
    )
    assert pieces(html) == [(0, "body", "a"), (1, "read_also", "b"), (2, "close", "×"), (0, "body", "c")]


def test_a_comment_mark_opened_within_an_element_outlives_it() -> None:
    html = '<div data-gold="nav">a <!--gold body-->b</div><p>c</p><!--/gold--><p>d</p>'
    assert pieces(html) == [(0, "nav", "a"), (1, "body", "b\nc"), (2, "other", "d")]


def test_an_element_mark_opened_within_a_pair_wins_until_it_ends() -> None:
    html = '<body><!--gold body--><p>a</p><p data-gold="nav">b <!--/gold-->c</p><p>d</p>'
    assert pieces(html) == [(0, "body", "a"), (1, "nav", "b c"), (2, "other", "d")]


def test_comment_pairs_nest() -> None:
    html = "<body><!--gold body-->a <!--gold quote-->b<!--/gold--> c<!--/gold--> d"
    assert pieces(html) == [(0, "body", "a"), (1, "quote", "b"), (0, "body", "c"), (2, "other", "d")]


def test_neighbours_of_one_label_are_one_piece() -> None:
    html = '<p data-gold="body">a</p> \n <p data-gold="body">b</p><hr><a data-gold="nav">c</a><a data-gold="nav">d</a>'
    assert pieces(html) == [(0, "body", "a\nb"), (1, "nav", "c d")]


def test_neighbours_join_regions_that_were_interrupted_before() -> None:
    html = (
        '<div data-gold="body">a<i data-gold="ads"> b </i>c</div><p data-gold="body">d<i data-gold="ads"> e </i>f</p>'
    )
    assert [(region, label) for region, label, _ in pieces(html)] == [
        (0, "body"),
        (1, "ads"),
        (0, "body"),
        (2, "ads"),
        (0, "body"),
    ]


def test_traps_keep_neighbours_apart_whatever_their_order() -> None:
    html = '<p data-gold="nav" data-trap="b a">a</p><p data-trap="a b" data-gold="nav">b</p><p data-gold="nav">c</p>'
    reading = read_html(html + '<!--gold nav trap="a"-->d<!--/gold-->')
    assert reading.regions == (
        Region(Label.NAV, ("a", "b")),
        Region(Label.NAV),
        Region(Label.NAV, ("a",)),
    )
    assert [piece.text for piece in reading.pieces] == ["a\nb", "c", "d"]


def test_white_space_makes_no_piece_and_punctuation_makes_one() -> None:
    html = (
        '<p data-gold="body">a</p><i data-gold="ads"> &nbsp;\n</i><p data-gold="body">b</p><i data-gold="close">×</i>'
    )
    assert pieces(html) == [(0, "body", "a\nb"), (1, "close", "×")]


def test_blocks_are_joined_by_a_newline_and_white_space_is_collapsed() -> None:
    html = '<div data-gold="body"><p> a\n\tb <br> c&nbsp;d<ul><li>e<li>f</ul><a>g</a><a>h</a>i<b>j</b></div>'
    assert pieces(html) == [(0, "body", "a b\nc d\ne\nf\ng hij")]


def test_text_from_a_script_follows_and_joins_its_neighbour() -> None:
    extra = Extra(Label.BODY, (), "b  c\nd")
    assert pieces('<p data-gold="body">a</p>', extra) == [(0, "body", "a\nb c\nd")]
    assert pieces('<p data-gold="nav">a</p>', extra, Extra(Label.TITLE, (), "e")) == [
        (0, "nav", "a"),
        (1, "body", "b c\nd"),
        (2, "title", "e"),
    ]


def test_a_page_without_text_has_no_regions() -> None:
    assert read_html("") == Reading((), (), (), ())
    assert read_html("<html><body><p> </p></body></html>").pieces == ()


def fault(html: str) -> tuple[int, str]:
    """Line and text of a page's only fault."""
    faults = read_html(html).faults
    assert len(faults) == 1, faults
    assert faults[0].mend
    return faults[0].line, faults[0].what


PAGE = "<html><head><title>t</title></head><body>\n<p>a</p>\n{}\n<p>b</p></body></html>"


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("<!--gold bodi-->c<!--/gold-->", "unknown label 'bodi'"),
        ('<p data-gold="zzz">c</p>', "unknown label 'zzz'"),
        ("<!--gold body-->c", "<!--gold body--> is never closed"),
        ("c<!--/gold-->", "<!--/gold--> closes no mark"),
        ('<p data-trap="x">c</p>', "data-trap without data-gold"),
        ('<img data-gold="ads">', "mark on <img>, which can hold no text"),
        ('<br data-gold="ads" data-trap="x">', "mark on <br>, which can hold no text"),
        ("<script>var a='<!--/gold-->'</script>", "mark inside <script>: what stands there is no text of the page"),
        ('<style data-gold="hidden">a{}</style>', "mark inside <style>: what stands there is no text of the page"),
        (
            '<noscript><p data-gold="hidden">c</p></noscript>',
            "mark inside <noscript>: what stands there is no text of the page",
        ),
        ("<svg><text><!--/gold-->c</text></svg>", "mark inside <svg>: what stands there is no text of the page"),
        ('<iframe data-gold="player">c</iframe>', "mark inside <iframe>: what stands there is no text of the page"),
        ("<textarea>c<!--/gold--></textarea>", "mark inside <textarea>, which holds text only"),
        ("<title>c<!--/gold--></title>", "mark inside <title>, which holds text only"),
        ('<a title="c<!--/gold-->">c</a>', "mark inside the attribute title of <a>"),
        ("<a title='c data-gold=\"nav\"'>c</a>", "mark inside the attribute title of <a>"),
        ("<!-- c <!--/gold--> -->", "mark inside a comment"),
        ('<!-- <p data-gold="nav"> -->', "mark inside a comment"),
        ('<p>c data-gold="nav" d</p>', "mark in running text, not in a start tag"),
        (
            '<p>c</p data-gold="nav">',
            "mark that the parser drops (an end tag, a second mark on one element, outside of <html>)",
        ),
        (
            '<p data-gold="nav" data-gold="nav">c</p>',
            "mark that the parser drops (an end tag, a second mark on one element, outside of <html>)",
        ),
        ('<p>قا<b data-gold="nav">ل الر</b> c</p>', "mark splits the word 'قالالر'"),
        ('<p data-gold="Nav">c</p>', "leftover mark 'data-gold=\"Nav\"' after strip"),
    ],
)
def test_faults_say_line_and_reason(written: str, what: str) -> None:
    if "splits" in what:
        what = "mark splits the word 'قال'"
    assert fault(PAGE.format(written)) == (3, what)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("قا", "ل"),
        ("20", "26"),
        ("BB", "C"),
        ("قال", "\u064e"),  # fatha: a mark of the letter before it
        ("قا\u200d", "ل"),  # a zero-width joiner is no end of a word
        ("العـ", "راق"),
        ("<b>x</b>قا", "ل"),
        ("قا<!-- no mark -->\u200d", "ل"),
    ],
)
@pytest.mark.parametrize("form", ["<!--gold nav-->{}<!--/gold--> x", '<span data-gold="nav">{}</span> x'])
def test_a_mark_inside_a_word_is_refused(before: str, after: str, form: str) -> None:
    line, what = fault(PAGE.format(before + form.format(after)))
    assert line == 3
    assert what.startswith("mark splits the word")


def test_the_end_of_a_mark_inside_a_word_is_refused() -> None:
    assert fault(PAGE.format('<span data-gold="nav">قا</span>ل'))[1] == "mark splits the word 'قال'"
    assert fault(PAGE.format("<!--gold nav-->قا<!--/gold-->ل"))[1] == "mark splits the word 'قال'"


@pytest.mark.parametrize(
    ("before", "after"), [("قال ", "من"), ("قال:", "من"), ("قال<br>", "من"), ("<a>قال</a>", "<a>من</a>")]
)
def test_a_mark_between_words_is_fine(before: str, after: str) -> None:
    assert read_html(PAGE.format(f"{before}<!--gold nav-->{after}<!--/gold-->")).faults == ()


def test_a_mark_after_the_end_of_html_is_refused() -> None:
    assert fault(
        "<html><body><p>a</p></body></html>\n<!--gold nav--><p>b</p>".replace("<!--gold nav-->", '<p data-gold="nav">')
    ) == (
        2,
        "mark after </html>, where no text of the page is",
    )


def test_a_mark_before_html_is_refused() -> None:
    faults = read_html("<!--gold nav--><html><body><p>b</p><!--/gold--></body></html>").faults
    assert {found.what.split(" (")[0] for found in faults} == {
        "mark that the parser drops",
        "<!--/gold--> closes no mark",
    }


def test_a_mark_that_changes_the_text_is_found() -> None:
    html = '<p data-gold="body">a</p>\n<p>b &lt<!--gold nav-->; c</p><!--/gold-->\n<p data-gold="nav">d</p>'
    line, what = fault(html)
    assert (line, what) == (2, "the page's text parsed with this mark differs from its text without")


def test_a_mark_within_a_character_is_found() -> None:
    marked = "<p>قال ".encode() + b"\xd9<!--gold nav-->\x84 x<!--/gold--></p>"
    faults = read(marked, Decoded("<p>قال ل x</p>", "utf-8")).faults
    assert [found.what for found in faults] == ["the page's text parsed with this mark differs from its text without"]


def test_all_faults_are_told_at_once_in_the_order_of_lines() -> None:
    html = '<p>a<!--/gold-->\n<script><!--/gold--></script>\n<p data-gold="nope">b\n<!--gold nav--> c'
    assert [found.line for found in read_html(html).faults] == [1, 2, 3, 4]


def test_an_unknown_label_names_those_that_come_near() -> None:
    (found,) = read_html('<p data-gold="read_als">a').faults
    assert found.mend == "write 'read_also', or see python -m bench labels"


def test_unlabelled_blocks_are_told_with_their_line() -> None:
    html = (
        '<html><body>\n<p data-gold="body">a</p>\n<p>b <i>c</i>\nd</p>\n<div>e\n\nf</div> '
        '<ul>\n<li data-gold="nav">g\n</ul>\nh<script>i</script>\n</body></html>'
    )
    assert [(bare.line, bare.text) for bare in read_html(html).unlabelled] == [(3, "b c d"), (5, "e f"), (10, "h")]


def test_a_mark_taken_for_text_is_not_told_as_text() -> None:
    reading = read_html("<body><textarea>a\u00a0<!--gold nav--></textarea><textarea><!--/gold--></textarea>")
    assert [bare.text for bare in reading.unlabelled] == ["a"]
    assert len(reading.faults) == 2


def test_one_charset_reads_page_and_marks_alike() -> None:
    marked = '<p data-gold="body">قال</p><!--gold nav-->من<!--/gold-->'.encode("cp1256")
    reading = read(marked, decode(strip(marked), "windows-1256"))
    assert [piece.text for piece in reading.pieces] == ["قال", "من"]
