"""The exact text of what is printed, and names that try to be more than names."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from rich.console import Console

from bench.errors import BenchError
from bench.report import files
from bench.report.leaderboard import Board, leaderboard
from bench.report.long import long
from bench.report.markdown import document, escaped, markdown
from bench.report.names import TABLES
from bench.report.table import Column, Kind, Table, by_group, columns, plain, split, write
from bench.report.tables import USUAL, tables
from bench.report.terminal import console_for_stdout, print_run, print_tables, text
from bench.run.plan import Checkout
from bench.run.timing import CarefulTimes, PageTime, same_machine
from tests.report_runs import MACHINE, MS, PAGES, on, plan, record, run, small_run

SIGNATURE = "corpus:0123456789ab|gold:ba9876543210|pages:3|split:test|track:static|text:ar1|score:lcs1"
MADE = (
    "made with: lubb 0.1.0, commit abcdef012345, A processor (2 cores), sandbox bubblewrap, times indicative, "
    "calibrator unknown"
)
NAMED = "a|b`c`<img src=x>_d_*e*[f](g)@h #1 https://i www.j :k: &amp; \u202exyz\u001b[31m\n# l"


def board() -> Board:
    return leaderboard(small_run())


def printed(name: str) -> str:
    return "\n".join(text(table) for table in tables(board(), [name]))


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        (None, Kind.RATE, "-"),
        ("", Kind.TEXT, "-"),
        (0, Kind.COUNT, "0"),
        (0.0, Kind.RATE, ".000"),
        (0.9625, Kind.RATE, ".963"),
        (0.99999, Kind.RATE, ".999"),
        (1.0, Kind.RATE, "1.000"),
        (0.0, Kind.SHARE, "0%"),
        (0.0001, Kind.SHARE, "<1%"),
        (0.9999, Kind.SHARE, ">99%"),
        (0.995, Kind.SHARE, ">99%"),
        (1.0, Kind.SHARE, "100%"),
        (0.0, Kind.COST, "0"),
        (0.004, Kind.COST, "<.01"),
        (0.319, Kind.COST, ".32"),
        (0.996, Kind.COST, "1.0"),
        (6.06, Kind.COST, "6.1"),
        (99.96, Kind.COST, "100"),
        (1670.0, Kind.COST, "1670"),
        (0.0, Kind.FIGURE, "0"),
        (0.004, Kind.FIGURE, "<.01"),
        (0.294, Kind.FIGURE, ".29"),
        (0.996, Kind.FIGURE, "1.0"),
        (1, Kind.FIGURE, "1"),
        (7.46, Kind.FIGURE, "7.5"),
        (9.96, Kind.FIGURE, "10"),
        (9999.0, Kind.FIGURE, "9999"),
        (9999.5, Kind.FIGURE, "10k"),
        (174_600, Kind.FIGURE, "175k"),
    ],
)
def test_cells_never_look_better_than_they_are(value: float | str | None, kind: Kind, wanted: str) -> None:
    assert write(value, kind) == wanted


def test_leaderboard() -> None:
    assert printed("leaderboard") == dedent(f"""\
        Leaderboard: 3 pages of 2 sites, track static, split test
          #  extractor  version      P      R     F1  cost     ms  empty  failures
        ---  ---------  -------  -----  -----  -----  ----  -----  -----  ---------
        1-2  zay        3.0       .897   .925   .910     -      -      -  -
        1-2  waw        1.2       .700   .700   .696  ~840  ~1268      -  1 timeout
        ---  ---------  -------  -----  -----  -----  ----  -----  -----  ---------
          -  oracle     0.1.0    1.000  1.000  1.000     -      -      -  -
        #: the places that the data allow; over so few sites they settle nothing
        cost: CPU time as a multiple of parsing the same pages with lxml; ms: mean CPU ms a page
        ~ is indicative: measured once, in the run; python -m bench time measures with care
        3 texts from the cache, not timed: --fresh or python -m bench time does that
        signature: {SIGNATURE}
        run: corpus made, 2026-11-23T06:00:00Z, lubb 0.1.0, commit abcdef012345
        machine: A processor, 2 cores, 4096 MiB, Linux, CPython 3.11.9; extractors 1 at a time
        sandbox: bubblewrap; limits a page: 30 s, memory 2048 MiB
        times: indicative; calibrator: unknown

        Not run
        extractor  problem
        ---------  ----------------------------------
        nun        cannot import nun; pip install nun
        """)


def test_every_extractor_on_every_site() -> None:
    assert printed("sites") == dedent(f"""\
        Per site: 3 pages of 2 sites, track static, split test
                   alef (2 pages)           ba (1 page)
        extractor      P     R    F1  cost      P     R    F1  cost
        ---------  ----- ----- ----- -----  ----- ----- ----- -----
        zay         .894  .950  .921     -   .900  .900  .900     -
        waw         .400  .500  .444 ~1670  1.000  .900  .947 ~10.0
        ---------  ----- ----- ----- -----  ----- ----- ----- -----
        oracle     1.000 1.000 1.000     -  1.000 1.000 1.000     -
        cost: CPU time as a multiple of parsing the same pages with lxml; ms: mean CPU ms a page
        ~ is indicative: measured once, in the run; python -m bench time measures with care
        3 texts from the cache, not timed: --fresh or python -m bench time does that
        signature: {SIGNATURE}
        {MADE}
        """)


def test_tracks() -> None:
    of = SIGNATURE.replace("pages:3", "pages:2#9c56cfe6").replace("track:static", "track:no-article")
    assert printed("tracks") == dedent(f"""\
        Track script: 1 page of 1 site, split test
        extractor  answered nothing      P      R     F1  cost    ms  failures
        ---------  ----------------  -----  -----  -----  ----  ----  --------
        zay                      0%   .900   .900   .900     -     -  -
        waw                    100%   .000   .000   .000  ~5.0  ~5.0  -
        ---------  ----------------  -----  -----  -----  ----  ----  --------
        oracle                   0%  1.000  1.000  1.000     -     -  -
        script: the text is only in JSON or JavaScript
        signature: corpus:0123456789ab|gold:ba9876543210|pages:1#ae88c036|split:test|track:script|text:ar1|score:lcs1
        {MADE}

        Track no-article: 2 pages of 1 site, split test
        extractor  answered nothing      P      R     F1  cost    ms  failures
        ---------  ----------------  -----  -----  -----  ----  ----  --------
        waw                     50%   .500   .500   .500  ~5.0  ~5.0  -
        zay                      0%   .000   .000   .000     -     -  -
        ---------  ----------------  -----  -----  -----  ----  ----  --------
        oracle                 100%  1.000  1.000  1.000     -     -  -
        no-article: there is nothing to extract, and nothing is the right answer
        signature: {of}
        {MADE}
        """)


def test_leaks_losses_and_traps() -> None:
    assert printed("leaks") == dedent(f"""\
        Leaks: 3 pages of 2 sites, track static, split test
                   nav           read_also
        extractor  tokens pages  tokens pages
        ---------  ------ -----  ------ -----
        zay            0%    0%      0%    0%
        waw            0%    0%     17%   33%
        ---------  ------ -----  ------ -----
        oracle         0%    0%      0%    0%
        tokens: share of the label's tokens that came through; pages: share of its pages on which it leaked
        signature: {SIGNATURE}
        {MADE}
        """)
    assert printed("losses") == dedent(f"""\
        Losses: 3 pages of 2 sites, track static, split test
                   body  lead
        extractor  lost  lost
        ---------  ----  ----
        zay          8%    0%
        waw         38%   50%
        ---------  ----  ----
        oracle       0%    0%
        share of the label's tokens that did not come out
        signature: {SIGNATURE}
        {MADE}
        """)
    assert printed("traps") == dedent(f"""\
        Traps: 3 pages of 2 sites, track static, split test
                   read-also
        extractor     passed
        ---------  ---------
        zay              3/3
        waw              2/3
        ---------  ---------
        oracle           3/3
        passed of all: boilerplate that did not leak, content of which nine tenths came out
        signature: {SIGNATURE}
        {MADE}
        """)


def test_beside_the_headline_and_cost() -> None:
    assert printed("beside").splitlines()[1:5] == [
        "extractor     F1  pooled  strict  folded    bag  shingles  published  similarity  exact",
        "---------  -----  ------  ------  ------  -----  --------  ---------  ----------  -----",
        "zay         .910    .912    .910    .910   .910      .910       .914        .910     0%",
        "waw         .696    .723    .696    .696   .696      .696       .743        .696     0%",
    ]
    assert printed("cost").splitlines()[1:5] == [
        "extractor  cost     ms  p95 ms  MB/s  peak MiB  told ms  timed  cached  timing",
        "---------  ----  -----  ------  ----  --------  -------  -----  ------  ----------",
        "waw        ~840  ~1268    5000  <.01      64.0        -      3       0  indicative",
        "zay           -      -       -     -         -        -      0       3  -",
    ]


def test_cost_of_each_site() -> None:
    each = text(tables(leaderboard(small_run()), ["cost"])[1]).splitlines()
    assert each[0] == "Cost per site: 3 pages of 2 sites, track static, split test"
    assert [word for word in each[1].split() if word in ("alef", "ba")] == ["alef", "ba"]
    assert each[2].split() == ["extractor", *["cost", "ms", "p95", "ms", "MB/s", "peak", "MiB"] * 2]
    waw = next(line for line in each if line.startswith("waw")).split()
    assert waw[1:3] == ["~1670", "~2505"]
    assert waw[6] == "~10.0"


def test_a_row_says_that_there_was_no_sandbox() -> None:
    records = [replace(r, sandbox="none") if r.extractor == "waw" else r for r in small_run().records]
    lines = text(tables(leaderboard(run(small_run().plan, records)), ["leaderboard"])[0]).splitlines()
    assert lines[1].endswith("failures   sandbox")
    assert lines[4].endswith("1 timeout  none")
    assert "sandbox" not in printed("leaderboard").splitlines()[1]


def test_figures_of_the_careful_pass_are_told_from_the_others() -> None:
    rounds = {"alef/001": (MS, MS), "alef/002": (MS, MS), "ba/001": (MS, 3 * MS)}
    times = CarefulTimes(
        tuple(
            PageTime(("zay", "d2"), "0123456789ab", same_machine(MACHINE), page[:-4], page, (4 * MS, 4 * MS), parse)
            for page, parse in rounds.items()
        )
    )
    found = leaderboard(small_run(), careful=times)
    lines = text(tables(found, ["sites"])[0]).splitlines()
    assert lines[4] == "zay         .894  .950  .921   4.0   .900  .900  .900  2.7*"
    assert lines[5] == "waw         .400  .500  .444 ~1670  1.000  .900  .947 ~10.0"
    assert lines[9:11] == [
        "~ is indicative: measured once, in the run; python -m bench time measures with care",
        "* was measured with care, while the machine was not steady",
    ]
    assert found["rows"][1]["timing"] == "unsteady"


def test_uncommitted_changes_are_told() -> None:
    dirty = replace(small_run().plan, checkout=Checkout("abc", dirty=True))
    assert ", commit abc with uncommitted changes" in text(tables(leaderboard(run(dirty, [])), ["leaderboard"])[0])


def test_markdown_of_one_table() -> None:
    assert markdown(tables(board(), ["traps"])) == dedent(f"""\
        ## Traps: 3 pages of 2 sites, track static, split test

        | extractor | read-also passed |
        | --- | ---: |
        | zay | 3/3 |
        | waw | 2/3 |
        | oracle | 3/3 |

        - passed of all: boilerplate that did not leak, content of which nine tenths came out
        - signature: `{SIGNATURE}`
        - {MADE}
        """)


def test_markdown_has_a_table_a_site() -> None:
    section = markdown(tables(board(), ["sites"]))
    assert (
        "### ba (1 page)\n\n| extractor | P | R | F1 | cost |\n| --- | ---: | ---: | ---: | ---: |\n| zay | .900 |"
        in section
    )
    assert section.count("###") == 2


def hostile_board() -> Board:
    """An extractor whose name, version and problem try to be structure."""
    first, waw, *_ = small_run().plan.extractors
    extractors = (replace(waw, name=NAMED, version="=1+1"), replace(first, name="mim", problem=NAMED))
    pages = {"ba/001": PAGES["ba/001"]}
    return leaderboard(run(plan(extractors, pages), [record(NAMED, "ba/001", on("ba/001", 9, 0))]))


def test_nothing_that_a_name_holds_becomes_structure() -> None:
    lines = document(hostile_board()).splitlines()
    row = next(line for line in lines if line.startswith("| 1 |"))
    assert row == (
        r"| 1 | a\|b\`c\`\<img src=x>\_d\_\*e\*\[f\](g)@<!-- -->h #<!-- -->1 https:<!-- -->//i www<!-- -->.j "
        r":<!-- -->k: \&amp; \\u202exyz\\u001b\[31m\\u000a# l | =1+1 | 1.000 | .900 | .947 | - | - | - | - |"
    )
    assert "# l" not in lines


def test_a_hostile_name_is_one_plain_line_on_a_terminal() -> None:
    out = io.StringIO()
    shown_tables = tables(hostile_board(), TABLES)
    print_tables(shown_tables, console=Console(file=out, force_terminal=True, width=300))
    assert "\u202e" not in out.getvalue()
    assert "[31mx" not in out.getvalue()
    shown = r"a|b`c`<img src=x>_d_*e*[f](g)@h #1 https://i www.j :k: &amp; \u202exyz\u001b[31m\u000a# l"
    assert sum(shown in line for line in out.getvalue().splitlines()) == len(shown_tables)


def test_a_cell_of_csv_is_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(long(hostile_board(), "leaderboard"))))
    assert rows[0]["version"] == "'=1+1"
    assert [row["extractor"] for row in rows] == [plain(NAMED), "mim"]


@pytest.mark.parametrize("source", ["read_also", "a_b_c", "~6.1", "7 $", "12%", "-", "<!--", "a.b", "1 timeout"])
def test_plain_words_stay_readable_in_markdown(source: str) -> None:
    assert escaped(source) == ("\\<!--" if source == "<!--" else source)


def test_an_issue_by_its_short_name_is_no_link() -> None:
    assert escaped("GH-12 gh-1 high-1") == "GH<!-- -->-12 gh<!-- -->-1 high-1"


def test_two_tildes_strike_nothing_through() -> None:
    assert escaped("~a~") == "\\~a~"


def test_invisible_characters_are_shown_but_joiners_are_kept() -> None:
    assert plain("\u0645\u06cc\u200c\u062e\u0648 \u200f\ufeff\ud800\U000e0001") == (
        "\u0645\u06cc\u200c\u062e\u0648 \\u200f\\ufeff\\ud800\\U000e0001"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [("  ", "\\u0020\\u0020"), ("\u3164\u2800a", "\\u3164\\u2800a"), ("a b", "a b"), (" ", " "), ("", "")],
)
def test_a_name_that_looks_like_nothing_is_seen(name: str, shown: str) -> None:
    assert plain(name) == shown


def test_arabic_and_wide_names_stand_in_line() -> None:
    table = Table(
        "t", columns("extractor F1:rate"), (("\u0645\u064f\u0633\u062a\u062e\u0644\u0650\u0635", 0.5), ("名", 0.25))
    )
    assert text(table).splitlines()[3:] == [
        "\u0645\u064f\u0633\u062a\u062e\u0644\u0650\u0635\u200e     .500",  # the mark keeps the figures in their order
        "名         .250",
    ]


def test_wide_tables_are_split_between_groups() -> None:
    heads = (Column("extractor"), *(column for g in "abcde" for column in columns("P:rate R:rate", g * 4)))
    table = Table("wide", heads, (("x", *[0.5] * 10), ("y", *[0.25] * 10)), ("a note",), apart=1)
    parts = split(table, 40)
    assert [part.title for part in parts] == ["wide (1 of 3)", "wide (2 of 3)", "wide (3 of 3)"]
    assert [part.notes for part in parts] == [(), (), ("a note",)]
    assert all(len(line) <= 40 for part in parts for line in text(part).splitlines())
    assert sum(len(part.columns) - 1 for part in parts) == 10
    assert split(table, 400) == [table]


def test_notes_break_between_words_on_a_terminal_and_nowhere_in_a_file() -> None:
    found = tables(leaderboard(small_run()), ["leaderboard"])
    for terminal in (True, False):
        stream = io.StringIO()
        print_tables(found, console=Console(file=stream, width=80, force_terminal=terminal, color_system=None))
        notes = stream.getvalue().partition("cost: ")[2].splitlines()
        if terminal:
            assert notes[:2] == [
                "CPU time as a multiple of parsing the same pages with lxml; ms: mean CPU",
                "ms a page",
            ]
        else:
            assert notes[0] == "CPU time as a multiple of parsing the same pages with lxml; ms: mean CPU ms a page"
        assert sum(line.startswith("signature: corpus:") and "score:lcs1" in line for line in notes) == 1


def test_by_group_is_one_table_a_group() -> None:
    heads = (Column("extractor"), *columns("P:rate", "a"), *columns("P:rate", "b"))
    first, second = by_group(Table("t", heads, (("x", 0.1, 0.2),), ("note",)))
    assert (first.title, first.rows, first.notes) == ("a", (("x", 0.1),), ())
    assert (second.title, second.rows, second.notes) == ("b", (("x", 0.2),), ("note",))


def test_print_run_prints_the_usual_tables() -> None:
    out = io.StringIO()
    print_run(small_run(), console=Console(file=out))
    assert out.getvalue() == "\n".join(text(table) for table in tables(board(), USUAL))


def test_tables_stand_in_one_order_however_they_are_asked_for() -> None:
    titles = [table.title.partition(":")[0] for table in tables(board(), ["traps", "leaks", "sites", "leaderboard"])]
    assert titles == ["Leaderboard", "Not run", "Per site", "Leaks", "Traps"]


def test_a_closed_pipe_is_left_to_the_command_line() -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    console = console_for_stdout()
    console.file = Closed()
    with pytest.raises(BrokenPipeError):
        print_tables(tables(board()), console=console)


def test_one_site_one_page_and_no_extractor_at_all() -> None:
    pages = {"ba/001": PAGES["ba/001"]}
    empty = leaderboard(run(plan((), pages), []))
    assert empty["rows"] == []
    assert "Leaderboard: 1 page of 1 site" in document(empty)
    assert tables(empty, ["sites", "leaks", "losses", "traps"]) == []
    assert long(empty, "leaderboard") == ""


@pytest.mark.parametrize("name", TABLES)
def test_csv_holds_figures_as_measured(name: str) -> None:
    rows = list(csv.DictReader(io.StringIO(long(board(), name))))
    if name == "pairs":
        assert [(row["better"], row["worse"], row["settled"], row["p"]) for row in rows] == [
            ("zay", "waw", "false", "")
        ]
        return
    assert {row["extractor"] for row in rows} >= {"waw", "zay", "oracle"}
    if name == "sites":
        waw = next(row for row in rows if (row["extractor"], row["site"]) == ("waw", "alef"))
        assert (float(waw["f1"]), float(waw["cost"]), waw["failures"]) == (8 / 18, 1670.0, "1")
        zay = next(row for row in rows if (row["extractor"], row["site"]) == ("zay", "alef"))
        assert (zay["cost"], zay["timing"]) == ("", "")


def test_what_could_not_be_run_is_a_line_of_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(long(board(), "leaderboard"))))
    assert (rows[-1]["extractor"], rows[-1]["f1"], rows[-1]["problem"]) == (
        "nun",
        "",
        "cannot import nun; pip install nun",
    )


def test_written_files_are_whole_and_the_same_again(tmp_path: Path) -> None:
    names = ["leaderboard.md", "leaderboard.csv", "leaderboard-sites.csv", "leaderboard.json", "leaderboard.html"]
    assert [path.name for path in files.write(board(), tmp_path / "results")] == names
    before = {path.name: path.read_bytes() for path in (tmp_path / "results").iterdir()}
    files.write(board(), tmp_path / "results")
    assert {path.name: path.read_bytes() for path in (tmp_path / "results").iterdir()} == before
    assert sorted(before) == sorted(names)
    assert json.loads(before["leaderboard.json"]) == json.loads(json.dumps(board()))


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BenchError, match="cannot be written") as caught:
        files.write(board(), tmp_path / "file")
    assert "\n" not in str(caught.value)
