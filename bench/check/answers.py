"""Checks of single answers: of an ordinary article, and of documents that nobody writes but everybody meets."""

from __future__ import annotations

from collections.abc import Callable

from bench.check import pages
from bench.check.prose import LIGHTHOUSE
from bench.check.trial import Trial
from bench.check.verdict import Check, Verdict, failed, passed, skipped, warned
from bench.extract.wire import line
from bench.model import Extraction, Page, Status
from bench.text import tokens

# This much of an article's words is most of it.
MOST = 0.8
# This much of the deadline is a warning.
SLOW = 0.2
_MENDS = {
    Status.TIMEOUT: "find what loops, hangs or grows with the square of the page: run it by hand on such a page",
    Status.CRASH: "nothing may end the process: catch what does, keep the library from it, or tell its authors",
    Status.MEMORY: "hold less at a time: no document of this kind needs more than --memory allows",
    Status.BAD_TYPE: 'return a str on every path: `or ""` where a library returns None, decode() where bytes, '
    '"\\n".join() where a list or a generator; extract is no async def',
    Status.TOO_BIG: "return the article's text alone, not the page",
    Status.EXCEPTION: "an ordinary page must not raise: mend the call; extract is handed one thing, a page that "
    "cannot be changed, whose page.html is the document",
}
_ODD_MEND = (
    'it counts as a failure on such a page: return "" where there is no article, and leave it where it is the '
    "library's own fault"
)


def failure(answer: Extraction, *, odd: bool) -> Verdict | None:
    """The verdict on an answer that is none, or None when it is one. On an odd document an exception is allowed."""
    if not answer.status.failed:
        return None
    came = _came(answer)
    if odd and answer.status is Status.EXCEPTION:
        return warned(came, _ODD_MEND)
    return failed(came, _MENDS[answer.status])


def _came(answer: Extraction) -> str:
    return line(f"{answer.status}: {answer.detail}")


def _string(trial: Trial) -> Verdict:
    answer = trial.ordinary
    return failure(answer, odd=False) or passed(f"a string of {len(answer.text):,} characters")


def _article(trial: Trial) -> Verdict:
    return failure(trial.ordinary, odd=False) or held(trial.ordinary, _OPEN)


def _whatever_language(page: Page) -> Callable[[Trial], Verdict]:
    """Looks whether the article comes out of a page that does not say that it is Arabic."""

    def look(trial: Trial) -> Verdict:
        answer = trial.ask(page)
        return failure(answer, odd=False) or _compared(trial, answer, _LANGUAGE)

    return look


def _odd(make: Callable[[], Page], cause: str) -> Callable[[Trial], Verdict]:
    """Looks what an odd document comes to that shows the article to a reader; `cause` is what may lose it."""

    def look(trial: Trial) -> Verdict:
        answer = trial.ask(make())
        if answer.status is Status.EXCEPTION:
            return warned(_came(answer), cause)
        if answer.status is Status.TOO_BIG:
            return failed(_came(answer), cause)
        return failure(answer, odd=True) or _slow(trial, answer) or _compared(trial, answer, cause)

    return look


def _slow(trial: Trial, answer: Extraction) -> Verdict | None:
    """A warning before the deadline does it: a slower machine, or a page twice as odd, is over it."""
    seconds = (answer.cost.cpu_ns or 0) / 1e9
    if seconds < SLOW * trial.limits.timeout_s:
        return None
    return warned(
        f"an answer after {seconds:.1f} s; the deadline is {trial.limits.timeout_s:g} s", _MENDS[Status.TIMEOUT]
    )


def _compared(trial: Trial, answer: Extraction, cause: str) -> Verdict:
    """As `held`, but for an extractor that does not even find the ordinary article: more warnings tell nothing new."""
    if trial.ordinary.status.failed or share(trial.ordinary) < MOST:
        return skipped("it gave an answer; the article does not come out of an ordinary page either")
    return held(answer, cause)


def held(answer: Extraction, cause: str) -> Verdict:
    """Whether an answer holds the article; `cause` is what may have lost it."""
    if answer.status is Status.EMPTY:
        return warned("an empty text", cause)
    came = f"{share(answer):.0%} of the article's words in {len(answer.text):,} characters"
    return passed(came) if share(answer) >= MOST else warned(came, cause)


def share(answer: Extraction) -> float:
    """How much of the article an answer holds, 0 to 1."""
    return pages.share(answer.text, LIGHTHOUSE)


