"""Labelling: what stands on the labels of a group, which copies to print, and which must be scanned back."""

from __future__ import annotations

from typing import Any

from terminal.bench.label_events import Label, LabelsQueued
from terminal.bench.rules import Now, Rules
from terminal.bench.state import Item, State

HELD = "quarantine"
WASTE = ("recycle", "energy_recovery", "landfill")
"""The channels whose items are waste."""
MOST_FAULTS = 12


def queue_labels(
    state: State, rules: Rules, now: Now, *, fresh_only: bool = False
) -> tuple[LabelsQueued, ...]:
    """The event that asks for the group's labels; `fresh_only`: just for units that never had one."""
    item = state.item
    assert item is not None
    channel = item.decided.disposition if item.decided is not None else HELD
    return (labels_for(item, channel, rules, now, fresh_only=fresh_only),)


def labels_for(
    item: Item, channel: str, rules: Rules, now: Now, *, fresh_only: bool = False, reason: str = ""
) -> LabelsQueued:
    """Labels of a group for one channel; `reason` says why it is held. A copy number never repeats, so that two
    equal labels can be told.
    """
    wanted = [lpn for lpn in item.lpns if not (fresh_only and lpn in item.copies)]
    tote = rules.tote_of(channel)
    tag: dict[str, Any] = {
        "grade": item.grade or "-",
        "channel": channel,
        "title": item.title,
        "sku": item.sku or item.gtin or "-",
        "tote": tote.name if tote is not None else "-",
        "date": now.at.date().isoformat(),
        "station": rules.station,
        "gtin": item.gtin or "",
        "serial": item.serial or "",
        "faults": faults_of(item, rules),
        "waste_code": waste_code(item, channel, rules),
        "reason": reason,
        "operator": item.by,
    }
    return LabelsQueued(
        lpn=item.lpn,
        labels=tuple(Label(lpn, item.copies.get(lpn, 0) + 1) for lpn in wanted),
        tag=tag,
        prove=to_prove(item.lpns, rules.scan_back),
    )


def faults_of(item: Item, rules: Rules) -> list[str]:
    """The defects seen, in words, for whoever mends or sells it: `deep scratch, back x2`."""
    defects = rules.book.scheme_for(item.category).defects
    found = []
    for seen in item.facts.get("observations", ())[:MOST_FAULTS]:
        known = defects.get(seen["defect"])
        words = known.label if known is not None else seen["defect"]
        where = f", {seen['location']}" if seen.get("location") else ""
        found.append(f"{words}{where}{_times(seen.get('count', 1))}")
    return found


def _times(count: int) -> str:
    return f" x{count}" if count > 1 else ""


def waste_code(item: Item, channel: str, rules: Rules) -> str:
    """The code of the European List of Waste for what is thrown away; empty for what is not, or has none here."""
    if channel not in WASTE:
        return ""
    if item.facts.get("hazard") == "damaged_battery" and "damaged_battery" in rules.waste_codes:
        return rules.waste_codes["damaged_battery"]
    return rules.waste_codes.get(item.category) or rules.waste_codes.get("general", "")


def to_prove(lpns: tuple[str, ...], scan_back: str) -> tuple[str, ...]:
    """The LPNs whose label must be scanned back: every one, or the first and last of a counted group."""
    if scan_back == "all" or len(lpns) <= 2:
        return lpns
    return (lpns[0], lpns[-1])
