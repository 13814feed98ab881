"""How fast prices fall: an exponential fitted to prices over days, and how wrong such a fit was before.

An exponential fitted to the past tends to promise too much, so its bias in a back-test stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

MIN_POINTS = 8
MIN_DAYS = 30.0
"""Days between the first and the last price."""

MOST = 0.02
"""Share a day beyond which no decay is believed; below zero none is either."""

Point = tuple[float, float]
"""Day and price."""


@dataclass(frozen=True, slots=True)
class Decay:
    """`price = start * exp(-per_day * day)`."""

    per_day: float
    start: float
    n: int
    days: float
    """Days that the points span."""


@dataclass(frozen=True, slots=True)
class BackTest:
    """Losses that the fit to the first part of the prices promised for the rest, beside the real ones."""

    fitted: int
    tested: int
    predicted: float
    """Mean loss as a share of the starting price."""
    actual: float

    @property
    def bias(self) -> float:
        """Predicted less actual loss: below zero the fit was too optimistic."""
        return self.predicted - self.actual


def least_squares(points: Sequence[Point]) -> Decay:
    """Least squares of ln(price) on days, all weights 1, as it comes out. Raises ValueError.

    Prices must be above zero and stand on two days at least.
    """
    return _within([points])


def fit_decay(groups: Sequence[Sequence[Point]]) -> Decay | None:
    """One decay for groups of goods that each have a price level of their own, between 0 and `MOST`.

    `start` is the geometric mean of the levels. None where fewer than `MIN_POINTS` points say anything (a point
    alone in its group says nothing), or over fewer than `MIN_DAYS` days.
    """
    telling = [group for group in groups if len({day for day, _ in group}) > 1]
    if sum(map(len, telling)) < MIN_POINTS:
        return None
    found = _within(telling)
    if found.days < MIN_DAYS:
        return None
    return _clamped(found, telling)


def back_test(points: Sequence[Point], share: float = 0.5) -> BackTest | None:
    """Fit the first `share` of the days, compare the rest; None where the first part is too small or no rest is."""
    ordered = sorted(points)
    if not ordered:
        return None
    cut = ordered[0][0] + share * (ordered[-1][0] - ordered[0][0])
    first = [point for point in ordered if point[0] <= cut]
    rest = [point for point in ordered if point[0] > cut]
    fit = fit_decay([first])
    if fit is None or not rest:
        return None
    predicted = sum(1 - exp(-fit.per_day * day) for day, _ in rest) / len(rest)
    actual = sum(1 - price / fit.start for _, price in rest) / len(rest)
    return BackTest(fit.n, len(rest), predicted, actual)


def _within(groups: Sequence[Sequence[Point]]) -> Decay:
    """The common slope of groups that each have a level of their own."""
    if any(price <= 0 for group in groups for _, price in group):
        raise ValueError("a price of zero or less has no logarithm")
    across = along = 0.0
    for group in groups:
        day = sum(when for when, _ in group) / len(group)
        level = sum(log(price) for _, price in group) / len(group)
        across += sum((when - day) * (log(price) - level) for when, price in group)
        along += sum((when - day) ** 2 for when, _ in group)
    if along == 0:
        raise ValueError("prices of one day only have no decay")
    slope = across / along
    n = sum(map(len, groups))
    levels = sum(log(price) - slope * when for group in groups for when, price in group) / n
    days = [when for group in groups for when, _ in group]
    return Decay(-slope, exp(levels), n, max(days) - min(days))


def _clamped(found: Decay, groups: Sequence[Sequence[Point]]) -> Decay:
    per_day = min(MOST, max(0.0, found.per_day))
    level = sum(log(price) + per_day * when for group in groups for when, price in group) / found.n
    return Decay(per_day, exp(level), found.n, found.days)
