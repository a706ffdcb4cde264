"""Alignment and counts, worked by hand: edge cases first."""

from __future__ import annotations

import pytest

from bench.labels import Label
from bench.score.counts import Counts, Leak, Loss, PageScore, TrapCount
from bench.score.outcome import Kind, outcome
from bench.score.page import prepare, score
from tests.pages import gold_page

BODY = "أعلن المجلس البلدي افتتاح الحديقة الجديدة\nوقال رئيسه إن العمل استغرق عامين"
READ_ALSO = "اقرأ أيضا: سوق المدينة يفتح أبوابه"
PAGE = gold_page(
    ("breadcrumb", "الرئيسية » محليات"),
    ("title", "حديقة جديدة للجميع"),
    ("body", BODY.split("\n", maxsplit=1)[0]),
    ("read_also", READ_ALSO),
    ("body", BODY.split("\n")[1]),
    ("nav", "الرئيسية سياسة محليات رياضة"),
    ("close", "×"),
)


def scored(text: str) -> PageScore:
    return score(prepare(PAGE), text)


@pytest.mark.parametrize(
    ("counts", "precision", "recall", "f1"),
    [
        (Counts(0, 0, 0), 1, 1, 1),  # no content, nothing extracted
        (Counts(0, 3, 0), 0, 0, 0),  # no content, something extracted
        (Counts(0, 0, 4), 0, 0, 0),  # content, nothing extracted: 0/0 is 0
        (Counts(0, 5, 4), 0, 0, 0),
        (Counts(4, 0, 0), 1, 1, 1),
        (Counts(3, 1, 2), 0.75, 0.6, 2 / 3),
    ],
)
def test_rates(counts: Counts, precision: float, recall: float, f1: float) -> None:
    assert (counts.precision, counts.recall, counts.f1) == pytest.approx((precision, recall, f1))


def test_content_alone_is_perfect() -> None:
    result = scored(BODY)
    assert result.counts == Counts(12, 0, 0)
    assert result.exact


def test_the_title_is_excused() -> None:
    result = scored("حديقة جديدة للجميع\n" + BODY)
    assert (result.counts, result.optional, result.exact) == (Counts(12, 0, 0), 3, True)
    assert result.bag == Counts(12, 0, 0)


def test_only_the_title_is_nothing_extracted() -> None:
    assert scored("حديقة جديدة للجميع").counts.f1 == 0
    empty = gold_page(("title", "صفحة غير موجودة"), ("nav", "الرئيسية سياسة رياضة"))
    assert score(prepare(empty), "صفحة غير موجودة").counts.f1 == 1
    assert score(prepare(empty), "الرئيسية سياسة رياضة").counts.f1 == 0


def test_a_leak_is_told_by_label() -> None:
    lines = BODY.split("\n")
    result = scored(f"{lines[0]}\n{READ_ALSO}\n{lines[1]}")
    assert result.counts == Counts(12, 6, 0)
    assert result.leaks[Label.READ_ALSO] == Leak(tokens=6, of_tokens=6, regions=1, of_regions=1)
    assert result.leaks[Label.NAV] == Leak(0, 4, 0, 1)
    assert Label.CLOSE not in result.leaks  # a region without tokens enters no rate


def test_breadcrumb_words_stand_in_the_menu_too() -> None:
    result = scored("الرئيسية » محليات\n" + BODY)
    assert result.leaks[Label.BREADCRUMB].regions == 1
    assert result.leaks[Label.NAV].tokens == 0


def test_the_heading_of_a_box_is_told_by_label() -> None:
    page = gold_page(
        ("nav", "اقرأ أيضا\nالرئيسية سياسة محليات"),
        ("body", "أعلن المجلس البلدي افتتاح الحديقة"),
        ("read_also", "اقرأ أيضا\nسوق المدينة يفتح أبوابه"),
        ("body", "وقال رئيسه إن العمل استغرق عامين"),
    )
    between = score(prepare(page), "أعلن المجلس البلدي افتتاح الحديقة\nاقرأ أيضا\nوقال رئيسه إن العمل استغرق عامين")
    assert between.leaks[Label.READ_ALSO] == Leak(tokens=2, of_tokens=6, regions=0, of_regions=1)
    assert (between.leaks[Label.NAV].tokens, between.foreign) == (0, 0)
    alone = score(prepare(page), "أعلن المجلس البلدي أيضا افتتاح الحديقة")
    assert alone.leaked == 0


