"""What one item adds to the sums of a day. A change takes the item's old share off and puts its new one on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

KEYS = ("day", "category", "grade", "disposition", "reason", "operator", "currency", "override_reason")
"""What a sum is kept by, beside the station."""
SUMS = (
    "received", "closed", "held", "recommended", "overridden", "grade_overridden", "channel_overridden",
    "ever_held", "first_pass", "valued", "value_cents", "priced", "priced_value_cents", "price_cents", "timed",
    "cycle_seconds", "cycle_from_receipt", "cycle_negative", "docked", "dock_seconds", "touch_ms",
)  # fmt: skip
WIDE = frozenset(
    {"value_cents", "priced_value_cents", "price_cents", "cycle_seconds", "dock_seconds", "touch_ms"}
)
"""Sums that may outgrow 64 bits."""
LONGEST = 200
"""Characters of a text that is part of a key."""

Key = tuple[Any, ...]
Deltas = defaultdict[Key, dict[str, int]]


def deltas() -> Deltas:
    """An empty set of changes to the sums, by key."""
    return defaultdict(lambda: dict.fromkeys(SUMS, 0))


def count(item: Mapping[str, Any] | None, into: Deltas, sign: int) -> None:
    """Add (sign 1) or take off (sign -1) what an item counts for."""
    if item is None:
        return
    for key, share in shares(item):
        sums = into[key]
        for name, value in share.items():
            sums[name] += sign * value


def changed(found: Deltas) -> list[tuple[Key, dict[str, int]]]:
    """The changes that change something, in one order for all, so that two writers never wait for each other."""
    return sorted(((key, sums) for key, sums in found.items() if any(sums.values())), key=lambda one: one[0])


def shares(item: Mapping[str, Any]) -> Iterator[tuple[Key, dict[str, int]]]:
    """Where an item counts and with what: on the day it arrived, and on the day it was closed or held."""
    status = item["status"]
    if status == "void":
        return
    key = _key(item)
    if item["received_at"] is not None:
        yield (_day(item["received_at"]), *key), {"received": 1}
    if status in ("closed", "held") and item["closed_at"] is not None:
        yield (_day(item["closed_at"]), *key), _left(item)


def _key(item: Mapping[str, Any]) -> tuple[str, ...]:
    channel = "quarantine" if item["status"] == "held" else item["disposition"]
    why = None
    if item["channel_overridden"]:
        why = item["channel_override_reason"]
    elif item["grade_overridden"]:
        why = item["grade_override_reason"]
    found = (
        item["category"],
        item["grade"],
        channel,
        item["reason"],
        item["operator"],
        item["currency"],
        why,
    )
    return tuple((text or "")[:LONGEST] for text in found)


def _left(item: Mapping[str, Any]) -> dict[str, int]:
    """The share of a unit that left the bench, closed or held."""
    graded, routed = bool(item["grade_overridden"]), bool(item["channel_overridden"])
    recommended = item["first_disposition"] is not None
    same = item["disposition"] == item["first_disposition"]
    share = {
        "held": 0,
        "recommended": int(recommended),
        "overridden": int(recommended and (graded or routed)),
        "grade_overridden": int(recommended and graded),
        "channel_overridden": int(recommended and routed),
        "ever_held": int(item["holds"] > 0),
        "first_pass": int(item["holds"] == 0 and item["status"] == "closed" and same),
        "touch_ms": item["touch_ms"],
    }
    if item["decided_at"] is not None and item["received_at"] is not None:
        waited = _seconds(item["received_at"], item["decided_at"])
        if waited >= 0:
            share |= {"docked": 1, "dock_seconds": waited}
    if item["status"] == "held":
        return {**share, "held": 1}
    value = item["value_cents"]
    share["closed"] = 1
    if value is not None:
        share |= {"valued": 1, "value_cents": value}
        if item["price_cents"] is not None and item["price_currency"] == item["currency"]:
            share |= {"priced": 1, "priced_value_cents": value, "price_cents": item["price_cents"]}
    start = item["initiated_at"] or item["received_at"]
    if start is not None:
        took = _seconds(start, item["closed_at"])
        if took < 0:
            share["cycle_negative"] = 1
        else:
            late = int(item["initiated_at"] is None)
            share |= {"timed": 1, "cycle_seconds": took, "cycle_from_receipt": late}
    return share


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _seconds(start: datetime, end: datetime) -> int:
    """Whole seconds, rounded down."""
    return int((end - start).total_seconds() // 1)
