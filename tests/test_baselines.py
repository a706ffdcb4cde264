"""Every registered baseline: what it gives for ordinary pages, for odd ones, and again."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import newspaper
import pytest

from baselines import every_p, everything, json_ld, nothing, rtl_density
from bench.dom import html_text
from bench.errors import BenchError
from bench.extract.registry import resolve
from bench.model import Page
from bench.text import tokens

ROOT = Path(__file__).parents[1]
REGISTERED: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][
    "lubb.extractors"
]


def in_main_environment(target: str) -> bool:
    """Whether a row is a function of a module that can be imported here: no script or program with its own needs."""
    module, _, function = target.partition(":")
    file = (ROOT / module.replace(".", "/")).with_suffix(".py")
    return bool(function) and "\n# /// script\n" not in "\n" + file.read_text(encoding="utf-8")


ENTRY_POINTS = {name: target for name, target in REGISTERED.items() if in_main_environment(target)}
SILENT = {"nothing"}
KEEPING = {"everything", "inscriptis", "html-text"}  # whatever a page holds

PARAGRAPHS = (
    "قالت أمينة المكتبة العامة في بلدة وادي السنديان، هدى الرمحاني، إن قاعة المطالعة الجديدة ستفتح "
    "أبوابها للقراء في مطلع الشهر المقبل، بعد أعمال ترميم استمرت عامين كاملين وشملت السقف الخشبي والنوافذ"
    " المطلة على الحديقة، مؤكدة أن الدخول سيكون مجانيا لجميع السكان والزوار من البلدات المجاورة.",
    "وأوضحت الرمحاني أن القاعة تضم أكثر من تسعة آلاف كتاب في التاريخ والعلوم والأدب، وأن المتطوعين أعادوا"
    " خلال الشتاء ترتيب الرفوف وترقيم الكتب القديمة واحدا واحدا، كما نقلوا المخطوطات التي يخشى عليها من "
    "الرطوبة إلى خزائن زجاجية مغلقة لا تفتح إلا بحضور موظف مختص يدون اسم الباحث وموعد الزيارة.",
    "من جهته، ذكر المهندس سامر العويني، الذي أشرف على الترميم، أن البناء يعود إلى ما قبل مئة وعشرين عاما،"
    " وأن فريقه حافظ على الحجارة الأصلية في الواجهة، واستعمل في الإصلاح جيرا طبيعيا يشبه ما استعمله "
    "البناؤون الأوائل، لأن الإسمنت الحديث يحبس الماء في الجدران القديمة ويتلفها بعد سنوات قليلة.",
    "وتعتمد البلدة في معيشتها على بساتين الزيتون التي تحيط بها من ثلاث جهات، ومن المعروف أن شجرة الزيتون "
    "قد تعيش مئات السنين وتثمر في الأراضي الجافة، ولذلك خصصت المكتبة ركنا كاملا لكتب الزراعة والري، يجد "
    "فيه المزارعون نشرات عن التقليم والعناية بالتربة وحفظ الزيت بعيدا عن الضوء والحرارة.",
    "ويروي المعلم المتقاعد نبيل القصار، وهو من أقدم رواد المكان، أنه كان يأتي إلى المكتبة ماشيا كل أسبوع "
    "عندما كان تلميذا صغيرا، وأنه تعلم فيها أسماء الكواكب وحركة القمر حول الأرض، ثم عاد إليها بعد أن صار "
    "معلما ليقرأ لتلاميذه قصص الرحالة الذين عبروا الصحراء مع القوافل في طلب العلم والتجارة.",
    "وتخطط إدارة المكتبة لتنظيم أمسية شهرية يلتقي فيها القراء مع الكتاب والرسامين، إلى جانب دروس في الخط "
    "العربي يقدمها الخطاط ماهر السيوفي للصغار والكبار، على أن تعرض أعمال المشاركين في نهاية الصيف على "
    "جدران القاعة نفسها، وتطبع أجملها في كتيب يوزع على المدارس القريبة دون مقابل.",
)
TITLE = "قاعة مطالعة جديدة في وادي السنديان"
MENU = ("الرئيسية", "أخبار", "اقتصاد", "رياضة", "ثقافة", "اتصل بنا")
RELATED = ("موسم القطاف يبدأ مبكرا هذا العام", "دروس مجانية في الخط", "رحلة إلى قمة الجبل")


def links(lines: tuple[str, ...]) -> str:
    return "".join(f'<li><a href="/{i}">{line}</a></li>' for i, line in enumerate(lines))


def article(language: str = ' lang="ar" dir="rtl"', charset: str = "utf-8") -> str:
    """A small but ordinary news page around `PARAGRAPHS`."""
    linked = {"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": "\n".join(PARAGRAPHS)}
    body = "\n".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return f"""<!DOCTYPE html>
