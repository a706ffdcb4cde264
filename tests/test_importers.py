"""Other benchmarks' pages and gold become marked pages; whatever is wrong is one line, and the count at the end."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.cli import main
from bench.commands.imports import READ, WRITTEN
from bench.dom import parse, walk
from bench.gold import corpus
from bench.gold.decode import decode
from bench.gold.importers import flow
from bench.gold.importers.align import align
from bench.gold.importers.atoms import atoms
from bench.gold.importers.formats import READERS
from bench.gold.importers.own import site_toml
from bench.gold.importers.part import How, Part
from bench.gold.importers.place import Placement, inserts, place
from bench.gold.importers.webmainbench import cleaned
from bench.gold.marks import insert, strip
from bench.gold.page import GoldPage
from bench.gold.paths import Places
from bench.gold.regions import Reading, read
from bench.gold.site import PageInfo, SiteInfo, parse_site
from bench.labels import Group, Label
from bench.model import Split, Track
from bench.text import tokens
from tests import other_formats as formats
from tests.other_formats import BODY, READ_ALSO, TITLE, WRITE, page, put, url

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"
ONE = {"p1": (page(), BODY)}
ALIGNED = ("article-extraction-benchmark", "web-content-extraction-benchmark", "wcxb", "fundus-evaluation", "plain")


def placed(html: str, *parts: Part) -> tuple[Reading, Placement]:
    """A page with these parts marked in it, as gold reads it."""
    raw = html.encode()
    decoded = decode(raw, "utf-8")
    found = atoms(raw, decoded)
    placement = place(parts, found)
    marked = insert(raw, inserts(placement.tags, found))
    assert strip(marked) == raw
    reading = read(marked, decoded)
    assert not reading.faults
    return reading, placement


def text(reading: Reading | GoldPage, label: Label = Label.BODY) -> str:
    return "\n".join(piece.text for piece in reading.pieces if reading.regions[piece.region].label is label)


def imported(name: str, src: Path, dest: Path, *more: str) -> int:
    return main(["corpus", "import", name, str(src), str(dest), *more])


# Every format


def test_what_can_be_typed_is_what_there_is() -> None:
    from bench.gold.exporters.formats import WRITERS

    assert set(READ) == set(READERS) == set(WRITE)
    assert set(WRITTEN) == set(WRITERS)


@pytest.mark.parametrize("name", READ)
def test_a_format_becomes_a_corpus_with_the_gold_beside_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = page(("جملة أولى في خبر ثان قصير.", "وجملة ثانية فيه."))
    entries = {**ONE, "p2": (other, ("جملة أولى في خبر ثان قصير.", "وجملة ثانية فيه."))}
    src = WRITE[name](tmp_path / "src", entries)
    assert imported(name, src, tmp_path / "dest") == 0, capsys.readouterr().out
    assert "2 pages of 1 sites; 0 refused, 0 texts not placed" in capsys.readouterr().out
    found = corpus.load(tmp_path / "dest")
    assert len(found.pages) == 2
    assert {each.split for each in found.sites.values()} == {Split.DEV if name == "wcxb" else Split.TEST}
    first = next(each for each in found.pages if each.page.url == url("p1"))
    assert text(first).split() == " ".join(BODY).split()
    assert READ_ALSO not in first.text(Group.CONTENT)
    kept = json.loads((tmp_path / "dest" / "gold" / f"{first.id}.json").read_bytes())
    assert kept["format"] == name
    words = json.dumps(kept["entry"], ensure_ascii=False)
    if name != "webmainbench":  # there the page itself is the gold
        assert " ".join(BODY[1].split()[1:4]) in words
    assert "<html" not in words
    assert main(["corpus", "validate", "--corpus", str(tmp_path / "dest")]) == 0


@pytest.mark.parametrize("name", READ)
def test_gold_that_is_empty_or_of_another_page_is_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = {**ONE, "empty": (page(), ()), "foreign": (page(), ("نص لا صلة له بهذه الصفحة أبدا.",) * 2)}
    src = WRITE[name](tmp_path / "src", entries)
    assert imported(name, src, tmp_path / "dest") == 1
    *lines, counts, _ = capsys.readouterr().out.splitlines()
    assert len(corpus.load(tmp_path / "dest").pages) == 1
    assert "1 pages of 1 sites; 2 refused" in counts
    assert sum("empty" in line or "does not occur" in line or "no content" in line for line in lines) == 2, lines


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("data", [b'{"a": ', b"[1, 2", b"\xff\xfe", b"[" * 100_000, b""])
def test_broken_json_is_one_line(name: str, data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    src = WRITE[name](tmp_path / "src", ONE)
    file = next(each for each in sorted((tmp_path / "src").rglob("*.json*")))
    file.write_bytes(data)
    assert imported(name, src, tmp_path / "dest") in (1, 2)
    out, err = capsys.readouterr()
    assert len([line for line in (out + err).splitlines() if str(file) in line or "holds no page" in line]) == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("name", READ)
def test_what_is_not_there_is_one_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert imported(name, tmp_path / "none", tmp_path / "dest") == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    (tmp_path / "none").mkdir()
    assert imported(name, tmp_path / "none", tmp_path / "dest") == 2
    assert not (tmp_path / "dest").exists()


# Pages


def _without_page(src: Path) -> None:
    next(src.rglob("p2.html*")).unlink()


def _bomb(src: Path) -> None:
    put(next(src.rglob("p2.html*")).with_suffix(".gz"), b"<p>a</p>" * 400_000)


def _cut_off(src: Path) -> None:
    file = next(src.rglob("p2.html*"))
    file.write_bytes(file.read_bytes()[:100])


def _blank(src: Path) -> None:
    put(next(src.rglob("p2.html*")), b"  \n")


def _with_marks(src: Path) -> None:
    put(next(src.rglob("p2.html*")), page().replace("<h1>", '<h1 data-gold="title">').encode())


def _utf16(src: Path) -> None:
    put(next(src.rglob("p2.html*")), page().encode("utf-16"))


def _linked_out(src: Path) -> None:
    file = next(src.rglob("p2.html*"))
    elsewhere = src.parent / "elsewhere"
    elsewhere.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(elsewhere)


@pytest.mark.parametrize("name", ["article-extraction-benchmark", "wcxb", "fundus-evaluation"])
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without_page, "is missing: no such file"),
        (_bomb, "is over 1 MB"),
        (_cut_off, "cut off"),
        (_blank, "its page is empty"),
        (_with_marks, "the page itself holds"),
        (_utf16, "UTF-16"),
        (_linked_out, "outside of the folder"),
    ],
)
def test_a_page_that_is_no_good_is_one_line(
    name: str, spoil: Callable[[Path], None], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    src = WRITE[name](tmp_path / "src", {**ONE, "p2": (page(), BODY)})
    spoil(tmp_path / "src")
    assert imported(name, src, tmp_path / "dest", "--max-mb", "1") == 1
    line, counts, _ = capsys.readouterr().out.splitlines()
    assert said in line
    assert "p2" in line
    assert "1 pages of 1 sites; 1 refused" in counts


@pytest.mark.parametrize("climbs", ["../../secret", "/etc/passwd", "a/../../../x", "..\\x", "a\x00b"])
def test_a_name_that_climbs_out_of_the_folder_is_refused(
    climbs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "secret.html.gz", page().encode())
    truth = {climbs: {"articleBody": " ".join(BODY), "url": url("x")}, "p1": {"articleBody": BODY[0], "url": url("p1")}}
    put(tmp_path / "src" / "ground-truth.json", truth)
    put(tmp_path / "src" / "html" / "p1.html.gz", page().encode())
    assert imported("article-extraction-benchmark", tmp_path / "src", tmp_path / "dest") == 1
    assert "is outside of the folder" in capsys.readouterr().out
    put(tmp_path / "t" / "evaldata.json", {url("x"): {"file": climbs, "with": [BODY[0]], "without": []}})
    assert imported("trafilatura", tmp_path / "t", tmp_path / "dest2") == 1
    assert "is outside of the folder" in capsys.readouterr().out


def test_what_is_there_twice_is_taken_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    src = formats.article_extraction(tmp_path / "src", ONE)
    entry = json.dumps({"articleBody": BODY[0], "url": url("p1")})
    (src / "ground-truth.json").write_text(f'{{"p1": {entry}, "p1": {entry}}}', encoding="utf-8")
    assert imported("article-extraction-benchmark", src, tmp_path / "dest") == 1
    assert "p1: is there twice" in capsys.readouterr().out
    same = {"id": "a", "html": page(), "url": url("a"), "body": list(BODY)}
    put(tmp_path / "b.json", [same, {**same, "url": url("b")}, {**same, "id": "c"}])
    assert imported("plain", tmp_path / "b.json", tmp_path / "dest2") == 1
    first, second, counts, _ = capsys.readouterr().out.splitlines()
    assert "id 'a' is there already" in first
    assert f"its url is that of sidr-example/a: {url('a')}" in second
    assert "1 pages of 1 sites; 2 refused" in counts


def test_a_page_keeps_its_bytes_and_its_charset(tmp_path: Path) -> None:
    src = formats.trafilatura(tmp_path / "src", ONE)
    raw = page(charset="windows-1256").encode("cp1256")
    (src / "cache" / "p1.html").write_bytes(raw)
    assert imported("trafilatura", src, tmp_path / "dest") == 0
    found = corpus.load(tmp_path / "dest").pages[0]
    assert found.page.charset == "cp1256"
    assert found.page.raw == raw
    assert BODY[1] in text(found)


def test_a_page_in_json_is_read_as_the_json_has_it(tmp_path: Path) -> None:
    src = formats.plain(tmp_path, {"p1": (page(charset="windows-1256"), BODY)})
    assert imported("plain", src, tmp_path / "dest") == 0
    found = corpus.load(tmp_path / "dest").pages[0]
    assert found.page.charset == "utf-8"
    assert text(found, Label.TITLE) == TITLE


def test_pages_without_an_address_get_one_that_is_nobodys(tmp_path: Path) -> None:
    canonical = page().replace("<title>", '<link rel="canonical" href="https://a.example/c"><title>')
    entries = [
        {"html": canonical, "body": BODY[0]},
        {"html": page(), "body": BODY[0]},
        {"html": page(), "body": BODY[0]},
    ]
    put(tmp_path / "own.json", entries)
    assert imported("plain", tmp_path / "own.json", tmp_path / "dest") == 0
    urls = {each.page.url for each in corpus.load(tmp_path / "dest").pages}
    assert urls == {"https://a.example/c", "https://plain.invalid/own-2", "https://plain.invalid/own-3"}


def test_pages_of_one_canonical_link_and_ids_in_arabic(tmp_path: Path) -> None:
    same = page().replace("<title>", '<link rel="canonical" href="https://a.example/"><title>')
    put(tmp_path / "own.json", [{"id": name, "html": same, "body": BODY[0]} for name in ("خبر", "مقال", "a/b", "a b")])
    assert imported("plain", tmp_path / "own.json", tmp_path / "dest") == 0
    urls = [each.page.url for each in corpus.load(tmp_path / "dest").pages]
    assert len(set(urls)) == 4
    assert {"https://a.example/", "https://plain.invalid/a%2Fb", "https://plain.invalid/a%20b"} < set(urls)


def test_each_host_has_a_site_of_its_own(tmp_path: Path) -> None:
    hosts = (
        "a-b.example",
        "a.b.example",
        "www.a-b.example",
        "خبر.example",
        "مقال.example",
        "A-B.example",
        "a.b-example",
    )
    put(
        tmp_path / "own.json",
        [{"html": page(), "body": BODY[0], "url": f"HTTPS://{host}/{n}"} for n, host in enumerate(hosts)],
    )
    assert imported("plain", tmp_path / "own.json", tmp_path / "dest") == 0
    sites = {slug: (site.name, len(site.pages)) for slug, site in corpus.load(tmp_path / "dest").sites.items()}
    assert sites == {
        "a-b-example": ("a-b.example", 3),
        "a-b-example-test": ("a.b.example", 1),
        "a-b-example-2": ("a.b-example", 1),
        "xn-ngblk-example": ("خبر.example", 1),
        "xn-mgb7chb-example": ("مقال.example", 1),
    }


def test_a_checkout_without_its_large_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "arabic.json", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 148343716\n")
    assert imported("ispras", tmp_path / "arabic.json", tmp_path / "dest") == 2
    assert "is a Git LFS pointer, not the file; fetch the file with git lfs pull" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["ispras", "label-studio", "plain"])
def test_of_several_files_a_broken_one_is_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    src = WRITE[name](tmp_path / "src", ONE)
    put(src.with_name("a-first.json"), b'{"a": ')
    put(src.with_name("z-last.json"), b"[1")
    assert imported(name, src.parent, tmp_path / "dest") == 1
    first, last, counts, _ = capsys.readouterr().out.splitlines()
    assert "a-first.json: broken JSON" in first
    assert "z-last.json: broken JSON" in last
    assert "1 pages of 1 sites; 2 refused" in counts


def test_a_folder_that_cannot_be_written_is_no_fault_of_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dest").write_text("a file")
    src = formats.plain(tmp_path, {**ONE, "p2": (page(), BODY)})
    assert imported("plain", src, tmp_path / "dest") == 2
    out, err = capsys.readouterr()
    assert not out
    assert "cannot be written" in err
    assert err.count("\n") == 1


def test_a_corpus_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    src = formats.plain(tmp_path, ONE)
    assert imported("plain", src, tmp_path / "dest", "--split", "dev") == 0
    assert corpus.load(tmp_path / "dest").pages[0].split is Split.DEV
    assert imported("plain", src, tmp_path / "dest") == 2
    assert "holds a corpus already" in capsys.readouterr().err
    assert imported("plain", src, tmp_path / "new", "--split", "train") == 2


# What the formats say


def test_what_is_not_found_is_listed_and_the_rest_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    src = formats.fundus(tmp_path / "src", {"p1": (page(), (*BODY, "فقرة ليست في هذه الصفحة أبدا"))})
    assert imported("fundus-evaluation", src, tmp_path / "dest") == 1
    line, counts, _ = capsys.readouterr().out.splitlines()
    assert "body: the text of 'فقرة ليست في هذه الصفحة أبدا' not found in the page" in line
    assert "1 texts not placed" in counts
    assert text(corpus.load(tmp_path / "dest").pages[0]).split() == " ".join(BODY).split()


def test_optional_paragraphs_of_fundus_are_optional(tmp_path: Path) -> None:
    body = (BODY[0], f"[{BODY[1]}]", *BODY[2:])
    assert imported("fundus-evaluation", formats.fundus(tmp_path, {"p1": (page(), body)}), tmp_path / "dest") == 0
    found = corpus.load(tmp_path / "dest").pages[0]
    assert found.id == "sidr-example/p1"
    assert BODY[1] not in found.text(Group.CONTENT)
    assert BODY[1] in found.text(Group.OPTIONAL)


def test_a_site_of_wcxb_is_of_one_split(tmp_path: Path) -> None:
    formats.wcxb(tmp_path / "src", ONE)
    entry = json.loads((tmp_path / "src" / "dev" / "ground-truth" / "p1.json").read_bytes())
    put(tmp_path / "src" / "test" / "ground-truth" / "p1.json", {**entry, "url": url("p2")})
    put(tmp_path / "src" / "test" / "html" / "p1.html.gz", page().encode())
    assert imported("wcxb", tmp_path / "src", tmp_path / "dest") == 0
    found = {page.id: page.split for page in corpus.load(tmp_path / "dest").pages}
    assert set(found.values()) == {Split.DEV, Split.TEST}
    assert set(found) - {"sidr-example/p1"} <= {"sidr-example-dev/p1", "sidr-example-test/p1"}


def test_snippets_label_their_blocks_and_nothing_else(tmp_path: Path) -> None:
    html = page().replace("<footer>", "<ol><li>تعليق: الجسر مفيد جدا للمرضى</li></ol><footer>")
    src = formats.trafilatura(tmp_path, {"p1": (html, BODY)})
    entry = json.loads((src / "evaldata.json").read_bytes())[url("p1")]
    more = {"author": "", "tags": [], "license": "", "comments": ["مفيد جدا", ""], "region": "DE"}
    put(src / "evaldata.json", {url("p1"): {**entry, **more}})
    assert imported("trafilatura", src, tmp_path / "dest") == 0
    marked = (tmp_path / "dest" / "sites" / "sidr-example" / "p1.html").read_text(encoding="utf-8")
    assert f"<!--gold other-->{READ_ALSO}<!--/gold-->" in marked
    assert marked.count("<!--gold other-->") == 2
    assert "<li><!--gold comments-->تعليق: الجسر مفيد جدا للمرضى<!--/gold--></li>" in marked
    assert f"<h1>{TITLE}</h1>" in marked


def test_what_the_annotation_tool_left_goes() -> None:
    html = (
        '<style id="cc-extraStyle" name="cc">.mark-selected { outline: 2px }</style><style>p{}</style>'
        '<p class="lead mark-selected" data-anno-uid="u1" style="" cc-select="true" id=x>نص</p>'
        '<p class="mark-selected" style="color: red" data-anno-uid=u2>لا</p><img cc-select="true" src="a>b">'
        "<div>قبل<marked-text cc-select='true'>وسط</marked-text><marked-tail>بعد</marked-tail></div>"
        '<script>"<p cc-select=\'true\'>"</script><!-- <p cc-select="true"> -->'
    ).encode()
    assert cleaned(html).decode() == (
        "<style>p{}</style>"
        '<p class="lead" id=x>نص</p><p style="color: red">لا</p><img src="a>b">'
        "<div>قبلوسطبعد</div>"
        '<script>"<p cc-select=\'true\'>"</script><!-- <p cc-select="true"> -->'
    )


def selected(html: str) -> str:
    """As the annotation tool leaves it: `[…]` is a piece of text that was selected, `(…)` one that was not."""
    for old, new in (("[", ' cc-select="true" class="mark-selected"'), ("(", "")):
        html = html.replace(old, f'<marked-tail{new} data-anno-uid="u" style="">')
    return html.replace("]", "</marked-tail>").replace(")", "</marked-tail>")


@pytest.mark.parametrize(
    ("html", "gold"),
    [
        ("<p>[قال الوزير و]<b cc-select='true'>أكد</b>[ت الوزارة.]</p><p>(لا)</p>", "قال الوزير وأكدت الوزارة."),
        ("<p>[这是一个]<a cc-select='true'>链接文本</a>[后面的文字。]</p>", "这是一个链接文本后面的文字。"),
        ("<p>(و)<b cc-select='true'>القرار</b>( لا)</p>", "والقرار"),  # a word by its greater part
        ("<p>(والقرارا)<b cc-select='true'>ت</b>[ نعم]</p>", "نعم"),
        ("<p cc-select='true'>نعم</p><svg><g cc-select='true'><path cc-select='true'/></g></svg>", "نعم"),
        ("<p cc-select='true'>نعم <i cc-select='false'>هذا</i><br cc-select='true'>أيضا</p>", "نعم هذا\nأيضا"),
        ("<div style='display: none'><p cc-select='true'>لا</p></div><p cc-select='true'>نعم</p>", "نعم"),
        ("<div cc-select='true'>نعم <i style='display:none'>هذا</i></div>", "نعم هذا"),
        ("<table><tr><td cc-select='true'>خلية</td><td>لا</td></tr>[خارج]</table>", "خلية\nخارج"),
    ],
)
def test_selected_text_is_body_wherever_the_tool_put_its_elements(html: str, gold: str, tmp_path: Path) -> None:
    labelled = f"<html><body data-anno-uid='b'><nav>(قائمة)</nav>{selected(html)}</body></html>"
    nulls = {"url": None, "main_html": None, "meta": None}
    put(tmp_path / "a.jsonl", {"track_id": "x", "html": f"\ufeff{labelled}", **nulls})
    assert imported("webmainbench", tmp_path / "a.jsonl", tmp_path / "dest") == 0
    (found,) = corpus.load(tmp_path / "dest").pages
    assert text(found).split() == gold.split()
    assert not re.search("cc-select|anno-uid|marked-", found.page.html)


def test_a_page_whose_every_element_is_selected(tmp_path: Path) -> None:
    html = "<html cc-select='true'><body cc-select='true'>كل النص<p cc-select='true'>هنا</p></body></html>"
    put(tmp_path / "a.jsonl", {"track_id": "x", "html": html})
    assert imported("webmainbench", tmp_path / "a.jsonl", tmp_path / "dest") == 0
    assert text(corpus.load(tmp_path / "dest").pages[0]) == "كل النص\nهنا"


@pytest.mark.parametrize("key", ["main_html", "convert_main_content", "groundtruth_content"])
def test_entries_without_labels_are_aligned(key: str, tmp_path: Path) -> None:
    body = "".join(f"<p data-anno-uid='a'>{each}</p>" for each in BODY)
    linked = "\n\n".join((f"# {BODY[0]}", f"[{BODY[1]}](https://a.example/x)", *BODY[2:]))
    put(tmp_path / "a.jsonl", {"id": "x", "html": page(), "url": url("x"), key: body if key == "main_html" else linked})
    assert imported("webmainbench", tmp_path / "a.jsonl", tmp_path / "dest") == 0
    assert text(corpus.load(tmp_path / "dest").pages[0]).split() == " ".join(BODY).split()


def task(*results: dict[str, object], **more: object) -> dict[str, object]:
    found = [{"type": "hypertextlabels", "value": value} for value in results]
    return {"id": 7, "data": {"html": page(), "url": url("x")}, "annotations": [{"result": found}], **more}


def test_label_studio_trusts_the_text_and_refuses_what_does_not_match(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {"start": "/article[1]/div[1]/p[1]/text()[1]", "startOffset": 0, "hypertextlabels": ["body"]}
    put(
        tmp_path / "a.json",
        [
            task(
                {**wrong, "text": f"{BODY[0]}\\n\\n{READ_ALSO}"},
                {**wrong, "text": READ_ALSO, "hypertextlabels": ["read_also"]},
                {**wrong, "text": BODY[1].replace("سالم", "سليم")},
                {**wrong, "text": BODY[3], "hypertextlabels": ["Bodi"]},
                {**wrong, "text": ""},
                {**wrong, "text": TITLE, "start": "/article[1]/h1[1]/text()[1]", "hypertextlabels": ["Title"]},
            )
        ],
    )
    assert imported("label-studio", tmp_path / "a.json", tmp_path / "dest") == 1
    *lines, counts, _ = capsys.readouterr().out.splitlines()
    assert ["not found" in line for line in lines].count(True) == 1
    assert any("label 'Bodi' is not known" in line for line in lines)
    assert any("has no text" in line for line in lines)
    assert "3 texts not placed" in counts
    found = corpus.load(tmp_path / "dest").pages[0]
    assert text(found) == BODY[0]
    assert text(found, Label.READ_ALSO) == READ_ALSO
    marked = (tmp_path / "dest" / "sites" / "sidr-example" / "task-7.html").read_text(encoding="utf-8")
    assert f"<h1><!--gold title-->{TITLE}<!--/gold--></h1>" in marked  # not the ticker's copy, which comes first


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"annotations": []}, "has no annotation"),
        ({"annotations": [{"result": []}, {"result": []}]}, "has 2 annotations"),
        ({"annotations": {}}, "annotations is no list"),
        ({"data": {"url": "x"}}, "html is missing"),
        ({"data": {"html": 5}}, "html is no string"),
    ],
)
def test_tasks_that_cannot_be_read_are_one_line(
    more: dict[str, object], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "a.json", [task(**more)])
    assert imported("label-studio", tmp_path / "a.json", tmp_path / "dest") == 1
    line, counts = capsys.readouterr().out.splitlines()
    assert said in line
    assert "task 7" in line
    assert "0 pages of 0 sites; 1 refused" in counts


def test_the_short_form_of_label_studio(tmp_path: Path) -> None:
    labels = [{"start": "/x", "end": "/x", "text": BODY[1], "hypertextlabels": ["Text"]}]
    put(tmp_path / "a.json", [{"id": 1, "html": page(), "url": url("x"), "title": "…", "labels": labels}])
    assert imported("label-studio", tmp_path / "a.json", tmp_path / "dest") == 0
    assert text(corpus.load(tmp_path / "dest").pages[0]) == BODY[1]


def test_ispras_says_what_it_does_not_know(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    src = formats.ispras(tmp_path, ONE)
    found = json.loads(src.read_bytes())
    found["sidr.example"][0]["annotations"] += [{"xpath": "//p", "text": "x", "label": "mood"}, 5]
    found["b.example"] = {}
    put(src, found)
    assert imported("ispras", src, tmp_path / "dest") == 1
    out = capsys.readouterr().out
    assert "label 'mood' is not known" in out
    assert "is no JSON object" in out
    assert "b.example: is no list of pages" in out
    assert "1 pages of 1 sites; 1 refused, 2 texts not placed" in out


# Alignment


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not part of this repository")
def test_real_pages_are_found_again_from_their_body_paragraphs() -> None:
    pages = corpus.load(REAL).pages
    assert len(pages) == 8
    figures = {page.id: body_f1(page) for page in pages}
    print("\n".join(f"{name} {f1:.4f}" for name, f1 in figures.items()))
    assert min(figures.values()) >= 0.99, figures


@pytest.mark.parametrize("site", ["alnibras", "barq", "riwaq-biz", "wadi-news"])
def test_shipped_pages_are_found_again_from_their_body_paragraphs(site: str) -> None:
    pages = [page for page in corpus.load(corpus.shipped(), [site]).pages if page.track is Track.STATIC][:3]
    assert min(map(body_f1, pages)) >= 0.99


def body_f1(page: GoldPage) -> float:
    """How much of the body, and of nothing else, is marked when its paragraphs are known; by place, not word."""
    raw, decoded = page.page.raw, decode(page.page.raw, page.page.charset)
    found = atoms(raw, decoded)
    placement = place([Part(line) for line in text(page).splitlines()], found)
    reading = read(insert(raw, inserts(placement.tags, found)), decoded)
    assert not reading.faults
    wanted, got = (_flags(each) for each in (page, reading))
    both = sum(a and b for a, b in zip(wanted, got, strict=True))
    return 2 * both / (sum(wanted) + sum(got))


def _flags(gold: GoldPage | Reading) -> list[bool]:
    return [gold.regions[piece.region].label is Label.BODY for piece in gold.pieces for _ in tokens(piece.text)]


@pytest.mark.parametrize(
    "gold",
    [
        " ".join(BODY),  # one line
        "\n".join(word for each in BODY for word in each.split()),  # a word a line
        "\n".join([BODY[3], *BODY[:3]]),  # another order
        "\n".join(BODY).replace("اً", "ًا").replace("الجسر", "الجســر"),  # tatweel, tashkeel
        "\n".join(BODY).replace("سالم العامري", "س. العامري"),  # a word of its own
        "\n".join("* " + each for each in BODY),
    ],
)
def test_gold_in_another_form_finds_the_same_text(gold: str) -> None:
    reading, _ = placed(page(), Part(gold))
    assert text(reading).split() == " ".join(BODY).split()


def test_the_title_is_the_heading_and_not_its_copies() -> None:
    html = page()
    raw = html.encode()
    found = atoms(raw, decode(raw, "utf-8"))
    placement = place([Part(BODY[0]), Part(TITLE, Label.TITLE, How.LINE)], found)
    assert f"<h1><!--gold title-->{TITLE}<!--/gold--></h1>".encode() in insert(raw, inserts(placement.tags, found))
    _, placement = placed(page(), Part(BODY[0]), Part("عنوان آخر", Label.TITLE, How.LINE))
    assert [each.text for each in placement.unplaced] == ["عنوان آخر"]
    assert placement.placed == placement.wanted == len(tokens(BODY[0]))


def test_a_title_that_the_gold_counts_as_content_is_content() -> None:
    reading, placement = placed(page(), Part(f"{TITLE}\n{BODY[0]}"), Part(TITLE, Label.TITLE, How.LINE))
    assert not placement.unplaced
    assert text(reading).splitlines() == [TITLE, BODY[0]]
    assert not text(reading, Label.TITLE)  # and no copy of it in a list is the title


def test_text_behind_the_last_tag_is_marked() -> None:
    reading, placement = placed(f"<p>{BODY[0]}<div>{BODY[1]}", Part("\n".join(BODY[:2])))
    assert placement.placed == placement.wanted
    assert text(reading).splitlines() == list(BODY[:2])


def test_words_that_no_mark_can_stand_about_are_told() -> None:
    html = f"<p>{BODY[0]}</p><textarea>مهم</textarea><p>{BODY[1]}</p><p>لا</p><textarea>جدا</textarea>"
    reading, placement = placed(html, Part(f"{BODY[0]}\nمهم\n{BODY[1]}\nجدا"))
    assert text(reading).splitlines() == [BODY[0], "مهم", BODY[1]]  # a mark may go across such a word
    assert [(each.text, each.why) for each in placement.unplaced] == [("جدا", "stands where no mark can")]
    assert placement.placed == placement.wanted - 1


def test_lines_of_another_page_are_not_each_aligned_with_all_of_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gold of some thousand lines that belongs to another page took minutes."""
    calls: list[int] = []

    def counted(gold: Sequence[int], other: Sequence[int]) -> list[int]:
        calls.append(len(gold))
        return align(gold, other)

    monkeypatch.setattr(flow, "align", counted)
    foreign = [" ".join(f"ك{n} ل{i}" for i in range(4)) for n in range(300)]
    _, placement = placed(page(), Part("\n".join([*foreign, BODY[1]])))
    assert (placement.placed, len(placement.unplaced)) == (len(tokens(BODY[1])), 300)
    assert len(calls) == 1


