"""Rates out of outcomes: who counts, what they brought before decay, and how fast prices of a category fell.

Only what was sold by the recommended channel says what goods bring; the rest is counted by why it is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import exp
from statistics import fmean, median
from types import MappingProxyType

from terminal.domain.decay import BackTest, back_test, fit_decay
from terminal.domain.outcomes import Outcome
from terminal.domain.rates import LADDER, STRENGTH, Key, Mean, Rates, frozen
from terminal.domain.shrinkage import estimate_strength

MOST_SHARE = 5.0
"""Times the new price beyond which proceeds are a mistake of the file."""

MOST_DAYS = 730
"""Days between decision and sale beyond which the price of a new unit has nothing to do with the sale."""

CLIP = 3.0
"""Robust standard deviations at which a share of a cell is cut."""

_MAD = 1.4826
_CELLS, _VALUES = 8, 50
"""Cells and values from which the strength of a prior is estimated."""

_STRENGTHS = (3.0, 30.0)


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rates with how they came about."""

    rates: Rates
    used: int
    left_out: Mapping[str, int]
    """Why -> how many outcomes."""
    levels: Mapping[str, Mapping[str, int]]
    """Level of the hierarchy above the cells -> its entries with how many outcomes they rest on."""
    back_tests: Mapping[str, BackTest]
    """Category -> losses promised by the first half of its sales, beside those of the second."""


@dataclass(frozen=True, slots=True)
class _Sale:
    key: Key
    share: float
    days: float | None


def learn(
    outcomes: Iterable[Outcome], on: date, usual_decay: Callable[[str], Decimal] = lambda category: Decimal(0)
) -> Lesson:
    """Learn from outcomes that were closed before `on`; the caller has left later ones out.

    `usual_decay` is the configured decay of a category a day, used where its own cannot be fitted.
    """
    left_out: Counter[str] = Counter()
    sales = []
    for outcome in outcomes:
        sale = _sale(outcome)
        if isinstance(sale, str):
            left_out[sale] += 1
        else:
            sales.append(sale)
    decays, back_tests = _decays(sales)
    shares: dict[Key, list[float]] = {}
    for sale in sales:
        fit = decays.get(sale.key[0])
        per_day = float(fit.mean) if fit is not None else float(usual_decay(sale.key[0]))
        kept = exp(-min(5.0, per_day * (sale.days or 0)))
        shares.setdefault(sale.key, []).append(min(MOST_SHARE, sale.share / kept))
    cut = {key: _cut(values) for key, values in shares.items()}
    cells = {key: Mean(len(values), _decimal(fmean(values))) for key, values in cut.items()}
    by_category: Counter[str] = Counter()
    by_channel: Counter[str] = Counter()
    for (category, _, channel), cell in sorted(cells.items()):
        by_category[f"{category}, {channel}"] += cell.n
        by_channel[channel] += cell.n
    levels = {"category, channel": dict(by_category), "channel": dict(by_channel)}
    return Lesson(
        frozen(on, cells, decays, _strength(cut)),
        len(sales),
        MappingProxyType(dict(sorted(left_out.items()))),
        MappingProxyType(levels),
        MappingProxyType(back_tests),
    )


def _sale(outcome: Outcome) -> _Sale | str:
    """What an outcome says, or why it says nothing."""
    if outcome.overridden:
        return "overridden by a person"
    if outcome.outcome != "sold" or not outcome.proceeds:
        return "not sold"
    if not outcome.reference_price:
        return "no price of a new unit"
    if outcome.condition is None or outcome.channel is None:
        return "no grade or no channel"
    share = float(outcome.proceeds / outcome.reference_price)
    if share > MOST_SHARE:
        return f"more than {MOST_SHARE:g} times the price of a new unit"
    days = None
    if outcome.decided is not None and outcome.sold is not None:
        days = float((outcome.sold - outcome.decided).days)
        if days > MOST_DAYS:
            return f"sold more than {MOST_DAYS} days after it was decided"
    return _Sale((outcome.category, outcome.condition, outcome.channel), share, days)


def _decays(sales: Iterable[_Sale]) -> tuple[dict[str, Mean], dict[str, BackTest]]:
    """The decay of each category over all its cells, each with a level of its own."""
    cells: dict[str, dict[Key, list[tuple[float, float]]]] = {}
    for sale in sales:
        if sale.days is not None:
            cells.setdefault(sale.key[0], {}).setdefault(sale.key, []).append((sale.days, sale.share))
    fits, tests = {}, {}
    for category, groups in cells.items():
        fit = fit_decay(list(groups.values()))
        if fit is not None:
            fits[category] = Mean(fit.n, _decimal(fit.per_day))
        levelled = []
        for points in groups.values():
            level = median(share for _, share in points)
            levelled += [(day, share / level) for day, share in points]
        tested = back_test(levelled)
        if tested is not None:
            tests[category] = tested
    return fits, tests


def _cut(values: list[float]) -> list[float]:
    """The values with those that lie far from the rest pulled in."""
    centre = median(values)
    limit = CLIP * _MAD * median(abs(value - centre) for value in values)
    if limit == 0:
        return values
    return [min(centre + limit, max(centre - limit, value)) for value in values]


def _strength(cells: Mapping[Key, list[float]]) -> Decimal:
    """What a prior is worth: by moments over the cells, or the usual figure where they are few."""
    groups = [
        [value / float(LADDER[condition]) for value in values]
        for (_, condition, _), values in cells.items()
        if len(values) > 1
    ]
    if len(groups) < _CELLS or sum(map(len, groups)) < _VALUES:
        return STRENGTH
    low, high = _STRENGTHS
    found = estimate_strength(groups, float(STRENGTH))
    return Decimal(str(round(min(high, max(low, found)), 1)))


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")
