"""The draw of items for a second look: the same for everybody, at its rate, by the stratum that fits first."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.auditdraw import Candidate, Rates, Trial, chance, draw, seed_of, trial
from terminal.domain.sampling import sequential

RATES = Rates(operators={"1002": 0.5}, grades={"D": 0.25}, base=0.0)
TEST = sequential(0.02, 0.08, 0.05, 0.10)


@pytest.mark.parametrize(
    ("more", "stratum"),
    [
        ({"overridden": True, "price": Decimal(900)}, "override"),
        ({"price": Decimal("200.00"), "new_operator": True}, "high-value"),
        ({"price": Decimal("199.99"), "new_operator": True}, "new-operator"),
        ({"operator": "1002", "grade": "D"}, "operator 1002"),
        ({"operator": "1001", "grade": "D"}, "grade D"),
        ({"operator": "1001", "grade": "A"}, "random"),
    ],
)
def test_the_first_stratum_that_fits_counts(more: dict[str, object], stratum: str) -> None:
    """What is graver comes first."""
    found = draw(Candidate("BBBCBBBBBI", "01/1", **more), RATES)  # type: ignore[arg-type]
    assert found.stratum == stratum
    assert found.drawn or stratum not in ("override", "high-value", "new-operator")
    assert not (found.drawn and stratum == "random")


@given(st.text(max_size=12), st.integers(1, 10**6), st.floats(0, 1), st.floats(0, 1))
def test_a_draw_is_the_same_again_and_a_higher_rate_draws_no_less(
    lpn: str, shift: int, one: float, other: float
) -> None:
    """Nothing drawn at 0, everything at 1, and in between by the same number."""
    seed = seed_of("01", shift)
    low, high = sorted((one, other))
    item = Candidate(lpn, seed)
    assert 0 <= chance(lpn, seed) < 1
    assert draw(item, Rates(base=low)) == draw(item, Rates(base=low))
    assert draw(item, Rates(base=low)).drawn <= draw(item, Rates(base=high)).drawn
    assert not draw(item, Rates(base=0.0)).drawn
    assert draw(item, Rates(base=1.0)).drawn


def test_about_as_many_are_drawn_as_the_rate_says_and_others_in_each_shift() -> None:
    """5 % of 4,000 within four standard errors; two shifts share only what chance gives."""
    lists = [
        {n for n in range(4000) if draw(Candidate(f"B{n}", seed_of("01", shift)), Rates()).drawn}
        for shift in (1, 2)
    ]
    assert all(145 < len(one) < 255 for one in lists)
    assert len(lists[0] & lists[1]) < 40


def test_an_operator_is_accepted_after_36_good_items_and_stays_so() -> None:
    """One fault costs more of them; what comes after the acceptance changes nothing."""
    assert trial(TEST, [True] * 35) == Trial("testing", 35, 0)
    assert trial(TEST, [True] * 36) == Trial("accepted", 36, 0)
    assert trial(TEST, [False] + [True] * 36).says == "testing"
    assert trial(TEST, [True] * 36 + [False] * 9) == Trial("accepted", 36, 0)
    assert trial(TEST, []) == Trial("testing")


def test_a_rejected_operator_is_tested_anew() -> None:
    """The faults before it count no more."""
    assert trial(TEST, [False] * 3) == Trial("rejected", 3, 3)
    assert trial(TEST, [False] * 3 + [True]) == Trial("testing", 1, 0)
    assert trial(TEST, [False] * 3 + [True] * 36).says == "accepted"