def test_of_equal_blocks_one_region_wins_over_several() -> None:
    page = gold_page(
        ("nav", "p q r"),
        ("ticker", "a b c d e x"),
        ("cookie", "x"),
        ("tags", "f g h i j"),
        ("body", "k l m n o"),
    )
    result = score(prepare(page), "a b c d e x\nf g h i j\nk l m n o")
    assert {label: leak.tokens for label, leak in result.leaks.items()} == {
        Label.NAV: 0,
        Label.TICKER: 6,
        Label.COOKIE: 0,
        Label.TAGS: 5,
    }


def test_after_the_body_the_same_words_are_the_menus() -> None:
    result = scored(BODY + "\nالرئيسية سياسة محليات رياضة")
    assert result.leaks[Label.NAV].regions == 1
    assert result.leaks[Label.BREADCRUMB].tokens == 0


def test_stray_words_of_a_teaser_earn_no_recall() -> None:
    page = gold_page(("body", "قال الوزير ان الموسم كان ممتازا هذا العام"), ("related", "خبر اخر"))
    result = score(prepare(page), "قال التاجر كلاما طويلا عن السوق ان")
    assert result.counts.tp == 0
    assert result.foreign == 7


def test_a_short_block_counts_whole() -> None:
    page = gold_page(("subheading", "النتائج"), ("body", "فاز الفريق الأول بهدفين مقابل هدف"))
    assert score(prepare(page), "النتائج").counts == Counts(1, 0, 6)


def test_a_short_run_counts_beside_longer_ones() -> None:
    page = gold_page(("body", "واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية"))
    result = score(prepare(page), "واحد اثنان ثلاثة غريب خمسة غريبة ستة سبعة ثمانية")
    assert result.counts == Counts(7, 2, 1)
    far = score(prepare(page), "واحد اثنان ثلاثة غ غ غ خمسة غ غ غ ستة سبعة ثمانية")
    assert far.counts == Counts(6, 7, 2)


def test_moved_content_costs_the_headline_and_is_not_lost() -> None:
    lines = BODY.split("\n")
    result = scored(f"{lines[1]}\n{lines[0]}")
    assert result.counts == Counts(6, 6, 6)
    assert (result.moved, result.foreign) == (6, 0)
    assert result.losses == {Label.BODY: Loss(0, 12)}


def test_saying_it_twice_is_repeated() -> None:
    result = scored(f"{BODY}\n{BODY}")
    assert (result.counts, result.repeated) == (Counts(12, 12, 0), 12)


def test_what_is_nowhere_on_the_page_is_foreign() -> None:
    result = scored(f'{BODY}\n{{"id": 7}}')
    assert (result.counts, result.foreign) == (Counts(12, 2, 0), 2)


@pytest.mark.parametrize(
    ("content", "text"), [("c b b b b", "b c b b b"), ("c c c c b", "c c c b a b"), ("c b d c a a a a", "b a c a a a")]
)
def test_a_foreign_word_does_not_sway_which_subsequence_is_found(content: str, text: str) -> None:
    page = prepare(gold_page(("body", content)))
    before, after = score(page, text), score(page, f"{text} غريب")
    assert after.counts == Counts(before.counts.tp, before.counts.fp + 1, before.counts.fn)


def test_glued_blocks_are_seen() -> None:
    assert scored(BODY.replace("\n", "")).counts == Counts(10, 1, 2)


def test_losses_by_label() -> None:
    page = gold_page(("lead", "ملخص الخبر في سطر واحد"), ("body", "تفاصيل الخبر في سطور كثيرة جدا"))
    result = score(prepare(page), "تفاصيل الخبر في سطور كثيرة جدا")
    assert result.losses == {Label.LEAD: Loss(5, 5), Label.BODY: Loss(0, 6)}


