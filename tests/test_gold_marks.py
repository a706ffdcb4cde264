from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bench.errors import BenchError
from bench.gold.marks import FORBIDDEN, Detached, MarkKind, attach, detach, insert, leftovers, lookalikes, scan, strip
from tests.gold_strategies import marked_pages

REAL = sorted((Path(__file__).parents[2] / "shared" / "real" / "sites").glob("*/*.html"))

MARKS = (
    b' data-gold="body"',
    b' data-trap="x"',
    b' data-trap="a-1 b"',
    b"<!--gold nav-->",
    b'<!--gold read_also trap="a b-2"-->',
    b"<!--/gold-->",
    b' data-gold="body" data-trap="x"',
)
# Pieces that come as near to a mark as a page may.
FRAGMENTS = (
    *(
        b"<p>",
        b"<!--gold",
        b"<!--",
        b"-->",
        b" data-gold=",
        b" data-trap=",
        b'"',
        b"'",
        b" ",
        b"body",
        b"gold ",
        b"/gold",
    ),
    *(
        b"\xff",
        b"\xc7\xe1",
        "قال".encode(),
        b"\r\n",
        b"\x00",
        b"<",
        b">",
        b"=",
        b"data-gold",
        b' trap="a"',
        b"</",
        b"-",
    ),
)
broken_html = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=6)), max_size=30).map(b"".join)


@st.composite
def page_with_inserts(draw: st.DrawFn, pages: st.SearchStrategy[bytes]) -> tuple[bytes, list[tuple[int, bytes]]]:
    page = draw(pages)
    assume(not any(word in page for word in FORBIDDEN))
    at = st.integers(0, len(page))
    return page, draw(st.lists(st.tuples(at, st.sampled_from(MARKS)), max_size=8))


@given(page_with_inserts(broken_html))
def test_strip_undoes_insert_on_broken_html(drawn: tuple[bytes, list[tuple[int, bytes]]]) -> None:
    page, inserts = drawn
    assert strip(insert(page, inserts)) == page


@pytest.mark.skipif(not REAL, reason="the real pages are not at hand")
@given(data=st.data())
def test_strip_undoes_insert_on_real_pages(data: st.DataObject) -> None:
    page = strip(data.draw(st.sampled_from(REAL)).read_bytes())
    _, inserts = data.draw(page_with_inserts(st.just(page)))
    assert strip(insert(page, inserts)) == page


@given(marked_pages)
def test_attach_undoes_detach(marked: bytes) -> None:
    detached = detach(marked)
    assert Detached.from_json(json.loads(json.dumps(detached.to_json()))) == detached
    assert attach(strip(marked), detached) == marked


@pytest.mark.parametrize("file", REAL, ids=lambda file: file.parent.name)
def test_attach_undoes_detach_on_real_pages(file: Path) -> None:
    marked = file.read_bytes()
    assert attach(strip(marked), detach(marked)) == marked


def test_detached_marks_hold_offsets_into_the_stripped_page() -> None:
    detached = detach(b'<p data-gold="body" data-trap="x">a</p><!--gold nav-->b<!--/gold-->')
    assert detached.inserts == (
        (2, b' data-gold="body"'),
        (2, b' data-trap="x"'),
        (8, b"<!--gold nav-->"),
        (9, b"<!--/gold-->"),
    )


def test_attach_refuses_another_page() -> None:
    detached = detach(b"<p>a<!--gold nav-->b<!--/gold-->")
    with pytest.raises(BenchError, match=r"belong to the page with sha256 .*…, this one has .*; fetch the page"):
        attach(b"<p>ac", detached)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"sha256": "00", "inserts": []},
        {"sha256": "0" * 64, "inserts": [[1]]},
        {"sha256": "0" * 64, "inserts": [[True, "x"]]},
        {"sha256": "0" * 64, "inserts": [[1, "é"]]},
        {"sha256": "0" * 64, "inserts": "ab"},
    ],
)
def test_detached_json_of_another_shape_is_refused(value: object) -> None:
    with pytest.raises(BenchError):
        Detached.from_json(value)


@pytest.mark.parametrize("word", FORBIDDEN)
def test_insert_refuses_a_page_that_holds_a_mark_of_its_own(word: bytes) -> None:
    with pytest.raises(BenchError, match="the page itself holds"):
        insert(b"<p>" + word, [])


@pytest.mark.parametrize("offset", [-1, 5])
def test_insert_refuses_an_offset_outside_of_the_page(offset: int) -> None:
    with pytest.raises(BenchError, match="a page of 4 bytes"):
        insert(b"<p>a", [(offset, MARKS[0])])


@pytest.mark.parametrize(
    "mark", [b"", b"x", b'data-gold="body"', b"<!--gold Body-->", b'<!--gold body-->"', b"<!-- /gold -->"]
)
def test_insert_refuses_what_is_no_mark(mark: bytes) -> None:
    with pytest.raises(BenchError, match="is no mark"):
        insert(b"<p>a", [(0, mark)])


def test_scan_says_kind_label_traps_and_line() -> None:
    marked = b'<p\r\n class=c data-trap="b a" data-gold="body">\n<!--gold nav trap="t-1"-->x\n\n<!--/gold-->'
    assert [(mark.kind, mark.label, mark.traps, mark.line) for mark in scan(marked)] == [
        (MarkKind.TRAP, "", ("b", "a"), 2),
        (MarkKind.LABEL, "body", (), 2),
        (MarkKind.OPEN, "nav", ("t-1",), 3),
        (MarkKind.CLOSE, "", (), 5),
    ]


@pytest.mark.parametrize(
    "written",
    [
        b'<p  data-gold="Body">',
        b'<p\tdata-gold="body">',
        b'<p data-gold="">',
        b'<p data-trap="A">',
        b"<!--gold body -->",
        b'<!--gold body trap=""-->',
        b"<!--/gold -->",
        b"<!--gold body",
    ],
)
def test_what_is_not_written_as_a_mark_is_left_over(written: bytes) -> None:
    marked = b'<i data-gold="nav">a</i>\n<!--gold nav-->\n' + written + b"x<!--/gold-->"
    assert [left.line for left in leftovers(marked)] == [3]
    assert written in strip(marked)


def test_what_only_looks_like_a_mark_is_told() -> None:
    marked = b"<p data-gold='body'>a\n<!-- gold body -->b\n<!-- golden --><b data-golden=1>"
    assert leftovers(marked) == []
    assert [found.line for found in lookalikes(marked)] == [1, 2]
