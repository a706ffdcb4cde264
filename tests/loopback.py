"""A server on this machine's own address, whose every answer a test writes."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Answer:
    """`length`: what Content-Length says, if not the truth. `cut`: bytes after which the connection ends."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    cut: int | None = None
    ranges: bool = True


@dataclass
class Asked:
    path: str
    range: str
    if_range: str


Route = Answer | list[Answer] | Callable[["Handler"], None]


@dataclass
class Loopback:
    """`routes`: a list is answered one by one, its last one for ever. `asked`: every request, in order."""

    url: str
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def times(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)


class Handler(http.server.BaseHTTPRequestHandler):
    loopback: Loopback

    def do_GET(self) -> None:
        asked = Asked(self.path, self.headers.get("Range", ""), self.headers.get("If-Range", ""))
        self.loopback.asked.append(asked)
        route = self.loopback.routes.get(self.path, Answer(status=404))
        if isinstance(route, list):
            route = route.pop(0) if len(route) > 1 else route[0]
        if isinstance(route, Answer):
            self.give(route, asked)
        else:
            route(self)

    def give(self, answer: Answer, asked: Asked) -> None:
        body, status, headers = answer.body, answer.status, dict(answer.headers)
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.range)
        stale = asked.if_range and asked.if_range != headers.get("ETag")
        if span and answer.ranges and status == 200 and not stale:
            start, end = int(span[1]), int(span[2] or len(body) - 1) + 1
            status, body = (206, body[start:end]) if start < len(answer.body) else (416, b"")
            headers["Content-Range"] = f"bytes {start}-{start + len(body) - 1}/{len(answer.body)}"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if answer.length is None else answer.length))
        self.end_headers()
        self.wfile.write(body[: answer.cut])

    def log_message(self, *_: object) -> None:
        pass


class _Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:  # who asked has gone
        pass


@contextmanager
def serving() -> Iterator[Loopback]:
    class Mine(Handler):
        pass

    server = _Quiet(("127.0.0.1", 0), Mine)
    Mine.loopback = Loopback(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield Mine.loopback
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
