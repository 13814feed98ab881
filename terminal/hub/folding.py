"""From events to items: the station's own fold, and what the hub adds to its rows.

The rows come from the very code that the station writes its own items with, so the two can't drift apart. Beside
them stand facts that are spread over the journal: the manifest's price and reason, overrides, holds, touch time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from terminal.bench.events import (
    DispositionOverridden,
    Event,
    GradeOverridden,
    Held,
    Undone,
)
from terminal.bench.evolve import evolve
from terminal.bench.rows import rows
from terminal.bench.state import Item, State
from terminal.bench.wire import revive
from terminal.domain.items import to_cents

PAUSE_MS = 300_000
"""The longest stretch between two inputs that counts as hands-on time."""

Values = dict[str, Any]

TEXTS = (
    "leader", "parcel", "rma", "arrival", "sku", "gtin", "serial", "title", "category", "status", "grade",
    "first_grade", "disposition", "first_disposition", "currency", "tote", "operator", "hold_reason", "reason",
    "price_currency", "grade_override_reason", "channel_override_reason", "policy",
)  # fmt: skip
NUMBERS = (
    "line", "value_cents", "actions", "copies", "price_cents", "line_quantity", "holds", "touch_ms", "updated_seq",
)  # fmt: skip
TIMES = ("received_at", "closed_at", "initiated_at", "decided_at")
FLAGS = ("grade_overridden", "channel_overridden")
COLUMNS: Mapping[str, str] = {
    "lpn": "text",
    **dict.fromkeys(TEXTS, "text"),
    **dict.fromkeys(NUMBERS, "bigint"),
    "score": "numeric",
    **dict.fromkeys(TIMES, "timestamptz"),
    **dict.fromkeys(FLAGS, "boolean"),
}
"""Columns of an item beside the names of its journal, with their types."""
_NEW: Mapping[str, Any] = {
    **dict.fromkeys(COLUMNS),
    "status": "open",
    **dict.fromkeys(("actions", "copies", "holds", "touch_ms"), 0),
    **dict.fromkeys(FLAGS, False),
}
_STATION_TIMES = ("received_at", "closed_at")


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as the hub has it; `body` is its canonical text."""

    seq: int
    id: str
    kind: str
    at: datetime
    policy: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one event does to one item: columns that it sets, columns that it adds to, columns set for good once."""

    lpn: str
    sets: Mapping[str, Any]
    adds: Mapping[str, int]
    once: Mapping[str, Any]
    holds: int = 0
    """+1 where a group is put on hold, -1 where that is undone: counts only if the status really changes so."""


class Folder:
    """One journal in the folding: the state after the last event taken, and its time."""

    def __init__(self, state: State, last_at: datetime | None) -> None:
        self.state = state
        self.last_at = last_at

    def take(self, stored: Stored) -> list[Change]:
        """Fold one event and give what it changes, in order. Raises whatever a body does that can't be folded."""
        event = revive(stored.kind, json.loads(stored.body))
        at = stored.at.astimezone(UTC)
        before = self.state
        after = evolve(before, event, at)
        changes = list(self._changes(event, before, after, at, stored))
        self.state, self.last_at = after, at
        return changes

    def _changes(
        self, event: Event, before: State, after: State, at: datetime, stored: Stored
    ) -> Iterator[Change]:
        here = after.item
        more = _beyond(here) if here is not None and here is not before.item else {}
        holds = 1 if isinstance(event, Held) else -1 if isinstance(event, Undone) else 0
        for row in rows(event, before, after, at):
            if row.table != "item":
                continue
            values: Values = dict(row.values)
            lpn = values.pop("lpn")
            for name in _STATION_TIMES:
                if values.get(name) is not None:
                    values[name] = datetime.fromisoformat(values[name])
            if values.get("score") is not None:
                values["score"] = Decimal(values["score"])
            values.pop("facts", None)
            values.pop("decision", None)
            values["policy"], values["updated_seq"] = stored.policy, stored.seq
            if here is not None and lpn in here.lpns:
                values |= more
                values |= _line(after, values["line"]) if "line" in values else {}
            once = {"decided_at": at} if here is not None and here.decided is not None else {}
            yield Change(lpn, values, {}, once, holds)
        if isinstance(event, (GradeOverridden, DispositionOverridden)) and here is not None:
            name = "grade" if isinstance(event, GradeOverridden) else "channel"
            for lpn in here.lpns:
                yield Change(lpn, {f"{name}_override_reason": event.reason}, {}, {})
        open_before = before.item
        if open_before is not None and self.last_at is not None:
            spent = int((at - self.last_at).total_seconds() * 1000)
            if spent > 0:
                yield Change(open_before.lpn, {}, {"touch_ms": min(spent, PAUSE_MS)}, {})


def apply(item: Values | None, change: Change) -> Values:
    """The item after a change; a new one where there was none."""
    made: Values = {**_NEW, "lpn": change.lpn} if item is None else item
    status = made["status"]
    made.update(change.sets)
    for name, more in change.adds.items():
        made[name] += more
    for name, value in change.once.items():
        if made[name] is None:
            made[name] = value
    if change.holds > 0 and status != "held" and made["status"] == "held":
        made["holds"] += 1
    elif change.holds < 0 and status == "held" and made["status"] == "open":
        made["holds"] -= 1
    return made


def clean(value: Any) -> Any:
    """A value that PostgreSQL can hold: NUL and half surrogate pairs become the replacement character."""
    if not isinstance(value, str) or (value.isascii() and "\x00" not in value):
        return value
    whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "\ufffd")


def _beyond(item: Item) -> Values:
    """What the station's own row does not say of the group on the bench. Of an item out of quarantine nothing new
    is known before it is graded or decided again.
    """
    if item.resumed is not None and item.graded is None and item.decided is None:
        return {}
    by_hand = item.decided is not None and item.decided.by == "override"
    return {"grade_overridden": item.graded is not None, "channel_overridden": by_hand}


def _line(after: State, line: int | None) -> Values:
    """Price, reason and quantity of the manifest line that a unit counts for, while its parcel is on the bench."""
    item, parcel = after.item, after.parcel
    if line is None or item is None or parcel is None or parcel.id != item.parcel:
        return {}
    for one in parcel.lines:
        known = one.expected.line
        if known.line == line:
            price, begun = known.unit_price, known.initiated
            return {
                "reason": known.reason,
                "initiated_at": begun.replace(tzinfo=UTC)
                if begun is not None and not begun.tzinfo
                else begun,
                "price_cents": to_cents(price) if price is not None else None,
                "price_currency": known.currency if price is not None else None,
                "line_quantity": known.quantity,
            }
    return {}
