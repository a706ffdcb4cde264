"""The HTML report: what stands in it, that nothing in a name becomes markup, and how it behaves in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import lxml.html
import pytest
from lxml.html import HtmlElement

from bench.cli import main
from bench.gold import corpus
from bench.labels import Group
from bench.model import Status
from bench.report.html import charts
from bench.report.html.cells import legend, passed, quality, share
from bench.report.html.document import LARGEST, document
from bench.report.html.labels import SIZE, Box, place, width
from bench.report.html.links import Links, fragment, links
from bench.report.html.views import choose, write_views
from bench.report.leaderboard import Board, leaderboard
from bench.run.outputs import score_outputs
from bench.run.plan import ExtractorInfo
from bench.run.records import Record, Run, open_run
from tests.report_runs import PAGES, on, plan, record, run, small_run
from tests.run_corpus import write_corpus

EVIL = '</style><script>alert("1")</script>\u202e<b onclick=x()>' + "long" * 40
SHOWN = EVIL.replace("\u202e", "\\u202e")
BROWSER = Path(__file__).parent / "browser"


def parsed(text: str) -> HtmlElement:
    return lxml.html.document_fromstring(text)


def judged(board: Board) -> Board:
    """A board with what the statistics add to it, whatever the figures."""
    found = cast(dict[str, Any], json.loads(json.dumps(board)))
    ranked = [row for row in found["rows"] if row["ranked"]]
    for place_, row in enumerate(ranked, 1):
        row["intervals"] = {
            key: None if row[key] is None else [row[key] * 0.95, min(1.0, row[key] * 1.02)]
            for key in ("precision", "recall", "f1", "cost")
        }
        row["ranks"] = [max(1, place_ - 1), place_]
    found["pairs"] = [
        {
            "better": better["extractor"],
            "worse": worse["extractor"],
            "difference": better["f1"] - worse["f1"],
            "p": 0.01,
            "p_holm": 0.02,
            "settled": settled,
            "fragile_sites": ["alef"],
        }
        for i, better in enumerate(ranked)
        for settled, worse in zip((True, False, True), ranked[i + 1 :], strict=False)
    ]
    found["difficulty"] = {
        "kind": {"news": {"pages": 3, "sites": 2, "f1": {row["extractor"]: row["f1"] for row in found["rows"]}}}
    }
    found["calibrator"] = {"cv": 0.051, "unsteady_pages": 0.25, "unstable": True}
    return cast(Board, found)


def wider_run() -> Run:
    """The small run with an extractor whose every word is evil, one that only fails, and the floors."""
    small = small_run()
    evil = ExtractorInfo(EVIL, EVIL, EVIL, EVIL, EVIL, "entry-point", "e1")
    ruin = ExtractorInfo("ruin", "1", way="entry-point", digest="e2")
    gone = ExtractorInfo("gone", way="entry-point", problem=f"cannot be imported: {EVIL}")
    records = [
        *small.records,
        *(record(EVIL, page, on(page, 0, 4), 3, 2, detail=EVIL) for page in PAGES),
        *(record("ruin", page, on(page, 0, 0), 3, 2, status=Status.CRASH, detail=EVIL) for page in PAGES),
        *(record("nothing", page, on(page, 0, 0), 1, 2, status=Status.EMPTY) for page in PAGES),
    ]
    nothing = ExtractorInfo("nothing", "0.1.0", way="entry-point", digest="n")
    return run(plan((*small.plan.extractors, evil, ruin, nothing, gone)), records)


@pytest.fixture(scope="module")
def board() -> Board:
    return judged(leaderboard(wider_run()))


@pytest.fixture(scope="module")
def page(board: Board) -> HtmlElement:
    return parsed(document(board))


def table(page: HtmlElement, name: str) -> list[list[str]]:
    """The cells of the table under the heading of that id."""
    (section,) = page.xpath(f"//section[@aria-labelledby='{name}']")
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")]
        for row in section.xpath(".//table")[0].iter("tr")
    ]


def sound(text: str) -> None:
    """What holds of every page that Lubb writes."""
    found = parsed(text)
    (policy,) = found.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not found.xpath("//@style|//@*[starts-with(name(), 'on')]|//img|//iframe|//link|//base|//form|//b[@onclick]")
    assert len(found.xpath("//style")) == 1 and len(found.xpath("//script")) <= 1
    addresses = found.xpath("//@href|//@src")
    assert not [address for address in addresses if re.match(r"[a-z]+:|//", address, re.IGNORECASE)]
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {address[1:] for address in addresses if address.startswith("#")} <= set(ids)
    labels = [name for names in found.xpath("//@aria-labelledby") for name in names.split()]
    assert set(labels) <= set(ids)
    assert found.xpath("//html[@lang='en'][@dir='ltr']") and found.xpath("//h1") and found.xpath("//title/text()")
    assert "\u202e" not in text
    for cell in found.xpath("//td[starts-with(@class, 'q') or starts-with(@class, 's')]"):
        assert cell.text_content().strip(), "a cell says what it says by colour alone"


def test_each_row_stands_in_the_leaderboard_with_its_intervals(board: Board, page: HtmlElement) -> None:
    head, *rows = table(page, "leaderboard")
    assert head[:3] == ["#", "extractor", "F1"]
    assert [row[1] for row in rows] == ["zay", "waw", SHOWN, "ruin", "oracle", "nothing"]
    waw = next(row for row in board["rows"] if row["extractor"] == "waw")
    assert waw["f1"] is not None
    figures = next(row for row in rows if row[1] == "waw")
    # A rank that the data do not settle is a range; F1 and what stands below it; and a drawn interval beside.
    assert figures[0] == "1–2"
    assert figures[2].startswith(f"{waw['f1']:.3f}"[1:])
    assert re.fullmatch(r"\.\d{3}\.\d{3}–\.\d{3}", figures[2])
    assert "1 timeout" in figures
    assert len(page.xpath("//svg[@class='drawn']//line[@class='reach']")) == 2  # the others lie below the scale
    assert [row[0] for row in rows[-2:]] == ["-", "-"]


def test_it_says_what_it_is_about_and_who_is_first(board: Board, page: HtmlElement) -> None:
    said = " ".join(page.xpath("string(//header)").split())
    assert "3 pages of 2 sites, track static, split test, of the corpus made (static: the article stands in" in said
    assert "Nobody is first: 2 of 4 may be. Of 6 differences between two extractors 4 are more than chance." in said
    alone = cast(Board, json.loads(json.dumps(board)))
    for place_, row in enumerate(row for row in alone["rows"] if row["ranked"]):
        row["ranks"] = [place_ + 1, place_ + 1]
    for pair in alone["pairs"] or []:
        pair["settled"] = pair is alone["pairs"][0]
    said = " ".join(parsed(document(alone)).xpath("string(//header)").split())
    assert "First is zay. Of 6 differences between two extractors 1 is more than chance." in said
    explained = " ".join(page.xpath("string(//section[@aria-labelledby='leaderboard'])").split())
    assert all(word in explained for word in ("precision:", "recall:", "Cost: CPU time"))
    # What a label means is not for the mouse alone.
    assert "read_also: a read-also line or box" in page.xpath("string(//section[@aria-labelledby='leaks']//details)")


def test_what_a_row_or_a_run_says_of_itself_is_text(board: Board, page: HtmlElement) -> None:
    text = document(board)
    sound(text)
    assert len(text.encode()) < LARGEST
    assert SHOWN in page.text_content()
    assert all(bdi.text_content() for bdi in page.xpath("//bdi"))
    names = page.xpath("//*[text()[contains(., '<script>')]]")
    assert {name.tag for name in names} <= {"bdi", "text", "title"}  # a name's direction stays its own
    assert "1 extractor" not in text


def test_tables_say_what_the_board_says(board: Board, page: HtmlElement) -> None:
    head, *rows = table(page, "sites")
    assert head == ["site", "pages", "zay", "waw", SHOWN, "ruin", "oracle", "nothing"]
    assert [row[:2] for row in rows] == [["all sites", "3"], ["alef", "2"], ["ba", "1"]]
    assert ["read_also", "3", "0%", "33%", "0%", "0%", "0%", "0%"] in table(page, "leaks")
    assert ["read-also", "3", "100%", "67%", "100%", "100%", "100%", "100%"] in table(page, "traps")
    assert ["crash", "failure", "0", "0", "0", "3", "0", "0"] in table(page, "failures")
    assert table(page, "losses")[1][0] == "body"
    assert table(page, "difficulty")[1][0] == "By kind of page"
    assert table(page, "differences")[1][:3] == ["zay", "", "✓† .214"]
    assert ["nun", "cannot import nun; pip install nun"] in table(page, "not-run")
    facts = page.xpath("//dl")[0].text_content()
    for told in (
        board["signature"],
        board["commit"],
        "A processor",
        "bubblewrap",
        "indicative",
        "unstable",
        "5.1%",
        "25%",
    ):
        assert told in facts
    # What should make a reader think twice stands above everything, too.
    assert "unstable" in page.xpath("//header")[0].text_content()


@pytest.mark.parametrize("value", [0.0, 0.29, 0.3, 0.846, 0.85, 0.94, 0.98, 1.0])
def test_a_colour_means_what_its_legend_says(value: float) -> None:
    said = dict(legend("quality"))[quality(value).level]
    lowest = 0.0 if said.startswith("under") else float(said.removeprefix("from "))
    assert lowest <= value < lowest + 0.301
    assert (value < 0.3) == (said == "under .3")
    said = dict(legend("share"))[share(value).level]
    assert (value == 0) == (said == "none")
    assert value == 0 or float(said.removeprefix("from ").rstrip("%")) / 100 <= value < 1.01


def test_passed_traps_have_their_colour() -> None:
    words = dict(legend("passed"))
    told = [words[passed(count, 9).level] for count in (0, 1, 3, 4, 6, 7, 8, 9)]
    few, half = "up to a third", "up to two thirds"
    assert told == ["none passed", few, few, half, half, "most", "most", "all passed"]


def test_pictures_have_words_and_figures(page: HtmlElement) -> None:
    for name in ("precision-recall", "cost-quality"):
        (svg,) = page.xpath(f"//section[@aria-labelledby='{name}']//svg")
        assert svg.get("role") == "img"
        assert [element.text for element in svg.xpath("./title|./desc") if element.text]
    assert [row[0] for row in table(page, "precision-recall")[1:]] == ["zay", "waw", SHOWN, "ruin", "oracle", "nothing"]
    # zay was not timed; of the others waw is better and costs more.
    assert table(page, "cost-quality")[1:] == [
        [SHOWN, "~1.5", ".000", "yes"],
        ["ruin", "~1.5", ".000", "no"],
        ["waw", "~840", ".696", "yes"],
    ]
    assert page.xpath("//path[@class='front']/@d")[0].startswith("M")


def test_the_pareto_front_is_what_nothing_beats() -> None:
    rows = leaderboard(wider_run())["rows"]
    for row, cost, f1 in zip(rows, (5.0, 1.0, 1.0, 9.0, 3.0, 5.0), (0.9, 0.2, 0.3, 0.95, 0.1, 0.8), strict=True):
        row["cost"], row["f1"] = cost, f1
    assert [(row["cost"], row["f1"]) for row in charts.pareto(rows)] == [(1.0, 0.3), (5.0, 0.9), (9.0, 0.95)]


def test_names_do_not_cover_each_other() -> None:
    points = [(400.0 + 9 * (i % 4), 300.0 + 9 * (i // 4), f"extractor-{i:02}") for i in range(20)]
    frame = Box(0, 0, 900, 560)
    before = {"start": 0.0, "middle": 0.5, "end": 1.0}
    boxes = []
    for placed in place(points, frame):
        left = placed.x - width(placed.text) * before[placed.anchor]
        boxes.append(Box(left, placed.y - SIZE * 0.75, left + width(placed.text), placed.y + SIZE * 0.25))
    assert all(box.overlap(frame) == pytest.approx(width("extractor-00") * SIZE) for box in boxes)
    assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlap(other) > 1]


def one_page() -> Run:
    only = {"ba/001": PAGES["ba/001"]}
    extractor = ExtractorInfo("waw", "1.2", way="entry-point", digest="d1")
    return run(plan((extractor,), only), [record("waw", "ba/001", on("ba/001", 9, 0), 30, 3)])


def only_failures() -> Run:
    extractor = ExtractorInfo("ruin", "1.2", way="entry-point", digest="d1")
    made = [record("ruin", page, on(page, 0, 0), status=Status.TIMEOUT, detail="no answer") for page in PAGES]
    return run(plan((extractor,)), made)


def none_ranked() -> Run:
    small = small_run()
    return run(plan(small.plan.extractors[:1]), [r for r in small.records if r.extractor == "oracle"])


def nothing_ran() -> Run:
    return run(plan((ExtractorInfo("nun", way="entry-point", problem="cannot import nun"),)), [])


@pytest.mark.parametrize("make", [one_page, only_failures, none_ranked, nothing_ran])
@pytest.mark.parametrize("form", ["bare", "judged", "as it is"])
def test_little_is_told_as_little(make: Callable[[], Run], form: str) -> None:
    found = leaderboard(make())
    if form != "as it is":
        found = bare(found) if form == "bare" else judged(found)
    text = document(found)
    sound(text)
    page = parsed(text)
    rows = page.xpath("//table[contains(@class, 'standings')]/tbody/tr")
    assert len(rows) == len(found["rows"])
    if not rows:
        assert "No extractor was run" in page.text_content()
    for body in page.xpath("//table[not(contains(@class, 'standings'))]/tbody"):
        assert body.xpath("./tr"), "an empty table"


def bare(board: Board) -> Board:
    """A board of before there were statistics."""
    found = cast(dict[str, Any], json.loads(json.dumps(board)))
    for row in found["rows"]:
        row.pop("intervals", None)
        row.pop("ranks", None)
    for key in ("pairs", "difficulty", "calibrator"):
        found.pop(key, None)
    return cast(Board, found)


def test_a_board_without_statistics_shows_none() -> None:
    page = parsed(document(bare(leaderboard(small_run()))))
    assert not page.xpath("//*[@class='between']|//line[@class='reach']|//*[@id='differences']|//*[@id='difficulty']")
    assert [row[0] for row in table(page, "leaderboard")[1:]] == ["1", "2", "-"]


def test_cells_open_the_page_on_which_it_is_seen() -> None:
    whole = wider_run()
    found = links(whole, None, "views", set(PAGES), {"waw", "zay", EVIL})
    assert found.to("f1", "waw", "alef") == "views/alef/002.html#x-waw"  # the page of the timeout
    assert found.to("precision", "waw", "ba") == "views/ba/001.html#x-waw"
    assert found.to("cost", "waw") == "views/alef/002.html#x-waw"
    assert found.to("leak", "waw", "read_also") == "views/alef/001.html#x-waw"
    assert found.to("status", "waw", "timeout") == "views/alef/002.html#x-waw"
    assert found.to("track", "waw", "no-article") == "views/dal/002.html#x-waw"
    assert re.fullmatch(r"views/alef/001\.html#x-[0-9a-f]{12}", found.to("f1", EVIL, "alef"))
    assert found.to("f1", "ruin", "alef") == ""  # no view of it was written
    assert fragment("a b") != fragment("a  b")
    assert found.to("pair", "waw", "zay") == "views/alef/002.html#x-waw"  # where the worse one falls furthest behind
    assert found.to("pair", "zay", "waw") == "views/ba/001.html#x-zay"
    board = judged(leaderboard(whole))
    board["difficulty"] = leaderboard(whole)["difficulty"]
    text = document(board, links(whole, None, "views", set(PAGES), {row["extractor"] for row in board["rows"]}))
    opened = parsed(text)
    # All that was measured opens a page: any cell of a heat map that says something, and of the leaderboard.
    silent = opened.xpath("//table[contains(@class, 'heat')]//td[not(@class='fact') and not(a) and normalize-space()]")
    assert {cell.text_content() for cell in silent} <= {"0", "-", "✓† .000"}  # two that are equal on every page
    failed = opened.xpath("//table[contains(@class, 'standings')]//tr[.//bdi='waw']//td/a/text()")
    assert "1 timeout" in failed and len(failed) == 6
    text = document(leaderboard(whole), found)
    assert 'href="views/alef/index.html"' in text
    # In a field so large that links would make the file too large, what is folded away goes without.
    long = replace(found, folder="x" * (LARGEST // 20))
    shorter = parsed(document(leaderboard(whole), long))
    assert shorter.xpath("//section[@aria-labelledby='sites']//td/a")
    assert not shorter.xpath("//details[summary[contains(., 'Sites') or contains(., 'Leaks')]]//td/a")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, and a run of texts made elsewhere: one whole, one that loses and leaks."""
    folder = tmp_path_factory.mktemp("html")
    write_corpus(folder / "corpus")
    lines = []
    for gold in corpus.load(folder / "corpus").pages:
        text = gold.text(Group.CONTENT)
        if gold.id == "akhbar/001":
            _, *kept = text.split("\n")
            leaked = "خبر آخر عن موسم الزيتون في عنوان الخبر 1 من akhbar"
            text = "\n".join(["<img src=x onerror=alert(1)> غريب\u202e كلها", *kept, leaked])
        lines.append(json.dumps({"page": gold.id, "text": text}))
    (folder / "mine.jsonl").write_text("\n".join(lines), encoding="utf-8")
    score_outputs(
        folder / "mine.jsonl",
        corpus_path=folder / "corpus",
        out=folder / "results",
        name=None,
        missing_as_empty=False,
        command="",
    )
    return folder


