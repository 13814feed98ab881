"""The choice among channels: the same as `disposition.choose`, without a `Decimal`.

Values stand in the order in which near equals are preferred (rank, days, name), so that "the first" is the rule. A
glance at them as floats is enough unless a cent more or less could turn the choice; then whole cents decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from terminal.domain.backtest_lines import Line, Marks
from terminal.domain.disposition import LANDFILL

Valued: TypeAlias = Sequence[tuple[int, Line]]
"""Cents and channel, in the order of `Line.place`."""
MARGIN = 1.001
"""Cents by which two values that are not rounded may stand otherwise once they are."""


def glance(values: list[float], landfill: bool, marks: Marks, price: int) -> int:
    """The place of the best of some channels, values in cents and not rounded; -1 where only `pick` can tell.

    `landfill` says that the last of several is landfill.
    """
    best = max(values)
    if landfill:
        other = max(values[:-1])
        gap = values[-1] - other - marks.esg
        if -MARGIN < gap < MARGIN:
            return -1
        if gap < 0:
            best = other
    if best < MARGIN - marks.loss:
        return -1
    least = best - marks.tau(price)
    place = 0
    while values[place] <= least - MARGIN:
        place += 1
    return place if values[place] >= least + MARGIN else -1


def pick(values: Valued, marks: Marks, price: int) -> tuple[int, Line] | None:
    """The best of the channels given, as `disposition.choose` says; None for none."""
    if not values:
        return None
    best = max(cents for cents, _ in values)
    last, line = values[-1]
    if line.channel == LANDFILL and len(values) > 1:
        others = values[:-1]
        best_other = max(cents for cents, _ in others)
        if last - best_other <= marks.esg:
            values, best = others, best_other
    if -best > marks.loss:
        rank = values[0][1].place[0]
        return max((each for each in values if each[1].place[0] == rank), key=_cents)
    least = best - marks.tau(price)
    return next(each for each in values if each[0] >= least)


def _cents(value: tuple[int, Line]) -> int:
    return value[0]
