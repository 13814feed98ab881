"""The decay of prices, and what it promised before."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.decay import MIN_POINTS, MOST, back_test, fit_decay, least_squares


def falling(per_day: float, days: range, start: float = 100.0) -> list[tuple[float, float]]:
    """Prices that fall by exactly this."""
    return [(float(day), start * exp(-per_day * day)) for day in days]


def test_four_prices_give_the_known_decay() -> None:
    """(0, 100), (30, 92), (60, 85), (90, 78)."""
    found = least_squares([(0, 100), (30, 92), (60, 85), (90, 78)])
    assert found.per_day == pytest.approx(0.002748, abs=5e-7)
    assert found.start == pytest.approx(100.009, abs=5e-4)
    assert (found.n, found.days) == (4, 90)


@settings(max_examples=50)
@given(st.floats(0, MOST), st.floats(1, 5_000))
def test_a_decay_is_found_again_whatever_the_price_level(per_day: float, start: float) -> None:
    """Two kinds of goods with prices of their own share one decay."""
    cheap, dear = falling(per_day, range(0, 60, 10), 1.0), falling(per_day, range(5, 65, 10), start)
    found = fit_decay([cheap, dear])
    assert found is not None
    assert found.per_day == pytest.approx(per_day, abs=1e-9)


def test_too_few_prices_or_days_have_no_decay() -> None:
    """Seven prices; eight within a month; eight that each stand alone; prices of one day."""
    assert fit_decay([falling(0.01, range(0, 70, 10))]) is None
    assert fit_decay([falling(0.01, range(0, 24, 3))]) is None
    assert fit_decay([[point] for point in falling(0.01, range(0, 800, 10))]) is None
    assert fit_decay([[(3.0, 5.0)] * MIN_POINTS]) is None
    assert fit_decay([]) is None


def test_a_rise_is_no_decay_and_a_crash_is_cut() -> None:
    """Between none and two per cent a day, with the level that fits the cut slope."""
    rising = fit_decay([falling(-0.01, range(0, 80, 10))])
    assert rising is not None
    assert rising.per_day == 0
    crashing = fit_decay([falling(0.5, range(0, 80, 10))])
    assert crashing is not None
    assert crashing.per_day == MOST


def test_prices_that_cannot_be_fitted_are_refused() -> None:
    """A price of zero, one day only."""
    with pytest.raises(ValueError, match="logarithm"):
        least_squares([(0, 1), (1, 0)])
    with pytest.raises(ValueError, match="one day"):
        least_squares([(1, 1), (1, 2)])


def test_the_bias_of_a_fit_that_promised_too_much_is_below_zero() -> None:
    """Slow at first and fast later: the fit to the first half sees less loss than came."""
    prices = falling(0.001, range(0, 200, 10)) + [
        (float(day), 100 * exp(-0.001 * 200 - 0.004 * (day - 200))) for day in range(200, 400, 10)
    ]
    tested = back_test(prices)
    assert tested is not None
    assert (tested.fitted, tested.tested) == (20, 20)
    assert tested.predicted < tested.actual
    assert tested.bias == tested.predicted - tested.actual < -0.05


def test_a_true_exponential_has_no_bias() -> None:
    """What was promised came."""
    tested = back_test(falling(0.002, range(0, 300, 10)))
    assert tested is not None
    assert tested.bias == pytest.approx(0)


def test_without_enough_prices_there_is_no_back_test() -> None:
    """Nothing, a short first part, and no rest."""
    assert back_test([]) is None
    assert back_test(falling(0.002, range(0, 100, 10))) is None
    assert back_test(falling(0.002, range(0, 300, 10)), share=1.0) is None
