"""A small marked corpus on disk, plug-ins as files, and records without running anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.extract.worker import Limits
from bench.labels import Label
from bench.model import Cost, Split, Status, Track
from bench.run.journal import text_digest
from bench.run.plan import Checkout, ExtractorInfo, Machine, PageInfo, Plan, Signature
from bench.run.records import Record
from bench.score.counts import Counts, Leak, Loss, PageScore, Similarity, TrapCount

_PAGE = """<!DOCTYPE html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title}</title></head>
<body>
<ul class="menu" data-gold="nav"><li><a href="/">الرئيسية</a></li><li><a href="/w">اقتصاد</a></li></ul>
<h1 data-gold="title">{title}</h1>
<div class="entry" data-gold="body">
{paragraphs}
</div>
<div class="more" data-gold="read_also">اقرأ أيضا <a href="/x">خبر آخر عن موسم الزيتون في {title}</a></div>
<div class="foot" data-gold="footer">جميع الحقوق محفوظة للموقع {number}</div>
</body></html>
"""
_WORDS = "الميناء والسوق والحقول والمطر والطريق والمدرسة والجسر والقرية والسفينة والقمح".split()

PLUGINS = """
import re
import time

OPTIONS = "for tests"


def all_text(page):
    return re.sub(r"<[^>]*>", "\\n", page.html)


def paragraphs(page):
    return "\\n".join(re.findall(r"<p>(.*?)</p>", page.html))


def slow(page):
    time.sleep(0.05)
    return "\\n".join(re.findall(r"<p>(.*?)</p>", page.html))


def fussy(page):
    if page.url.endswith("2"):
        raise ValueError("I do not like /home/someone/pages/2.html")
    return page.url


def hangs(page):
    time.sleep(600)
    return ""
"""


def write_corpus(folder: Path, sites: dict[str, tuple[str, int]] | None = None) -> Path:
    """A corpus of static pages: for each slug its split and how many pages."""
    for slug, (split, count) in (sites or {"akhbar": ("test", 3), "bilad": ("test", 2), "tajriba": ("dev", 2)}).items():
        site = folder / "sites" / slug
        site.mkdir(parents=True)
        toml = [
            f'name = "{slug}"',
            f'split = "{split}"',
            'family = "made"',
            'licence = "CC0-1.0"',
            'provenance = "made"',
        ]
        for number in range(1, count + 1):
            (site / f"{number:03}.html").write_text(_html(slug, number), encoding="utf-8")
            toml += ["", f"[pages.{number:03}]", f'url = "https://{slug}.example/{number}"', 'track = "static"']
        (site / "site.toml").write_text("\n".join(toml) + "\n", encoding="utf-8")
    return folder


def _html(slug: str, number: int) -> str:
    paragraphs = []
    for row in range(4):
        words = [_WORDS[(number * 3 + row * 7 + at * (row + 2) + len(slug)) % len(_WORDS)] for at in range(24)]
        paragraphs.append(f"<p>وقال المصدر {number} {' '.join(words)} في الفقرة {row}.</p>")
    return _PAGE.format(title=f"عنوان الخبر {number} من {slug}", paragraphs="\n".join(paragraphs), number=number)


def write_plugins(folder: Path, name: str = "cheap.py") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(PLUGINS, encoding="utf-8")
    return folder / name


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "LUBB_CACHE": str(cache), "COLUMNS": "200"}


def lubb(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """`python -m bench` with a cache of its own below `cwd`."""
    return subprocess.run(
        [sys.executable, "-m", "bench", *map(str, arguments)],
        cwd=cwd,
        env=environment(cwd / "cache"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def only_run(out: Path) -> Path:
    (run,) = (out / "runs").iterdir()
    return run


def untimed(path: Path) -> list[dict[str, Any]]:
    """The records of a run folder in a fixed order, without their costs and levels."""
    records = [json.loads(line) for line in (path / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    for record in records:
        del record["cost"], record["sandbox"]
    return sorted(records, key=lambda record: (record["extractor"], record["page"]))


def make_plan(extractors: tuple[str, ...] = ("alif", "ba"), pages: int = 2, **changes: object) -> Plan:
    plan = Plan(
        lubb="0.1.0",
        signature=Signature("c" * 12, "d" * 12, pages, "test", "static", "ar1", "lcs1"),
        corpus="corpus",
        pages={
            f"akhbar/{n:03}": PageInfo("akhbar", Track.STATIC, Split.TEST, "news", "made", ("encoding",), 1000 + n)
            for n in range(1, pages + 1)
        },
        extractors=tuple(ExtractorInfo(name, way="file", digest=name) for name in extractors),
        limits=Limits(5.0, 512),
        jobs=1,
        sandbox="none",
        machine=Machine("Linux", "6.1", "3.11.9", "CPython", "some cpu", 2, 4096),
        checkout=Checkout("a" * 40, False),
        packages={"lxml": "6.1.3"},
        command="python -m bench run",
        created="2026-11-23T06:00:00Z",
    )
    return replace(plan, **changes)  # type: ignore[arg-type]


def make_record(extractor: str = "alif", page: str = "akhbar/001", text: str = "نص", **changes: object) -> Record:
    counts = Counts(5, 1, 2)
    score = PageScore(
        counts=counts,
        optional=3,
        leaked=1,
        moved=0,
        repeated=0,
        foreign=0,
        leaks={Label.NAV: Leak(1, 9, 0, 2)},
        losses={Label.BODY: Loss(2, 7)},
        traps={"encoding": TrapCount(0, 1)},
        strict=counts,
        folded=counts,
        bag=counts,
        shingles=counts,
        similarity=Similarity(3, 40),
        exact=False,
    )
    record = Record(
        extractor=extractor,
        page=page,
        status=Status.OK if text else Status.EMPTY,
        detail="",
        text=text_digest(text) if text else None,
        chars=len(text),
        cost=Cost(cpu_ns=1000, wall_ns=1100, parse_ns=500, peak_kib=2048),
        score=score,
        sandbox="none",
    )
    return replace(record, **changes)  # type: ignore[arg-type]
