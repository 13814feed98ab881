"""Names of channels, reasons and amounts of money as an operator reads them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from terminal.domain.speech import N_, _

NO_WORDS: Mapping[str, str] = MappingProxyType({})
# TRANSLATORS: The words in capitals are for the banner: at most 14 capitals, digits, spaces and .,:-+/?!%
CHANNEL_WORDS: Mapping[str, str] = {
    "restock": N_("RESTOCK"),
    "repackage": N_("REPACKAGE"),
    "outlet": N_("OUTLET"),
    "marketplace": N_("MARKETPLACE"),
    "off_price": N_("OFF PRICE"),
    "export": N_("EXPORT"),
    "return_to_vendor": N_("TO VENDOR"),
    "donate": N_("DONATE"),
    "refurbish": N_("REFURBISH"),
    "remanufacture": N_("REMAKE"),
    "parts_harvest": N_("PARTS"),
    "recycle": N_("RECYCLE"),
    "energy_recovery": N_("ENERGY"),
    "landfill": N_("LANDFILL"),
    "quarantine": N_("QUARANTINE"),
}
"""Names of channels for the banner; short where the channel's own is too long or too plain."""
# TRANSLATORS: Ways out of the bench for a returned item, as a table and a menu name them.
CHANNEL_NAMES: Mapping[str, str] = {
    "restock": N_("restock"),
    "repackage": N_("repackage"),
    "outlet": N_("outlet"),
    "marketplace": N_("marketplace"),
    "off_price": N_("off_price"),
    "export": N_("export"),
    "return_to_vendor": N_("return_to_vendor"),
    "donate": N_("donate"),
    "refurbish": N_("refurbish"),
    "remanufacture": N_("remanufacture"),
    "parts_harvest": N_("parts_harvest"),
    "recycle": N_("recycle"),
    "energy_recovery": N_("energy_recovery"),
    "landfill": N_("landfill"),
    "quarantine": N_("quarantine"),
}
"""Names of channels for tables and menus."""
# TRANSLATORS: Roles of the people at a sorting bench.
ROLES = (N_("operator"), N_("lead"), N_("manager"))
# TRANSLATORS: Where on an item a defect is; "screen" is the item's display.
PLACES: Mapping[str, str] = {
    "screen": N_("screen"),
    "front": N_("front"),
    "back": N_("back"),
    "side": N_("side"),
    "hidden": N_("hidden"),
}
"""Names of the places of a defect."""
CURRENCY_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


def channel_word(channel: str) -> str:
    """A channel's name in capitals, short enough for the banner."""
    word = CHANNEL_WORDS.get(channel)
    return channel.replace("_", " ").upper() if word is None else _(word)


def channel_name(channel: str) -> str:
    """A channel's name in a table or a menu; one that nobody knows stays as it is."""
    return _(CHANNEL_NAMES.get(channel, "")) or channel


def role_name(role: str) -> str:
    """A role's name in a sentence; one that nobody knows stays as it is."""
    return _(role) if role in ROLES else role


def place_name(place: str) -> str:
    """The name of a defect's place; one that nobody knows stays as it is."""
    return _(PLACES.get(place, "")) or place


def by_value(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Channels and their values, best first (the journal keeps them by name)."""
    return sorted(values.items(), key=lambda pair: (-Decimal(pair[1]), pair[0]))


def money(amount: str | None, currency: str | None) -> str:
    """An amount with its sign, as the screen shows it."""
    if amount is None:
        return "-"
    sign = CURRENCY_SIGNS.get(currency or "", f"{currency or ''} ")
    return f"-{sign}{amount[1:]}" if amount.startswith("-") else f"{sign}{amount}"


def reason_word(code: str, reasons: Mapping[str, str]) -> str:
    """What a reason is called; `reasons` has the site's words. A code without words stands for itself."""
    return _(reasons[code]) if code in reasons else code