def several(made: Path) -> Run:
    """The run as if two more extractors had run: an evil one that fails, and one whose text was not kept."""
    (path,) = (made / "results" / "runs").iterdir()
    found = open_run(path)
    (mine,) = found.plan.extractors
    infos = (mine, replace(mine, name="same"), replace(mine, name=EVIL, version=EVIL), replace(mine, name="lost"))
    changes: dict[str, dict[str, Any]] = {
        "mine": {},
        "same": {},
        EVIL: {"text": None, "status": Status.CRASH, "detail": EVIL, "score": on("ba/001", 0, 0)},
        "lost": {"text": "0" * 64},
    }
    records: list[Record] = [
        replace(each, extractor=name, **changed) for name, changed in changes.items() for each in found.records
    ]
    return replace(found, info=replace(found.info, plan=replace(found.plan, extractors=infos)), records=tuple(records))


@pytest.fixture(scope="module")
def views(made: Path) -> Path:
    """Page views of it, in the folder of the returned leaderboard."""
    whole = several(made)
    order = [extractor.name for extractor in whole.plan.extractors]
    chosen = choose(whole, [], [], order)
    folder = made / "out" / "views"
    assert write_views(whole, corpus.load(made / "corpus"), chosen, folder, "../board.html") == 7
    found = links(whole, None, "views", set(chosen.pages), set(order))
    text = document(judged(leaderboard(whole)), found)
    (made / "out" / "board.html").write_text(text, encoding="utf-8")
    return made / "out" / "board.html"


