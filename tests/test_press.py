"""The press as a whole: the same sources, the same bytes, and a change moves only what it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.cli import build_parser, main
from bench.errors import BenchError
from bench.gold.corpus import load, shipped, survey
from bench.labels import Label
from bench.model import Track
from bench.press.desk import Desk
from bench.press.press import differences, press_shuffled, press_site, read_sources, shuffled
from tests.on_each_python import first_only
from tests.press_source import ARTICLE, INTERVIEW, make_press, site_toml


def press(folder: Path, *more: str) -> int:
    args = build_parser().parse_args(["corpus", "press", "--from", str(folder), "--to", str(folder / "out"), *more])
    return int(args.call(args))


def pressed(folder: Path) -> dict[str, bytes]:
    (source,) = read_sources(folder)
    return press_site(source, folder)


def test_a_pressed_corpus_is_a_corpus_with_all_text_labelled(tmp_path: Path) -> None:
    assert press(make_press(tmp_path)) == 0
    found = survey(tmp_path / "out")
    assert (found.problems, found.notes) == ([], [])
    first, second = load(tmp_path / "out").pages
    labels = [first.regions[piece.region].label for piece in first.pieces]
    assert labels == [
        Label.NAV,
        Label.TITLE,
        Label.BODY,
        Label.READ_ALSO,
        Label.SUBHEADING,
        Label.LIST_ITEM,
        Label.QUOTE,
        Label.TABLE_CELL,
        Label.CAPTION,
        Label.EMBED_QUOTE,
        Label.BODY,
    ]
    assert first.pieces[2].text == (
        "استقبلت الصوامع موسم الحصاد وقال مديرها نادر سويلم لـ«قبس» إن السعة تكفي R&D كله، والفرز مستمر."
    )
    assert first.regions[first.pieces[-1].region].traps == ("short-closing-line",)
    assert first.page.url == "https://www.qabas.example/economy/7955625"
    answers = [second.regions[piece.region] for piece in second.pieces][-2:]
    assert [(region.label, region.traps) for region in answers] == [
        (Label.ANSWER, ("short-answer",)),
        (Label.ANSWER, ()),
    ]


def test_the_same_sources_give_the_same_bytes_and_check_sees_every_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_press(tmp_path)
    assert press(tmp_path, "--check") == 1
    assert "would write" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()
    assert press(tmp_path) == 0
    assert press(tmp_path, "--check") == 0
    page = tmp_path / "out/sites/qabas/001.html"
    before = page.read_bytes()
    page.write_bytes(before + b" ")
    (page.parent / "009.html").write_bytes(b"left over")
    capsys.readouterr()
    assert press(tmp_path, "--check") == 1
    out = capsys.readouterr().out
    assert "001.html: would write" in out
    assert "009.html: would delete" in out
    assert out.endswith("run: python -m bench corpus press\n")
    assert press(tmp_path) == 0
    assert page.read_bytes() == before
    assert not (page.parent / "009.html").exists()


def test_a_change_of_one_article_changes_its_own_page_and_only_its_lines(tmp_path: Path) -> None:
    before = pressed(make_press(tmp_path))
    after = pressed(make_press(tmp_path, p001=ARTICLE.replace("فحص الرطوبة", "قياس الرطوبة"), p002=INTERVIEW))
    assert [name for name in before if before[name] != after[name]] == ["001.html"]
    old, new = before["001.html"].splitlines(), after["001.html"].splitlines()
    assert sum(a != b for a, b in zip(old, new, strict=True)) == 1


def test_a_new_headline_moves_few_of_the_others(tmp_path: Path) -> None:
    before = pressed(make_press(tmp_path))
    pool = tmp_path / "pools/eg.txt"
    pool.write_text(pool.read_text(encoding="utf-8") + "\nheadline | sport | خبر جديد\n", encoding="utf-8")
    after = pressed(tmp_path)
    for name in before:
        titles = [set(data.decode().split("<li>")) for data in (before[name], after[name])]
        assert len(titles[0] - titles[1]) <= 1


def test_no_list_links_to_the_future_and_an_address_has_one_headline(tmp_path: Path) -> None:
    (source,) = read_sources(make_press(tmp_path))
    addresses: dict[str, str] = {}
    for page, article in source.articles.items():
        desk = Desk(source, page, article, source.options[page])
        for teaser in (*desk.latest(20), *desk.related(20), *desk.most_read(20)):
            assert teaser.date < article.date
            assert teaser.id <= desk.id
            assert addresses.setdefault(teaser.url, teaser.key) == teaser.key


def test_latest_is_newest_first_and_the_pools_hold_other_orders(tmp_path: Path) -> None:
    (source,) = read_sources(make_press(tmp_path))
    desk = Desk(source, "002", source.articles["002"], source.options["002"])
    dates = [teaser.date for teaser in desk.latest(30)]
    assert dates == sorted(dates, reverse=True)
    assert len(set(dates)) > 20


def test_half_of_the_pages_with_an_article_are_dirty(tmp_path: Path) -> None:
    listing = "kind: listing\nregion: eg\nsection: sport\ndate: 2024-06-01 10:00\ntitle: رياضة\n"
    articles = {f"p{at:03}": ARTICLE.replace("11:20", f"{at + 10}:20") for at in range(1, 9)}
    (source,) = read_sources(make_press(tmp_path, **articles, p901=listing))
    dirty = [page for page, a in source.articles.items() if Desk(source, page, a, source.options[page]).dirty]
    assert len(dirty) == 4
    assert "901" not in dirty


def test_pages_that_are_kept_stand_beside_pressed_ones(tmp_path: Path) -> None:
    kept = '[kept.000]\nurl = "https://www.qabas.example/0"\ntrack = "static"\ntraps = ["a"]\n'
    make_press(tmp_path, toml=site_toml() + kept)
    folder = tmp_path / "out/sites/qabas"
    folder.mkdir(parents=True)
    (folder / "000.html").write_text('<p data-gold="body">نص</p>', encoding="utf-8")
    assert press(tmp_path) == 0
    assert [page.id for page in load(tmp_path / "out").pages] == ["qabas/000", "qabas/001", "qabas/002"]
    assert load(tmp_path / "out").pages[0].traps == ("a",)


@pytest.mark.parametrize(
    ("options", "traps", "charset"),
    [
        ('charset = "windows-1256"\nhttp_charset = "windows-1256"', ("encoding-legacy",), "cp1256"),
        ('charset = "windows-1256"', ("encoding-legacy",), "cp1256"),
        ('charset = "windows-1256"\ndeclared = ""', ("encoding-undeclared",), "cp1256"),
        ('declared = "windows-1256"\nhttp_charset = "utf-8"', ("encoding-lies",), "utf-8"),
        ('charset = "windows-1256"\ndeclared = "utf-8"', ("encoding-legacy", "encoding-lies"), "cp1256"),
        ('charset = "iso-8859-6"', ("encoding-legacy",), "iso8859-6"),
        ("bom = true", (), "utf-8"),
    ],
)
def test_bytes_and_what_is_said_of_them(tmp_path: Path, options: str, traps: tuple[str, ...], charset: str) -> None:
    make_press(tmp_path, toml=site_toml() + f"[pages.001]\n{options}\n")
    assert press(tmp_path) == 0
    first, second = load(tmp_path / "out").pages
    assert first.traps == traps
    assert first.page.charset.removesuffix("-sig") == charset
    assert "استقبلت" in first.page.html
    assert second.traps == ()


def test_pages_without_an_article_are_of_their_own_track(tmp_path: Path) -> None:
    listing = "kind: listing\nregion: eg\nsection: sport\ndate: 2024-06-01 10:00\ntitle: رياضة\n"
    folder = make_press(tmp_path, p001=ARTICLE, p901=listing, toml=site_toml('[templates]\nlisting = "list.html"'))
    (folder / "sites/qabas/list.html").write_text(
        '<h1 data-gold="nav">{{ article.title }}</h1><div data-gold="most_read">{{ latest(2)[0].title }}</div>',
        encoding="utf-8",
    )
    assert press(tmp_path) == 0
    assert load(tmp_path / "out").pages[1].track is Track.NO_ARTICLE


def test_shuffled_articles_go_to_other_sites_of_their_form(tmp_path: Path) -> None:
    for slug in ("one", "two", "three"):
        articles = {
            f"p{at:03}": ARTICLE.replace("كفر العطا", f"{slug} {at}").replace("11:20", f"{at + 10}:20")
            for at in range(1, 5)
        }
        make_press(tmp_path, slug, site_toml().replace("qabas", slug), **articles, p009=INTERVIEW.replace("حوار", slug))
    sources = read_sources(tmp_path)
    found = shuffled(sources, 7)
    for before, after in zip(sources, found, strict=True):
        for page, article in after.articles.items():
            assert article.kind == before.articles[page].kind
            assert before.slug not in article.title
    titles = [sorted(a.title for source in side for a in source.articles.values()) for side in (sources, found)]
    assert titles[0] == titles[1]
    assert [s.articles for s in shuffled(sources, 7)] == [s.articles for s in found]
    assert [s.articles for s in shuffled(sources, 8)] != [s.articles for s in found]
    press_shuffled(tmp_path, tmp_path / "anew", 7)
    assert len(load(tmp_path / "anew").pages) == 15


def test_a_shuffle_wants_a_folder_of_its_own(tmp_path: Path) -> None:
    args = build_parser().parse_args(["corpus", "press", "--from", str(make_press(tmp_path)), "--shuffle", "1"])
    with pytest.raises(BenchError, match="corpus of its own"):
        args.call(args)


@pytest.mark.parametrize("lie", ['declared = "windows-1256"', 'http_charset = "windows-1256"'])
def test_a_page_that_nobody_could_read_is_refused(tmp_path: Path, lie: str) -> None:
    make_press(tmp_path, toml=site_toml() + f"[pages.001]\n{lie}\n")
    with pytest.raises(BenchError, match="qabas/001: page would be read as cp1256, not utf-8"):
        press(tmp_path)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ nothing }}", "page.html:1: page 001: UndefinedError: 'nothing' is undefined"),
        ("\n{% if %}", "page.html:2: template:"),
        ("{{ gold('bdy', 'x') }}", "page.html:1: page 001: ValueError: 'bdy' is not a valid Label"),
        ("{{ body(colour='red') }}", "page.html:1: page 001: TypeError:"),
    ],
)
def test_a_broken_template_is_one_line(
    tmp_path: Path, template: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_press(tmp_path)
    (folder / "sites/qabas/page.html").write_text(template, encoding="utf-8")
    assert main(["corpus", "press", "--from", str(folder), "--to", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('split = "test"', 'split = "tset"', "split = 'tset'"),
        ('family = "made"', "", "no family"),
        ("id = [100, 900]", "id = [100]", "id is no pair of numbers"),
        ('pools = ["eg"]', 'pools = ["xx"]', "xx.txt: cannot be read"),
        ('pools = ["eg"]', 'pools = ["eg"]\nspelling = ["loud"]', "unknown habit 'loud'"),
        ('pools = ["eg"]', 'pools = ["eg"]\nmonth = "levant"', "unknown keys: month"),
        ('pools = ["eg"]', 'pools = ["eg"]\ncharset = "cp999"', "charset 'cp999'"),
        ('sport = "قسم sport"', "", "no name for section sport"),
        ('name = "قبس"', "name = 3", "no name that is a str"),
        ("[sections]", "[pages.077]\n[sections]", "[pages.077] has no article"),
        ("[sections]", '[pages.001]\ntrack = "x"\n[sections]', "track = 'x'"),
        ("[sections]", "[sections", "cannot be read"),
    ],
)
def test_a_broken_site_toml_is_one_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = site_toml()
    assert old in text
    folder = make_press(tmp_path, toml=text.replace(old, new, 1))
    with pytest.raises(BenchError) as found:
        read_sources(folder)
    assert message in str(found.value)
    assert "\n" not in str(found.value)


def test_unknown_sites_and_an_empty_press_are_named(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="no sites to press"):
        read_sources(tmp_path)
    with pytest.raises(BenchError, match="unknown site 'qabs'"):
        read_sources(make_press(tmp_path), ["qabs"])


@first_only
def test_the_shipped_pages_are_as_their_sources_have_them() -> None:
    folder = shipped()
    changed = [
        str(found.path.relative_to(folder))
        for source in read_sources(folder / "press")
        for found in differences(source, folder / "press", folder / "sites")
    ]
    assert changed == [], "run: python -m bench corpus press"
