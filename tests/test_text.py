"""Normalisation, worked by hand."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.text import fold_all, normalise, strict_tokens, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   \n\t", []),
        ("قد يُعجبك أيضاً", ["قد", "يعجبك", "أيضا"]),
        ("قـــــــد يهمك", ["قد", "يهمك"]),
        ("أيضًا أيضاً", ["أيضا", "أيضا"]),
        ("عام ٢٠٢٤م", ["عام", "2024م"]),
        ("۱۲۳", ["123"]),
        ("2٬239", ["2", "239"]),
        ("\u202bX\u202c", ["X"]),
        ("بحث\u200f", ["بحث"]),
        ("می\u200cخواهم", ["میخواهم"]),  # a zero-width non-joiner is deleted, not made a space
        ("\ufeffنص", ["نص"]),
        ("snake_case", ["snake", "case"]),
        ("U.S. (CNN) --", ["U", "S", "CNN"]),
        ("×", []),
        ("ﻻ", ["لا"]),  # NFKC of a presentation form
        ("ﷺ", ["صلى", "الله", "عليه", "وسلم"]),
        ("\ufe77", []),  # NFKC yields a tatweel and a fatha, both deleted
        ("cafe\u0301", ["café"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_letters_are_not_folded_in_the_headline() -> None:
    assert tokens("إلى الى") == ["إلى", "الى"]


def test_folded_spellings_are_one() -> None:
    assert fold_all(["إلى", "مدرسة", "شاطئ", "آخر"]) == fold_all(["الي", "مدرسه", "شاطي", "اخر"])
    assert fold_all([]) == []


def test_strict_keeps_marks_and_punctuation() -> None:
    assert strict_tokens("قال: «نعم».\u00a0يُعجبك") == ["قال:", "«نعم».", "يُعجبك"]
    assert strict_tokens("e\u0301") == ["é"]


@given(st.text())
def test_normalising_twice_changes_nothing_that_counts(text: str) -> None:
    assert tokens(normalise(text)) == tokens(text)


@given(st.text())
def test_tokens_hold_letters_and_digits_alone(text: str) -> None:
    for token in tokens(text):
        assert token.isalnum() or all(unicodedata.category(char)[0] in "LN" for char in token)


@given(st.lists(st.text()))
def test_blocks_do_not_sway_each_other(blocks: list[str]) -> None:
    assert tokens("\n".join(blocks)) == [token for block in blocks for token in tokens(block)]
