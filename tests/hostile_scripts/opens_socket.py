# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Calls home: to the port that the page names."""

import socket
from typing import Any


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        socket.create_connection(("127.0.0.1", int(page.html)), timeout=3).close()
    return "good"
