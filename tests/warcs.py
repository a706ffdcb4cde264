"""WARC files as a crawler writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


@dataclass
class Visit:
    """One record. `headers` are those of HTTP, besides Content-Type."""

    url: str
    body: bytes
    content_type: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)
    status: str = "200 OK"
    kind: str = "response"


@dataclass
class Warc:
    """A file and where each visit's record begins; the last of `offsets` is where the file ends."""

    data: bytes
    offsets: list[int]

    def span(self, number: int) -> tuple[int, int]:
        """Offset and length of a record."""
        return self.offsets[number], self.offsets[number + 1] - self.offsets[number]


def warc(visits: Sequence[Visit], *, packed: bool = True) -> Warc:
    out = BytesIO()
    writer = WARCWriter(out, gzip=packed)
    info = writer.create_warcinfo_record("test.warc", {"software": "a test"})
    writer.write_record(info)
    info.raw_stream.close()
    offsets = []
    for visit in visits:
        offsets.append(out.tell())
        body = BytesIO(visit.body)
        if visit.kind == "response":
            headers = [("Content-Type", visit.content_type), *visit.headers.items()]
            head = StatusAndHeaders(visit.status, headers, protocol="HTTP/1.1")
            record = writer.create_warc_record(visit.url, "response", payload=body, http_headers=head)
        else:
            record = writer.create_warc_record(
                visit.url, visit.kind, payload=body, warc_content_type=visit.content_type
            )
        writer.write_record(record)
        record.raw_stream.close()  # a temporary file, which warcio leaves open
    return Warc(out.getvalue(), [*offsets, out.tell()])
