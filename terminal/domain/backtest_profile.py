"""What like items share, and what it makes of one price and weight: the inner loop of a backtest.

Everything here is whole numbers; see `backtest_lines` for how they come to be exact.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from terminal.domain.backtest_choice import glance, pick
from terminal.domain.backtest_lines import ONE, Line, Marks
from terminal.domain.channels import QUARANTINE
from terminal.domain.disposition import LANDFILL, Decision
from terminal.domain.items import to_cents
from terminal.domain.rules import Verdict

Effects: TypeAlias = tuple[tuple[str, ...], ...]
"""For each policy the rules that had an effect."""


class Outcome(NamedTuple):
    """What one policy says of one item."""

    channel: str | None
    """None: it cannot be told."""
    cents: int | None
    """Value of the channel as the decision ranks it, with money that the policy adds."""
    money: int | None
    """The same without that money."""
    swing: int
    """Cents of it that move with the price of new goods, where the channel's share of that price is assumed."""
    error: int
    """Its standard error in cents, where that share was learned."""
    asks: tuple[str, ...]


class Judged(NamedTuple):
    """One past item under every policy."""

    outcomes: tuple[Outcome, ...]
    category: str
    letter: str
    currency: str
    grams: int
    mass: str
    """Who says what it weighs: scale, typed, catalogue, or assumed where nobody does."""


@dataclass(frozen=True, slots=True)
class Side:
    """One policy's verdict on a profile; numbers are places in the profile's lines."""

    open: tuple[int, ...]
    waiting: Mapping[str, tuple[str, ...]]
    """Channels that only unknown facts block, with those facts."""
    maybe: tuple[int, ...]
    """Open and waiting ones together."""
    landfill: tuple[bool, bool]
    """Whether landfill is the last of several in `open` and in `maybe`."""


@dataclass(frozen=True, slots=True)
class Prices:
    """How the value of the channels follows from the price."""

    lines: tuple[Line, ...]
    sides: tuple[Side, ...]
    marks: Marks
    weighed: tuple[tuple[float, float, float], ...]
    """Slope, fixed sum and sum per gram of each line in cents."""
    unweighed: tuple[tuple[float, float], ...]
    """Slope and fixed sum where nobody weighed."""

    def outcomes(self, price: int, grams: int | None) -> tuple[Outcome, ...] | None:
        """What each policy says at a price and a weight; None where only the full assessment can tell."""
        if grams is None:
            values = [slope * price + fixed for slope, fixed in self.unweighed]
        else:
            values = [slope * price + fixed + per_gram * grams for slope, fixed, per_gram in self.weighed]
        found: list[Outcome] = []
        before = -1
        for side in self.sides:
            if found and side is self.sides[0]:
                found.append(found[0])
                continue
            asks: tuple[str, ...] = ()
            if side.waiting:
                asked = self._asks(side, values, price)
                if asked is None:
                    return self._exactly(price, grams)
                asks = asked
            if not side.open:
                found.append(Outcome(QUARANTINE, None, None, 0, 0, asks))
                continue
            place = glance([values[each] for each in side.open], side.landfill[0], self.marks, price)
            if place < 0:
                return self._exactly(price, grams)
            number = side.open[place]
            if number == before and asks == found[0].asks:
                found.append(found[0])
                continue
            line = self.lines[number]
            cents = line.cents(price, grams)
            if cents is None:
                return None
            if not found:
                before = number
            found.append(_valued(line, cents, price, grams, asks))
        return tuple(found)

    def _asks(self, side: Side, values: Sequence[float], price: int) -> tuple[str, ...] | None:
        """The facts that could turn the choice, as `disposition.decide` names them; None where cents decide."""
        if side.maybe:
            place = glance([values[each] for each in side.maybe], side.landfill[1], self.marks, price)
            if place < 0:
                return None
            channel = self.lines[side.maybe[place]].channel
            if channel in side.waiting:
                return side.waiting[channel]
        return () if side.open else _all(side)

    def _exactly(self, price: int, grams: int | None) -> tuple[Outcome, ...] | None:
        """The same in whole cents of every channel."""
        values: list[tuple[int, Line]] = []
        for line in self.lines:
            cents = line.cents(price, grams)
            if cents is None:
                return None
            values.append((cents, line))
        found: list[Outcome] = []
        for side in self.sides:
            best = pick([values[place] for place in side.open], self.marks, price)
            wanted = pick([values[place] for place in side.maybe], self.marks, price)
            asks: tuple[str, ...] = ()
            if wanted is not None and wanted[1].channel in side.waiting:
                asks = side.waiting[wanted[1].channel]
            elif best is None:
                asks = _all(side)
            if best is None:
                found.append(Outcome(QUARANTINE, None, None, 0, 0, asks))
            else:
                found.append(_valued(best[1], best[0], price, grams, asks))
        return tuple(found)


