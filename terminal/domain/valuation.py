"""What a channel would bring for an item: expected net recovery (ENR), term by term.

    price = R * m * exp(-decay * lead_days)
    sale  = s * (price * (1 - f) - phi - ship) + (1 - s) * unsold
    ENR   = y * sale + (1 - y) * fail - labour - parts - pack - holding - disposal - cannibalisation + credit

R is the current price of a new unit, ex VAT, never what was paid. Everything is `Decimal` in one fixed context and
is rounded to cents once, at the end. Money already spent (inbound freight, this inspection) is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache
from types import MappingProxyType

from terminal.domain.facts import Facts
from terminal.domain.grading import Rework
from terminal.domain.items import CENT

CONTEXT = Context(prec=28, rounding=ROUND_HALF_EVEN)
ZERO = Decimal(0)
ONE = Decimal(1)
NO_REWORK = Rework()
SEALED = "A0"
"""Condition of sealed goods in tables by grade: better than A."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as a fixed sum, as a share of R, or both."""

    fixed: Decimal = ZERO
    share: Decimal = ZERO

    def of(self, price: Decimal, factor: Decimal = ONE) -> Decimal:
        """The sum for goods of that price; `factor` turns the fixed part into the currency of the price."""
        return self.fixed * factor + self.share * price


NOTHING = Amount()


@dataclass(frozen=True, slots=True)
class ChannelParams:
    """What one channel costs and brings for goods of one category. Days, minutes, money and shares of 1."""

    m: Mapping[str, Decimal]
    """Price by condition (A0 to D) as a share of R; a condition that isn't there is not taken by the channel."""
    lead_days: Decimal = ZERO
    """Days until the money comes."""
    s: Decimal = ONE
    """Probability of a sale within the horizon."""
    f: Decimal = ZERO
    """Share of the price that the platform keeps."""
    phi: Amount = NOTHING
    """Fee per sale."""
    ship: Amount = NOTHING
    minutes: Decimal = ZERO
    parts: Amount = NOTHING
    pack: Amount = NOTHING
    disposal_per_kg: Decimal = ZERO
    y: Decimal = ONE
    """Share of the rework that succeeds."""
    unsold: Amount = NOTHING
    """What is left when it does not sell."""
    fail: Amount = NOTHING
    """What is left when the rework fails."""
    credit: Amount = NOTHING
    """Vendor credit, tax or scrap value."""
    kappa: Decimal = ZERO
    """Share of a sale that takes the place of a sale of a new unit."""
    new_margin: Amount = NOTHING
    decay: Decimal = ZERO
    """Loss of price per day, the lambda of an exponential."""
    rate_per_hour: Decimal = ZERO
    holding_per_day: Amount = NOTHING
    default_kg: Decimal = ZERO
    """Weight that is assumed where the item was not weighed."""
    repairs: bool = False
    """The channel mends what is wrong, so the item's rework is added."""
    part_costs: Mapping[str, Amount] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Enr:
    """Expected net recovery of one channel."""

    channel: str
    amount: Decimal
    """Rounded to cents."""
    price: Decimal
    """Expected price on the day of the sale, not rounded."""
    terms: tuple[tuple[str, Decimal], ...]
    """Every part by name, not rounded; their sum is the amount before rounding."""
    minutes: Decimal
    parts: Decimal
    credit: Decimal
    lead_days: Decimal
    decay: Decimal


def value(
    params: ChannelParams,
    channel: str,
    facts: Facts,
    grade: str,
    *,
    factor: Decimal = ONE,
    rework: Rework | None = NO_REWORK,
    bonus: Decimal = ZERO,
) -> Enr | None:
    """The ENR of a channel, or None where it cannot be told: no reference price, or the channel doesn't take it.

    `factor` is what one unit of the table's money is in the money of the price; `rework` None means that the item
    cannot be mended; `bonus` is money that the policy adds, already in the money of the price.
    """
    reference = facts.get("reference_price")
    condition = SEALED if grade == "A" and facts.get("packaging") == "sealed" else grade
    m = params.m.get(condition, params.m.get(grade))
    if not isinstance(reference, Decimal) or m is None or (params.repairs and rework is None):
        return None
    with localcontext(CONTEXT):
        kept = _kept(params.decay, params.lead_days)
        price = reference * m * kept
        minutes, parts = params.minutes, params.parts.of(reference, factor)
        if params.repairs and rework is not None:
            minutes += rework.minutes
            parts += sum(
                (params.part_costs.get(each, NOTHING).of(reference, factor) for each in rework.parts), ZERO
            )
        credit = params.credit.of(reference, factor)
        sale = price * (1 - params.f) - params.phi.of(reference, factor) - params.ship.of(reference, factor)
        found = (
            ("sale", params.y * params.s * sale),
            ("unsold", params.y * (1 - params.s) * params.unsold.of(reference, factor)),
            ("failed rework", (1 - params.y) * params.fail.of(reference, factor)),
            ("labour", -minutes * params.rate_per_hour * factor / 60),
            ("parts", -parts),
            ("pack", -params.pack.of(reference, factor)),
            ("holding", -params.holding_per_day.of(reference, factor) * params.lead_days),
            ("disposal", -params.disposal_per_kg * factor * _kilograms(params, facts)),
            ("cannibalisation", -params.kappa * params.new_margin.of(reference, factor)),
            ("credit", credit),
            ("bonus", bonus),
        )
        terms = tuple((name, amount) for name, amount in found if amount)
        amount = sum((amount for _, amount in terms), ZERO).quantize(CENT) + ZERO
    return Enr(channel, amount, price, terms, minutes, parts, credit, params.lead_days, params.decay)


@lru_cache(maxsize=4096)
def _kept(decay: Decimal, days: Decimal) -> Decimal:
    """What is left of a price after some days of decay."""
    return CONTEXT.exp(-decay * days)


def _kilograms(params: ChannelParams, facts: Facts) -> Decimal:
    grams = facts.get("weight_g")
    return Decimal(grams) / 1000 if isinstance(grams, int) else params.default_kg
