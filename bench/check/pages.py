"""The documents that the checks hand to an extractor: ordinary ones, odd ones, and large ones of one make."""

from __future__ import annotations

from collections import Counter

from bench.check.prose import BREAD, LIGHTHOUSE, SNOW, Article
from bench.model import Page
from bench.text import tokens

ARABIC = ' lang="ar" dir="rtl"'
DEPTH = 20_000
LARGE_BYTES = 5_000_000
ENTITIES = 1_000_000
# Of the entities this many are letters of the text, the rest stands in addresses: a text has its own limit.
TEXT_ENTITIES = 300_000
LINE_BYTES = 1_000_000
_MENU = ("الرئيسية", "أخبار البلدات", "اقتصاد", "رياضة", "ثقافة", "اتصل بنا")
_RELATED = ("موسم الزيتون يبدأ مبكرا", "دروس مجانية في السباحة", "معرض للطوابع النادرة")


def page(html: str, name: str = "article", charset: str = "utf-8") -> Page:
    """A page with the bytes that its text is in `charset`."""
    return Page(
        html=html, raw=html.encode(charset, _escape(charset)), url=f"https://news.example/{name}", charset=charset
    )


def _escape(charset: str) -> str:
    return "surrogatepass" if charset == "utf-8" else "strict"


def paragraphs(article: Article) -> str:
    """The paragraphs in markup, a line each."""
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in article.paragraphs)


def document(article: Article, language: str = ARABIC, charset: str = "utf-8", body: str = "") -> str:
    """A small but ordinary news page: a menu above the article, teasers beside it, a footer below.

    Args:
        article: what it is about.
        language: attributes of <html>, with a space before them.
        charset: what its <meta> declares.
        body: the markup of the article's text; the paragraphs when empty.
    """
    return f"""<!DOCTYPE html>
<html{language}>
<head>
<meta charset="{charset}">
<title>{article.title}</title>
<meta property="og:title" content="{article.title}">
<style>.menu {{ color: black }}</style>
</head>
<body>
<nav class="menu"><ul>{_links(_MENU)}</ul></nav>
<main>
<article class="post"><h1>{article.title}</h1>
<div class="entry-content">
{body or paragraphs(article)}
</div>
</article>
</main>
<aside class="related"><h3>اقرأ أيضا</h3><ul>{_links(_RELATED)}</ul></aside>
<footer class="footer">جميع الحقوق محفوظة</footer>
</body>
</html>
"""


def _links(lines: tuple[str, ...]) -> str:
    return "".join(f'<li><a href="/{number}">{line}</a></li>' for number, line in enumerate(lines))


def share(text: str, article: Article) -> float:
    """How much of the article's words a text holds, 0 to 1, each as often as it stands there."""
    wanted = Counter(tokens(article.text))
    return (wanted & Counter(tokens(text))).total() / wanted.total()


ORDINARY = page(document(LIGHTHOUSE), "lighthouse")
NO_LANGUAGE = page(document(LIGHTHOUSE, ""), "lighthouse")
WRONG_LANGUAGE = page(document(LIGHTHOUSE, ' lang="en"'), "lighthouse")
SECOND = page(document(BREAD), "bread")
THIRD = page(document(SNOW), "snow")
# Another article where the first one was before.
MOVED = page(document(BREAD), "lighthouse")
WINDOWS = page(document(LIGHTHOUSE, charset="windows-1256"), "lighthouse", "cp1256")
TWIN = page(document(LIGHTHOUSE), "lighthouse")


def empty() -> Page:
    """No bytes at all."""
    return page("", "empty")


def white_space() -> Page:
    """Spaces and newlines."""
    return page(" \n\t\n" * 50, "white-space")


def nul() -> Page:
    """NUL characters between the paragraphs and within a word."""
    html = document(LIGHTHOUSE).replace("</p>\n", "</p>\x00\n").replace("المنارة القديمة", "المنارة\x00 القديمة")
    return page(html, "nul")


def surrogates() -> Page:
    """Halves of surrogate pairs in the text, as `json.loads` makes them of a broken page."""
    return page(document(LIGHTHOUSE).replace("</p>", " \ud83d</p>"), "surrogates")


def deep() -> Page:
    """The article, and below it `DEPTH` nested elements."""
    nest = "<div>" * DEPTH + "آخر" + "</div>" * DEPTH
    return page(document(LIGHTHOUSE, body=f"{paragraphs(LIGHTHOUSE)}\n{nest}"), "deep")