def test_a_page_view_says_what_was_kept_lost_and_leaked(views: Path) -> None:
    text = (views.parent / "views" / "akhbar" / "001.html").read_text(encoding="utf-8")
    sound(text)
    page = parsed(text)
    first, evil, lost, gold = page.xpath("//section[@class='view']")
    assert " ".join(first.xpath("string(h2)").split()) == "mine, same"  # the same text stands there once
    rows = [
        (row.get("class"), " ".join(row.xpath("string(span)").split()), row.xpath("string(p)"))
        for row in first.xpath("./ol/li")
    ]
    fates = [fate for fate, _, _ in rows]
    assert fates == ["foreign", "skipped", "lost", "kept", "skipped", "leaked", "skipped"]
    assert rows[0] == ("foreign", "? foreign 8 words", "<img src=x onerror=alert(1)> غريب\\u202e كلها")
    assert rows[1] == ("skipped", "· skipped 2 labels 7 words", "title 5, nav 2")
    assert rows[4] == ("skipped", "· skipped read_also 2 words", "اقرأ أيضا")
    assert rows[2][1] == "− lost body 30 words"
    assert rows[5][1:] == ("+ leaked read_also 11 words", "خبر آخر عن موسم الزيتون في عنوان الخبر 1 من akhbar")
    assert all(row.get("dir") == "auto" for row in page.xpath("//ol/li/p"))
    assert "+ leaked 11 read_also 11" in " ".join(first.xpath("string(ul)").split())
    assert SHOWN in evil.text_content() and "crash" in evil.text_content()
    assert "is not there" in lost.text_content() and "run --fresh" in lost.text_content()
    assert [row.get("class") for row in gold.xpath("./ol/li")] == ["skipped", "optional", "kept", "skipped", "skipped"]


