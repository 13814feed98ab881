"""Shrunk means and rates, and how strong a prior is."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.shrinkage import (
    DEFAULT_STRENGTH,
    STRENGTH_LIMITS,
    estimate_strength,
    prior_weight,
    shrink_mean,
    shrink_rate,
)


@pytest.mark.parametrize(("n", "value"), [(0, 0.62), (3, 0.6615), (12, 0.7182), (60, 0.7743)])
def test_a_mean_is_shrunk_to_its_prior(n: int, value: float) -> None:
    """Prior .62, mean .80, strength 10."""
    assert shrink_mean(n, 0.80, 0.62) == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize(("hits", "n", "value"), [(0, 4, 0.5), (3, 4, 0.625), (45, 60, 0.7125), (0, 0, 0.6)])
def test_a_rate_is_shrunk_to_its_prior(hits: int, n: int, value: float) -> None:
    """Prior .60, strength 20."""
    assert shrink_rate(hits, n, 0.60) == pytest.approx(value)


def test_the_share_of_the_prior_falls_with_n() -> None:
    """Six outcomes against a strength of ten: 62 % prior."""
    assert prior_weight(0) == 1
    assert prior_weight(6) == pytest.approx(0.625)


@settings(max_examples=100)
@given(st.integers(0, 10_000), st.floats(-5, 5), st.floats(-5, 5), st.floats(0.1, 100))
def test_a_shrunk_mean_lies_between_mean_and_prior(n: int, mean: float, prior: float, k: float) -> None:
    """Never outside of the two."""
    low, high = sorted((mean, prior))
    assert low - 1e-9 <= shrink_mean(n, mean, prior, k) <= high + 1e-9


def test_counts_that_cannot_be_are_refused() -> None:
    """Negative counts, more hits than trials, nothing at all."""
    with pytest.raises(ValueError, match="zero or more"):
        shrink_mean(-1, 0.5, 0.5)
    with pytest.raises(ValueError, match="not both zero"):
        shrink_mean(0, 0.5, 0.5, 0)
    with pytest.raises(ValueError, match="expected 0 to 4 hits, got 5"):
        shrink_rate(5, 4, 0.6)


def test_the_strength_is_found_again_in_data_made_with_it() -> None:
    """Groups whose means vary with 1 and whose values vary with 3 around them: k is 9."""
    draw = random.Random(7)
    groups = []
    for _ in range(400):
        centre = draw.gauss(0, 1)
        groups.append([draw.gauss(centre, 3) for _ in range(draw.randint(3, 12))])
    assert estimate_strength(groups) == pytest.approx(9, rel=0.25)


def test_where_nothing_can_be_estimated_the_default_holds() -> None:
    """One group, groups of one, none."""
    assert estimate_strength([[1.0, 2.0, 3.0]]) == DEFAULT_STRENGTH
    assert estimate_strength([[1.0], [2.0], []]) == DEFAULT_STRENGTH
    assert estimate_strength([]) == DEFAULT_STRENGTH


def test_groups_that_do_not_differ_are_shrunk_as_far_as_allowed() -> None:
    """The same values in every group; and groups without any noise the least."""
    assert estimate_strength([[1.0, 2.0, 3.0]] * 5) == STRENGTH_LIMITS[1]
    assert estimate_strength([[1.0, 1.0], [5.0, 5.0]]) == STRENGTH_LIMITS[0]
