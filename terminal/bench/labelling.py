"""Labelling: what stands on the labels of a group, which copies to print, and which must be scanned back."""

from __future__ import annotations

from terminal.bench.commands import Now, Rules
from terminal.bench.events import Label, LabelsQueued
from terminal.bench.state import Item, State

HELD = "quarantine"


def queue_labels(
    state: State, rules: Rules, now: Now, *, fresh_only: bool = False
) -> tuple[LabelsQueued, ...]:
    """The event that asks for the group's labels; `fresh_only`: just for units that never had one."""
    item = state.item
    assert item is not None
    channel = item.decided.disposition if item.decided is not None else HELD
    return (labels_for(item, channel, rules, now, fresh_only=fresh_only),)


def labels_for(item: Item, channel: str, rules: Rules, now: Now, *, fresh_only: bool = False) -> LabelsQueued:
    """Labels of a group for one channel. A copy number never repeats, so that two equal labels can be told."""
    wanted = [lpn for lpn in item.lpns if not (fresh_only and lpn in item.copies)]
    tote = rules.tote_of(channel)
    tag = {
        "grade": item.grade or "-",
        "channel": channel,
        "title": item.title,
        "sku": item.sku or item.gtin or "-",
        "tote": tote.name if tote is not None else "-",
        "date": now.at.date().isoformat(),
        "station": rules.station,
    }
    return LabelsQueued(
        lpn=item.lpn,
        labels=tuple(Label(lpn, item.copies.get(lpn, 0) + 1) for lpn in wanted),
        tag=tag,
        prove=to_prove(item.lpns, rules.scan_back),
    )


def to_prove(lpns: tuple[str, ...], scan_back: str) -> tuple[str, ...]:
    """The LPNs whose label must be scanned back: every one, or the first and last of a counted group."""
    if scan_back == "all" or len(lpns) <= 2:
        return lpns
    return (lpns[0], lpns[-1])