def test_a_hidden_copy_is_not_what_is_meant() -> None:
    hidden = f'<div style="display: none">{BODY[0]}</div><div hidden><p>{BODY[1]}</p></div>'
    reading, _ = placed(page().replace("<nav>", f"{hidden}<nav>"), Part("\n".join(BODY)))
    assert reading.unlabelled[0].text == BODY[0]
    assert text(reading).split() == " ".join(BODY).split()
    reading, _ = placed(f"<p>لا</p>{hidden}", Part(BODY[1]))
    assert text(reading) == BODY[1]


def test_marks_never_split_a_word() -> None:
    html = "<p>كلمة م<b>قسو</b>مة هنا، <i>و</i>أخرى&shy;طويلة (بين) قوسين&#160;اثنين آ&amp;ب</p>"
    raw = html.encode()
    words = atoms(raw, decode(raw, "utf-8"))
    assert "مقسومة" in [word.text for word in words]
    for n, word in enumerate(words):
        tags = [None] * n + [(Label.BODY, (), -1)] + [None] * (len(words) - n - 1)
        assert not read(insert(raw, inserts(tags, words)), decode(raw, "utf-8")).faults, word


@pytest.mark.parametrize(
    "html",
    [
        "<p>نص < نص <b>آخر</b> > هنا</p><textarea>لا شيء</textarea> بعد",
        "<p title='a>b' class=x>نص</p><p>نص <!-- <p>لا</p> --> آخر</p><svg><text>لا</text></svg>نص",
        "<table>خارج<tr><td>داخل</td></table><select><option>أول<option>ثان</select>",
        "<script>'<p>لا'</script><style>p{}</style><title>عنوان</title><p>نص",
        "<p>نص</p></body></html> بعد النهاية <p>وأيضا",
        "<noscript><p>لا</p></noscript><iframe>لا</iframe><p>نص &lt;b&gt; &unknown; &#1605;&#1606;</p>",
        "نص بلا وسم",
        '<p>نص <a href="x' + "<b " * 2000,
    ],
)
def test_every_word_of_a_page_is_an_atom_on_broken_pages_too(html: str) -> None:
    raw = f"<html><body>{html}".encode()
    decoded = decode(raw, "utf-8")
    found = atoms(raw, decoded)
    assert "".join(each.text for each in found) == "".join(
        "".join(node.text.split()) for node in Places(walk(parse(decoded.html))).nodes
    )
    marked = insert(raw, inserts([(Label.BODY, (), -1)] * len(found), found))
    assert not read(marked, decoded).faults


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_alignment_rises_and_says_equal_words(data: st.DataObject) -> None:
    words = st.lists(st.integers(0, 12), max_size=60)
    gold, page_words = data.draw(words), data.draw(words)
    found = align(gold, page_words)
    places = [j for j in found if j >= 0]
    assert len(found) == len(gold)
    assert places == sorted(set(places))
    assert all(gold[i] == page_words[j] for i, j in enumerate(found) if j >= 0)
    before, behind = data.draw(words), data.draw(words)
    wide = [100 + word for word in before] + gold + [100 + word for word in behind]
    assert align(gold, wide) == list(range(len(before), len(before) + len(gold)))


