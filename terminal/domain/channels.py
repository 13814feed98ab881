"""The ways out of the bench, with their place in the waste hierarchy.

Ranks follow 2008/98/EC art. 4 (1 reuse, 2 preparing for reuse, 3 recycling, 4 other recovery, 5 disposal).
Quarantine is the one place that is not an end, so it has no rank and no rule can forbid it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

QUARANTINE = "quarantine"

RANKS: Mapping[str, int] = MappingProxyType(
    {
        "restock": 1,
        "repackage": 1,
        "outlet": 1,
        "marketplace": 1,
        "off_price": 1,
        "export": 1,
        "return_to_vendor": 1,
        "donate": 1,
        "refurbish": 2,
        "remanufacture": 2,
        "parts_harvest": 2,
        "recycle": 3,
        "energy_recovery": 4,
        "landfill": 5,
    }
)
"""Rank of each channel that ends an item's stay; lower is better use."""

TERMINAL: tuple[str, ...] = tuple(RANKS)
CHANNELS: tuple[str, ...] = (*TERMINAL, QUARANTINE)
