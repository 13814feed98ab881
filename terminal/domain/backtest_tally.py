"""What a backtest counts, item by item, in whole numbers: sums do not depend on order or on who counted.

Money is compared for units that have a value under both policies; for those that changed channel it is also noted
how much of the difference hangs on each price that is only assumed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from terminal.domain.backtest_profile import Effects, Judged

MOST_CHANGED = 20
_ROOM = 400
_QUOTED = re.compile(r'"[^"]*"')
_GOT = re.compile(r" \(got .*| - did you mean .*| \(known: .*", re.DOTALL)


class Past(NamedTuple):
    """One item of the history as it was decided."""

    lpn: str
    category: str | None
    grade: str | None
    channel: str | None
    """What really became of it."""
    day: str
    """The day of its decision, as 2026-11-23."""
    facts: str
    """JSON: an object of facts, or one that has them under "facts"."""


class Changed(NamedTuple):
    """An item that takes another way."""

    lpn: str
    category: str
    letter: str
    really: str | None
    old: str | None
    new: str | None
    delta: int | None
    """Cents; None where one side has no value."""
    currency: str

    @property
    def order(self) -> tuple[int, str]:
        """The most changed first, then by LPN."""
        return (-abs(self.delta or 0), self.lpn)


@dataclass(slots=True)
class Flow:
    """Units that went the same ways."""

    units: int = 0
    grams: int = 0
    compared: int = 0
    """Units with a value on both sides."""
    old_cents: int = 0
    new_cents: int = 0


class Way(NamedTuple):
    """What units of a flow have in common."""

    really: str | None
    old: str | None
    new: str | None
    mass: str
    currency: str


@dataclass(slots=True)
class Skipped:
    """Items that could not be replayed for one reason, with the first of them."""

    units: int
    lpn: str
    sentence: str


Cell: TypeAlias = tuple[str, str, str]
"""Currency, category, channel: what shares one price by grade."""


@dataclass(slots=True)
class Tally:
    """Everything counted so far."""

    flows: dict[Way, Flow] = field(default_factory=dict)
    swings: dict[Cell, list[int]] = field(default_factory=dict)
    """Cents of the difference that hang on the price of a cell where assumed; standard errors where learned."""
    asks: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    asked: list[int] = field(default_factory=lambda: [0, 0])
    """Units that something is asked of, under each policy."""
    fired: Counter[Effects] = field(default_factory=Counter)
    skipped: dict[str, Skipped] = field(default_factory=dict)
    in_full: int = 0
    _changed: list[Changed] = field(default_factory=list)
    _least: int = 0
    """Differences below are not among the most changed any more."""

    @property
    def units(self) -> int:
        """Items counted so far, those that could not be replayed included."""
        return sum(flow.units for flow in self.flows.values()) + sum(
            each.units for each in self.skipped.values()
        )

    def add(self, lpn: str, really: str | None, judged: Judged) -> None:
        """Count one item: its LPN, what really became of it, what was judged."""
        (old, new), category, letter, currency, grams, mass = judged
        before, _, old_money, old_swing, old_error, old_asks = old
        after, _, new_money, new_swing, new_error, new_asks = new
        way = (really, before, after, mass, currency)
        flow = self.flows.get(way)  # type: ignore[call-overload]
        if flow is None:
            flow = self.flows[Way(*way)] = Flow()
        flow.units += 1
        flow.grams += grams
        delta = None
        if old_money is not None and new_money is not None:
            flow.compared += 1
            flow.old_cents += old_money
            flow.new_cents += new_money
            delta = new_money - old_money
        if old_asks or new_asks:
            self._ask(old_asks, new_asks)
        if before == after:
            return
        if delta is not None:
            for channel, swing, error in ((before, -old_swing, -old_error), (after, new_swing, new_error)):
                sums = self.swings.setdefault((currency, category, str(channel)), [0, 0])
                sums[0] += swing
                sums[1] += error
        if abs(delta or 0) >= self._least:
            self._changed.append(Changed(lpn, category, letter, really, before, after, delta, currency))
            if len(self._changed) >= _ROOM:
                self._trim()

    def _ask(self, *asks: tuple[str, ...]) -> None:
        """Count what is asked of one item under each policy."""
        for side, facts in enumerate(asks):
            if facts:
                self.asked[side] += 1
                for fact in facts:
                    self.asks[side][fact] += 1

    def skip(self, lpn: str, sentence: str) -> None:
        """Count an item that cannot be replayed. Reasons that differ in what was written only are one."""
        self._skip(_QUOTED.sub('"..."', _GOT.sub("", sentence)), Skipped(1, lpn, sentence))

    def merge(self, other: Tally) -> None:
        """Add what another one counted."""
        for way, flow in other.flows.items():
            mine = self.flows.setdefault(way, Flow())
            mine.units += flow.units
            mine.grams += flow.grams
            mine.compared += flow.compared
            mine.old_cents += flow.old_cents
            mine.new_cents += flow.new_cents
        for cell, swing in other.swings.items():
            own = self.swings.setdefault(cell, [0, 0])
            own[0] += swing[0]
            own[1] += swing[1]
        for side in (0, 1):
            self.asks[side].update(other.asks[side])
            self.asked[side] += other.asked[side]
        self.fired.update(other.fired)
        for reason, skipped in other.skipped.items():
            self._skip(reason, skipped)
        self.in_full += other.in_full
        self._changed += other._changed
        self._trim()

    def most_changed(self) -> tuple[Changed, ...]:
        """The items whose value changes most, at most `MOST_CHANGED`; ties by LPN."""
        self._trim()
        return tuple(self._changed)

    def _trim(self) -> None:
        self._changed.sort(key=lambda each: each.order)
        del self._changed[MOST_CHANGED:]
        if len(self._changed) == MOST_CHANGED:
            self._least = -self._changed[-1].order[0]

    def _skip(self, reason: str, skipped: Skipped) -> None:
        known = self.skipped.get(reason)
        if known is None:
            self.skipped[reason] = Skipped(skipped.units, skipped.lpn, skipped.sentence)
            return
        known.units += skipped.units
        if skipped.lpn < known.lpn:
            known.lpn, known.sentence = skipped.lpn, skipped.sentence
