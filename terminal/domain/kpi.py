"""The figures of a station from a few sums: recovery, cost, time, diversion, quality.

Ratios are ratios, not percent, and `None` where there is no denominator. Open units are in no numerator. Where a
thing is not known of some units they are left out of both sides of that figure, and the `n` beside it says how
many were counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from terminal.domain.kpi_fates import DIVERTED, Fate
from terminal.domain.kpi_spread import Counts, mean, median, percentile

Sums = Mapping[str, int]
"""Name of a sum -> what it comes to; the names are in SUMS."""

FATE_NAMES = tuple(fate.value for fate in Fate if fate is not Fate.NONE)
RECEIVED = ("received", "received_inbound", "received_labour", "touched")
PASSED = ("passed", "first_pass", "docked", "dock_s", "recommended", "overridden")
CLOSED = (
    "closed", "sold", "other_money", "unpriced", "unsettled",
    "settled", "settled_original", "settled_income", "settled_inbound", "settled_labour", "settled_other",
    "spent", "spent_inbound", "spent_labour", "spent_other",
    "recouped", "recouped_original", "recouped_proceeds",
    "cycled", "cycle_days", "no_start", "negative", "valued", "value_days",
    "weighed_n", "catalogue_g",
    *(f"{fate}_{unit}" for fate in FATE_NAMES for unit in ("n", "g")),
)  # fmt: skip
SUMS = (*RECEIVED, *PASSED, *CLOSED)
"""Sums by the day that a unit counts for: of its reception, of its first decision, of its end."""

NOTHING: Sums = dict.fromkeys(SUMS, 0)


@dataclass(frozen=True, slots=True)
class Costs:
    """What the station adds to what is known of a unit. Money in the station's currency."""

    labour_per_hour: Decimal
    inbound: Decimal | None = None
    """The way in of a unit of which it is not known; None: it stays unknown."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How cycle times, times to value and recouped shares are spread over the units of a group."""

    cycle: Counts = field(default_factory=dict)
    value: Counts = field(default_factory=dict)
    recouped: float | None = None
    """Median of the unit ratios."""


def add(parts: Iterable[Sums]) -> Sums:
    """Sums of several groups together."""
    found = dict(NOTHING)
    for part in parts:
        for name in SUMS:
            found[name] += part[name]
    return found


def figures(classes: Mapping[int, Sums], spread: Spread, open_units: int, costs: Costs) -> dict[str, Any]:
    """Every figure of a group of units, as plain values.

    `classes` are its sums by what is known of a unit's costs (`costed` of a unit: 1, 0 or -1).
    """
    sums = add(classes.values())
    known = add(classes[key] for key in ((1,) if costs.inbound is None else (1, 0)) if key in classes)
    bare = classes.get(0, NOTHING) if costs.inbound is not None else NOTHING
    return {
        "n": {
            "received": sums["received"],
            "closed": sums["closed"],
            "open": open_units,
            "sold": sums["sold"],
            "decided": sums["passed"],
            "recommended": sums["recommended"],
            "foreign_currency": sums["other_money"],
            "without_price": sums["unpriced"],
            "without_outcome": sums["unsettled"],
            "without_initiated": sums["no_start"],
            "negative_times": sums["negative"],
        },
        "recovery_rate": _recovery(sums, known, bare, costs),
        "recouped_value_rate": {
            "ratio": mean(sums["recouped_proceeds"], sums["recouped_original"]),
            "median": spread.recouped,
            "n": sums["recouped"],
        },
        "cost_per_return": _cost_per_return(known, bare, costs),
        "cycle_time_days": {
            "mean": mean(sums["cycle_days"], sums["cycled"]),
            "median": median(spread.cycle),
            "p90": percentile(spread.cycle, 90),
            "n": sums["cycled"],
        },
        "cycle_time_to_value_days": {
            "mean": mean(sums["value_days"], sums["valued"]),
            "median": median(spread.value),
            "n": sums["valued"],
        },
        "dock_to_decision_days": {
            "mean": mean(Fraction(sums["dock_s"], 86_400), sums["docked"]),
            "n": sums["docked"],
        },
        "diversion": _diversion(sums),
        "waste": _waste(sums),
        "first_pass_yield": mean(sums["first_pass"], sums["passed"]),
        "override_rate": mean(sums["overridden"], sums["recommended"]),
        "touch_minutes_per_unit": mean(Fraction(sums["received_labour"], 60), sums["touched"]),
        "units_per_hour": mean(sums["touched"] * 3600, sums["received_labour"]),
        "touched": sums["touched"],
    }


def _spent(known: Sums, bare: Sums, of: str, costs: Costs) -> Fraction:
    """Cents for the way in and labour of the units of a sum, and everything else where the sum has it."""
    labour = Fraction(known[f"{of}_labour"], 36) * Fraction(costs.labour_per_hour)
    inbound = known[f"{of}_inbound"] + Fraction(costs.inbound or 0) * 100 * bare[of]
    return labour + inbound + known.get(f"{of}_other", 0)


def _recovery(sums: Sums, known: Sums, bare: Sums, costs: Costs) -> dict[str, Any]:
    spent = _spent(known, bare, "settled", costs)
    return {
        "gross": mean(sums["settled_income"], sums["settled_original"]),
        "net": mean(known["settled_income"] - spent, known["settled_original"]),
        "n": sums["settled"],
        "n_net": known["settled"],
        "income": sums["settled_income"] / 100,
        "original": sums["settled_original"] / 100,
    }


def _cost_per_return(known: Sums, bare: Sums, costs: Costs) -> dict[str, Any]:
    return {
        "handling": mean(_spent(known, bare, "received", costs) / 100, known["received"]),
        "full": mean(_spent(known, bare, "spent", costs) / 100, known["spent"]),
        "n_handling": known["received"],
        "n_full": known["spent"],
    }


def _diversion(sums: Sums) -> dict[str, Any]:
    found: dict[str, Any] = {}
    rules = {
        "strict": (DIVERTED, (Fate.ENERGY, Fate.DISPOSED)),
        "landfill_only": ((*DIVERTED, Fate.ENERGY), (Fate.DISPOSED,)),
    }
    for name, (kept, lost) in rules.items():
        found[name] = {}
        for unit, key in (("units", "n"), ("mass", "g")):
            diverted = sum(sums[f"{fate}_{key}"] for fate in kept)
            found[name][unit] = mean(diverted, diverted + sum(sums[f"{fate}_{key}"] for fate in lost))
    grams = sum(sums[f"{fate}_g"] for fate in FATE_NAMES)
    return {
        **found,
        "fate_unknown": {"units": sums["unknown_n"], "kg": sums["unknown_g"] / 1000},
        "n": sums["closed"] - sums["unknown_n"],
        "n_weighed": sums["weighed_n"],
        "catalogue_mass": mean(sums["catalogue_g"], grams),
    }


def _waste(sums: Sums) -> dict[str, Any]:
    """GRI 306 (2020): 306-3 all waste, 306-4 kept from disposal, 306-5 disposed of; reused goods are no waste."""
    diverted, disposed = sums["recycled_g"], sums["energy_g"] + sums["disposed_g"]
    return {
        "generated_kg": (diverted + disposed) / 1000,
        "diverted_kg": diverted / 1000,
        "disposed_kg": disposed / 1000,
        "energy_recovery_kg": sums["energy_g"] / 1000,
        "diversion": mean(diverted, diverted + disposed),
        "n": sum(sums[f"{fate}_n"] for fate in (Fate.RECYCLED, Fate.ENERGY, Fate.DISPOSED)),
    }