def test_traps() -> None:
    page = gold_page(
        ("body", " ".join(f"ك{i}" for i in range(10)), "khabar-class"),
        ("read_also", "اقرأ أيضا خبرا", "read-also"),
        ("related", "أخبار ذات صلة", "read-also"),
        ("close", "×", "popup"),
        traps=("encoding",),
    )
    whole = " ".join(f"ك{i}" for i in range(10))
    assert score(prepare(page), whole).traps == {
        "encoding": TrapCount(1, 1),
        "khabar-class": TrapCount(1, 1),
        "read-also": TrapCount(2, 2),
    }
    nine = " ".join(f"ك{i}" for i in range(9))
    assert score(prepare(page), nine + "\nأخبار ذات صلة").traps["read-also"] == TrapCount(1, 2)
    assert score(prepare(page), nine).traps["khabar-class"] == TrapCount(1, 1)
    assert score(prepare(page), nine[:-3]).traps["khabar-class"] == TrapCount(0, 1)


def test_beside_the_headline() -> None:
    page = gold_page(("body", "a b c d e"))
    result = score(prepare(page), "a b c d x")
    assert result.shingles == Counts(1, 1, 1)
    assert result.bag == Counts(4, 1, 1)
    assert result.similarity.value == pytest.approx(1 - 2 / 18)
    short = score(prepare(gold_page(("body", "a b"))), "a b")
    assert short.shingles == Counts(1, 0, 0)
    assert score(prepare(page), "").shingles == Counts(0, 0, 2)


def test_spelling_costs_the_headline_and_not_the_folded_column() -> None:
    page = gold_page(("body", "ذهب إلى المدرسة أحمد مع أخيه"))
    result = score(prepare(page), "ذهب الى المدرسه احمد مع اخيه")
    assert result.counts.f1 < 0.5
    assert result.folded.f1 == 1


def test_tashkeel_costs_the_strict_column_and_not_the_headline() -> None:
    page = gold_page(("title", "عنوان"), ("body", "كَتَبَ الطالبُ الدرسَ."))
    result = score(prepare(page), "عنوان\nكتب الطالب الدرس.")
    assert result.counts.f1 == 1
    assert result.strict == Counts(0, 3, 3)


def test_outcome_reads_in_page_order() -> None:
    lines = BODY.split("\n")
    spans = outcome(prepare(PAGE), f"بدء\nحديقة جديدة للجميع\n{lines[0]} زيادة\n{READ_ALSO}")
    assert [(span.kind, span.label, span.text) for span in spans] == [
        (Kind.FOREIGN, None, "بدء"),
        (Kind.SKIPPED, Label.BREADCRUMB, "الرئيسية » محليات"),
        (Kind.OPTIONAL, Label.TITLE, "حديقة جديدة للجميع"),
        (Kind.KEPT, Label.BODY, lines[0]),
        (Kind.FOREIGN, None, "زيادة"),
        (Kind.LEAKED, Label.READ_ALSO, READ_ALSO),
        (Kind.LOST, Label.BODY, lines[1]),
        (Kind.SKIPPED, Label.NAV, "الرئيسية سياسة محليات رياضة"),
        (Kind.SKIPPED, Label.CLOSE, "×"),
    ]


def test_a_dash_before_a_question_that_was_kept_is_not_lost() -> None:
    prepared = prepare(gold_page(("question", "- كيف بدأت الفكرة اليوم"), ("nav", "» سياسة محليات رياضة")))
    assert [(span.kind, span.text) for span in outcome(prepared, "كيف بدأت الفكرة اليوم\nسياسة محليات رياضة")] == [
        (Kind.KEPT, "- كيف بدأت الفكرة اليوم"),
        (Kind.LEAKED, "» سياسة محليات رياضة"),
    ]


def test_long_sequences_stay_within_bounds() -> None:
    words = [f"w{i % 997}" for i in range(20_000)]
    page = gold_page(("body", " ".join(words)))
    result = score(prepare(page), " ".join(reversed(words)))
    assert result.counts.tp + result.counts.fn == 20_000
