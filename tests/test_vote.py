"""The vote of `baselines.vote`: what an output holds, what a majority is, and voters that fail."""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from baselines import vote
from baselines.tuning import voters
from bench.model import Page
from bench.text import tokens

FIRST = "افتتحت المكتبة قاعتها الجديدة أمام القراء صباح اليوم"
SECOND = "وقال مديرها إن الدخول مجاني لسكان البلدة والزوار جميعا"
THIRD = "وتفتح القاعة أبوابها كل يوم حتى الثامنة مساء"
TEASER = "موسم القطاف يبدأ مبكرا هذا العام"


def holds(lines: list[str], output: str) -> list[str]:
    """The blocks of a page that one output holds."""
    return [lines[i] for i in sorted(vote.held([tokens(line) for line in lines], output))]


def voter(text: str | None = None, error: BaseException | None = None, output: str = "text") -> ModuleType:
    made = ModuleType("made")

    def extract(page: Page) -> str | None:
        if error is not None:
            raise error
        return text

    made.__dict__.update(extract=extract, OUTPUT=output)
    return made


def election(monkeypatch: pytest.MonkeyPatch, *asked: ModuleType) -> list[str]:
    """What comes out of a page of three paragraphs and a teaser."""
    monkeypatch.setattr(vote, "VOTERS", {str(i): module for i, module in enumerate(asked)})
    html = "".join(f"<p>{text}</p>" for text in (FIRST, SECOND, TEASER, THIRD))
    return vote.extract(Page(html, html.encode(), "https://example.org/1", "utf-8")).splitlines()


def test_more_than_half_elect_a_block_and_it_comes_out_as_the_page_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = SECOND.replace("إن", "إنّ")  # a mark is no difference between words
    three = [voter(f"{FIRST}\n{TEASER}"), voter(f"{FIRST}\n{bare}"), voter(f"{SECOND}\n{THIRD}")]
    assert election(monkeypatch, *three) == [FIRST, SECOND]
    assert election(monkeypatch, *three, voter(THIRD)) == []  # two of four are no majority
    assert election(monkeypatch, *three, voter(THIRD), voter(THIRD)) == [THIRD]


def test_a_voter_that_raises_votes_for_nothing_and_is_still_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = voter(error=ValueError("no such page"))
    assert election(monkeypatch, voter(FIRST), voter(FIRST), broken) == [FIRST]
    assert election(monkeypatch, voter(FIRST), broken, broken) == []
    assert election(monkeypatch, broken, broken, broken) == []
    with pytest.raises(MemoryError):
        election(monkeypatch, voter(FIRST), voter(error=MemoryError()))


def test_html_of_a_voter_is_read_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    written = "<p>" + FIRST.replace(" ", "</b> <b>") + "</p>"
    assert election(monkeypatch, voter(written, output="html")) == [FIRST]


def test_blocks_that_a_voter_joined_or_split_are_held() -> None:
    page = [FIRST, SECOND, TEASER, THIRD]
    assert holds(page, f"{FIRST} {SECOND} {THIRD}") == [FIRST, SECOND, THIRD]
    assert holds(page, f"{FIRST}\n{SECOND[:30]}\n{SECOND[30:]}") == [FIRST, SECOND]
    assert holds([f"{FIRST} {SECOND}"], f"{FIRST}\n{TEASER}\n{SECOND}") == [f"{FIRST} {SECOND}"]


def test_most_of_a_block_is_enough_and_half_is_not() -> None:
    words = [f"كلمة{i}" for i in range(8)]
    block = " ".join(words)
    assert holds([block], " ".join(words[:6])) == [block]  # four of its six runs of three words
    assert holds([block], " ".join(words[:5])) == []  # three of six


def test_the_words_of_a_block_in_another_order_do_not_hold_it() -> None:
    words = FIRST.split()
    assert len(words) == 8
    assert holds([FIRST], " ".join(reversed(words))) == []
    assert holds([FIRST], " ".join(words[4:] + words[:4])) == []  # half of it is in order


@pytest.mark.parametrize(
    ("page", "output", "at"),
    [
        ([TEASER, FIRST, SECOND, TEASER, THIRD], [FIRST, SECOND, TEASER, THIRD], [1, 2, 3, 4]),
        ([TEASER, FIRST, SECOND, TEASER, THIRD], [TEASER, FIRST, SECOND, THIRD], [0, 1, 2, 4]),
        ([FIRST, TEASER, SECOND, TEASER], [FIRST, TEASER, SECOND, TEASER], [0, 1, 2, 3]),
        ([FIRST, TEASER, SECOND, TEASER], [FIRST, TEASER, TEASER, SECOND], [0, 1, 2]),
        # A summary of the lead in a list below the article is not the lead.
        ([FIRST, SECOND, THIRD, FIRST[:30]], [FIRST, SECOND, THIRD], [0, 1, 2]),
    ],
)
def test_what_stands_twice_on_a_page_is_held_as_often_as_it_came_out_and_where(
    page: list[str], output: list[str], at: list[int]
) -> None:
    assert sorted(vote.held([tokens(line) for line in page], "\n".join(output))) == at


def test_a_block_of_one_or_two_words_is_held_as_a_line_only() -> None:
    page = ["أخبار", FIRST, "قاعتها الجديدة", SECOND]
    assert holds(page, f"{FIRST}\n{SECOND}") == [FIRST, SECOND]
    assert holds(page, f"{FIRST}\nقاعتها الجديدة:\n{SECOND}") == [FIRST, "قاعتها الجديدة", SECOND]
    assert holds(page, f"أخبار البلدة\n{FIRST}") == [FIRST]
    assert holds(["***", "أخبار"], "*** \n أخبار") == ["أخبار"]  # no word, nothing to hold


def test_nothing_holds_nothing() -> None:
    assert holds([], FIRST) == []
    assert holds([FIRST], "") == []


def test_a_huge_page_is_voted_on_without_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    page = [TEASER, FIRST, TEASER]
    assert holds(page, f"{FIRST}\n{TEASER}") == [FIRST, TEASER]
    monkeypatch.setattr(vote, "MAX_CELLS", 1)
    assert holds(page, f"{FIRST}\n{TEASER}") == [TEASER, FIRST, TEASER]


def test_the_voters_are_an_odd_number_of_rows_called_by_their_names() -> None:
    root = Path(__file__).parents[1]
    rows = tomllib.loads((root / "pyproject.toml").read_text())["project"]["entry-points"]["lubb.extractors"]
    assert len(vote.VOTERS) % 2 == 1
    for name, module in vote.VOTERS.items():
        assert rows[name] == f"{module.__name__}:extract"
        assert name in vote.OPTIONS
        assert name in voters.ROWS
    assert set(voters.ROWS) <= set(rows)
