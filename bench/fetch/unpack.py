"""Compressed bodies, never to more than a limit: a thousand bytes can hold a million."""

from __future__ import annotations

import re
import zlib

from bench.errors import BenchError

GZIP = b"\x1f\x8b"
_GZIP, _ZLIB, _RAW = 31, 15, -15  # what zlib calls wbits
_MOST_CODINGS = 3
_WINDOW = 4096


class PackedError(Exception):
    """Bytes that are not what their header says, as the end of a sentence: "is no gzip"."""


class TooBigError(PackedError):
    """More than the limit."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"is over {max_bytes / 1e6:g} MB")


def unpacked(raw: bytes, encoding: str, max_bytes: int) -> bytes:
    """A body without its content codings; servers send some although they were asked for none.

    Args:
        encoding: the header Content-Encoding; "" for none.
        max_bytes: of what comes out.

    Raises:
        PackedError: a coding that we do not know, bytes that are not in it, a body that was cut off; TooBigError.
    """
    codings = [name for name in re.split(r"[\s,]+", encoding.lower()) if name not in ("", "identity")]
    if len(codings) > _MOST_CODINGS:
        raise PackedError(f"came compressed {len(codings)} times")
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip"):
            raw = gunzipped(raw, max_bytes)
        elif coding == "deflate":
            raw = _deflated(raw, max_bytes)
        else:
            raise PackedError(f"came compressed as {coding!r}")
    if len(raw) > max_bytes:
        raise TooBigError(max_bytes)
    return raw


def gunzipped(raw: bytes, max_bytes: int) -> bytes:
    """What a gzip file holds, in all of its members; zeros or other bytes behind the last one are left out.

    Raises:
        PackedError: it is no gzip, or cut off; TooBigError.
    """
    out = bytearray()
    at = _inflate(raw, 0, _GZIP, out, max_bytes, "gzip")
    while raw.startswith(GZIP, at):
        at = _inflate(raw, at, _GZIP, out, max_bytes, "gzip")
    return bytes(out)


def _deflated(raw: bytes, max_bytes: int) -> bytes:
    """Deflate is zlib by the book; some servers leave its head out, and browsers take both."""
    out = bytearray()
    try:
        _inflate(raw, 0, _ZLIB, out, max_bytes, "deflate")
    except TooBigError:
        raise
    except PackedError:
        out.clear()
        _inflate(raw, 0, _RAW, out, max_bytes, "deflate")
    return bytes(out)


def _inflate(raw: bytes, at: int, wbits: int, out: bytearray, max_bytes: int, name: str) -> int:
    """Adds what the stream that begins at `at` holds to `out`; gives where it ends.

    A window at a time: zlib copies all that it is given behind the end, and a file may hold many thousand streams.
    """
    unpacker = zlib.decompressobj(wbits=wbits)
    while at < len(raw) and not unpacker.eof:
        window = raw[at : at + _WINDOW]
        try:
            out += unpacker.decompress(window, max_bytes + 1 - len(out))
        except zlib.error:
            raise PackedError(f"is no {name}, though its header says so") from None
        if len(out) > max_bytes:
            raise TooBigError(max_bytes)
        at += len(window) - len(unpacker.unused_data)
    if not unpacker.eof:
        raise PackedError(f"is {name} that was cut off")
    return at


def refusal(error: PackedError, where: str, mend: str) -> BenchError:
    """The same as a user reads it."""
    if isinstance(error, TooBigError):
        mend = "give the address of a page, or a higher limit where there is one"
    return BenchError(str(error), where=where, mend=mend)
