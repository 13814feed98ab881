"""What becomes of an item by its channel, and by which of its days it counts as closed.

Reused goods are not waste at all, so reports on waste (GRI 306, ESRS E5-5) leave them out; what goes back to its
vendor is out of sight, so its fate is unknown and stands on neither side of a diversion rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from terminal.domain.channels import QUARANTINE


class Fate(StrEnum):
    """What a channel does with the goods."""

    REUSED = "reused"
    RECYCLED = "recycled"
    ENERGY = "energy"
    """Burnt for energy: disposal for GRI 306, kept out of landfill all the same."""
    DISPOSED = "disposed"
    UNKNOWN = "unknown"
    NONE = "none"
    """Nothing yet: it waits."""


FATES: Mapping[str, Fate] = MappingProxyType(
    {
        "restock": Fate.REUSED,
        "repackage": Fate.REUSED,
        "outlet": Fate.REUSED,
        "marketplace": Fate.REUSED,
        "off_price": Fate.REUSED,
        "export": Fate.REUSED,
        "return_to_vendor": Fate.UNKNOWN,
        "donate": Fate.REUSED,
        "refurbish": Fate.REUSED,
        "remanufacture": Fate.REUSED,
        "parts_harvest": Fate.RECYCLED,
        "recycle": Fate.RECYCLED,
        "energy_recovery": Fate.ENERGY,
        "landfill": Fate.DISPOSED,
        QUARANTINE: Fate.NONE,
    }
)
"""Channel -> fate. Of harvested parts the carcass is what weighs, and it is recycled."""

DIVERTED = (Fate.REUSED, Fate.RECYCLED)
"""Kept from disposal in every reading."""

CLOSED_BY_PUT_AWAY = frozenset({"restock", "repackage", "parts_harvest"})
"""Channels whose items are closed when they are put away; all others when they are sold, handed over or weighed."""

_CHANNELS_OF_END: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "donated": ("donate",),
        "recycled": ("recycle", "parts_harvest"),
        "harvested": ("parts_harvest",),
        "discarded": ("landfill", "energy_recovery"),
    }
)
"""Channels that an end can be the end of; the first is taken where the bench chose another one."""


def channel_of_end(end: str | None, channel: str | None) -> str | None:
    """The channel that goods really took: what became of them outweighs what the bench meant them for."""
    fitting = _CHANNELS_OF_END.get(end or "", ())
    return fitting[0] if fitting and channel not in fitting else channel
