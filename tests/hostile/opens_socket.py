"""Calls home: to the port that the page names."""

import socket

from bench.model import Page


def extract(page: Page) -> str:
    if page.url.endswith("bad"):
        socket.create_connection(("127.0.0.1", int(page.raw)), timeout=3).close()
    return "good"
