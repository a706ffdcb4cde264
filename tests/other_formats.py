"""Small copies of other benchmarks' layouts, with a page written for the tests."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

TITLE = "جسر جديد فوق وادي السدر"
BODY = (
    "افتتحت بلدية السدر صباح اليوم جسراً جديداً فوق الوادي بعد عامين من الأعمال.",
    "قال رئيس البلدية سالم العامري إن الجسر يختصر الطريق إلى المستشفى بعشرين دقيقة.",
    "وأضاف: لا رسوم.",
    "ويمتد الجسر على طول 340 متراً، وكلّف نحو 12 مليون درهم دفعت البلدية ثلثها.",
)
READ_ALSO = "اقرأ أيضا: حديقة جديدة في الحي الشرقي"
NAV = "الرئيسية محليات رياضة"


def page(body: Sequence[str] = BODY, title: str = TITLE, *, charset: str = "utf-8") -> str:
    """A page: menu, a teaser that says the first words again, headline, body about a read-also box, foot."""
    first, *others = body
    paragraphs = "".join(f"<p>{each}</p>\n" for each in others)
    return (
        f'<!DOCTYPE html><html lang="ar"><head><meta charset="{charset}"><title>{title} | السدر</title>'
        "<script>var text = '<p>لا شيء</p>';</script></head><body>\n"
        f"<nav><a href='/'>الرئيسية</a><a href='/l'>محليات</a> <a href='/s'>رياضة</a></nav>\n"
        f'<ul class="ticker"><li>{title}</li><li>{" ".join(first.split()[:6])}...</li></ul>\n'
        f"<article><h1>{title}</h1><div>&nbsp;{first}<br>\n"
        f'<div class="more">{READ_ALSO}</div>{paragraphs}</div></article>\n'
        "<footer>جميع الحقوق محفوظة &copy; السدر</footer></body></html>"
    )


Write = Callable[[Path, Mapping[str, tuple[str, Sequence[str]]]], Path]
"""Writes entries (id -> page, paragraphs of the body) below a folder and gives what to import."""


def url(name: str) -> str:
    return f"https://www.sidr.example/{name}"


def put(file: Path, value: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    data = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    file.write_bytes(gzip.compress(data) if file.suffix == ".gz" else data)


def article_extraction(folder: Path, entries: Mapping[str, tuple[str, Sequence[str]]]) -> Path:
    put(
        folder / "ground-truth.json",
        {name: {"articleBody": "\n\n".join(body), "url": url(name)} for name, (_, body) in entries.items()},
    )
    for name, (html, _) in entries.items():
        put(folder / "html" / f"{name}.html.gz", html.encode())
    return folder


def chatnoir(folder: Path, entries: Mapping[str, tuple[str, Sequence[str]]]) -> Path:
    lines = [
        json.dumps({"page_id": name, "plaintext": "\n".join(body), "source": ["small", name], "url": url(name)})
        for name, (_, body) in entries.items()
    ]
    put(folder / "ground-truth" / "small.jsonl", "\n".join(lines).encode())
    for name, (html, _) in entries.items():
        put(folder / "html" / "small" / f"{name}.html", html.encode())
    return folder


def trafilatura(folder: Path, entries: Mapping[str, tuple[str, Sequence[str]]]) -> Path:
    put(
        folder / "evaldata.json",
        {
            url(name): {
                "file": f"{name}.html",
                "with": [" ".join(each.split()[1:4]) for each in body],
                "without": ["جميع الحقوق", "حديقة جديدة"],
            }
            for name, (_, body) in entries.items()
        },
    )
    for name, (html, _) in entries.items():
        put(folder / "cache" / f"{name}.html", html.encode())
    return folder


def wcxb(folder: Path, entries: Mapping[str, tuple[str, Sequence[str]]]) -> Path:
    for name, (html, body) in entries.items():
        truth: dict[str, object] = {
            "title": TITLE,
            "author": None,
            "main_content": "\n\n".join(body),
            "with": [],
            "without": [],
        }
        entry = {
            "schema_version": "2.0",
            "url": url(name),
            "file_id": name,
            "_internal": {"page_type": {"primary": "article"}},
            "ground_truth": {**truth, "main_content": "\n\n".join(body)},
        }
        put(folder / "dev" / "ground-truth" / f"{name}.json", entry)
        put(folder / "dev" / "html" / f"{name}.html.gz", html.encode())
    return folder


def webmainbench(folder: Path, entries: Mapping[str, tuple[str, Sequence[str]]]) -> Path:
    lines = []
    for name, (html, body) in entries.items():
        changes = {"<nav>": '<nav data-anno-uid="a3" style=""><marked-text>', "</nav>": "</marked-text></nav>"}
        for each in body[1:]:
            changes[f"<p>{each}"] = f'<p cc-select="true" class="mark-selected" data-anno-uid="a1" style="">{each}'
        if body:
            first = f"&nbsp;{body[0]}"
            changes[first] = f'<marked-tail cc-select="true" data-anno-uid="a2">{first}</marked-tail>'
        labelled = html
        for old, new in changes.items():
            labelled = labelled.replace(old, new)
        lines.append(json.dumps({"track_id": name, "html": labelled, "url": url(name), "meta": {"style": "News"}}))
    put(folder / "bench.jsonl", "\n".join(lines).encode())
    return folder / "bench.jsonl"


def fundus(folder: Path, entries: Mapping[str, tuple[str, Sequence[str]]]) -> Path:
    put(
        folder / "dataset" / "ground_truth.json",
        {
            f"{name}.html.gz": {"body": list(body), "url": url(name), "crawl_date": "2024-02-28 13:06:44.083593"}
            for name, (_, body) in entries.items()
        },
    )
    for name, (html, _) in entries.items():
        put(folder / "dataset" / "html" / f"{name}.html.gz", html.encode())
    return folder


def ispras(folder: Path, entries: Mapping[str, tuple[str, Sequence[str]]]) -> Path:
    pages = []
    for name, (html, body) in entries.items():
        where = "/html/body/article/div"
        found = [{"xpath": f"{where}/text()[1]", "text": body[0], "label": "text"}] if body else []
        found += [{"xpath": f"{where}/p[{n}]", "text": each, "label": "text"} for n, each in enumerate(body[1:], 1)]
        found.append({"xpath": "/html/body/article/h1/text()", "text": TITLE, "label": "title"})
        pages.append({"uuid": name, "url": url(name), "html": html, "annotations": found})
    put(folder / "arabic.json", {"sidr.example": pages})
    return folder / "arabic.json"


def label_studio(folder: Path, entries: Mapping[str, tuple[str, Sequence[str]]]) -> Path:
    tasks = []
    for number, (name, (html, body)) in enumerate(entries.items(), 1):
        results = [
            {
                "type": "hypertextlabels",
                "value": {
                    "start": "/article[1]/div[1]/text()[1]" if n == 0 else f"/article[1]/div[1]/p[{n}]/text()[1]",
                    "startOffset": 1 if n == 0 else 0,
                    "text": each,
                    "hypertextlabels": ["Text"],
                },
            }
            for n, each in enumerate(body)
        ]
        annotations = [{"result": [], "was_cancelled": True}, {"result": results}]
        tasks.append({"id": number, "data": {"html": html, "url": url(name)}, "annotations": annotations})
    put(folder / "export.json", tasks)
    return folder / "export.json"


def plain(folder: Path, entries: Mapping[str, tuple[str, Sequence[str]]]) -> Path:
    found = [
        {"id": name, "html": html, "url": url(name), "title": TITLE, "body": list(body)}
        for name, (html, body) in entries.items()
    ]
    put(folder / "pages.json", found)
    return folder / "pages.json"


WRITE: dict[str, Write] = {
    "article-extraction-benchmark": article_extraction,
    "web-content-extraction-benchmark": chatnoir,
    "trafilatura": trafilatura,
    "wcxb": wcxb,
    "webmainbench": webmainbench,
    "fundus-evaluation": fundus,
    "ispras": ispras,
    "label-studio": label_studio,
    "plain": plain,
}
