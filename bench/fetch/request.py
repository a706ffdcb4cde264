"""One HTTP request with the standard library: opened, read in time and within a size, or why not in a few words."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from bench.fetch.address import ascii_url, user_agent

CHUNK = 65536
SECONDS = 60.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
FAILURES = (OSError, http.client.HTTPException, ValueError)
"""What opening or reading can raise, besides urllib.error.HTTPError, which is one of the first."""


class _Answer(http.client.HTTPResponse):
    """An answer that a timer cuts off unless it is closed before."""

    timer: threading.Timer | None = None

    def close(self) -> None:
        if self.timer:
            self.timer.cancel()
        super().close()


class _Punctual(http.client.HTTPConnection):
    """Each byte of an answer may take as long as the socket's timeout; all of it together may not either.

    A body that is cut off can read like one that ended: `chunks` looks at the clock.
    """

    response_class = _Answer

    def getresponse(self) -> http.client.HTTPResponse:
        late = threading.Event()
        open_socket = self.sock  # the connection lets go of it when the head has come

        def cut() -> None:
            late.set()
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.timeout or SECONDS, cut)
        timer.daemon = True
        timer.start()
        try:
            answer = super().getresponse()
        except BaseException as error:
            timer.cancel()
            if late.is_set() and isinstance(error, FAILURES):
                raise TimeoutError from None
            raise
        assert isinstance(answer, _Answer)
        answer.timer = timer
        if late.is_set():  # a head that was cut off reads like one that ended
            answer.close()
            raise TimeoutError
        return answer


class _PunctualTLS(_Punctual, http.client.HTTPSConnection):
    """The same over TLS."""


class _HTTP(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Punctual, request)


class _HTTPS(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_PunctualTLS, request)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """urllib's own, but that a chain which comes round again takes a few requests, not ten, and that the body of a

    redirect, which has no limit, is not read.
    """

    max_repeats = 2
    max_redirections = 5

    def http_error_302(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
    ) -> http.client.HTTPResponse | None:
        fp.close()
        found: http.client.HTTPResponse | None = super().http_error_302(req, fp, code, msg, headers)
        return found

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _opener() -> urllib.request.OpenerDirector:
    """urllib's usual one without files and FTP, to which a server could redirect."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.UnknownHandler,
        _HTTP,
        _HTTPS,
        urllib.request.HTTPDefaultErrorHandler,
        _Redirects,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def opened(url: str, seconds: float, **headers: str) -> http.client.HTTPResponse:
    """The answer to a GET, not yet read; redirects are followed, to http and https only.

    Args:
        url: may be written with Arabic letters in host, path and query.
        seconds: until the answer's head has come; each later read has as long.
        headers: more of them, `_` for `-`.

    Raises:
        BenchError: the address is none.
        urllib.error.HTTPError: an error status.
        FAILURES: no such host, no answer in time, no HTTP.
    """
    usual = {
        "User-Agent": user_agent(),
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.5",
        "Accept-Language": "ar",
        "Accept-Encoding": "identity",
    }
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    answer: http.client.HTTPResponse = _opener().open(
        urllib.request.Request(ascii_url(url), headers=usual | more), timeout=seconds
    )
    return answer


def chunks(answer: http.client.HTTPResponse, deadline: float) -> Iterator[bytes]:
    """The body as it comes. A server that sends a little now and then would never run into a socket's timeout.

    Raises:
        TimeoutError: it is past `deadline` (of time.monotonic).
        http.client.IncompleteRead: it ended before Content-Length did.
        FAILURES: the connection broke.
    """
    try:
        while chunk := answer.read1(CHUNK):
            yield chunk
            _in_time(deadline)
    except FAILURES:
        _in_time(deadline)
        raise
    _in_time(deadline)
    if answer.length:  # of Content-Length, what never came
        raise http.client.IncompleteRead(b"", answer.length)


def _in_time(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError


def said(error: urllib.error.HTTPError) -> str:
    """An error status in a few words that follow an address; none of them are the server's."""
    location = error.headers.get("Location")
    if location and error.code in _REDIRECTS:
        return f"redirects in a circle, too often or to no web address ({str(location)[:200]!r})"
    return f"answered {error.code} {http.client.responses.get(error.code, '')}".strip()


def why(error: Exception, seconds: float) -> str:
    """What went wrong, in a few words that follow an address."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return f"timed out after {seconds:g} s"
    if isinstance(reason, socket.gaierror):
        return "no such host"
    if isinstance(reason, ssl.SSLError):
        said = getattr(reason, "verify_message", "") or getattr(reason, "reason", "") or reason
        return f"no secure connection ({said})"
    if isinstance(reason, OSError) and reason.strerror:
        return f"cannot be reached ({reason.strerror})"
    if isinstance(reason, http.client.IncompleteRead):
        return "the connection ended before the page did"
    return f"gave no page ({reason or type(reason).__name__})"