def test_all_links_of_a_report_lead_somewhere(views: Path) -> None:
    files = [views, *sorted(views.parent.glob("views/**/*.html"))]
    assert len(files) == 1 + 7 + 3 + 1
    ids: dict[Path, set[str]] = {}
    for file in files:
        text = file.read_text(encoding="utf-8")
        sound(text)
        ids[file.resolve()] = set(parsed(text).xpath("//@id"))
    leaderboard_links = 0
    for file in files:
        for address in parsed(file.read_text(encoding="utf-8")).xpath("//a/@href"):
            path, _, anchor = address.partition("#")
            target = (file.parent / path).resolve() if path else file.resolve()
            assert target in ids, f"{file} links to {address}"
            assert not anchor or anchor in ids[target], f"{file} links to {address}"
            leaderboard_links += file == views and path != ""
    assert leaderboard_links > 40


def test_names_that_are_not_there_and_another_corpus(made: Path, tmp_path: Path) -> None:
    def refused(*arguments: str | Path) -> str:
        code = main(["report", "--out", str(made / "results"), *map(str, arguments)])
        assert code == 2
        return ""

    refused("--pages", tmp_path, "--corpus", made / "corpus", "--site", "akhbr")
    refused("--pages", tmp_path, "--corpus", made / "corpus", "--extractor", "mien")
    refused("--site", "akhbar")
    write_corpus(tmp_path / "other", {"bilad": ("test", 1)})
    refused("--pages", tmp_path / "views", "--corpus", tmp_path / "other")
    (tmp_path / "file").write_text("", encoding="utf-8")
    refused("--html", tmp_path / "file" / "board.html")
    assert not (tmp_path / "views").exists()


