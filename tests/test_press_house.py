"""House style: dates, digits and spelling as newsrooms differ on them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bench.press.house import HABITS, House, counted, hijri

MOMENT = datetime(2024, 7, 16, 15, 5)


@pytest.mark.parametrize(
    ("months", "digits", "form", "written"),
    [
        ("gregorian", "ascii", "{weekday} {d} {month} {yyyy} - {HH}:{MM}", "الثلاثاء 16 يوليو 2024 - 15:05"),
        ("levant", "ascii", "{d} {month} {yyyy} {h}:{MM} {am}", "16 تموز 2024 3:05 م"),
        ("gregorian+levant", "ascii", "{d} {month}", "16 يوليو/تموز"),
        ("morocco", "arabic", "{dd}/{mm}/{yy} {month}", "١٦/٠٧/٢٤ يوليوز"),
        ("tunis", "ascii", "{month} {AM}", "جويلية مساءً"),
        ("gregorian", "ascii", "{iso}", "2024-07-16T15:05:00"),
    ],
)
def test_dates_as_outlets_write_them(months: str, digits: str, form: str, written: str) -> None:
    assert House(months, (), digits).date(MOMENT, form) == written


@pytest.mark.parametrize(
    ("day", "date"),
    [
        (datetime(622, 7, 19), (1, 1, 1)),
        (datetime(2024, 7, 8), (1, 1, 1446)),
        (datetime(2024, 3, 11), (1, 9, 1445)),
        (datetime(2024, 7, 7), (30, 12, 1445)),
    ],
)
def test_hijri_dates(day: datetime, date: tuple[int, int, int]) -> None:
    assert hijri(day) == date


def test_every_day_of_thirty_hijri_years_follows_the_one_before() -> None:
    day, before = datetime(2000, 1, 1), hijri(datetime(1999, 12, 31))
    for _ in range(10631):
        now = hijri(day)
        assert now == (before[0] + 1, *before[1:]) or (now[0] == 1 and before[0] in (29, 30)), day
        assert now > (0, 0, 0)
        day, before = day + timedelta(days=1), now


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (0, "منذ دقيقة"),
        (2, "منذ دقيقتين"),
        (3, "منذ 3 دقائق"),
        (11, "منذ 11 دقيقة"),
        (60, "منذ ساعة"),
        (130, "منذ ساعتين"),
        (60 * 24 * 7, "منذ 7 أيام"),
        (60 * 24 * 103, "منذ 103 أيام"),
    ],
)
def test_how_long_ago(minutes: int, written: str) -> None:
    assert House().ago(MOMENT, MOMENT + timedelta(minutes=minutes)) == written


def test_nouns_follow_their_count() -> None:
    assert [counted(n, "a", "b", "c", "d") for n in (1, 2, 3, 10, 11, 100, 102, 103)] == [
        "a",
        "b",
        "3 c",
        "10 c",
        "11 d",
        "100 d",
        "102 d",
        "103 c",
    ]


@pytest.mark.parametrize(
    ("habit", "before", "after"),
    [
        ("final-ya", "في علي يمشي إليه", "فى على يمشى إليه"),
        ("bare-alef", "أعلن إن سأل", "اعلن ان سأل"),
        ("final-ha", "مدرسة جديدة، مدرستها", "مدرسه جديده، مدرستها"),
        ("two-dots", "ثم…", "ثم.."),
        ("persian", "كتابي", "کتابی"),
        ("latin-comma", "أ، ب", "أ, ب"),
        ("loose-comma", "أ، ب", "أ ، ب"),
        ("tanwin-before", "أيضاً", "أيضًا"),
        ("tanwin-after", "أيضًا", "أيضاً"),
        ("no-tashkeel", "يُعجبكَ", "يعجبك"),
        ("straight-quotes", "«نعم»", '"نعم"'),
        ("curly-quotes", "«نعم “لا”»", "“نعم ‘لا’”"),
        ("arabic-digits", "3-3. و1,200 و3.5 لكن 5G وA12 وx@9", "٣-٣. و١,٢٠٠ و٣.٥ لكن 5G وA12 وx@٩"),
    ],
)
def test_habits(habit: str, before: str, after: str) -> None:
    assert House(spelling=(habit,)).text(before) == after


def test_every_habit_has_a_case() -> None:
    cases = {mark.args[1][at][0] for mark in test_habits.pytestmark for at in range(len(mark.args[1]))}  # type: ignore[attr-defined]
    assert cases == HABITS
