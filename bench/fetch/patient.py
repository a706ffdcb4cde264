"""A file over HTTP, or a range of one: asked for again when that may help, and continued where a connection broke.

What is continued may have changed between two requests. Nobody notices here: whoever asks holds the digest.
"""

from __future__ import annotations

import http.client
import random
import re
import ssl
import time
import urllib.error
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from bench.errors import BenchError
from bench.fetch.address import Span, host_of
from bench.fetch.manners import LeftAlone, Manners
from bench.fetch.page import MAX_BYTES
from bench.fetch.request import CHUNK, FAILURES, chunks, opened, said, why
from bench.fetch.unpack import PackedError, TooBigError, unpacked

_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_LIMIT_MEND = "raise the limit with --max-mb if it is a page"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try.

    Attributes:
        retries: after the first request; one that brings a good piece more than ever before sets the count back.
        first_s: seconds before the first of them; each next waits twice as long, give or take a quarter.
        most_s: no wait is longer; a server that asks for more (Retry-After) is given up.
        seconds: for one request, all of it.
        max_bytes: of the file, compressed or not.
    """

    retries: int = 4
    first_s: float = 1.0
    most_s: float = 60.0
    seconds: float = 60.0
    max_bytes: int = MAX_BYTES

    def wait(self, attempt: int) -> float:
        """Seconds before retry number `attempt`, counted from 0; not the same for everybody, who failed together."""
        longest: float = min(self.first_s * 2.0**attempt, self.most_s)
        return longest * random.uniform(0.75, 1.25)


class _Again(Exception):
    """It may go well the next time, `after_s` seconds from now if the server said so."""

    def __init__(self, what: str, after_s: float | None = None) -> None:
        super().__init__(what)
        self.after_s = after_s


@dataclass(slots=True)
class _Partial:
    """What has come so far. `etag` names the version that it is of, where the server said."""

    raw: bytearray = field(default_factory=bytearray)
    etag: str = ""

    def clear(self) -> None:
        self.raw.clear()
        self.etag = ""


def get(url: str, patience: Patience, manners: Manners, span: Span | None = None) -> bytes:
    """The bytes at `url`, without content codings; with `span`, just those.

    Raises:
        BenchError: it is not there, is too big, does not come in time, or the server knows no ranges; one line with
            the address in it.
        Stopped: the user has stopped it all.
    """
    if span and span.length > patience.max_bytes:
        raise BenchError(f"is over {patience.max_bytes / 1e6:g} MB", where=url, mend=_LIMIT_MEND)
    host = host_of(url)
    got = _Partial()
    attempt = most = 0
    while True:
        try:
            with manners.turn(host, patience.most_s):
                try:
                    return _request(url, patience, got, span)
                except _Again as again:
                    if again.after_s is not None:  # before the turn ends, or the next in line would not know
                        manners.leave_alone(host, again.after_s)
                    raise
        except LeftAlone as alone:
            raise _later("its host", alone.seconds, url) from None
        except _Again as again:
            if again.after_s is not None and again.after_s > patience.most_s:
                raise _later(f"{again} and", again.after_s, url) from None
            if len(got.raw) - most >= CHUNK:
                attempt = 0
            most = max(most, len(got.raw))
            if attempt >= patience.retries:
                tries = f" (asked {attempt + 1} times)" if attempt else ""
                raise BenchError(f"{again}{tries}", where=url, mend="try again later") from None
            manners.sleep(patience.wait(attempt))
            attempt += 1


def _later(what: str, seconds: float, url: str) -> BenchError:
    mend = "pull again after that; what is there is kept"
    return BenchError(f"{what} wants to be left alone for {seconds:.0f} s", where=url, mend=mend)


def _request(url: str, patience: Patience, got: _Partial, span: Span | None) -> bytes:
    """One request for what is missing.

    Raises:
        _Again: it may help to ask once more; `got` holds what came.
        BenchError: it will not.
    """
    deadline = time.monotonic() + patience.seconds
    try:
        with opened(url, patience.seconds, **_range(got, span)) as answer:
            encoding = str(answer.headers.get("Content-Encoding", ""))
            whole = answer.status != http.client.PARTIAL_CONTENT
            size = _begin(answer, got, span, url)
            try:
                _read(answer, got, span, patience, deadline, skip=span.start if whole and span else 0)
            except FAILURES:
                if encoding:  # a second request could be packed in another way
                    got.clear()
                raise
    except urllib.error.HTTPError as error:
        error.close()
        _status(error, url, got)
    except PackedError as error:
        raise BenchError(str(error), where=url, mend=_LIMIT_MEND) from None
    except FAILURES as error:
        if isinstance(getattr(error, "reason", error), ssl.SSLCertVerificationError):
            raise BenchError(why(error, patience.seconds), where=url, mend="look for another source") from None
        raise _Again(why(error, patience.seconds)) from None
    if len(got.raw) < size:
        raise _Again(f"gave {len(got.raw)} of {size} bytes and no more")
    raw = bytes(got.raw)
    if span and len(raw) != span.length:
        what = f"ends after {len(raw)} of the {span.length} bytes from {span.start}"
        raise BenchError(what, where=url, mend="it is another file, or offset and length are wrong")
    return _plain(raw, encoding, url, patience.max_bytes)


def _plain(raw: bytes, encoding: str, url: str, max_bytes: int) -> bytes:
    try:
        return unpacked(raw, encoding, max_bytes)
    except TooBigError as error:
        raise BenchError(str(error), where=url, mend=_LIMIT_MEND) from None
    except PackedError as error:
        raise BenchError(str(error), where=url, mend="the server is at fault; try another source") from None


def _range(got: _Partial, span: Span | None) -> dict[str, str]:
    if not span and not got.raw:
        return {}
    start = (span.start if span else 0) + len(got.raw)
    headers = {"Range": f"bytes={start}-{span.end - 1 if span else ''}"}
    if got.raw and got.etag:
        headers["If_Range"] = got.etag
    return headers


def _begin(answer: http.client.HTTPResponse, got: _Partial, span: Span | None, url: str) -> int:
    """Is the answer what was asked for? One that begins anew makes what came so far worthless.

    Returns:
        How many bytes there are to have, where a part of a file says so: it may be less than was asked for. 0: unknown.
    """
    size = 0
    etag = str(answer.headers.get("ETag", ""))
    if answer.status != http.client.PARTIAL_CONTENT:
        got.clear()
    else:
        start = span.start if span else 0
        wanted = start + len(got.raw)
        gave = str(answer.headers.get("Content-Range", ""))
        found = re.match(r"bytes (\d{1,15})-\d+(?:/(\d{1,15}))?", gave)
        if not found or int(found[1]) != wanted:
            raise BenchError(f"was asked for bytes from {wanted} on and gave {gave!r}", where=url, mend=_NO_RANGES)
        end = int(found[2] or 0)
        size = (min(end, span.end) if span else end) - start
    got.etag = "" if etag.startswith("W/") else etag
    return size


_NO_RANGES = "the server knows no ranges; give another with --base"


def _read(
    answer: http.client.HTTPResponse, got: _Partial, span: Span | None, patience: Patience, deadline: float, skip: int
) -> None:
    """Adds what comes to `got`, without the first `skip` bytes, and no more than `span` asks for.

    A server that knows no ranges sends the whole file: its beginning is passed over where that is not much.
    """
    if skip > patience.max_bytes:
        raise PackedError(f"gives no ranges, and {skip / 1e6:.0f} MB stand before the record")
    for chunk in chunks(answer, deadline):
        got.raw += chunk[skip:]
        skip -= min(skip, len(chunk))
        if span and len(got.raw) >= span.length:
            del got.raw[span.length :]
            return
        if len(got.raw) > patience.max_bytes:
            raise TooBigError(patience.max_bytes)


def _status(error: urllib.error.HTTPError, url: str, got: _Partial) -> None:
    """Always raises."""
    what = said(error)
    if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and got.raw:
        got.clear()  # it has become shorter than what we have of it
        raise _Again(what)
    if error.code in _LATER:
        raise _Again(what, _retry_after(str(error.headers.get("Retry-After", ""))))
    if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise BenchError("has no such bytes", where=url, mend="it is another file, or offset and length are wrong")
    gone = error.code in (http.client.NOT_FOUND, http.client.GONE)
    mend = "it is gone, or never was there; look for another source" if gone else "look for another source"
    raise BenchError(what, where=url, mend=mend)


def _retry_after(value: str) -> float | None:
    """Seconds, from a number of them or a date; None where a server says nothing that can be read."""
    if re.fullmatch(r"[0-9]+", value.strip()):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