@dataclass(slots=True)
class Profile:
    """What items of one key share. `units` counts them."""

    category: str
    letter: str
    currency: str
    effects: Effects
    usual_grams: int
    """Where nobody weighed."""
    fixed: tuple[Outcome, ...] | None = None
    """The outcomes where no price enters."""
    prices: Prices | None = None
    """None, with `fixed` None too: each item is assessed in full."""
    units: int = 0
    judged: dict[Hashable, Any] = field(default_factory=dict)
    """For whoever judges: what was said at a price and a weight."""


def prices_of(
    verdicts: Sequence[Verdict],
    lines: Sequence[Line],
    offered: Collection[str],
    factor: Decimal,
    marks: Marks,
) -> Prices:
    """Lines and verdicts put together: for each policy the channels that it leaves open, with its bonus."""
    used: dict[Line, int] = {}
    sides: list[Side] = []
    for verdict in verdicts:
        waiting = {
            channel: tuple(
                dict.fromkeys(
                    fact for rule in verdict.forbidden[channel] for fact in verdict.unsure.get(rule, ())
                )
            )
            for channel in offered
            if channel in verdict.forbidden
            and all(rule in verdict.unsure for rule in verdict.forbidden[channel])
        }
        numbered = []
        for line in lines:
            bonus = verdict.bonus.get(line.channel, Decimal(0)) * factor
            whole = line.plus(round(bonus * 100 * ONE)) if bonus else line
            blocked = line.channel in verdict.forbidden
            if not blocked or line.channel in waiting:
                numbered.append((used.setdefault(whole, len(used)), blocked))
        free = tuple(number for number, blocked in numbered if not blocked)
        maybe = tuple(number for number, _ in numbered)
        channels = list(used)
        landfill = (
            len(free) > 1 and channels[free[-1]].channel == LANDFILL,
            len(maybe) > 1 and channels[maybe[-1]].channel == LANDFILL,
        )
        side = Side(free, waiting, maybe, landfill)
        sides.append(sides[0] if sides and side == sides[0] else side)
    return Prices(
        lines=tuple(used),
        sides=tuple(sides),
        marks=marks,
        weighed=tuple((line.slope / ONE, line.fixed / ONE, line.per_gram / ONE) for line in used),
        unweighed=tuple((line.slope / ONE, line.usual / ONE) for line in used),
    )


def agree(outcomes: Sequence[Outcome] | None, decisions: Sequence[Decision]) -> bool:
    """Whether the fast way says what the full assessments say."""
    return outcomes is not None and all(
        (outcome.channel, outcome.cents, outcome.asks) == (each.disposition, cents_of(each), each.asks)
        for outcome, each in zip(outcomes, decisions, strict=True)
    )


def cents_of(decision: Decision) -> int | None:
    """The value of the chosen channel in cents; None for none."""
    amount = decision.values.get(decision.disposition or "")
    return None if amount is None else to_cents(amount)


def _all(side: Side) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact for facts in side.waiting.values() for fact in facts))


def _valued(line: Line, cents: int, price: int, grams: int | None, asks: tuple[str, ...]) -> Outcome:
    money = line.without_bonus(price, grams) if line.bonus else cents
    if line.error:
        return Outcome(line.channel, cents, money, 0, line.error * price // ONE, asks)
    return Outcome(line.channel, cents, money, line.slope * price // ONE, 0, asks)
