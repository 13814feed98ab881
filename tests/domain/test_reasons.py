"""Reasons, the defects they let expect, and what questions are worth."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.reasons import defect_prior, entropy, information_gain, reason_table

GRADES = {"A": 0.45, "B": 0.30, "C": 0.15, "D": 0.10}


def test_counts_are_shrunk_to_the_prior_shares() -> None:
    """40 returns against a prior worth 20, most likely first."""
    found = defect_prior(
        {"no_fault": 18, "battery": 9, "screen": 7, "port": 4, "other": 2},
        {"no_fault": 0.40, "battery": 0.20, "screen": 0.15, "port": 0.10, "other": 0.15},
    )
    assert {name: round(share, 4) for name, share in found.items()} == {
        "no_fault": 0.4333, "battery": 0.2167, "screen": 0.1667, "port": 0.1, "other": 0.0833,
    }  # fmt: skip
    assert list(found) == ["no_fault", "battery", "screen", "port", "other"]


def test_a_defect_without_a_prior_counts_as_seen() -> None:
    """Twenty of twenty against a prior that never heard of it: half."""
    assert defect_prior({"dent": 20}, {"none": 1.0}) == {"dent": 0.5, "none": 0.5}


def test_prior_shares_must_add_up() -> None:
    """A prior of 0.9 is a mistake of whoever wrote it."""
    with pytest.raises(ValueError, match=r"0\.9000, expected 1"):
        defect_prior({}, {"a": 0.9})


def test_a_reason_is_shrunk_to_all_reasons() -> None:
    """A reason seen once follows the rest, a reason seen often itself; two defects share one vote."""
    table = reason_table(
        [("defective", ["screen"])] * 60 + [("too_small", [])] * 60 + [("odd", ["screen", "dent", "dent"])]
    )
    assert list(table) == ["defective", "too_small", "odd"]
    assert table["defective"][0] == 60
    assert table["defective"][1]["screen"] > 0.85
    assert table["too_small"][1]["no_fault"] > 0.85
    n, shares = table["odd"]
    assert n == 1
    assert 0.4 < shares["no_fault"] < 0.55
    assert sum(shares.values()) == pytest.approx(1)


def test_without_returns_there_is_no_table() -> None:
    """Nothing in, nothing out."""
    assert reason_table([]) == {}


@pytest.mark.parametrize(
    ("answers", "bits"),
    [((0.03, 0.70, 0.92, 0.85), 0.5186), ((0.999, 0.99, 0.95, 0.35), 0.2220), ((0.95, 0.80, 0.60, 0.50), 0.1156)],
)  # fmt: skip
def test_questions_have_their_known_worth(answers: tuple[float, ...], bits: float) -> None:
    """Visible at 30 cm, powers on, accessories."""
    gain = information_gain(GRADES, dict(zip("ABCD", answers, strict=True)))
    assert gain.bits == pytest.approx(bits, abs=5e-5)


def test_a_question_is_measured_by_its_time() -> None:
    """Visible at 30 cm takes six seconds."""
    gain = information_gain(GRADES, {"A": 0.03, "B": 0.70, "C": 0.92, "D": 0.85})
    assert gain.yes == pytest.approx(0.4465)
    assert gain.per_second(6) == pytest.approx(0.0864, abs=5e-5)
    assert entropy(GRADES.values()) == pytest.approx(1.7822, abs=5e-5)


def test_a_question_that_everybody_answers_alike_is_worth_nothing() -> None:
    """Yes from all, no from all."""
    assert information_gain(GRADES, dict.fromkeys("ABCD", 1.0)).bits == pytest.approx(0)
    assert information_gain(GRADES, dict.fromkeys("ABCD", 0.0)).bits == pytest.approx(0)


@settings(max_examples=100)
@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_a_question_is_worth_between_nothing_and_one_bit(answers: list[float]) -> None:
    """An answer of two kinds carries one bit at most."""
    gain = information_gain(GRADES, dict(zip("ABCD", answers, strict=True)))
    assert -1e-9 <= gain.bits <= 1 + 1e-9


def test_every_grade_needs_an_answer() -> None:
    """A grade that is forgotten is named."""
    with pytest.raises(ValueError, match="no answer for C, D"):
        information_gain(GRADES, {"A": 1, "B": 1})
