"""The formats that can be read, by the names that are typed."""

from __future__ import annotations

from bench.gold.importers import (
    article_extraction,
    chatnoir,
    fundus,
    ispras,
    label_studio,
    plain,
    trafilatura,
    wcxb,
    webmainbench,
)
from bench.gold.importers.bring import Reader

READERS: dict[str, Reader] = {
    module.NAME: module.read
    for module in (
        article_extraction,
        chatnoir,
        trafilatura,
        wcxb,
        webmainbench,
        fundus,
        ispras,
        label_studio,
        plain,
    )
}
