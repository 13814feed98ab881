"""What channels bring as straight lines over the price: fitted once for like items, then exact to the cent.

The value of a channel is a fixed sum, a share of the price and a sum per gram. Five assessments give the three; a
sixth point proves that it is a line. Everything is whole numbers, a cent being `ONE`, so a value is either the same
cent that the full assessment gives, or so near to half a cent that it is not given at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import TypeAlias

from terminal.domain.channels import RANKS
from terminal.domain.tariff import Limits
from terminal.domain.valuation import Enr

ONE = 10**18
"""One cent."""
HALF = ONE // 2
GUARD = 10**12
"""A millionth of a cent: nearer than this to half a cent, 28 digits may have been rounded the other way."""
STEP = Decimal("0.0001")
"""Prices are counted in hundredths of a cent."""
DEAREST = 10**7
"""Prices above are assessed in full."""

Probe: TypeAlias = Callable[[Decimal, int | None], Mapping[str, Enr]]
"""The channels of an item at a price and a weight in grams (None: not weighed)."""

_WIDE = Context(prec=80)
_FAR = Decimal(10**6)
_BETWEEN = (Decimal("7919.37"), 2477)
_CENTS = 100 * ONE
_SHORT = Decimal("1e-12")
_NEAR = Decimal("1e-9")


@dataclass(frozen=True, slots=True)
class Line:
    """The value of one channel for like items, as whole numbers of which `ONE` make a cent."""

    channel: str
    place: tuple[int, Decimal, str]
    """Among near equals the least goes first: rank, days, name."""
    slope: int
    """Per `STEP` of the price."""
    fixed: int
    """For goods that weigh nothing."""
    per_gram: int
    usual: int
    """Instead of `fixed` and grams, where nobody weighed."""
    exact: bool
    """No figure was rounded, so that half a cent is half a cent."""
    error: int = 0
    """Standard error per `STEP` of the price; 0 where the price is assumed."""
    bonus: int = 0
    """Money of the policy inside `fixed` and `usual`."""

    def plus(self, bonus: int) -> Line:
        """The same line with money of a policy added."""
        return Line(
            self.channel, self.place, self.slope, self.fixed + bonus, self.per_gram, self.usual + bonus,
            self.exact, self.error, bonus,
        )  # fmt: skip

    def cents(self, price: int, grams: int | None) -> int | None:
        """The value in cents, half to even; None where only the full assessment can tell."""
        n = self.slope * price + (self.usual if grams is None else self.fixed + self.per_gram * grams)
        cents, rest = divmod(n + HALF, ONE)
        if GUARD < rest < ONE - GUARD:
            return cents
        if not self.exact:
            return None
        return cents - 1 if rest == 0 and cents % 2 else cents

    def without_bonus(self, price: int, grams: int | None) -> int:
        """The value without money of the policy, in cents, half to even."""
        n = self.slope * price + (self.usual if grams is None else self.fixed + self.per_gram * grams)
        cents, rest = divmod(n - self.bonus + HALF, ONE)
        return cents - 1 if rest == 0 and cents % 2 else cents


@dataclass(frozen=True, slots=True)
class Marks:
    """The limits of a site in whole cents of the item's money, each rounded down: differences are whole cents."""

    least: int
    share: tuple[int, int]
    """Cents per `STEP` of the price, as a fraction."""
    esg: int
    loss: int

    def tau(self, price: int) -> int:
        """Difference within which two channels count as equal, for a price in `STEP`."""
        return max(self.least, price * self.share[0] // self.share[1])


def marks_of(limits: Limits, factor: Decimal) -> Marks:
    """The limits in the money that `factor` leads to."""
    least, esg, loss = (
        int(amount * factor * 100) for amount in (limits.tau_least, limits.esg_delta, limits.loss_cap)
    )
    return Marks(least, (limits.tau_share * STEP * 100).as_integer_ratio(), esg, loss)


def fit(probe: Probe) -> tuple[Line, ...] | None:
    """A line for each channel that has a value, best use first; None where the values are not on lines.

    Money that the policy adds is left out of them.
    """
    origin, far, heavy, unweighed, between = (
        probe(price, grams)
        for price, grams in ((Decimal(0), 0), (_FAR, 0), (Decimal(0), 1000), (Decimal(0), None), _BETWEEN)
    )
    if len({frozenset(each) for each in (origin, far, heavy, unweighed, between)}) > 1:
        return None
    lines = []
    with localcontext(_WIDE):
        for channel, enr in origin.items():
            fixed = plain_sum(enr)
            slope = (plain_sum(far[channel]) - fixed) / _FAR
            per_gram = (plain_sum(heavy[channel]) - fixed) / 1000
            usual = plain_sum(unweighed[channel])
            price, grams = _BETWEEN
            if abs(fixed + slope * price + per_gram * grams - plain_sum(between[channel])) > _NEAR:
                return None
            terms = [amount for each in (far, heavy, unweighed) for _, amount in each[channel].terms]
            lines.append(
                Line(
                    channel=channel,
                    place=(RANKS[channel], enr.lead_days, channel),
                    slope=round(slope * _CENTS * STEP),
                    fixed=round(fixed * _CENTS),
                    per_gram=round(per_gram * _CENTS),
                    usual=round(usual * _CENTS),
                    exact=all(each % _SHORT == 0 for each in (slope, fixed, per_gram, usual, *terms)),
                    error=round(far[channel].error / _FAR * _CENTS * STEP),
                )
            )
    return tuple(sorted(lines, key=lambda line: line.place))


def plain_sum(enr: Enr) -> Decimal:
    """The value before rounding, without money that the policy adds."""
    return sum((amount for name, amount in enr.terms if name != "bonus"), Decimal(0))
