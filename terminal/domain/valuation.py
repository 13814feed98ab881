"""What a channel would bring for an item: expected net recovery (ENR), term by term.

    price = R * m * exp(-decay * lead_days)
    sale  = s * (price * (1 - f) - phi - ship) + (1 - s) * unsold
    ENR   = y * sale + (1 - y) * fail - labour - parts - pack - holding - disposal - cannibalisation + credit

R is the current price of a new unit, ex VAT, never what was paid. m and decay are learned from outcomes where there
are enough, else as configured. Everything is `Decimal` in one fixed context and is rounded to cents once, at the
end. Money already spent (inbound freight, this inspection) is not in it.
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
from terminal.domain.rates import LEAST, NO_RATES, Learned, Rates
from terminal.domain.scheme_file import GENERAL

CONTEXT = Context(prec=28, rounding=ROUND_HALF_EVEN)
ZERO = Decimal(0)
ONE = Decimal(1)
NO_REWORK = Rework()
SEALED = "A0"
"""Condition of sealed goods in tables by grade: better than A."""
TERMS = (
    "sale", "unsold", "failed rework", "labour", "parts", "pack", "holding", "disposal", "cannibalisation",
    "credit", "bonus",
)  # fmt: skip
"""The parts of a value by name, in the order of the formula; fees and carriage are in the sale."""


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
    """Share of the price lost a day: learned, or as configured."""
    m: Decimal = ZERO
    """Price on the first day as a share of R: learned, or as configured."""
    n: int = 0
    """Outcomes that m was learned from; fewer than `rates.LEAST` leave it as configured."""
    prior_weight: Decimal = ONE
    """Share of the configured figure in m, 0 to 1."""
    error: Decimal = ZERO
    """Standard error of the amount by the spread of single sales; 0 where m is assumed and nobody can say."""

    @property
    def thin(self) -> bool:
        """Some outcomes, but too few to learn a price from."""
        return 0 < self.n < LEAST


def condition_of(params: ChannelParams, facts: Facts, grade: str) -> str | None:
    """The condition by which the channel prices the item; None where it does not take such goods."""
    if grade == "A" and facts.get("packaging") == "sealed" and SEALED in params.m:
        return SEALED
    return grade if grade in params.m else None


def value(
    params: ChannelParams,
    channel: str,
    facts: Facts,
    grade: str,
    *,
    factor: Decimal = ONE,
    rework: Rework | None = NO_REWORK,
    work: Rework = NO_REWORK,
    bonus: Decimal = ZERO,
    rates: Rates = NO_RATES,
    spread: Decimal = ZERO,
) -> Enr | None:
    """The ENR of a channel, or None where it cannot be told: no reference price, or the channel doesn't take it.

    `factor` is what one unit of the table's money is in the money of the price; `rework` None means that the item
    cannot be mended; `work` is what the bench has still to do on it for this channel; `bonus` is money that the
    policy adds, already in the money of the price; `spread` is the standard deviation of a single sale as a share
    of its price. A channel whose configured price is nothing earns by its credit, so it has no price to learn.
    """
    reference = facts.get("reference_price")
    condition = condition_of(params, facts, grade)
    if not isinstance(reference, Decimal) or reference < 0 or condition is None:
        return None
    if params.repairs and rework is None:
        return None
    with localcontext(CONTEXT):
        category = str(facts.get("category", GENERAL))
        learned, decay = Learned(params.m[condition], 0, ONE), params.decay
        if rates.version:
            decay = rates.decay(category, decay).value
            if learned.value:
                learned = rates.recoup(category, condition, channel, learned.value)
        price = reference * learned.value * _kept(decay, params.lead_days)
        minutes, parts = params.minutes, params.parts.of(reference, factor)
        if params.repairs and rework is not None:
            minutes += rework.minutes
            parts += sum(
                (params.part_costs.get(each, NOTHING).of(reference, factor) for each in rework.parts), ZERO
            )
        minutes += work.minutes
        parts += sum(
            (params.part_costs.get(each, NOTHING).of(reference, factor) for each in work.parts), ZERO
        )
        credit = params.credit.of(reference, factor)
        sale = price * (1 - params.f) - params.phi.of(reference, factor) - params.ship.of(reference, factor)
        found = (
            params.y * params.s * sale,
            params.y * (1 - params.s) * params.unsold.of(reference, factor),
            (1 - params.y) * params.fail.of(reference, factor),
            -minutes * params.rate_per_hour * factor / 60,
            -parts,
            -params.pack.of(reference, factor),
            -params.holding_per_day.of(reference, factor) * params.lead_days,
            -params.disposal_per_kg * factor * _kilograms(params, facts),
            -params.kappa * params.new_margin.of(reference, factor),
            credit,
            bonus,
        )
        terms = tuple((name, amount) for name, amount in zip(TERMS, found, strict=True) if amount)
        amount = sum((amount for _, amount in terms), ZERO).quantize(CENT) + ZERO
        error = ZERO
        if learned.n >= LEAST:
            error = params.y * params.s * (1 - params.f) * price * spread / Decimal(learned.n).sqrt()
    return Enr(
        channel=channel,
        amount=amount,
        price=price,
        terms=terms,
        minutes=minutes,
        parts=parts,
        credit=credit,
        lead_days=params.lead_days,
        decay=decay,
        m=learned.value,
        n=learned.n,
        prior_weight=learned.weight,
        error=error,
    )


@lru_cache(maxsize=4096)
def _kept(decay: Decimal, days: Decimal) -> Decimal:
    """What is left of a price after some days of decay."""
    return CONTEXT.exp(-decay * days)


def _kilograms(params: ChannelParams, facts: Facts) -> Decimal:
    grams = facts.get("weight_g")
    return Decimal(grams) / 1000 if isinstance(grams, int) else params.default_kg
