"""The state of a bench between two batches, as JSON, with all that undo may go back to.

Moments of undo share nearly everything with one another. Written out one by one they would repeat it forty times,
so parcels, items, proposals and finished groups are written once each and named by their number.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from terminal.bench.codec import decode, encode
from terminal.bench.events import Asked, Proposed
from terminal.bench.state import Finished, Item, Moment, Parcel, Phase, State

SHAPE = 1
"""The version of this form; another one is folded anew from the first event."""


def rest(state: State) -> dict[str, Any]:
    """A state as JSON."""
    pool = _Pool()
    return {
        "shape": SHAPE,
        "state": encode(replace(state, parcel=None, item=None, recent=(), history=())),
        "now": pool.place(state),
        "history": [
            {
                "step": moment.step,
                "asked": encode(moment.asked),
                "done": moment.done,
                "held": moment.held,
                "finished": encode(moment.finished),
                **pool.place(moment),
            }
            for moment in state.history
        ],
        "parcels": pool.parcels,
        "items": pool.items,
        "proposals": pool.proposals,
        "groups": pool.groups,
    }


def wake(body: dict[str, Any]) -> State:
    """The state that `rest` wrote. Raises ValueError, TypeError, KeyError or IndexError for anything else."""
    if body["shape"] != SHAPE:
        raise ValueError(f"the state at rest has the shape {body['shape']!r}, expected {SHAPE}")
    proposals = [decode(Proposed, one) for one in body["proposals"]]
    parcels = [decode(Parcel, one) for one in body["parcels"]]
    groups = [decode(Finished, one) for one in body["groups"]]
    items = [
        replace(
            decode(Item, one["item"]),
            proposal=_at(proposals, one["proposal"]),
            first=_at(proposals, one["first"]),
        )
        for one in body["items"]
    ]

    def placed(one: dict[str, Any]) -> dict[str, Any]:
        return {
            "parcel": _at(parcels, one["parcel"]),
            "item": _at(items, one["item"]),
            "recent": tuple(groups[number] for number in one["recent"]),
        }

    history = tuple(
        Moment(
            step=one["step"],
            asked=decode(Asked | None, one["asked"]),
            done=one["done"],
            held=one["held"],
            finished=decode(Phase | None, one["finished"]),
            **placed(one),
        )
        for one in body["history"]
    )
    state: State = decode(State, body["state"])
    return replace(state, history=history, **placed(body["now"]))


@dataclass
class _Pool:
    """What was written already, by the identity of the value; values live as long as the state that has them."""

    parcels: list[Any] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    proposals: list[Any] = field(default_factory=list)
    groups: list[Any] = field(default_factory=list)
    _seen: dict[int, int] = field(default_factory=dict)

    def place(self, moment: Moment | State) -> dict[str, Any]:
        return {
            "parcel": self._number(self.parcels, moment.parcel),
            "item": self._item(moment.item),
            "recent": [self._number(self.groups, group) for group in moment.recent],
        }

    def _item(self, item: Item | None) -> int | None:
        if item is None:
            return None
        if id(item) not in self._seen:
            written = {
                "proposal": self._number(self.proposals, item.proposal),
                "first": self._number(self.proposals, item.first),
                "item": encode(replace(item, proposal=None, first=None)),
            }
            self._seen[id(item)] = len(self.items)
            self.items.append(written)
        return self._seen[id(item)]

    def _number(self, pool: list[Any], value: Any) -> int | None:
        if value is None:
            return None
        if id(value) not in self._seen:
            self._seen[id(value)] = len(pool)
            pool.append(encode(value))
        return self._seen[id(value)]


def _at(pool: list[Any], number: int | None) -> Any:
    return None if number is None else pool[number]