<html{language}>
<head><meta charset="{charset}"><title>{TITLE}</title>
<script type="application/ld+json">{json.dumps(linked, ensure_ascii=False)}</script>
<style>.menu {{ color: black }}</style></head>
<body>
<nav class="menu"><ul>{links(MENU)}</ul></nav>
<article class="post"><h1>{TITLE}</h1>
<div class="entry-content">
{body}
</div></article>
<aside class="sidebar"><ul>{links(RELATED)}</ul></aside>
<footer class="footer">جميع الحقوق محفوظة</footer>
</body></html>
"""


def page(html: str, charset: str = "utf-8") -> Page:
    return Page(html=html, raw=html.encode(charset, "replace"), url="https://example.org/news/1", charset=charset)


def run(name: str, html: str, charset: str = "utf-8") -> str:
    """What the harness would score: an extractor's text, converted where it returns HTML."""
    module, function = ENTRY_POINTS[name].split(":")
    plugin: Any = importlib.import_module(module)
    text = getattr(plugin, function)(page(html, charset))
    assert isinstance(text, str)
    return html_text(text) if getattr(plugin, "OUTPUT", "text") == "html" else text


def recall(text: str) -> float:
    wanted = tokens("\n".join(PARAGRAPHS))
    found = set(tokens(text))
    return sum(token in found for token in wanted) / len(wanted)


ALL = sorted(ENTRY_POINTS)
SPEAKING = [name for name in ALL if name not in SILENT]


def test_the_rows_of_the_benchmark_are_registered() -> None:
    assert set(ALL) == set(
        """everything nothing every-p json-ld rtl-density inscriptis html-text trafilatura trafilatura-baseline
        trafilatura-fast trafilatura-precision trafilatura-recall readability-lxml justext justext-90-100
        boilerpy3-article boilerpy3-sentences boilerpy3-default boilerpy3-largest boilerpy3-canola resiliparse
        newspaper4k goose3 gne vote""".split()
    )


@pytest.mark.parametrize("name", SPEAKING)
@pytest.mark.parametrize("language", [' lang="ar" dir="rtl"', "", ' lang="en-US"'])
def test_the_article_comes_out_whatever_the_page_says_of_its_language(name: str, language: str) -> None:
    assert recall(run(name, article(language))) > 0.97


@pytest.mark.parametrize("name", SPEAKING)
def test_windows_1256_comes_out_as_utf_8_does(name: str) -> None:
    html = article(charset="windows-1256")
    assert html.encode("cp1256").decode("cp1256") == html
    text = run(name, html, "cp1256")
    assert tokens(text) == tokens(run(name, article()))


@pytest.mark.parametrize("name", [name for name in SPEAKING if name not in KEEPING | {"every-p", "json-ld"}])
def test_the_field_leaves_the_menu_and_the_footer_out(name: str) -> None:
    lines = run(name, article()).splitlines()
    assert "جميع الحقوق محفوظة" not in lines
    # Two of boilerpy3's take the last entry of the menu for the article's first line.
    assert sum(word in lines for word in MENU) == (name in {"boilerpy3-article", "boilerpy3-largest"})


@pytest.mark.parametrize("name", sorted(KEEPING))
def test_a_converter_keeps_all_of_the_page(name: str) -> None:
    found = set(tokens(run(name, article())))
    assert set(tokens(html_text(article()))) <= found


@pytest.mark.parametrize("name", ALL)
def test_the_same_page_gives_the_same_text_whatever_came_before(name: str) -> None:
    first = run(name, article())
    run(name, "<p>" + " ".join(RELATED) + "</p>")
    assert run(name, article()) == first


