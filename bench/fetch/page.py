"""One page over HTTP: its bytes, where it was found and the charset that its server names, or one line why not."""

from __future__ import annotations

import time
import urllib.error
from dataclasses import dataclass

from bench.errors import BenchError
from bench.fetch.request import FAILURES, chunks, opened, said, why
from bench.fetch.unpack import PackedError, TooBigError, refusal, unpacked

SECONDS = 20.0
MAX_BYTES = 10_000_000  # a page of text comes nowhere near it
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_SAVE = "save the page from a browser and give the file"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as its server sent it, uncompressed.

    Attributes:
        url: where redirects ended.
        charset: of its Content-Type header, in lower case; None without one.
    """

    raw: bytes
    url: str
    charset: str | None


def fetch(url: str, *, seconds: float = SECONDS, max_bytes: int = MAX_BYTES) -> Fetched:
    """Get one page, with one try; redirects are followed, to http and https only.

    Args:
        url: may be written with Arabic letters in host, path and query.
        seconds: for all of it.
        max_bytes: of the page, compressed or not.

    Raises:
        BenchError: no such host, no answer in time, an error status, something else than HTML, or too much of it.
    """
    deadline = time.monotonic() + seconds
    try:
        with opened(url, seconds) as answer:
            kind = answer.headers.get_content_type() if "Content-Type" in answer.headers else "text/html"
            if kind not in _HTML:
                raise BenchError(f"is {kind}, not HTML", where=url, mend="give the address of a page")
            raw = bytearray()
            for chunk in chunks(answer, deadline):
                raw += chunk
                if len(raw) > max_bytes:
                    raise TooBigError(max_bytes)
            page = unpacked(bytes(raw), str(answer.headers.get("Content-Encoding", "")), max_bytes)
            return Fetched(page, answer.geturl(), answer.headers.get_content_charset())
    except urllib.error.HTTPError as error:
        error.close()
        raise BenchError(said(error), where=url, mend=_SAVE) from None
    except PackedError as error:
        raise refusal(error, url, _SAVE) from None
    except FAILURES as error:
        raise BenchError(why(error, seconds), where=url, mend=f"check the address, or {_SAVE}") from None
