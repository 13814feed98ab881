"""Rows of a table of past units as units: what each cell means, and what can't be true of one unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any

from terminal.domain import tablecells
from terminal.domain.channels import CHANNELS, QUARANTINE
from terminal.domain.importmap import ImportMap
from terminal.domain.items import to_cents
from terminal.domain.kpi_unit import DAY, Unit

REQUIRED: Sequence[Sequence[str]] = (("unit",), ("received",))
MASS_SOURCES = ("weighed", "catalogue")
MOST_MINUTES = 100_000
REMEMBERED = 20_000
"""Distinct cells of a column that are kept with what they mean: tables repeat themselves."""

MONEY = {
    "orig_price": "original_cents",
    "proceeds": "proceeds_cents",
    "credit": "credit_cents",
    "inbound": "inbound_cents",
    "parts": "parts_cents",
    "pack": "pack_cents",
    "outbound": "outbound_cents",
    "fees": "fees_cents",
    "disposal": "disposal_cents",
}
"""Column -> field of a unit."""
_NAMES = {
    **MONEY,
    "unit": "lpn",
    "cat": "category",
    "mass_kg": "mass_g",
    "initiated": "initiated_day",
    "received": "received_at",
    "decided": "decided_at",
    "put_away": "put_day",
    "sold": "sold_day",
    "final": "final_day",
    "labour_min": "labour_s",
}


class BadHistory(ValueError):
    """Cells of one row that contradict each other; `column` is the one to look at."""

    def __init__(self, column: str, reason: str) -> None:
        self.column = column
        super().__init__(reason)


def converters(marks: ImportMap) -> Mapping[str, Callable[[str], Any]]:
    """How the cells of each column are read, each of them once."""
    number = tablecells.number(marks.decimal, marks.thousands)
    amount = tablecells.price(number)
    moment = tablecells.moment(marks.date_formats)

    def cents(text: str) -> int:
        return to_cents(amount(text))

    def seconds(text: str) -> int:
        return _seconds(moment(text))

    def day(text: str) -> int:
        return _seconds(moment(text)) // DAY

    def grams(text: str) -> int | None:
        value = _whole(number(text) * 1000)
        if not 0 <= value <= tablecells.MAX_GRAMS:
            raise ValueError(f"expected 0 to {tablecells.MAX_GRAMS // 1000} kilograms")
        return value or None

    def labour(text: str) -> int:
        value = number(text)
        if not 0 <= value <= MOST_MINUTES:
            raise ValueError(f"expected 0 to {MOST_MINUTES} minutes")
        return _whole(value * 60)

    def times(text: str) -> int:
        value = number(text)
        if value != int(value) or not 0 <= value <= MOST_MINUTES:
            raise ValueError("expected how many times: a whole number, zero or more")
        return int(value)

    found: dict[str, Callable[[str], Any]] = {
        "unit": tablecells.identifier,
        "cat": tablecells.title,
        "mass_kg": grams,
        "initiated": day,
        "received": seconds,
        "decided": seconds,
        "put_away": day,
        "sold": day,
        "final": day,
        "channel": tablecells.one_of(CHANNELS, "channel"),
        "labour_min": labour,
        "holds": times,
        "reroutes": times,
        "grade": tablecells.title,
        "first_grade": tablecells.title,
        "operator": tablecells.identifier,
        "currency": tablecells.currency,
        "reason": tablecells.title,
        "sku": tablecells.identifier,
        "gtin": tablecells.gtin,
        "first_channel": tablecells.one_of(CHANNELS, "channel"),
        "overrides": times,
        "override_reason": tablecells.title,
        "mass_source": tablecells.one_of(MASS_SOURCES, "source of a mass"),
        **dict.fromkeys(MONEY, cents),
    }
    return {name: lru_cache(maxsize=REMEMBERED)(convert) for name, convert in found.items()}


def unit_of(row: Mapping[str, Any]) -> Unit:
    """The unit that a row tells of. Raises BadHistory.

    Days in a wrong order are no reason to refuse it: such times are left out of the figures, and counted.
    """
    ended = next((name for name in ("final", "sold", "put_away") if row.get(name) is not None), None)
    channel = row.get("channel")
    if ended is not None and channel is None:
        raise BadHistory("channel", f"empty, but there is a day of {ended}: where did it go?")
    if channel == QUARANTINE and ended is not None:
        raise BadHistory(ended, "what waits in quarantine has not come to an end")
    return Unit(past=1, **{_NAMES.get(name, name): value for name, value in row.items()})


def _seconds(when: datetime) -> int:
    return int(when.timestamp())


def _whole(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_EVEN))
