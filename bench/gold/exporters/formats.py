"""The formats that can be written, by the names that are typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from bench.gold.exporters import label_studio, texts
from bench.gold.exporters.pages import Outgoing
from bench.gold.importers import article_extraction, chatnoir, wcxb
from bench.gold.importers import label_studio as studio

WRITERS: dict[str, Callable[[Iterable[Outgoing], Path], int]] = {
    article_extraction.NAME: texts.article_extraction,
    chatnoir.NAME: texts.chatnoir,
    wcxb.NAME: texts.wcxb,
    studio.NAME: label_studio.label_studio,
}
