"""Names of channels and amounts of money as an operator reads them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

CHANNEL_WORDS = {
    "return_to_vendor": "TO VENDOR",
    "energy_recovery": "ENERGY",
    "parts_harvest": "PARTS",
    "remanufacture": "REMAKE",
}
"""Names for the banner where the channel's own name is too long or too plain."""
CURRENCY_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


def channel_word(channel: str) -> str:
    """A channel's name in capitals, short enough for the banner."""
    return CHANNEL_WORDS.get(channel, channel.replace("_", " ").upper())


def by_value(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Channels and their values, best first (the journal keeps them by name)."""
    return sorted(values.items(), key=lambda pair: (-Decimal(pair[1]), pair[0]))


def money(amount: str | None, currency: str | None) -> str:
    """An amount with its sign, as the screen shows it."""
    if amount is None:
        return "-"
    sign = CURRENCY_SIGNS.get(currency or "", f"{currency or ''} ")
    return f"-{sign}{amount[1:]}" if amount.startswith("-") else f"{sign}{amount}"
