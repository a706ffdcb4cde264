"""What parent and child say to each other: frames on two pipes, each a length and that many bytes.

Frames, not lines, because a page holds every byte there is; JSON, not pickle, because an answer comes from a process
that a plug-in may have taken over, and unpickling runs code. The child is sent a head (JSON) with the page's bytes
behind it, and answers in pure ASCII JSON, so that a lone surrogate passes and a length in characters bounds the length
in bytes. Standard library only: the child imports this before it has a limit.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from typing import Any

from bench.model import MAX_TEXT_CHARS, Page

LENGTH = struct.Struct(">I")
DETAIL_CHARS = 300
# A character outside the BMP is two escapes of six bytes; the rest of an answer is small.
MAX_ANSWER_BYTES = 12 * MAX_TEXT_CHARS + 65536

# How the child ends when its pipes no longer work: nothing else can be told then.
PIPE_LOST = 113


class Garbled(ValueError):
    """What came over the pipe is no frame, or no message."""


def line(text: str, length: int = DETAIL_CHARS) -> str:
    """`text` in one line without control characters (bidi controls included), cut to `length` characters."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text[: 8 * length])
    shown = "".join("\ufffd" if unicodedata.category(c) == "Cs" else c for c in kept if unicodedata.category(c) != "Cf")
    shown = " ".join(shown.split())
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def frame(payload: bytes) -> bytes:
    """The bytes that carry `payload`."""
    return LENGTH.pack(len(payload)) + payload


def message(fields: dict[str, Any]) -> bytes:
    """A frame that carries `fields`."""
    return frame(json.dumps(fields).encode("ascii"))


def read_message(payload: bytes) -> dict[str, Any]:
    """The fields of a message.

    Raises:
        Garbled: it is no JSON object.
    """
    try:
        fields = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Garbled("no JSON") from error
    if not isinstance(fields, dict):
        raise Garbled("no JSON object")
    return fields


def request(number: int, page: Page | None) -> bytes:
    """A frame that asks for one extraction; without a page, of the page sent last."""
    head: dict[str, Any] = {"number": number}
    blobs = b""
    if page is not None:
        html = page.html.encode("utf-8", "surrogatepass")
        head |= {"url": page.url, "charset": page.charset, "html": len(html)}
        blobs = html + page.raw
    head_bytes = json.dumps(head).encode("ascii")
    return frame(LENGTH.pack(len(head_bytes)) + head_bytes + blobs)


def read_request(payload: bytes) -> tuple[int, Page | None]:
    """What `request` was given."""
    (size,) = LENGTH.unpack_from(payload)
    start = LENGTH.size + size
    head = json.loads(payload[LENGTH.size : start])
    if "html" not in head:
        return head["number"], None
    middle = start + head["html"]
    html = payload[start:middle].decode("utf-8", "surrogatepass")
    return head["number"], Page(html=html, raw=payload[middle:], url=head["url"], charset=head["charset"])
