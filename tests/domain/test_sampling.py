"""Audits in numbers: the worked figures of acceptance, sequential tests, intervals and kappa, and their laws."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.sampling import acceptance, kappa, sequential, stratified, wilson

CONFUSION = [[40, 4, 1, 0], [3, 30, 4, 0], [0, 3, 22, 2], [0, 0, 1, 10]]


def test_the_sequential_test_of_a_new_operator() -> None:
    """2 % against 8 %, risks 5 % and 10 %: lines, and 36 good items in a row are enough."""
    test = sequential(0.02, 0.08, 0.05, 0.10)
    assert [round(each, 4) for each in (test.slope, test.accept, test.reject)] == [0.0436, -1.5532, 1.9941]
    assert test.earliest == 36
    assert [test.says(0, 35), test.says(0, 36), test.says(1, 36), test.says(4, 36)] == [
        "continue", "accept", "continue", "reject",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("looked_at", "allowed", "share", "probability"),
    [
        (80, 2, 0.01, 0.9534),
        (80, 2, 0.05, 0.2306),
        (80, 2, 0.065, 0.1009),
        (50, 5, 0.04, 0.9856),
        (50, 5, 0.10, 0.6161),
        (125, 3, 0.01, 0.9626),
    ],
)
def test_acceptance_of_the_published_plans(
    looked_at: int, allowed: int, share: float, probability: float
) -> None:
    """Binomial, to four places."""
    assert round(acceptance(looked_at, allowed, share), 4) == probability


def test_accuracy_and_agreement_of_120_audits() -> None:
    """Share, its interval, and kappa unweighted, linear and quadratic."""
    right = sum(CONFUSION[place][place] for place in range(4))
    total = sum(map(sum, CONFUSION))
    assert (right, total, right / total) == (102, 120, 0.85)
    interval = wilson(right, total)
    assert interval is not None
    assert [round(each, 4) for each in interval] == [0.7753, 0.9030]
    found = [kappa(CONFUSION, power) for power in (None, 1, 2)]
    assert [round(each, 4) for each in found if each is not None] == [0.7884, 0.8530, 0.9104]


def test_strata_count_by_their_size_and_not_by_what_was_audited_of_them() -> None:
    """The naive pool would say 94.7 %."""
    strata = {"low": (900, 50, 45), "high": (100, 100, 97)}
    assert stratified(strata) == pytest.approx(0.907)
    assert stratified({**strata, "none": (0, 0, 0)}) == pytest.approx(0.907)
    assert stratified({**strata, "unseen": (5, 0, 0)}) is None
    assert stratified({}) is None


def test_what_can_not_be_told_is_none() -> None:
    """No items, or agreement that chance explains whole."""
    assert wilson(0, 0) is None
    assert kappa([[0, 0], [0, 0]]) is None
    assert kappa([[5, 0], [0, 0]]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: sequential(0.08, 0.02, 0.05, 0.1),
        lambda: sequential(0.02, 0.08, 0.0, 0.1),
        lambda: sequential(0.02, 0.08, 0.05, 0.5),
        lambda: sequential(0.02, 0.08, 0.05, 0.1).says(3, 2),
        lambda: acceptance(-1, 0, 0.5),
        lambda: acceptance(5, 0, 1.5),
        lambda: wilson(3, 2),
    ],
)
def test_counts_that_can_not_be_are_refused(wrong: Callable[[], object]) -> None:
    """With what was expected."""
    with pytest.raises(ValueError, match=r"expected|can't be"):
        wrong()


@given(st.integers(0, 200), st.integers(0, 200))
def test_an_interval_holds_the_share_that_was_seen(good: int, more: int) -> None:
    """And stays between 0 and 1."""
    total = good + more
    found = wilson(good, total)
    if found is not None:
        assert 0 <= found[0] <= good / total + 1e-12
        assert good / total - 1e-12 <= found[1] <= 1


@given(st.integers(1, 60), st.integers(0, 60), st.floats(0, 1), st.floats(0, 1))
def test_worse_lots_are_never_accepted_more_often(
    looked_at: int, allowed: int, one: float, other: float
) -> None:
    """Probability falls with the share and rises with what is allowed."""
    low, high = sorted((one, other))
    assert acceptance(looked_at, allowed, low) >= acceptance(looked_at, allowed, high) - 1e-9
    assert acceptance(looked_at, allowed + 1, one) >= acceptance(looked_at, allowed, one) - 1e-9
