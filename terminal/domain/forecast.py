"""How many items will come in: simple exponential smoothing of whole weeks, with a range from its own errors.

The range is what the same method missed by on the weeks it has seen; where those are few there is no range.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

ALPHA = 0.3
"""Weight of the newest week."""

RANGE = 0.8
"""Share of the errors that the range holds."""

MIN_ERRORS = 8


@dataclass(frozen=True, slots=True)
class Week:
    """What is expected of a week that has not begun."""

    ahead: int
    """1 for the first week after those that were counted."""
    expected: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Weeks to come, from `n` whole weeks that were counted."""

    n: int
    weeks: tuple[Week, ...]
    error: float | None
    """Mean absolute error of the same forecast one week ahead; None where nothing could be compared."""
    errors: int
    """How many weeks were compared."""


def week_counts(days: Iterable[date], today: date) -> tuple[date | None, list[int]]:
    """The first Monday and the counts of all whole weeks from then on, empty ones as zero; this week is none."""
    this = _monday(today)
    counts = Counter(_monday(day) for day in days if day < this)
    if not counts:
        return None, []
    first = min(counts)
    weeks = (this - first).days // 7
    return first, [counts[first + timedelta(weeks=number)] for number in range(weeks)]


def smoothed(series: Sequence[float], alpha: float = ALPHA) -> list[float]:
    """Levels after each value: `level += alpha * (value - level)`, begun at the first value."""
    levels: list[float] = []
    for value in series:
        levels.append(levels[-1] + alpha * (value - levels[-1]) if levels else value)
    return levels


def one_step_errors(series: Sequence[float], alpha: float = ALPHA) -> list[float]:
    """Each value from the second on, less what was expected of it the week before."""
    return [
        value - level for value, level in zip(series[1:], smoothed(series, alpha)[:-1], strict=True)
    ] if series else []  # fmt: skip


def forecast(series: Sequence[float], weeks: int = 1, alpha: float = ALPHA) -> Forecast:
    """What the coming weeks will bring. Counts never fall below zero. Without a week counted nothing is said.

    The range of a week h ahead is the empirical one of one step, widened by sqrt(1 + (h - 1) alpha^2), by which the
    standard error of the method grows (Hyndman and others, Forecasting with Exponential Smoothing, 2008).
    """
    if not series:
        return Forecast(0, (), None, 0)
    level = smoothed(series, alpha)[-1]
    errors = sorted(one_step_errors(series, alpha))
    told = []
    for ahead in range(1, weeks + 1):
        low = high = None
        if len(errors) >= MIN_ERRORS:
            wider = sqrt(1 + (ahead - 1) * alpha**2)
            low = max(0.0, level + wider * min(0.0, quantile(errors, (1 - RANGE) / 2)))
            high = level + wider * max(0.0, quantile(errors, (1 + RANGE) / 2))
        told.append(Week(ahead, level, low, high))
    missed = sum(map(abs, errors)) / len(errors) if errors else None
    return Forecast(len(series), tuple(told), missed, len(errors))


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which a share of ordered values lies, between neighbours by straight line."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
