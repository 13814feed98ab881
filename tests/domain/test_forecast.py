"""Inbound weeks: counting, smoothing, range."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.forecast import MIN_ERRORS, forecast, one_step_errors, quantile, smoothed, week_counts

MONDAY = date(2026, 11, 23)


def test_whole_weeks_are_counted_and_empty_ones_are_zero() -> None:
    """Monday belongs to its week, Sunday to the one before; the week that runs is none."""
    days = [date(2026, 11, 2), date(2026, 11, 8), date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 25)]
    assert week_counts(days, date(2026, 11, 25)) == (date(2026, 11, 2), [2, 0, 1])


def test_without_a_whole_week_nothing_is_counted() -> None:
    """No days, or days of this week only."""
    assert week_counts([], MONDAY) == (None, [])
    assert week_counts([MONDAY], MONDAY + timedelta(days=3)) == (None, [])
    assert forecast([], 4).weeks == ()


def test_levels_follow_the_newest_week_by_its_weight() -> None:
    """100, then 110: 103."""
    assert smoothed([100, 110, 103]) == pytest.approx([100, 103, 103])
    assert one_step_errors([100, 110, 103]) == pytest.approx([10, 0])
    assert one_step_errors([]) == []


def test_few_weeks_give_a_figure_without_a_range() -> None:
    """One week is a level, not an error."""
    one = forecast([50], 2)
    assert [(week.ahead, week.expected, week.low, week.high) for week in one.weeks] == [
        (1, 50, None, None),
        (2, 50, None, None),
    ]
    assert (one.n, one.error, one.errors) == (1, None, 0)
    assert forecast([50] * MIN_ERRORS).weeks[0].low is None
    assert forecast([50] * (MIN_ERRORS + 1)).weeks[0].low == 50


def test_the_range_widens_with_the_weeks_ahead() -> None:
    """Later weeks are less sure, around the same figure."""
    draw = random.Random(3)
    found = forecast([draw.gauss(160, 30) for _ in range(50)], 8)
    first, last = found.weeks[0], found.weeks[-1]
    assert first.low is not None
    assert first.high is not None
    assert last.low is not None
    assert last.high is not None
    assert first.expected == last.expected
    assert last.low < first.low < first.expected < first.high < last.high
    assert (found.n, found.errors) == (50, 49)


def test_the_range_holds_about_the_share_of_weeks_it_says() -> None:
    """Two hundred series: eight of ten next weeks lie in the range of one step."""
    draw = random.Random(11)
    inside = 0
    for _ in range(200):
        series = [draw.gauss(160, 30) for _ in range(41)]
        week = forecast(series[:-1]).weeks[0]
        assert week.low is not None
        assert week.high is not None
        inside += week.low <= series[-1] <= week.high
    assert 140 <= inside <= 180


@settings(max_examples=100)
@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=60), st.integers(1, 12))
def test_a_forecast_lies_among_what_was_seen_and_its_range_around_it(series: list[int], weeks: int) -> None:
    """Never below zero, never beyond the busiest week."""
    found = forecast(series, weeks)
    assert len(found.weeks) == weeks
    for week in found.weeks:
        assert min(series) - 1e-9 <= week.expected <= max(series) + 1e-9
        if week.low is not None and week.high is not None:
            assert 0 <= week.low <= week.expected + 1e-9
            assert week.expected <= week.high + 1e-9


def test_quantiles_lie_on_the_line_between_neighbours() -> None:
    """The ends, the middle, a single value."""
    assert quantile([1, 2, 4], 0) == 1
    assert quantile([1, 2, 4], 0.75) == 3
    assert quantile([1, 2, 4], 1) == 4
    assert quantile([7], 0.3) == 7
