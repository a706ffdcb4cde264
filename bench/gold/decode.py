"""From bytes to text: one policy for all pages and all extractors.

In this order, and the first that fits is taken: the byte order mark; the charset that HTTP declares; the one that a
`<meta>` declares; UTF-8 if not one byte is bad in it; the detector. All but UTF-8 may leave under .1 % bad bytes, which
become U+FFFD: one stray byte in an honest page is no reason to read all of it as something else.

*Bad bytes* are counted as the replacement characters that decoding brings in: U+FFFD in the text, less those that the
source spells out. Python makes one of each maximal broken sequence, so a cut three-byte letter counts once.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bench.errors import BenchError

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Browsers look at 1,024 bytes; pages with a comment or styles before their meta are read right all the same.
_META_BYTES = 4096
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META = re.compile(rb"""<meta\s[^>]*?(?:(?<=[\s/"';])charset)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_BAD_ONE_IN = 1000
# The encodings of the web, under the names of Python's codecs.
_WEB = frozenset(
    """utf-8 cp866 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13
    iso8859-14 iso8859-15 iso8859-16 koi8-r koi8-u mac-roman mac-cyrillic cp874 cp1250 cp1251 cp1252 cp1253 cp1254
    cp1255 cp1256 cp1257 cp1258 gb18030 big5hkscs euc_jp iso2022_jp cp932 cp949""".split()
)
# Where a browser means another charset than Python by the same name. A meta that can be read is not in UTF-16.
_BROWSER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, without its byte order mark, and the Python codec that read it."""

    html: str
    charset: str


def decode(raw: bytes, http_charset: str | None = None) -> Decoded:
    """The text of a page.

    Args:
        raw: the page as its server sent it.
        http_charset: what the Content-Type header said, if it said anything; a name nobody knows is ignored.

    Raises:
        BenchError: in no charset are under .1 % of the bytes bad.
    """
    for charset, lenient in _candidates(raw, http_charset):
        html = decode_as(raw, charset)
        bad = _bad(html, raw, charset)
        if bad == 0 or (lenient and bad * _BAD_ONE_IN < len(raw)):
            return Decoded(html, charset)
    raise BenchError(
        "decodes in no charset", mend="check that the file is the page as its server sent it, uncompressed"
    )


def decode_as(raw: bytes, charset: str) -> str:
    """The text in a charset that has been decided on, bad bytes replaced, the byte order mark left out."""
    for bom, codec in _BOMS:
        if codec == charset and raw.startswith(bom):
            raw = raw[len(bom) :]
    return raw.decode(charset, "replace")


def codec_name(label: str) -> str | None:
    """The Python codec that a browser would take for a charset's label, None where the web knows no such charset."""
    label = re.sub(r"^x-(?=cp\d)|(?<=^iso-8859-[68])-[ei]$", "", label.strip().lower())
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    name = _BROWSER.get(name, name)
    return name if name in _WEB else None


def _candidates(raw: bytes, http_charset: str | None) -> Iterator[tuple[str, bool]]:
    """Codecs to try, and whether each may leave some bad bytes."""
    for bom, codec in _BOMS:
        if raw.startswith(bom):
            yield codec, True
    meta = _META.search(_COMMENT.sub(b"", raw[:_META_BYTES]))
    for declared in (http_charset, meta[1].decode("ascii", "replace") if meta else None):
        known = codec_name(declared) if declared else None
        if known:
            yield known, True
    yield "utf-8", False
    # Only pages that need it pay for the detector's import.
    from resiliparse.parse.encoding import detect_encoding

    detected = codec_name(detect_encoding(raw) or "")
    if detected:
        yield detected, True


def _bad(html: str, raw: bytes, charset: str) -> int:
    count = html.count("\ufffd")
    if not count:
        return 0
    try:
        return count - raw.count("\ufffd".encode(charset))
    except UnicodeEncodeError:
        return count
