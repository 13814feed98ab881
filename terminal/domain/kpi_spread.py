"""How values are spread: means, medians, nearest-rank percentiles, survival of what is still open, ageing.

Written over counts by value (days are whole and few), so that a database makes the counts and a million units cost
no more than a hundred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp

Counts = Mapping[int, int]
"""Value -> how many units have it."""

AGES = ((2, "0-2"), (7, "3-7"), (14, "8-14"), (30, "15-30"))
OLDEST = ">30"
WEEK = 7


@dataclass(frozen=True, slots=True)
class Open:
    """Units of one age and state that are not closed: how many, and what those are worth of which it is known."""

    age: int
    category: str | None
    state: str
    """open, held, or placed: in a tote, and not sold, handed over or weighed yet."""
    units: int
    value_cents: int


def mean(total: int | Fraction, n: int) -> float | None:
    """None where there is nothing."""
    return float(Fraction(total) / n) if n else None


def total(counts: Counts) -> int:
    """How many units."""
    return sum(counts.values())


def rank(counts: Counts, place: int) -> int:
    """The value at a place, from 1, in ascending order. Raises IndexError beyond the last."""
    for value in sorted(counts):
        place -= counts[value]
        if place <= 0:
            return value
    raise IndexError("there are fewer values")


def median(counts: Counts) -> float | None:
    """The middle value, or the mean of both in the middle."""
    n = total(counts)
    return (rank(counts, (n + 1) // 2) + rank(counts, n // 2 + 1)) / 2 if n else None


def percentile(counts: Counts, percent: int) -> int | None:
    """The nearest rank: the smallest value that at least so many percent do not exceed."""
    n = total(counts)
    return rank(counts, max(1, -(-percent * n // 100))) if n else None


def survival(ended: Counts, waiting: Counts) -> list[tuple[int, float]]:
    """Kaplan and Meier (1958): share still open after each duration at which any unit ended.

    `waiting` are the ages of units that are still open; at an equal duration those that ended come first.
    """
    left = total(ended) + total(waiting)
    share = Fraction(1)
    curve = []
    for day in sorted({*ended, *waiting}):
        if ended.get(day):
            share *= Fraction(left - ended[day], left)
            curve.append((day, float(share)))
        left -= ended.get(day, 0) + waiting.get(day, 0)
    return curve


def survival_median(ended: Counts, waiting: Counts) -> int | None:
    """The first duration after which no more than half are still open; None where it never comes to that."""
    return next((day for day, share in survival(ended, waiting) if share <= 0.5), None)


def ageing(groups: Sequence[Open]) -> dict[str, int]:
    """Open units by age in days."""
    found = {name: 0 for _, name in AGES} | {OLDEST: 0}
    for group in groups:
        found[next((name for most, name in AGES if group.age <= most), OLDEST)] += group.units
    return found


def by_state(groups: Sequence[Open]) -> dict[str, int]:
    """Open units by what they wait for."""
    found = {"open": 0, "held": 0, "placed": 0}
    for group in groups:
        found[group.state] += group.units
    return found


def value_at_risk(groups: Sequence[Open], decay: Mapping[str, float]) -> float:
    """Cents that open units lose in the coming week; `decay` is the loss of price a day by category (lambda)."""
    return sum(
        group.value_cents * (1 - exp(-decay.get(group.category or "", 0.0) * WEEK)) for group in groups
    )
