"""One page over HTTP: its bytes, where it was found and the charset that its server names, or one line why not."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
import zlib
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from bench.errors import BenchError
from bench.run.place import lubb_version

SECONDS = 20.0
MAX_BYTES = 10_000_000  # a page of text comes nowhere near it
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_CHUNK = 65536
_SAVE = "save the page from a browser and give the file"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as its server sent it, uncompressed.

    Attributes:
        url: where redirects ended.
        charset: of its Content-Type header, as written there; None without one.
    """

    raw: bytes
    url: str
    charset: str | None


def fetch(url: str, *, seconds: float = SECONDS, max_bytes: int = MAX_BYTES) -> Fetched:
    """Get one page; redirects are followed, to http and https only.

    Args:
        url: may be written with Arabic letters in host, path and query.
        seconds: for all of it.
        max_bytes: of the page, compressed or not.

    Raises:
        BenchError: no such host, no answer in time, an error status, something else than HTML, or too much of it.
    """
    deadline = time.monotonic() + seconds
    request = urllib.request.Request(ascii_url(url), headers=_headers())
    try:
        with _opener().open(request, timeout=seconds) as answer:
            kind = answer.headers.get_content_type() if "Content-Type" in answer.headers else "text/html"
            if kind not in _HTML:
                raise BenchError(f"is {kind}, not HTML", where=url, mend="give the address of a page")
            raw = _read(answer, url, deadline, seconds, max_bytes)
            raw = _unpacked(raw, str(answer.headers.get("Content-Encoding", "")), url, max_bytes)
            return Fetched(raw, answer.geturl(), answer.headers.get_content_charset())
    except urllib.error.HTTPError as error:
        error.close()
        raise BenchError(f"answered {error.code} {error.reason}".strip(), where=url, mend=_SAVE) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise BenchError(_why(error, seconds), where=url, mend=f"check the address, or {_SAVE}") from None


def ascii_url(url: str) -> str:
    """The address as it is sent: its host in punycode, other letters percent-encoded.

    Raises:
        BenchError: it is no http or https address.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError as error:  # a port or a bracket; UnicodeError is one too
        raise BenchError(f"is no address ({error})", where=url, mend="give it as https://host/path") from None
    if parts.scheme not in ("http", "https") or not host:
        raise BenchError("is no address", where=url, mend="give it as https://host/path")
    host = f"[{host}]" if ":" in host else host
    path, query = quote(parts.path, safe="/%:@!$&'()*+,;=~"), quote(parts.query, safe="/%:@!$&'()*+,;=~?[]")
    return SplitResult(parts.scheme, host + port, path or "/", query, "").geturl()


def _headers() -> dict[str, str]:
    return {
        "User-Agent": f"Lubb/{lubb_version()} (Arabic boilerplate-removal benchmark)",
        "Accept": "text/html,application/xhtml+xml",
        "Accept-Language": "ar",
        "Accept-Encoding": "identity",
    }


def _opener() -> urllib.request.OpenerDirector:
    """urllib's usual one without files and FTP, to which a server could redirect."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.UnknownHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def _read(answer: http.client.HTTPResponse, url: str, deadline: float, seconds: float, max_bytes: int) -> bytes:
    """All of it. A server that sends a little now and then would never run into a socket's timeout."""
    raw = bytearray()
    while chunk := answer.read1(_CHUNK):
        raw += chunk
        if len(raw) > max_bytes:
            raise _too_big(url, max_bytes)
        if time.monotonic() > deadline:
            raise TimeoutError
    if answer.length:  # of Content-Length, what never came
        raise http.client.IncompleteRead(bytes(raw), answer.length)
    return bytes(raw)


def _unpacked(raw: bytes, encoding: str, url: str, max_bytes: int) -> bytes:
    """Some servers compress although they were asked not to."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return raw
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise BenchError(f"came compressed as {encoding!r}", where=url, mend=_SAVE)
    unpacker = zlib.decompressobj(wbits=47)  # gzip or zlib, whichever its head says
    try:
        page = unpacker.decompress(raw, max_bytes + 1)
    except zlib.error:
        raise BenchError(f"is no {encoding}, though its header says so", where=url, mend=_SAVE) from None
    if len(page) > max_bytes:
        raise _too_big(url, max_bytes)
    return page


def _too_big(url: str, max_bytes: int) -> BenchError:
    return BenchError(f"is over {max_bytes / 1e6:g} MB", where=url, mend="give the address of a page")


def _why(error: Exception, seconds: float) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return f"timed out after {seconds:g} s"
    if isinstance(reason, socket.gaierror):
        return "no such host"
    if isinstance(reason, ssl.SSLError):
        return f"no secure connection ({getattr(reason, 'verify_message', '') or reason.reason})"
    if isinstance(reason, OSError) and reason.strerror:
        return f"cannot be reached ({reason.strerror})"
    if isinstance(reason, http.client.IncompleteRead):
        return "the connection ended before the page did"
    return f"gave no page ({reason or type(reason).__name__})"
