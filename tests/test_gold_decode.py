from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import BenchError
from bench.gold.decode import codec_name, decode

TEXT = "<p>قال الرئيس إن الوضع صعب في البلاد، وأكد على ذلك مراراً</p>" * 20


@pytest.mark.parametrize(("codec", "bom"), [("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE)])
def test_the_byte_order_mark_wins_and_is_left_out(codec: str, bom: bytes) -> None:
    decoded = decode(bom + TEXT.encode(codec), "windows-1256")
    assert (decoded.html, decoded.charset) == (TEXT, codec)


def test_http_goes_before_meta() -> None:
    html = '<meta charset="iso-8859-6">' + TEXT
    assert decode(html.encode("cp1256"), "windows-1256").html == html


@pytest.mark.parametrize(
    "meta",
    [
        '<meta charset="windows-1256">',
        "<META CHARSET=windows-1256>",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256" />',
        "<!-- <meta charset=utf-8> --><meta name=x><meta charset = 'windows-1256'>",
    ],
)
def test_meta_is_read_in_all_its_forms(meta: str) -> None:
    # Too little text for the detector to be sure of.
    html = meta + "<p>پگ"
    decoded = decode(html.encode("cp1256"))
    assert (decoded.html, decoded.charset) == (html, "cp1256")


def test_a_declared_charset_may_leave_a_few_bad_bytes() -> None:
    raw = TEXT.encode() * 3 + b"\xff"
    decoded = decode(raw, "utf-8")
    assert decoded.charset == "utf-8"
    assert decoded.html == TEXT * 3 + "\ufffd"


def test_undeclared_utf_8_may_leave_none() -> None:
    text = "<p>un été à la plage, où j'ai été " + "plain words of a page " * 400
    decoded = decode(text.encode("cp1252"))
    assert (decoded.html, decoded.charset) == (text, "cp1252")


def test_a_wrongly_declared_charset_is_passed_over() -> None:
    assert decode(TEXT.encode("cp1256"), "utf-8").charset == "cp1256"
    assert decode(TEXT.encode(), "iso-8859-6").charset == "utf-8"


def test_replacement_characters_of_the_source_are_not_bad() -> None:
    html = "<p>" + "\ufffd" * 50
    assert decode(html.encode(), "utf-8").html == html


@pytest.mark.parametrize("codec", ["cp1256", "iso8859-6", "utf-8"])
def test_undeclared_arabic_is_detected(codec: str) -> None:
    html = TEXT.replace("،", "")
    decoded = decode(html.encode(codec))
    assert (decoded.html, decoded.charset) == (html, codec)


def test_bytes_that_decode_in_no_charset_are_refused() -> None:
    # Lead bytes without their trail, and bytes that no single-byte charset of the detector's choice defines.
    with pytest.raises(BenchError, match="decodes in no charset"):
        decode(bytes(range(256)) * 8 + b"\x1f\x8b\x08\x00\xff\xfe" * 200, "utf-8")


def test_unknown_charsets_are_ignored() -> None:
    assert decode(TEXT.encode(), "no-such-thing").html == TEXT


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("iso-8859-1", "cp1252"),
        ("Latin1", "cp1252"),
        ("us-ascii", "cp1252"),
        (" Windows-1256 ", "cp1256"),
        ("x-cp1256", "cp1256"),
        ("ISO-8859-6", "iso8859-6"),
        ("iso-8859-8-i", "iso8859-8"),
        ("utf8", "utf-8"),
        ("utf-16", "utf-8"),
        ("gb2312", "gb18030"),
        ("hex", None),
        ("unicode_escape", None),
        ("utf-7", None),
        ("idna", None),
        ("", None),
        ("a\x00b", None),
        ("ويندوز", None),
    ],
)
def test_labels_mean_what_browsers_mean(label: str, codec: str | None) -> None:
    assert codec_name(label) == codec


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]).filter(lambda char: char != "\ufeff")))
def test_valid_utf_8_is_read_as_it_is(text: str) -> None:
    assert decode(text.encode(), "utf-8").html == text
