"""A small press to try things on: one site, two articles, one pool."""

from __future__ import annotations

from pathlib import Path

from bench.press.article import SECTIONS

ARTICLE = """kind: news
region: eg
section: economy
date: 2024-03-14 11:20
title: صوامع «كفر العطا» تستقبل القمح
byline: هالة رزق
lead: موسم أقصر وطوابير أقل.
image: شاحنات أمام الصومعة | سامي عوض
tags: قمح، صوامع

استقبلت الصوامع [[موسم الحصاد]] وقال مديرها **نادر سويلم** لـ«{outlet}» إن السعة تكفي R&D كله، والفرز مستمر.

## طوابير أقصر

- فحص الرطوبة
- وزن الشاحنة

> «لم ننتظر أكثر من ساعة»
> — المزارع عبد الباسط

| الصنف | السعر |
| قمح | 12 |
^ بالجنيه

~ سنفتح البوابة الثانية
~ — الصومعة @sawmaa

وأغلقت البوابات عند الغروب.
"""

INTERVIEW = """kind: interview
region: eg
section: culture
date: 2024-05-02 09:05
title: حوار قصير

مقدمة الحوار.

? كيف بدأت؟

= من خطأ.

= ثم تعلمت على مدى ثلاث سنوات كاملة في ورشة صغيرة قرب السوق القديم.
"""

TEMPLATE = """<html><head><meta charset="{{ charset }}"><title>{{ article.title }}</title></head><body>
<ul data-gold="nav">{% for t in latest(3) %}<li><a href="{{ t.url }}">{{ t.title }}</a></li>{% endfor %}</ul>
<h1 data-gold="title">{{ article.title }}</h1>
{% set box %}<p data-gold="read_also">اقرأ أيضا: {{ related(1)[0].title }}</p>{% endset %}
{{ body(boxes={1: box}) }}
<script>{{ js(300, "a") }}</script>
</body></html>
"""


def site_toml(more: str = "") -> str:
    sections = "\n".join(f'{name} = "قسم {name}"' for name in SECTIONS)
    return f"""name = "قبس"
family = "made"
split = "test"
url = "https://www.qabas.example/{{section}}/{{id}}"
id = [100, 900]
pools = ["eg"]
{more}
[sections]
{sections}
"""


def make_press(folder: Path, slug: str = "qabas", toml: str = "", **articles: str) -> Path:
    """A press in `folder`; without `articles` it has the two above as 001 and 002."""
    pages = articles or {"001": ARTICLE, "002": INTERVIEW}
    files = {
        f"sites/{slug}/site.toml": toml or site_toml(),
        f"sites/{slug}/page.html": TEMPLATE,
        "pools/eg.txt": "\n".join(
            f"headline | {SECTIONS[i % len(SECTIONS)]} | خبر {i} من المدينة {i * 7} | تفاصيل {i}…" for i in range(60)
        ),
        **{f"articles/{slug}/{name.removeprefix('p')}.txt": text for name, text in pages.items()},
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
