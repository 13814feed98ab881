"""What people at the bench read of the sync: the status line, what lasts as a notice, and the last word of a shift.

Pure. Every sentence says that what waits is safe where it is: the fear that a shift's work is lost makes people do
it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

PATIENCE = 40.0
"""Seconds of trouble after which it is said in words and not only by a sign."""
BAR = 20
"""Cells of a progress bar."""
SAFE = "What waits is safe on this station's disk"


@dataclass(frozen=True, slots=True)
class SinkSeen:
    """How a sink stood when it was last looked at."""

    name: str
    pending: int
    oldest_at: datetime | None = None
    """When the oldest event that waits was made."""
    dead: int = 0
    """Events that it refused."""
    error: str | None = None
    troubled: float = 0.0
    """Seconds for which nothing could be sent."""


@dataclass(frozen=True, slots=True)
class SyncSaid:
    """The line of the sync: state and text behind its name, events that wait, and a notice (empty: none)."""

    state: str
    """ok or warn."""
    text: str
    waiting: int
    notice: str = ""


def said(sinks: Sequence[SinkSeen], now: datetime, warnings: Sequence[str] = ()) -> SyncSaid:
    """How the sync is doing, by the sink that is furthest behind; `warnings` are sentences of its last rounds."""
    far = furthest(sinks)
    if far is None:
        return SyncSaid("ok", "", 0)
    notices = [*_troubles(sinks), *_refused(sinks), *map(_ended, warnings)]
    ill = any(one.error for one in sinks) or any(one.dead for one in sinks) or bool(notices)
    parts = []
    if far.pending:
        parts.append(f"{far.pending:,}{_since(far, now)}")
    if dead := sum(one.dead for one in sinks):
        parts.append(f"{dead:,} refused")
    return SyncSaid(
        "warn" if ill else "ok",
        "  ".join(parts) or ("see below" if ill else ""),
        far.pending,
        "  ".join(notices),
    )


def furthest(sinks: Sequence[SinkSeen]) -> SinkSeen | None:
    """The sink with the most events waiting, of equals the one with the oldest."""
    return max(
        sinks,
        key=lambda one: (one.pending, -(one.oldest_at.timestamp() if one.oldest_at else 0.0)),
        default=None,
    )


def age(seconds: float) -> str:
    """A time span in its largest unit: 45 s, 3 min, 5 h, 2 days. A clock that was set back gives 0 s."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 48 * 3600:
        return f"{whole // 3600} h"
    return f"{whole // 86_400} days"


def bar(done: int, total: int) -> str:
    """How far it is, drawn and counted."""
    done = min(max(done, 0), total)
    full = BAR if total <= 0 else BAR * done // total
    return f"{'█' * full}{'─' * (BAR - full)} {done:,} of {total:,}"


def sending(sinks: Sequence[SinkSeen], total: int) -> str:
    """While a shift waits to be closed until everything is sent: how far that is, or what is in the way."""
    far = furthest(sinks)
    if far is None or not far.pending:
        return f"Sending before the shift is closed: {bar(total, total)}"
    if far.error:
        return (
            f"{far.pending:,} events did not reach {far.name}: {_ended(far.error)} {SAFE}. It is tried again; "
            "1 closes the shift all the same."
        )
    return f"Sending before the shift is closed: {bar(total - far.pending, total)}"


def last_word(sinks: Sequence[SinkSeen], events: int) -> str:
    """After a shift was closed: that all its events have arrived, or what has not, where, and why."""
    names = ", ".join(one.name for one in sinks)
    late = [one for one in sinks if one.pending]
    refused = _refused(sinks)
    if not sinks:
        return f"No sink is set up: the {events:,} events of this shift stay on this station."
    if not late and not refused:
        return f"All {events:,} events are at the warehouse ({names})."
    told = []
    for one in late:
        if one.error:
            told.append(f"{one.pending:,} events are not at {one.name}: {_ended(one.error)}")
        else:
            told.append(f"{one.pending:,} events are on their way to {one.name}.")
    if any(one.error for one in late):
        told.append(f"{SAFE} and is sent as soon as that is mended.")
    return "  ".join([*told, *refused])


def _since(one: SinkSeen, now: datetime) -> str:
    return "" if one.oldest_at is None else f" · {age((now - one.oldest_at).total_seconds())}"


def _troubles(sinks: Sequence[SinkSeen]) -> list[str]:
    return [
        f"SYNC {one.name}, for {age(one.troubled)}: {_ended(one.error)} {SAFE} ({one.pending:,} events): go on "
        "working."
        for one in sinks
        if one.error and one.pending and one.troubled >= PATIENCE
    ]


def _refused(sinks: Sequence[SinkSeen]) -> list[str]:
    return [
        f"{one.name} refused {one.dead:,} {'event' if one.dead == 1 else 'events'}, kept here: a lead sees why by "
        f"regrade sync --dead."
        for one in sinks
        if one.dead
    ]


def _ended(sentence: str | None) -> str:
    """A sentence of an error on one line, with its full stop; that things are kept is said once, by SAFE."""
    text = " ".join((sentence or "").split()).removesuffix(" What waits is kept here.")
    return text if text.endswith((".", "!", "?")) else f"{text}."
