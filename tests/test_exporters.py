"""Out to another format and back: every mark is kept, and what others read of it is what they expect."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from bench.cli import main
from bench.commands.imports import WRITTEN
from bench.dom import parse, walk
from bench.gold import corpus
from bench.gold.corpus import Corpus
from bench.gold.exporters.formats import WRITERS
from bench.gold.exporters.pages import Outgoing, outgoing
from bench.gold.importers.bring import bring
from bench.gold.importers.formats import READERS
from bench.gold.importers.reading import Limits
from bench.gold.paths import Places
from bench.labels import Group, Label
from bench.model import Track
from bench.text import tokens
from tests.small_sites import write_site

# A charset that is not UTF-8, regions within regions, content in a script, hidden copies, pages without an article.
SITES = ("alnibras", "barq", "riwaq-biz")
SHIPPED = corpus.shipped()


@pytest.fixture(scope="module")
def before() -> Corpus:
    return corpus.load(SHIPPED, SITES)


@pytest.fixture(scope="module")
def leaving(tmp_path_factory: pytest.TempPathFactory) -> list[Outgoing]:
    """Read once for all formats."""
    return list(outgoing(SHIPPED, tmp_path_factory.mktemp("empty"), SITES))


def test_the_sites_are_worth_it(before: Corpus) -> None:
    pages = before.pages
    assert {"cp1256", "utf-8"} <= {page.page.charset for page in pages}
    assert {*Track} == {page.track for page in pages}
    assert any(region.traps for page in pages for region in page.regions)
    assert any(len(page.pieces) > len(page.regions) for page in pages)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_corpus_comes_back_with_every_mark(
    name: str, before: Corpus, leaving: list[Outgoing], tmp_path: Path
) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    known = before.pages
    if name in {"web-content-extraction-benchmark", "wcxb"}:  # which differ from the first by their files only
        known = tuple(page for page in known if page.site == "barq")
    ids = {page.id for page in known}
    assert WRITERS[name]([page for page in leaving if page.gold.id in ids], there) == len(known)
    brought = bring(name, READERS[name], there, back, Limits())
    assert brought.whole, (brought.refused, brought.unplaced)
    after = corpus.load(back)
    assert after.gold_digest == corpus.gold_digest(known)
    assert [(page.page.url, page.kind, page.family) for page in after.pages] == [
        (page.page.url, page.kind, page.family) for page in known
    ]
    assert [page.page.html for page in after.pages] == [page.page.html for page in known]
    for slug, site in after.sites.items():
        assert (before.sites[slug].name, before.sites[slug].licence) == (site.name, site.licence)


@pytest.mark.parametrize("name", [name for name in WRITTEN if name != "label-studio"])
def test_without_what_lubb_wrote_the_content_is_found_by_its_text(
    name: str, before: Corpus, leaving: list[Outgoing], tmp_path: Path
) -> None:
    there = tmp_path / "there"
    WRITERS[name]([page for page in leaving if page.gold.site == "alnibras"][:4], there)
    for file in there.rglob("*.json*"):
        lines = file.read_text(encoding="utf-8").splitlines() if file.suffix == ".jsonl" else [file.read_text("utf-8")]
        file.write_text("\n".join(json.dumps(_forgotten(json.loads(line))) for line in lines), encoding="utf-8")
    brought = bring(name, READERS[name], there, tmp_path / "back", Limits())
    assert brought.pages
    assert all("gold is empty" in line or "title" in line for line in brought.refused + brought.unplaced)
    known = {page.page.url: page for page in before.pages}
    for page in corpus.load(tmp_path / "back").pages:
        wanted, got = (tokens(each.text(Group.CONTENT)) for each in (known[page.page.url], page))
        assert len(set(wanted) ^ set(got)) <= len(set(wanted)) // 50, page.id


def _forgotten(value: object) -> object:
    if isinstance(value, dict):
        return {key: _forgotten(each) for key, each in value.items() if key != "lubb"}
    return value


def test_a_text_that_was_changed_counts_and_not_the_marks_of_before(tmp_path: Path) -> None:
    write_site(tmp_path / "c", "a", '<p data-gold="body">جملة أولى في الخبر هنا</p><p data-gold="body">وثانية</p>')
    there = tmp_path / "there"
    assert main(["corpus", "export", "wcxb", str(there), "--corpus", str(tmp_path / "c")]) == 0
    file = there / "test" / "ground-truth" / "a.001.json"
    file.write_text(file.read_text("utf-8").replace("\\nوثانية", ""), encoding="utf-8")
    assert main(["corpus", "import", "wcxb", str(there), str(tmp_path / "back")]) == 0
    assert corpus.load(tmp_path / "back").pages[0].text(Group.CONTENT) == "جملة أولى في الخبر هنا"


@pytest.mark.parametrize(
    "broken", [{"site": "../x"}, {"page": "../../x"}, {"traps": "x"}, {"split": "train"}, {"gold": [5]}, {"inserts": 5}]
)
def test_what_lubb_wrote_is_not_trusted(
    broken: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_site(tmp_path / "c", "a", '<p data-gold="body">جملة أولى في الخبر هنا</p>')
    there = tmp_path / "there"
    name = "article-extraction-benchmark"
    assert main(["corpus", "export", name, str(there), "--corpus", str(tmp_path / "c")]) == 0
    found = json.loads((there / "ground-truth.json").read_bytes())
    found["a.001"]["lubb"] |= broken
    (there / "ground-truth.json").write_text(json.dumps(found), encoding="utf-8")
    capsys.readouterr()
    assert main(["corpus", "import", name, str(there), str(tmp_path / "back")]) == 1
    line, counts = capsys.readouterr().out.splitlines()
    assert "a.001" in line
    assert "1 refused" in counts
    assert not list(tmp_path.rglob("x*.html"))


def test_what_others_read_is_there(tmp_path: Path) -> None:
    body = '<h1 data-gold="title">عنوان</h1><p data-gold="body">نص الخبر</p><p data-gold="nav">قائمة من ثلاث كلمات</p>'
    write_site(tmp_path / "c", "a", body)
    for name in WRITTEN:
        WRITERS[name](outgoing(tmp_path / "c", tmp_path / name), tmp_path / name)
    html = body.replace(' data-gold="title"', "").replace(' data-gold="body"', "").replace(' data-gold="nav"', "")
    first = json.loads((tmp_path / WRITTEN[0] / "ground-truth.json").read_bytes())["a.001"]
    assert (first["articleBody"], first["url"]) == ("نص الخبر", "https://a.example/1")
    assert html in gzip.decompress((tmp_path / WRITTEN[0] / "html" / "a.001.html.gz").read_bytes()).decode()
    (line,) = (tmp_path / WRITTEN[1] / "ground-truth" / "lubb.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["page_id"] == "a.001"
    assert json.loads(line)["plaintext"] == "نص الخبر"
    assert html in (tmp_path / WRITTEN[1] / "html" / "lubb" / "a.001.html").read_text("utf-8")
    truth = json.loads((tmp_path / "wcxb" / "test" / "ground-truth" / "a.001.json").read_bytes())["ground_truth"]
    assert (truth["title"], truth["main_content"]) == ("عنوان", "نص الخبر")
    assert truth["without"] == ["قائمة من ثلاث كلمات"]


def test_results_for_label_studio_say_where_they_are(tmp_path: Path) -> None:
    body = '<div data-gold="body" data-trap="a-trap b-trap">أول  <b>ثان</b> ثالث</div>'
    write_site(tmp_path / "c", "a", body)
    WRITERS["label-studio"](outgoing(tmp_path / "c", tmp_path / "out"), tmp_path / "out")
    (task,) = json.loads((tmp_path / "out" / "tasks.json").read_bytes())
    (result,) = task["annotations"][0]["result"]
    value = result["value"]
    assert value["text"] == "أول ثان ثالث"
    assert value["hypertextlabels"] == ["body"]
    assert (value["start"], value["startOffset"]) == ("/div[1]/text()[1]", 0)
    assert (value["end"], value["endOffset"]) == ("/div[1]/text()[2]", 5)
    assert result["meta"] == {"text": ["traps: a-trap b-trap"]}
    nodes = {node.path: node.text for node in Places(walk(parse(task["data"]["html"]))).nodes}
    assert nodes["/html[1]/body[1]/div[1]/text()[2]"][:5] == " ثالث"
    interface = (tmp_path / "out" / "labels.xml").read_text("utf-8")
    assert re.findall(r'<Label value="(\w+)"', interface) == [*Label]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("x")
    assert main(["corpus", "export", "wcxb", str(tmp_path), "--site", "barq"]) == 2
    assert "is there and not empty" in capsys.readouterr().err
    assert main(["corpus", "export", "wcxb", str(tmp_path / "new"), "--corpus", str(tmp_path)]) == 2
    assert main(["corpus", "export", "wcxb", str(tmp_path / "new"), "--site", "nowhere"]) == 2
    assert not (tmp_path / "new").exists()