def test_fresh_processes_give_the_same_texts_without_network_or_stray_files(tmp_path: Path) -> None:
    """One child with a hash seed of its own and no sockets; what it writes may only be below TMPDIR."""
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    script = (
        "import socket, sys, json\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse\n"
        "sys.path[:0] = json.loads(sys.argv[1])\n"
        "from tests.test_baselines import ALL, article, run\n"
        "print(json.dumps({name: run(name, article()) for name in ALL}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps([str(ROOT)])],
        env={
            **os.environ,
            "PYTHONHASHSEED": "7",
            "HOME": str(home),
            "TMPDIR": str(scratch),
            "XDG_CACHE_HOME": str(home),
        },
        cwd=scratch,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {name: run(name, article()) for name in ALL}
    assert list(home.rglob("*")) == []
    assert all(entry.is_dir() for entry in scratch.rglob("*"))


# What each row does with a page that holds no text. An exception is the library's own, as its user would meet it.
EMPTY = ""
NO_BODY = "<html><head><title>x</title></head></html>"
FRAMESET = '<html><head><title>x</title></head><frameset cols="1,2"><frame src="a.html"></frameset></html>'
RAISED = {
    **{(name, EMPTY): "HTMLExtractionError" for name in ALL if name.startswith("boilerpy3-")},
    ("gne", EMPTY): "ParserError",
    ("gne", NO_BODY): "NoContentException",
    ("gne", FRAMESET): "NoContentException",
    ("goose3", EMPTY): "ValueError",
    ("justext", EMPTY): "ParserError",
    ("justext-90-100", EMPTY): "ParserError",
    ("readability-lxml", EMPTY): "Unparseable",
}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("html", [EMPTY, NO_BODY, FRAMESET], ids=["empty", "no-body", "frameset"])
def test_a_page_without_text_is_silence_or_the_library_s_own_exception(name: str, html: str) -> None:
    expected = RAISED.get((name, html))
    if expected is None:
        # To one library the title in a page's head is text.
        assert tokens(run(name, html)) == (["x"] if name == "html-text" and html else [])
    else:
        with pytest.raises(Exception) as caught:
            run(name, html)
        assert type(caught.value).__name__ == expected


def test_justext_as_shipped_is_silent_where_no_paragraph_passes_200_characters() -> None:
    html = article()
    for paragraph in PARAGRAPHS:
        html = html.replace(f"<p>{paragraph}</p>", f"<p>{paragraph[:165].rsplit(' ', 1)[0]}.</p>")
    assert tokens(run("justext", html)) == []
    assert recall(run("justext-90-100", html)) > 0.5


@pytest.mark.parametrize("name", ["newspaper4k", "goose3"])
def test_without_nltk_a_row_says_so_before_it_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nltk.py").write_text("raise ModuleNotFoundError(\"No module named 'nltk'\", name='nltk')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(BenchError) as caught:
        resolve(name)
    assert str(caught.value) == f"extractor '{name}' is not available: needs nltk: pip install nltk"


def test_gne_alone_refuses_an_encoding_declaration() -> None:
    html = f'<?xml version="1.0" encoding="utf-8"?>{article()}'
    with pytest.raises(ValueError, match="encoding declaration"):
        run("gne", html)
    for name in SPEAKING:
        assert name == "gne" or recall(run(name, html)) > 0.97, name


def test_newspaper_needs_to_be_told_that_a_page_is_arabic() -> None:
    found = newspaper.Article("https://example.org/news/1", fetch_images=False)
    found.download(input_html=article(""))
    found.parse()
    assert found.text == ""


def test_some_read_the_json_ld_of_a_page_that_has_no_other_text() -> None:
    linked = json.dumps({"@type": "NewsArticle", "articleBody": "\n".join(PARAGRAPHS)}, ensure_ascii=False)
    html = f'<html><head><script type="application/ld+json">{linked}</script></head><body><div></div></body></html>'
    readers = [name for name in ALL if tokens(run(name, html))]
    assert readers == ["json-ld", "trafilatura", "trafilatura-baseline", "trafilatura-fast", "trafilatura-recall"]


def test_a_page_of_tables_comes_out_whole_from_trafilatura_and_resiliparse() -> None:
    menu = " | ".join(f'<a href="/{i}">{word}</a>' for i, word in enumerate(MENU))
    related = "<br>".join(f'<a href="/r{i}">{line}</a>' for i, line in enumerate(RELATED * 4))
    html = f"""<html><head><title>{TITLE}</title></head><body><table>
<tr><td colspan="3">{menu}</td></tr>
<tr><td>{related}</td><td><font size="4"><b>{TITLE}</b></font><br>{"<br><br>".join(PARAGRAPHS)}</td></tr>
<tr><td colspan="3">جميع الحقوق محفوظة</td></tr></table></body></html>"""
    whole = len(tokens(html_text(html)))
    choosing = [name for name in ALL if name not in KEEPING]
    keep = [name for name in choosing if len(tokens(run(name, html))) == whole]
    assert keep == ["resiliparse", *[name for name in ALL if name.startswith("trafilatura")]]


def test_every_p_misses_what_stands_in_no_paragraph_and_keeps_what_stands_in_one() -> None:
    html = "<div>أول<br>ثان</div><p>ثالث<b>رابع</b></p><noscript><p>خامس</p></noscript><table><tr><td><p>سادس</table>"
    assert every_p.extract(page(html)) == "ثالثرابع\nخامس\nسادس"


def test_every_p_repeats_what_stands_in_paragraphs_that_were_never_closed() -> None:
    assert every_p.extract(page("<p>أول <p>ثان")) == "أول ثان\nثان"


def test_the_floors_are_all_and_nothing() -> None:
    assert everything.extract(page("<nav>أ</nav><p>ب</p>")) == "أ\nب"
    assert nothing.extract(page("<p>ب</p>")) == ""


def ld(*blocks: str, kind: str = 'type="application/ld+json"') -> str:
    return json_ld.extract(page("<p>مرئي</p>" + "".join(f"<script {kind}>{block}</script>" for block in blocks)))


@pytest.mark.parametrize(
    ("block", "body"),
    [
        ('{"@type": "NewsArticle", "articleBody": "نص"}', "نص"),
        ('{"@graph": [{"@type": "WebSite"}, {"@type": "Article", "articleBody": "نص"}]}', "نص"),
        ('[{"name": "x"}, {"mainEntity": {"articleBody": "نص"}}]', "نص"),
        ('{"articleBody": ["أول", "ثان"]}', "أول\nثان"),
        ('{"articleBody": "أول\nثان\tثالث"}', "أول\nثان ثالث"),  # raw control characters within a string
        (r'{"articleBody": "أول\n\nثان \u0645"}', "أول\nثان م"),
        ('<!--\n{"articleBody": "نص"}\n-->', "نص"),
        ('//<![CDATA[\n{"articleBody": "نص"}\n//]]>', "نص"),
        ('{"articleBody": "قال &quot;نعم&quot;&nbsp;ثم &amp;quot;لا&amp;quot;"}', 'قال "نعم" ثم "لا"'),
        ('{"articleBody": "<p>أول <b>ثان</b></p><p>ثالث<br/>رابع</p>"}', "أول ثان\nثالث\nرابع"),
        ('{"articleBody": "&lt;p&gt;أول&lt;/p&gt;&lt;p&gt;ثان&lt;/p&gt;"}', "أول\nثان"),
        ('{"articleBody": "5 < 6 و 7 > 3"}', "5 < 6 و 7 > 3"),
        (r'{"name": "x",, "articleBody": "قال \"نعم\"", }', 'قال "نعم"'),  # no JSON: the property is read singly
        ('{"articleBody": "نص" "oops"', "نص"),
        ('{"articleBody": null, "text": "تعليق"}', ""),
        ('{"articleBody": 7}', ""),
        ('{"description": "ملخص"}', ""),
        ("", ""),
        ("not json", ""),
        ("[" * 100_000, ""),
    ],
)
def test_json_ld_reads_the_article_body(block: str, body: str) -> None:
    assert ld(block) == body


def test_json_ld_takes_each_distinct_body_once_in_page_order() -> None:
    assert ld('{"articleBody": "أول"}', '{"articleBody": "ثان"}', '{"articleBody": "أول"}') == "أول\nثان"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("type='application/ld+json'", "نص"),
        ("type=application/ld+json", "نص"),
        ('class="yoast" TYPE="application/ld+json" data-x="1"', "نص"),
        ('type="application/json"', ""),
        ("", ""),
    ],
)
def test_json_ld_reads_ld_json_scripts_only(kind: str, body: str) -> None:
    assert ld('{"articleBody": "نص"}', kind=kind) == body


