"""Which of several channels is best for an item: money, then use, then time; landfill last, scarce slots by bid.

Channels whose values lie close together count as equal; then the better use of the goods wins, then the sooner,
then the name. A channel with few slots is only for items that lose at least its bid without it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

from terminal.domain.capacity import too_dear
from terminal.domain.channels import RANKS
from terminal.domain.rules import Policy
from terminal.domain.tariff import Limits
from terminal.domain.valuation import Enr

LANDFILL = "landfill"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a decision is made within: price and money of the item, limits and wording of the site."""

    offered: Collection[str]
    """Channels that exist for goods of the category."""
    price: Decimal | None
    currency: str
    policy: Policy
    limits: Limits
    factor: Decimal = Decimal(1)
    """What a unit of the limits' money is in `currency`."""
    bids: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """Price of a slot of the scarce channels, in `currency`."""
    lacking: str = ""
    """A sentence: why no channel can be valued though there may be a price; empty where they can."""

    @property
    def tau(self) -> Decimal:
        """Difference within which two channels count as equal."""
        return max(self.limits.tau_least * self.factor, self.limits.tau_share * (self.price or 0))


@dataclass(frozen=True, slots=True)
class Full:
    """Why an item does not get a slot of a scarce channel."""

    bid: Decimal
    regret: Decimal
    """What the item loses without the channel; below the bid."""


def choose(enrs: Mapping[str, Enr], frame: Frame) -> str | None:
    """The best of the channels given: value, near equals by use; None for none.

    Landfill is only taken when it beats every other channel by more than `esg_delta` or is alone. A channel whose
    bid is above the item's regret is left to others. Where even the best loses more than `loss_cap`, the best use
    comes first and money second.
    """
    enrs = _above_floor(enrs, frame)
    if not enrs:
        return None
    if frame.bids:
        dear = too_dear(_amounts(enrs), frame.bids)
        enrs = {channel: enr for channel, enr in enrs.items() if channel not in dear}
    best = max(enr.amount for enr in enrs.values())
    if best < -frame.limits.loss_cap * frame.factor:
        rank = min(RANKS[channel] for channel in enrs)
        least = [enr for enr in enrs.values() if RANKS[enr.channel] == rank]
        return min(least, key=lambda enr: (-enr.amount, enr.lead_days, enr.channel)).channel
    near = [enr for enr in enrs.values() if best - enr.amount <= frame.tau]
    return min(near, key=lambda enr: (RANKS[enr.channel], enr.lead_days, enr.channel)).channel


def left_to_others(enrs: Mapping[str, Enr], frame: Frame) -> Mapping[str, Full]:
    """The channels that would be chosen one after the other if no bid stood before them."""
    found: dict[str, Full] = {}
    if frame.bids:
        left = dict(_above_floor(enrs, frame))
        dear = too_dear(_amounts(left), frame.bids)
        free = replace(frame, bids={})
        while (channel := choose(left, free)) in dear and channel is not None:
            found[channel] = Full(frame.bids[channel], dear[channel])
            del left[channel]
    return MappingProxyType(found)


def _above_floor(enrs: Mapping[str, Enr], frame: Frame) -> Mapping[str, Enr]:
    """The channels without landfill, unless it is alone or far better than all others."""
    others = {channel: enr for channel, enr in enrs.items() if channel != LANDFILL}
    if others and LANDFILL in enrs:
        floor = enrs[LANDFILL].amount - frame.limits.esg_delta * frame.factor
        if any(enr.amount >= floor for enr in others.values()):
            return others
    return enrs


def _amounts(enrs: Mapping[str, Enr]) -> dict[str, Decimal]:
    return {channel: enr.amount for channel, enr in enrs.items()}
