"""Which of several words about the same goods counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.outcome_rule import Verdict, Word, allot, settle
from terminal.domain.outcomes import ENDS, Outcome

D = Decimal
SALE = Outcome("phone", "sold", lpn="A", proceeds=D(300), currency="EUR", sold=date(2026, 11, 2))
GIFT = Outcome("phone", "donated", lpn="A", sold=date(2026, 11, 2))


def said(*outcomes: Outcome, ruled: int | None = None) -> Verdict:
    """What counts of words that came one by one; a lead chose that of number `ruled`."""
    return settle([Word(each, n, n, ruled == n) for n, each in enumerate(outcomes, 1)])


def day(outcome: Outcome, number: int | None) -> Outcome:
    """The same of another day of November, or of none."""
    return replace(outcome, sold=None if number is None else date(2026, 11, number))


def test_one_word_counts_as_it_is() -> None:
    """The very same object: nothing was added."""
    verdict = said(SALE)
    assert verdict.counts is SALE
    assert verdict == Verdict(SALE, "settled")


@pytest.mark.parametrize("order", list(permutations([day(SALE, 2), day(GIFT, 5), day(SALE, 3)])))
def test_the_later_day_wins_in_whatever_order_it_was_told(order: tuple[Outcome, ...]) -> None:
    """And the other words are named."""
    verdict = said(*order)
    assert (verdict.counts, verdict.state) == (day(GIFT, 5), "corrected")
    assert set(verdict.against) == {n for n, each in enumerate(order, 1) if each.outcome == "sold"}


@pytest.mark.parametrize("other", [GIFT, replace(SALE, proceeds=D(310)), replace(SALE, currency="USD")])
def test_two_words_of_one_day_that_cannot_both_be_true_count_as_nothing(other: Outcome) -> None:
    """Another end, amount or currency."""
    for order in permutations([SALE, other]):
        assert said(*order) == Verdict(None, "unsettled", (1, 2))


def test_a_later_day_settles_what_was_not_settled() -> None:
    """Both others are then against it."""
    assert said(SALE, GIFT, day(GIFT, 3)) == Verdict(day(GIFT, 3), "corrected", (1, 2))


def test_a_word_without_a_day_yields_to_one_with_a_day() -> None:
    """And among words without one the later import counts; of one import neither."""
    bare, other = day(SALE, None), day(replace(SALE, proceeds=D(310)), None)
    assert said(day(GIFT, None), SALE).counts == said(SALE, day(GIFT, None)).counts == SALE
    assert said(bare, other) == Verdict(other, "corrected", (1,))
    assert settle([Word(bare, 1, 7), Word(other, 2, 7)]).state == "unsettled"


def test_words_that_agree_complete_each_other() -> None:
    """A receipt that comes later belongs to the sale, and two receipts are both kept."""
    slip = replace(day(SALE, None), proceeds=None, receipt="R1")
    verdict = said(SALE, slip, replace(slip, receipt="R2"), replace(SALE, title="Phone"))
    assert verdict == Verdict(replace(SALE, title="Phone", receipt="R1, R2"), "settled")


def test_what_is_not_sold_yet_speaks_against_nothing() -> None:
    """Of any day; alone it stands."""
    unsold = Outcome("phone", "unsold", lpn="A", sold=date(2026, 11, 30))
    payment = replace(SALE, part="payment", proceeds=D(5))
    assert said(SALE, unsold) == Verdict(SALE, "settled")
    assert said(unsold).counts is unsold
    assert said(unsold, payment).state == "partial"


def test_payments_add_up_and_refunds_are_taken_off() -> None:
    """An amount for the whole includes its payments; the last day counts where nobody gave one for the whole."""
    first = replace(SALE, part="payment", proceeds=D(100), receipt="P1")
    second = replace(day(first, 9), proceeds=D(50), receipt="P2")
    back = replace(day(SALE, 12), part="refund", proceeds=D(30), receipt="P3")
    parts = said(first, second, back)
    assert parts.state == "partial"
    assert parts.counts == replace(SALE, proceeds=D(120), sold=date(2026, 11, 12), receipt="P1, P2, P3")
    whole = said(first, SALE, back).counts
    assert whole == replace(SALE, proceeds=D(270), receipt="P1, P3")
    credit = Outcome("phone", "credited", lpn="A", credit=D(9), part="payment")
    assert said(credit).counts == replace(credit, part=None)


def test_parts_that_do_not_fit_count_as_nothing() -> None:
    """Paid back more than came in, another currency, money for what was given away."""
    back = replace(SALE, part="refund", proceeds=D(301))
    assert said(SALE, back) == Verdict(None, "unsettled")
    assert said(back).state == "unsettled"
    assert said(SALE, replace(back, proceeds=D(1), currency="USD")).state == "unsettled"
    assert said(GIFT, replace(SALE, part="payment")).state == "unsettled"


def test_a_lead_s_choice_stands_against_all_that_was_said_before() -> None:
    """What comes later is weighed against it."""
    assert said(SALE, GIFT, SALE, ruled=3) == Verdict(SALE, "ruled")
    assert said(SALE, GIFT, SALE, GIFT, ruled=3) == Verdict(None, "unsettled", (3, 4))
    assert said(SALE, GIFT, SALE, day(GIFT, 9), ruled=3) == Verdict(day(GIFT, 9), "corrected", (3,))


def test_shares_of_a_group_are_given_to_its_units_in_order() -> None:
    """Nobody knows which of them it was; more than there are can't be."""
    assert allot({"gift": 1, "scrap": 1}, ["A", "B", "C"]) == {"A": "gift", "B": "scrap"}
    assert allot({"gift": 4}, ["A", "B", "C"]) == {}


WORDS = st.builds(
    Outcome,
    st.just("phone"),
    st.sampled_from(ENDS),
    lpn=st.just("A"),
    proceeds=st.none() | st.integers(0, 2).map(Decimal),
    sold=st.none() | st.integers(1, 3).map(lambda number: date(2026, 11, number)),
    receipt=st.none() | st.sampled_from(["R1", "R2"]),
)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_with_days_it_does_not_matter_in_which_order_files_came(words: list[Outcome]) -> None:
    """The same end and money, or nothing, from every order."""
    dated = [replace(each, sold=each.sold or date(2026, 11, 1)) for each in words]
    shuffled = sorted(dated, key=lambda each: (each.digest, each.outcome))
    found, other = said(*dated), said(*shuffled)
    assert (found.state == "unsettled") == (other.state == "unsettled")
    if found.counts is not None and other.counts is not None:
        assert (found.counts.outcome, found.counts.sold) == (other.counts.outcome, other.counts.sold)