def _void(make: Callable[[], Page]) -> Callable[[Trial], Verdict]:
    """Looks what comes of a document without any article."""

    def look(trial: Trial) -> Verdict:
        page = make()
        _ = trial.ordinary  # there has to be an earlier page that something could be left of
        answer = trial.ask(page)
        if (verdict := failure(answer, odd=True)) is not None:
            return verdict
        if answer.status is Status.EMPTY:
            return passed("an empty text")
        words, told = set(tokens(answer.text)), line(answer.text, 60)
        if words & set(tokens(LIGHTHOUSE.text)) - set(tokens(page.html)):
            return failed(f"text of a page that was extracted before: {told}", "keep nothing from page to page")
        if not page.html.strip():
            return warned(f"text, of a document without any: {told}", 'return "" where there is nothing')
        return passed(f"what little there is: {told}")

    return look


def _windows(trial: Trial) -> Verdict:
    answer, twin = trial.ask(pages.WINDOWS), trial.ask(pages.TWIN)
    for one in (answer, twin):
        if (verdict := failure(one, odd=False)) is not None:
            return verdict
    if answer.text == twin.text:
        return passed("the same text")
    return failed(
        f"another text: {difference(answer.text, twin.text)}",
        "use page.html, which is decoded already; whoever reads page.raw decodes it with page.charset, whatever the "
        "page's <meta> says",
    )


def difference(one: str, other: str) -> str:
    """Where two texts part, in one line."""
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    shown = [line(text[max(place - 10, 0) : place + 30], 40) or "nothing" for text in (one, other)]
    return f"{len(one):,} and {len(other):,} characters, apart from character {place:,} on: {shown[0]} | {shown[1]}"


_OPEN = "see whether the library wants other options; Lubb's pages of this kind will score as they do here"
_LANGUAGE = "name the language to the library (Arabic) instead of letting it trust the page's lang attribute"


def _odd_check(name: str, did: str, make: Callable[[], Page], cause: str, *, long: bool = False) -> Check:
    return Check(name, did, _odd(make, cause), long, make)


def _void_check(name: str, did: str, make: Callable[[], Page]) -> Check:
    return Check(name, did, _void(make), page=make)


def _language_check(name: str, did: str, page: Page) -> Check:
    return Check(name, did, _whatever_language(page), page=lambda: page)


CHECKS = (
    Check(
        "returns-text",
        "extracted an ordinary Arabic article with lang=ar and looked at the type",
        _string,
        page=lambda: pages.ORDINARY,
    ),
    Check("article", "extracted the same article and looked for its words", _article, page=lambda: pages.ORDINARY),
    _language_check("article-no-lang", "extracted it without any lang attribute", pages.NO_LANGUAGE),
    _language_check("article-lang-en", "extracted it with lang=en", pages.WRONG_LANGUAGE),
    _void_check("empty", "extracted a document of no bytes", pages.empty),
    _void_check("white-space", "extracted a document of spaces and newlines", pages.white_space),
    _void_check("no-body", "extracted a document with a head and no body", pages.no_body),
    _void_check("frameset", "extracted a frameset", pages.frameset),
    _odd_check(
        "fragment",
        "extracted paragraphs without <html> and <body>",
        pages.fragment,
        "hand the library a whole document: put <html><body> around what has none",
    ),
    _odd_check(
        "xhtml",
        "extracted XHTML that begins with an encoding declaration",
        pages.xhtml,
        "lxml refuses a str with such a declaration: cut the first line off, or encode as UTF-8",
    ),
    _odd_check(
        "nul",
        "extracted an article with NUL characters in it",
        pages.nul,
        "C parsers stop at NUL: replace it with U+FFFD before the library sees it",
    ),
    _odd_check(
        "surrogates",
        "extracted an article with lone surrogates in it",
        pages.surrogates,
        "UTF-8 has no lone surrogates: page.html.encode('utf-8', 'replace').decode() has none either",
    ),
    Check(
        "cp1256",
        "extracted a page in windows-1256 and its twin in UTF-8, and compared the texts",
        _windows,
        page=lambda: pages.WINDOWS,
    ),
    _odd_check(
        "deep",
        f"extracted an article above {pages.DEPTH:,} nested elements",
        pages.deep,
        "walk the tree without recursion, and let the parser go deep (lxml: huge_tree)",
    ),
    _odd_check(
        "one-line",
        "extracted an article on a page of one line of 1 MB",
        pages.one_line,
        "look for what reads line by line or backtracks",
    ),
    _odd_check(
        "entities",
        f"extracted a page with {pages.ENTITIES:,} character references",
        pages.entities,
        "decode character references before anything counts letters, and look for a limit on their number",
        long=True,
    ),
    _odd_check(
        "large",
        "extracted an article on a page of 5 MB",
        pages.large,
        "look for a limit of size in the library",
        long=True,
    ),
)
