"""Addresses: as they are typed and as they are sent, who is asked, and for which bytes."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from bench.errors import BenchError

WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of a file: from `start`, `length` of them."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """One past the last."""
        return self.start + self.length


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


def host_of(url: str) -> str:
    """Whom an address asks: host and port, in lower case."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def rebased(url: str, base: str) -> str:
    """The same path and query below another address: `https://a.example/x` at `http://127.0.0.1:80` is `…:80/x`."""
    parts = urlsplit(url)
    return f"{base.rstrip('/')}{parts.path}{'?' if parts.query else ''}{parts.query}"


def user_agent() -> str:
    """What a server is told of who asks."""
    from importlib import metadata

    try:
        version = metadata.version("lubb")
    except metadata.PackageNotFoundError:
        version = "unknown"
    return f"Lubb/{version} (Arabic boilerplate-removal benchmark)"