def test_paths_lead_where_browsers_mean() -> None:
    html = "<html><body><p>أ</p>ب<div>جد<br>هـ<table><tr><td>و</td></tr></table></div></body></html>"
    places = Places(walk(parse(html)))
    assert places.find("/html[1]/body[1]/p[1]/text()[1]") == 0
    assert places.find("/text()[1]") == 1
    assert places.find("/div/text()", 1) == 3
    assert places.find("/html/body/div/table/tbody/tr/td") == 6
    assert places.find("//p") == places.find("/div[2]") == places.find("") == places.find("/p[@id='x']") == -1


def test_a_site_toml_is_read_as_it_was_written() -> None:
    site = SiteInfo("a", 'اسم "غريب" \\ \x7f\n\ud800', Split.DEV, "f", "l", "p")
    page = PageInfo("p1", 0, "https://a.example/؟", Track.STATIC, "utf-8", "news", ("t-1",), "0" * 64)
    written = site_toml(site, [page])
    faults: list[object] = []
    again = parse_site("a", written.encode(), faults)  # type: ignore[arg-type]
    assert again is not None
    assert not faults
    assert again.name == site.name.replace("\ud800", "?")
    assert tomllib.loads(written)["pages"]["p1"]["kind"] == "news"
    assert (again.split, again.pages[0].url, again.pages[0].traps) == (Split.DEV, page.url, page.traps)
