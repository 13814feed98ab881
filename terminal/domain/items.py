"""The things of a return: what was expected, what a catalogue knows, money and grams.

Prices are `Decimal` per unit, ex VAT, with the currency beside them; weights are whole grams; times are UTC and
aware. `None` means that nobody said: it is never read as zero or as "ok".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")


def to_cents(amount: Decimal) -> int:
    """An amount of money as integer cents, rounded half to even once."""
    return int((amount / CENT).to_integral_value(ROUND_HALF_EVEN))


def from_cents(cents: int) -> Decimal:
    """Integer cents as an amount with two places."""
    return Decimal(cents).scaleb(-2)


def money_text(amount: Decimal) -> str:
    """An amount with exactly two places and no separator, as it is kept in events and JSON."""
    return str(amount.quantize(CENT, ROUND_HALF_EVEN))


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """One expected line of a return: `quantity` units of one product under one RMA.

    `line` counts the lines of one RMA from 1 in the order of the file, because a real RMA may name the same
    product on several lines. `assumed` names the fields which a mapping's constant gave, not the file.
    """

    rma: str
    line: int
    sku: str | None
    gtin: str | None
    title: str
    category: str
    quantity: int
    serial: str | None = None
    unit_price: Decimal | None = None
    currency: str | None = None
    tracking: str | None = None
    reason: str | None = None
    initiated: datetime | None = None
    weight_g: int | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """What the catalogue knows of a product. At least one of `sku` and `gtin` is set."""

    sku: str | None
    gtin: str | None
    title: str
    category: str
    price: Decimal | None = None
    """Current price of a new unit, ex VAT: what routing compares with (not what the customer paid)."""
    currency: str | None = None
    weight_g: int | None = None
    hygiene: bool | None = None
    battery: str | None = None
    """none, contained, packed_with or loose; None is unknown."""
    hazard: str | None = None
    brand: str | None = None
    assumed: tuple[str, ...] = ()
