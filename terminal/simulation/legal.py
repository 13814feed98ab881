"""What must hold of every state, whatever came before: the sentences that a walk checks after each input."""

from __future__ import annotations

from collections.abc import Iterator

from terminal.bench.state import Item, Parcel, Phase, State


def faults(state: State) -> Iterator[str]:
    """Everything about a state that can't be. Nothing for a legal one."""
    if state.operator is not None and state.shift is None:
        yield "somebody is signed in without a shift"
    if state.item is not None:
        yield from _item_faults(state.item)
    if state.parcel is not None:
        yield from _parcel_faults(state.parcel)
    if state.asked is not None and not state.asked.options:
        yield "a question without options"
    if state.finished not in (None, Phase.PLACED, Phase.QUARANTINE):
        yield f"finished is {state.finished}"
    if state.finished is not None and state.item is not None:
        yield "an item is open although the last step finished one"
    if min(state.done, state.held, state.refused, state.undone, state.next_lpn, state.next_parcel) < 0:
        yield "a counter is below zero"


def _item_faults(item: Item) -> Iterator[str]:
    if not item.units or item.units[0].lpn != item.lpn:
        yield f"{item.lpn} does not lead its own group"
    if len(set(item.lpns)) != len(item.lpns):
        yield f"an LPN stands twice in the group of {item.lpn}"
    if item.decided is not None and item.todo is not None:
        yield f"{item.lpn} is decided although work is left on it"
    if item.decided is not None and item.proposal is None:
        yield f"{item.lpn} is decided without a proposal"
    if item.decided is not None and len(item.units) < item.count:
        yield f"{item.lpn} is decided for {item.count} units and has {len(item.units)}"
    if item.decided is not None and item.decided.disposition in dict(
        item.proposal.forbidden if item.proposal else {}
    ):
        yield f"{item.lpn} goes to {item.decided.disposition}, which is forbidden"
    if set(item.applied) - set(item.lpns):
        yield f"a label that is not of the group was scanned back on {item.lpn}"
    if item.decided is not None and any(item.copies.get(lpn, 0) < 1 for lpn in item.lpns):
        yield f"{item.lpn} is decided and a unit has no label"


def _parcel_faults(parcel: Parcel) -> Iterator[str]:
    for line in parcel.lines:
        if not 0 <= line.received <= line.expected.expected:
            yield f"line {line.expected.line.line} of {parcel.rma} has {line.received} of {line.expected.expected}"
    if parcel.units < sum(line.received for line in parcel.lines):
        yield f"parcel {parcel.id} counts fewer units than its lines"