def frameset() -> Page:
    """A page of frames, which has no text but that for browsers without frames."""
    html = (
        '<html><head><title>الصحيفة</title></head><frameset cols="20%,80%"><frame src="menu.html">'
        '<frame src="news.html"><noframes><body>متصفحك لا يدعم الإطارات</body></noframes></frameset></html>'
    )
    return page(html, "frameset")


def xhtml() -> Page:
    """XHTML that declares its encoding, which lxml refuses in a string."""
    declared = '<?xml version="1.0" encoding="utf-8"?>\n'
    html = document(LIGHTHOUSE, ' xmlns="http://www.w3.org/1999/xhtml" xml:lang="ar"')
    return page(declared + html.replace('<meta charset="utf-8">', '<meta charset="utf-8" />'), "xhtml")


def no_body() -> Page:
    """A head and nothing below it."""
    return page(f'<html><head><meta charset="utf-8"><title>{LIGHTHOUSE.title}</title></head></html>', "no-body")


def fragment() -> Page:
    """The paragraphs alone, without <html> or <body>."""
    return page(paragraphs(LIGHTHOUSE), "fragment")


def one_line() -> Page:
    """An ordinary page of one line of a megabyte, most of it a script."""
    script = f"<script>var state = [{','.join(str(n) for n in range(100_000, 100_000 + LINE_BYTES // 7))}];</script>"
    html = document(LIGHTHOUSE).replace("</head>", f"{script}</head>").replace("\n", " ")
    return page(html, "one-line")


def entities() -> Page:
    """A million character references: most in addresses, the rest the letters of a long paragraph."""
    words = "".join(f"&#{ord(c)};" for c in LIGHTHOUSE.text.replace("\n", " "))
    letters = words.count(";")
    addresses = (ENTITIES - TEXT_ENTITIES) // 700
    links = "".join(f'<a href="/?{"&amp;" * 700}{n}">{n}</a> ' for n in range(addresses))
    body = "\n".join(f"<p>{n} {words}</p>" for n in range(TEXT_ENTITIES // letters)) + f"<div>{links}</div>"
    return page(document(LIGHTHOUSE, body=body), "entities")


def large() -> Page:
    """An ordinary article on a page of 5 MB: scripts, an image within the page, some thousand links below the text."""
    part = LARGE_BYTES // 4
    script = f"<script>window.data = '{'x9' * (part // 2)}';</script>"
    image = f'<img alt="" src="data:image/png;base64,{"iVBORw0K" * (part // 8)}">'
    line = '<li class="item"><a class="link" href="/archive/2019/{0}/{0}.html" data-id="{0}">خبر قديم {0}</a></li>\n'
    links = "".join(line.format(n) for n in range(100_000, 100_000 + 2 * part // len(line.format(100_000).encode())))
    html = document(LIGHTHOUSE).replace("</head>", f"{script}</head>")
    html = html.replace("</main>", f"</main><section>{image}<ul>\n{links}</ul></section>")
    return page(html, "large")


def of_size(kilobytes: int) -> Page:
    """A page of about that many thousand bytes. Whatever its size, its make is the same: text, links, script."""
    pieces: list[str] = []
    size, number = len(document(LIGHTHOUSE).encode()), 0
    while size < kilobytes * 1000:
        piece = _piece(number)
        pieces.append(piece)
        size += len(piece.encode())
        number += 1
    return page(document(LIGHTHOUSE, body="\n".join(pieces) or paragraphs(LIGHTHOUSE)), f"size-{kilobytes}")


def _piece(number: int) -> str:
    """Two paragraphs that no other piece has, a heading, a few links, a script."""
    sentences = [sentence for article in (LIGHTHOUSE, BREAD, SNOW) for sentence in article.paragraphs]
    first, second = sentences[number % len(sentences)], sentences[(number * 5 + 2) % len(sentences)]
    links = "".join(f'<li><a href="/{number}/{n}">تفاصيل الخبر {number} في الصفحة {n}</a></li>' for n in range(4))
    return (
        f"<h2>الفقرة {number}</h2>\n<p>{first} وجاء ذلك في البيان {number}.</p>\n"
        f'<p>وفي الرسالة {number} أن {second}</p>\n<ul class="links">{links}</ul>\n'
        f"<script>track({{'piece': {number}, 'of': 'page', 'at': [{', '.join(str(number * n) for n in range(40))}]}});"
        "</script>"
    )


def series(count: int) -> list[Page]:
    """That many different ordinary pages, nearly of one size."""
    articles = (LIGHTHOUSE, BREAD, SNOW)
    body = "\n".join(paragraphs(article) for article in articles)
    return [
        page(
            document(articles[number % 3], body=f"<p>الخبر رقم {number} في هذا اليوم.</p>\n{body}"),
            f"series-{number:05}",
        )
        for number in range(count)
    ]