def test_the_command_writes_links_and_opens(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def opens(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", opens)
    results = tmp_path / "results"
    shutil.copytree(made / "results", results)
    arguments = ["report", "--out", str(results)]
    html, pages = tmp_path / "board.html", tmp_path / "views"
    some = ["--html", str(html), "--pages", str(pages), "--site", "akhbar", "--corpus", str(made / "corpus"), "--open"]
    assert main([*arguments, *some]) == 0
    assert capsys.readouterr().out == f"{pages / 'index.html'} (3 page views)\n{html}\n"
    assert opened.pop() == html.as_uri()
    text = html.read_text(encoding="utf-8")
    assert "views/akhbar/001.html#x-mine" in text and "views/bilad" not in text
    assert '"../../board.html"' in (pages / "akhbar" / "001.html").read_text(encoding="utf-8")
    assert main([*arguments, "--write"]) == 0
    alone = (results / "leaderboard.html").read_text(encoding="utf-8")
    # What is committed follows from leaderboard.json, and links to nothing that is not.
    assert alone == document(json.loads((results / "leaderboard.json").read_bytes()))
    assert not [address for address in parsed(alone).xpath("//a/@href") if not address.startswith("#")]
    assert main([*arguments, "--open"]) == 0
    (path,) = (results / "runs").iterdir()
    assert opened.pop() == (path / "leaderboard.html").as_uri()
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    capsys.readouterr()
    assert main([*arguments, "--open"]) == 2
    assert "open it by hand: " in capsys.readouterr().err


def browser() -> str:
    """The browser to test with; skips with what is missing."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    if not (BROWSER / "node_modules" / "playwright-core").is_dir():
        pytest.skip("playwright-core is not installed: npm ci --ignore-scripts --prefix tests/browser")
    return found or pytest.skip("no Chromium is installed")


@pytest.fixture(scope="module")
def seen(views: Path) -> dict[str, Any]:
    """What a real browser saw of a leaderboard and a page view; one start of the browser for all tests."""
    given = {
        "browser": browser(),
        "arguments": ["--no-sandbox"] if os.geteuid() == 0 else [],
        "board": views.as_uri(),
        "view": (views.parent / "views" / "akhbar" / "001.html").as_uri(),
    }
    done = subprocess.run(
        ["node", str(BROWSER / "check.mjs"), json.dumps(given)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return cast(dict[str, Any], json.loads(done.stdout.splitlines()[-1]))


def test_a_browser_has_nothing_to_complain_of(seen: dict[str, Any]) -> None:
    assert seen["said"] == []
    assert {address.partition(":")[0] for address in seen["asked"]} == {"file"}
    assert len(seen["looks"]) == 4  # each page in both widths and both schemes
    for look in seen["looks"]:
        assert look["wide"] <= look["width"], f"{look['url']} is wider than {look['width']}"
        # However long a name, the figures beside it are seen.
        assert look["names"] <= max(look["width"] / 2, 400), look
        assert not [fault for fault in look["faults"] if fault["impact"] in ("serious", "critical")], look


def test_without_colours_of_ours_only_what_was_kept_has_its_border(seen: dict[str, Any]) -> None:
    assert seen["forced"]["kept"] != seen["forced"]["skipped"] == seen["forced"]["canvas"]


def test_a_browser_sorts_by_click_and_by_key(seen: dict[str, Any]) -> None:
    states = seen["sorting"]
    assert states["first"]["sorted"] == ["F1 descending"]
    assert states["click"]["sorted"] == ["R descending"]
    assert states["enter"]["sorted"] == ["F1 descending"]
    assert states["space"]["sorted"] == ["F1 ascending"]
    assert states["space"]["names"][1][0] == SHOWN
    assert states["enter"]["names"][1][-1] == SHOWN
    assert states["focused"] == "P"


def test_a_browser_shows_one_text_at_a_time(seen: dict[str, Any]) -> None:
    states = seen["views"]
    assert [states[key]["shown"] for key in ("first", "second", "gold")] == [
        ["mine, same"],
        ["mine, same"],
        ["The page as labelled"],
    ]
    assert (states["first"]["current"], states["second"]["current"]) == ("mine", "same")
    assert states["second"]["address"] == "001.html#x-same"
    assert states["next"]["address"] == "002.html#x-same"  # the extractor stays the same from page to page
    assert states["next"]["current"] == "same"


def test_the_order_of_extractors_is_the_leaderboards(made: Path) -> None:
    whole = several(made)
    chosen = choose(whole, ["lost", "mine"], ["bilad"], ["mine", "same", EVIL, "lost"])
    assert chosen.extractors == ("mine", "lost")
    assert chosen.pages == ("bilad/001", "bilad/002")
    assert Links().index == ""