def test_rtl_density_counts_right_to_left_letters_less_the_rest_over_three_lines() -> None:
    # By line: 3 letters; a tag of 3; 2 letters and a full stop; white space counts for neither side.
    assert rtl_density.columns(["كتب", "<p>", "من  .", "abc"]) == [0, 1, -5, -2]
    assert rtl_density.columns(["كتب"]) == [3]
    assert rtl_density.columns([]) == []


def test_rtl_density_cuts_at_block_tags_after_dropping_code_and_shortening_links() -> None:
    html = '<head><title>ت</title></head><p>أ<a href="/x">ب</a></p><script>var ج</script><!-- د -->\n<div>هـ</div>'
    assert rtl_density.source_lines(html) == ["<p>", "أ<a>ب</a>", "</p>", "<div>", "هـ", "</div>"]


def test_rtl_density_goes_both_ways_from_the_highest_column_over_gaps_of_twenty_lines() -> None:
    gap = rtl_density.GAP
    assert gap == 20
    flat = [-1] * (gap - 1)
    assert rtl_density.main_lines([2, *flat, 9, *flat, 1]) == [0, gap, 2 * gap]
    assert rtl_density.main_lines([2, *flat, -1, 9, *flat, -1, 1]) == [gap + 1]
    assert rtl_density.main_lines([-1, 0, -3]) == []
    assert rtl_density.main_lines([4, 4]) == [0, 1]
    assert rtl_density.main_lines([]) == []


def test_rtl_density_keeps_the_article_and_links_only_where_they_are_long_and_near() -> None:
    lines = run("rtl-density", article()).splitlines()
    assert lines == [TITLE, *PARAGRAPHS, RELATED[0]]
