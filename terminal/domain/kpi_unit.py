"""One unit as the figures of a station count it: what is known of it, and what follows from that.

Days are whole days since 1970-01-01 (UTC), moments are seconds since then, money is cents, mass is grams. `None`
means that nobody said, and is never counted as zero.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter

from terminal.domain.channels import QUARANTINE
from terminal.domain.kpi_fates import CLOSED_BY_PUT_AWAY, FATES, Fate

DAY = 86_400
"""Seconds."""

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Unit:
    """A returned unit, from reception to its end."""

    lpn: str
    past: int = 0
    """1: it came from a table of closed items, not over this bench."""
    category: str | None = None
    grade: str | None = None
    first_grade: str | None = None
    channel: str | None = None
    """Where it goes; quarantine while it waits there; None before there was a decision."""
    first_channel: str | None = None
    operator: str | None = None
    currency: str | None = None
    """None: the station's."""
    reason: str | None = None
    sku: str | None = None
    gtin: str | None = None
    original_cents: int | None = None
    """What the customer paid, ex VAT."""
    value_cents: int | None = None
    """What it was expected to bring when it was decided."""
    mass_g: int | None = None
    mass_source: str | None = None
    initiated_day: int | None = None
    received_at: int | None = None
    decided_at: int | None = None
    placed_at: int | None = None
    put_day: int | None = None
    sold_day: int | None = None
    final_day: int | None = None
    """Day of the sale, hand-over or receipt."""
    proceeds_cents: int | None = None
    credit_cents: int | None = None
    inbound_cents: int | None = None
    labour_s: int | None = None
    parts_cents: int | None = None
    pack_cents: int | None = None
    outbound_cents: int | None = None
    fees_cents: int | None = None
    disposal_cents: int | None = None
    holds: int = 0
    reroutes: int = 0
    overrides: int = 0
    override_reason: str | None = None
    undone: int = 0

    @property
    def closed_day(self) -> int | None:
        """The day on which it came to its end; None while it has not."""
        if self.channel is None or self.channel == QUARANTINE:
            return None
        final = self.final_day if self.final_day is not None else self.sold_day
        if self.channel in CLOSED_BY_PUT_AWAY and self.put_day is not None:
            return self.put_day
        return final


GIVEN = tuple(field.name for field in fields(Unit))
DERIVED = (
    "state", "received_day", "passed_day", "closed_day", "cycle_days", "cycle_fault", "value_days", "dock_s",
    "fate", "own", "settled", "costed", "income_cents", "other_cents", "recouped",
)  # fmt: skip
"""What follows from the rest; see `derive`."""
COLUMNS = (*GIVEN, *DERIVED)

_given = attrgetter(*GIVEN)


def derive(unit: Unit, currency: str) -> tuple[Cell, ...]:
    """The unit's values in the order of COLUMNS; `currency` is the station's.

    `cycle_fault` is 1 where nobody knows when the return began (it then counts from reception) and 2 where it
    would have ended before it began; `costed` is 1 where labour and the way in are known, 0 where only the way in
    is not, -1 where labour is not.
    """
    closed = unit.closed_day
    received = None if unit.received_at is None else unit.received_at // DAY
    began = unit.initiated_day if unit.initiated_day is not None else received
    cycle, fault = _since(began, closed), 0
    if closed is not None:
        fault = 1 if unit.initiated_day is None else 0
        if cycle is None and began is not None:
            fault = 2
    held = unit.channel == QUARANTINE
    state = "closed" if closed is not None else "held" if held else "placed" if unit.placed_at else "open"
    passed = received if held else None
    if unit.decided_at is not None:
        passed = unit.decided_at // DAY
    own = int(unit.currency is None or unit.currency == currency)
    known = unit.proceeds_cents is not None or unit.credit_cents is not None
    settled = int(bool(own and known and closed is not None and unit.original_cents is not None))
    costed = -1 if unit.labour_s is None else int(unit.inbound_cents is not None)
    others = (
        unit.parts_cents, unit.pack_cents, unit.outbound_cents, unit.fees_cents, unit.disposal_cents,
    )  # fmt: skip
    fate = FATES[unit.channel] if closed is not None and unit.channel is not None else None
    recouped = None
    if settled and unit.sold_day is not None and fate is Fate.REUSED and unit.original_cents:
        recouped = (unit.proceeds_cents or 0) / unit.original_cents
    return (
        *_given(unit),
        state,
        received,
        passed,
        closed,
        cycle,
        fault,
        _since(began, unit.sold_day),
        _since(unit.received_at, unit.decided_at),
        None if fate is None else fate.value,
        own,
        settled,
        costed,
        (unit.proceeds_cents or 0) + (unit.credit_cents or 0),
        sum(amount or 0 for amount in others),
        recouped,
    )


def _since(start: int | None, end: int | None) -> int | None:
    """How long it lasted; None where an end is missing or lies before the start."""
    return None if start is None or end is None or end < start else end - start
