"""KPIs from sums: every figure with its n, and nothing where there is nothing to divide by. Pure.

Shares are exact decimals rounded half to even once, at four places. Money is never added up over currencies.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from terminal.domain.channels import QUARANTINE, RANKS

RETURNED = "return_to_vendor"
"""Its fate is not known here, so it stands on neither side of diversion."""
SHARE = Decimal("0.0001")
HUNDREDTH = Decimal("0.01")
DAY, HOUR, MINUTE = 86_400, 3_600, 60


@dataclass
class Sums:
    """What the roll-up says of one group."""

    units: Counter[str] = field(default_factory=Counter)
    """Sums without a currency, by their column."""
    money: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Sums of money and their n, by currency."""
    channels: Counter[str] = field(default_factory=Counter)
    """Closed units by channel."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Overridden units by reason code."""


def figures(sums: Sums, spread: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All KPIs of a group as JSON. `spread` has median and p90 of the cycle in seconds, where they are known."""
    units = sums.units
    gone = units["closed"] + units["held"]
    hours = Decimal(units["touch_ms"]) / 1000 / HOUR
    spread = spread or {}
    return {
        "units": {"received": units["received"], "closed": units["closed"], "held": units["held"]},
        "expected_value": {
            currency: {"amount": _money(one["value_cents"]), "n": one["valued"]}
            for currency, one in sorted(sums.money.items())
            if one["valued"]
        },
        "expected_recovery": {
            currency: {
                "rate": share(one["priced_value_cents"], one["price_cents"]),
                "value": _money(one["priced_value_cents"]),
                "price": _money(one["price_cents"]),
                "n": one["priced"],
            }
            for currency, one in sorted(sums.money.items())
            if one["priced"]
        },
        "cycle_days": {
            "mean": quotient(units["cycle_seconds"], units["timed"] * DAY),
            "median": quotient(spread.get("median"), DAY),
            "p90": quotient(spread.get("p90"), DAY),
            "n": units["timed"],
            "from_receipt": units["cycle_from_receipt"],
            "negative": units["cycle_negative"],
        },
        "dock_to_decision_hours": {
            "mean": quotient(units["dock_seconds"], units["docked"] * HOUR),
            "n": units["docked"],
        },
        "diversion": _diversion(sums.channels),
        "hold_rate": {"rate": share(units["ever_held"], gone), "n": gone},
        "first_pass_yield": {"rate": share(units["first_pass"], gone), "n": gone},
        "override_rate": {
            "rate": share(units["overridden"], units["recommended"]),
            "n": units["recommended"],
            "grade": units["grade_overridden"],
            "channel": units["channel_overridden"],
            "reasons": dict(sorted(sums.reasons.items())),
        },
        "touch": {
            "minutes_per_unit": quotient(units["touch_ms"], gone * MINUTE * 1000),
            "units_per_hour": _rounded(Decimal(gone) / hours) if hours and gone else None,
            "n": gone,
        },
    }


def share(part: int | Decimal, whole: int | Decimal) -> str | None:
    """A part of a whole with four places; None where there is no whole."""
    if whole == 0:
        return None
    return str((Decimal(part) / Decimal(whole)).quantize(SHARE, ROUND_HALF_EVEN))


def quotient(sum_: int | Decimal | None, by: int | Decimal) -> str | None:
    """A quotient with two places; None where there is nothing to divide, or by."""
    if sum_ is None or by == 0:
        return None
    return _rounded(Decimal(sum_) / Decimal(by))


def _rounded(value: Decimal) -> str:
    return str(value.quantize(HUNDREDTH, ROUND_HALF_EVEN))


def _money(cents: int | Decimal) -> str:
    return _rounded(Decimal(cents) / 100)


def _diversion(channels: Mapping[str, int]) -> dict[str, Any]:
    """Units kept out of disposal. To GRI 306 burning for energy is disposal (strict); landfill only forgives it."""
    known = {name: n for name, n in channels.items() if name in RANKS and name != RETURNED}
    total = sum(known.values())
    kept = sum(n for name, n in known.items() if RANKS[name] <= RANKS["recycle"])
    burnt = sum(n for name, n in known.items() if RANKS[name] == RANKS["energy_recovery"])
    unknown = sum(n for name, n in channels.items() if name not in known and name != QUARANTINE)
    return {
        "strict": {"rate": share(kept, total), "diverted": kept, "disposed": total - kept, "n": total},
        "landfill_only": {
            "rate": share(kept + burnt, total),
            "diverted": kept + burnt,
            "disposed": total - kept - burnt,
            "n": total,
        },
        "fate_unknown": unknown,
    }
