"""Pages in WARC files, as crawlers and Common Crawl keep them: which there are, and one of them to the byte.

fastwarc finds the records; the payload is unpacked here. fastwarc's own decoding (auto_decode) ends without a word at a
record that it cannot decode, and cannot be told how much is too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING, BinaryIO

from bench.errors import BenchError
from bench.fetch.unpack import PackedError, refusal, unpacked

if TYPE_CHECKING:
    from fastwarc.warc import ArchiveIterator, WarcRecord

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_MEND = "give a WARC file, and the offset where a record begins"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a WARC file holds: where its record begins, and its address."""

    offset: int
    url: str


@dataclass(frozen=True, slots=True)
class Record:
    """A page from a WARC file, unpacked.

    Attributes:
        charset: what the HTTP header named, in lower case; None without one.
        offset, length: of the record, compressed as it stands in the file.
    """

    url: str
    raw: bytes
    charset: str | None
    offset: int
    length: int


def entries(stream: BinaryIO, where: str) -> Iterator[Entry]:
    """The HTML responses with a status of success.

    Raises:
        BenchError: it is no WARC file.
    """
    with _told(where):
        for record in _records(stream, 0):
            if not record.is_http_parsed or not 200 <= (record.http_headers.status_code or 0) < 300:
                continue
            if _content_type(record).get_content_type() in _HTML:
                yield Entry(record.stream_pos, _url(record))


def read(stream: BinaryIO, offset: int, where: str, max_bytes: int) -> Record:
    """The page whose record begins at `offset`.

    Args:
        stream: a whole file, or just the bytes of a record.
        where: what an error is told of.
        max_bytes: of the page, as stored and unpacked.

    Raises:
        BenchError: no record begins there, it holds no page, is cut off, too big, or not what its header says.
    """
    with _told(where):
        found = _records(stream, offset)
        record = next(iter(found), None)
        if record is None:
            raise BenchError(f"no whole WARC record at byte {offset}", where=where, mend=_MEND)
        if _kind(record) not in ("response", "resource") or (_kind(record) == "response" and not record.is_http_parsed):
            raise BenchError(f"is a {_kind(record)} record, which holds no page", where=where, mend=_MEND)
        raw = _payload(record, where, max_bytes)
        url, charset = _url(record), _content_type(record).get_content_charset()
        return Record(url, raw, charset, offset, _end(found, stream) - offset)


def _records(stream: BinaryIO, offset: int) -> ArchiveIterator:
    from fastwarc.warc import ArchiveIterator

    stream.seek(offset)
    return ArchiveIterator(stream, auto_decode="none")


@contextmanager
def _told(where: str) -> Iterator[None]:
    """What fastwarc raises, as a user reads it."""
    try:
        yield
    except (OSError, EOFError, ValueError) as error:
        what = f"cannot be read as WARC ({error or type(error).__name__})"
        raise BenchError(what, where=where, mend=_MEND) from None


def _payload(record: WarcRecord, where: str, max_bytes: int) -> bytes:
    size = record.content_length
    mend = "give another record"
    try:
        if size > max_bytes:
            raise PackedError(f"is over {max_bytes / 1e6:g} MB")
        raw = record.reader.read(size)
        if len(raw) < size:
            raise PackedError(f"ends after {len(raw)} of {size} bytes")
        if not record.is_http_parsed:  # of a resource: the page and nothing else
            return raw
        head = record.http_headers
        if "chunked" in (head.get("Transfer-Encoding") or "").lower():
            raw = _dechunked(raw)
        return unpacked(raw, head.get("Content-Encoding") or "", max_bytes)
    except PackedError as error:
        raise refusal(error, where, mend) from None


def _dechunked(raw: bytes) -> bytes:
    """Without the chunks of Transfer-Encoding; where there are none, as it is: some crawlers keep only the header."""
    out = bytearray()
    at = 0
    while head := re.compile(rb"([0-9a-fA-F]{1,8})[^\S\r\n]*(?:;[^\r\n]*)?\r\n").match(raw, at):
        size = int(head[1], 16)
        if not size:
            return bytes(out)
        if head.end() + size > len(raw):
            break
        out += raw[head.end() : head.end() + size]
        at = head.end() + size + 2
    if not at:
        return raw
    raise PackedError("is chunked and was cut off")


def _url(record: WarcRecord) -> str:
    return (record.headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")


def _kind(record: WarcRecord) -> str:
    return record.headers.get("WARC-Type") or "nameless"


def _content_type(record: WarcRecord) -> Message:
    """Of the HTTP answer, or of a resource; email knows how the header is written."""
    head = Message()
    said = (record.http_headers if record.is_http_parsed else record.headers).get("Content-Type")
    if said:
        head["Content-Type"] = re.sub(r"[\r\n]+", " ", said)
    return head


def _end(found: ArchiveIterator, stream: BinaryIO) -> int:
    """Where the record that was just read ends: at the next one, or at the end of the file."""
    following = next(iter(found), None)
    if following is not None:
        return following.stream_pos
    return stream.seek(0, 2)
