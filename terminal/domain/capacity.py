"""Scarce places: which items get the slots of a channel, and what a slot costs at the bench.

A slot goes to the item that loses most without it (its regret), not to the one that is worth most. A bench sees one
item at a time, so it is given a price instead of a list: the bid, which is the regret of the last item of a day
that still got a slot. Items whose regret reaches the bid take the channel, all others go their second way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from terminal.domain.items import CENT

ZERO = Decimal(0)
ENDLESS = 10**9
"""Slots of a channel that is not scarce."""

Values = Mapping[str, Decimal]
"""What an item brings in each channel that is open to it."""


def regret(values: Values, channel: str, bids: Values) -> Decimal | None:
    """What an item loses without the channel: its value there less the best of the others, each after its bid.

    None where no other channel is open, so that nothing is too dear for it.
    """
    others = [value - bids.get(other, ZERO) for other, value in values.items() if other != channel]
    return values[channel] - max(others) if others else None


def takes(loss: Decimal | None, bid: Decimal) -> bool:
    """The rule of the bench: an item takes a scarce channel only where its regret reaches the bid."""
    return loss is None or loss >= bid


def too_dear(values: Values, bids: Values) -> dict[str, Decimal]:
    """The channels whose bid an item does not reach, with its regret. At least one channel always stays."""
    found: dict[str, Decimal] = {}
    for channel in values:
        bid = bids.get(channel, ZERO)
        if bid > 0:
            loss = regret(values, channel, bids)
            if loss is not None and not takes(loss, bid):
                found[channel] = loss
    return found


def first_come(items: Iterable[Values], slots: Mapping[str, int]) -> tuple[str | None, ...]:
    """The channel of each item where everyone takes the best that is left: what happens without bids."""
    left = dict(slots)
    given: list[str | None] = []
    for values in items:
        free = {channel: value for channel, value in values.items() if left.get(channel, ENDLESS) > 0}
        best = _best(free)
        given.append(best)
        if best in left:
            left[best] -= 1
    return tuple(given)


def give(items: Sequence[Values], slots: Mapping[str, int]) -> tuple[str | None, ...]:
    """The channel of each item so that all together bring most; channels without a number of slots are endless.

    None is an item for which no slot was left anywhere; there are as few of them as can be. Items are added one by
    one, each by the cheapest chain of moves (successive shortest paths, which keeps the whole optimal): the time
    grows with items x slots x scarce channels squared.
    """
    out = 1 + 2 * sum((abs(value) for values in items for value in values.values()), ZERO)
    ways = [_ways(values, slots, out) for values in items]
    scarce = [channel for channel in slots if any(channel in values for values in items)]
    given: list[str | None] = []
    for _ in ways:
        (_, first), *moves = _chain(ways, given, scarce, slots)
        given.append(first)
        for item, channel in moves:
            given[item] = channel
    return tuple(given)


def worth(items: Iterable[Values], given: Iterable[str | None]) -> Decimal:
    """What items bring in the channels that were given to them; one without a channel brings nothing."""
    pairs = zip(items, given, strict=True)
    return sum((values[channel] for values, channel in pairs if channel is not None), ZERO)


def propose(items: Sequence[Values], slots: Mapping[str, int]) -> dict[str, Decimal]:
    """The bid of each scarce channel after a day like this one, in the money of the values; 0 where slots are left.

    It is what the day would lose with one slot less: the regret of the last item that still got one; a channel
    without any slot costs more than anybody would gain. Items that have no way but scarce channels go first and set
    no price. At these bids every item of the optimum takes its
    channel again; others with the same regret do so too, so a day may need a few slots more than there are.
    """
    bound = [values for values in items if all(channel in slots for channel in values)]
    rest = [values for values in items if not all(channel in slots for channel in values)]
    placed = give(bound, slots)
    left = {channel: most - placed.count(channel) for channel, most in slots.items()}
    best = worth(rest, give(rest, left))
    bids: dict[str, Decimal] = {}
    for channel, most in left.items():
        if most:
            bids[channel] = best - worth(rest, give(rest, {**left, channel: most - 1}))
        else:
            gains = (values[channel] - _endless(values, slots) for values in rest if channel in values)
            gain = max(gains, default=ZERO)
            bids[channel] = gain + CENT if gain > 0 else ZERO
    return bids


def _best(values: Values) -> str | None:
    """The channel that brings most, by name among equals; None where there is none."""
    return min(values, key=lambda channel: (-values[channel], channel), default=None)


def _endless(values: Values, slots: Mapping[str, int]) -> Decimal:
    """What the best endless channel of an item brings."""
    return max(value for channel, value in values.items() if channel not in slots)


def _ways(values: Values, slots: Mapping[str, int], out: Decimal) -> dict[str | None, Decimal]:
    """The scarce channels of an item and the best of its endless ones; without any, being left out."""
    endless = _best({channel: value for channel, value in values.items() if channel not in slots})
    ways: dict[str | None, Decimal] = {
        channel: value for channel, value in values.items() if channel in slots
    }
    ways[endless] = -out if endless is None else values[endless]
    return ways


def _chain(
    ways: Sequence[Mapping[str | None, Decimal]],
    given: Sequence[str | None],
    scarce: Sequence[str],
    slots: Mapping[str, int],
) -> list[tuple[int, str | None]]:
    """The moves that make room for one more item at the least loss: its own channel, then who must move where.

    Bellman-Ford over the scarce channels: to step from one to another is to move the item there that loses least.
    """
    new = len(given)
    inside = {channel: [item for item, own in enumerate(given) if own == channel] for channel in scarce}
    gain = dict(ways[new])
    paths: dict[str | None, list[tuple[int, str | None]]] = {channel: [(new, channel)] for channel in gain}
    for _ in scarce:
        for channel in scarce:
            for item in inside[channel] if channel in gain else ():
                for other, value in ways[item].items():
                    total = gain[channel] + value - ways[item][channel]
                    if other not in gain or total > gain[other]:
                        gain[other], paths[other] = total, [*paths[channel], (item, other)]
    ends = [
        channel for channel in gain if len(inside.get(channel or "", ())) < slots.get(channel or "", ENDLESS)
    ]
    return paths[min(ends, key=lambda channel: (-gain[channel], channel or ""))]
