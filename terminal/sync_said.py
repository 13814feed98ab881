"""What people at the bench read of the sync: the status line, what lasts as a notice, and the last word of a shift.

Pure. Every sentence says that what waits is safe where it is: the fear that a shift's work is lost makes people do
it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from terminal.domain.speech import N_, _, n_, retold
from terminal.sync.sentences import KEPT

PATIENCE = 40.0
"""Seconds of trouble after which it is said in words and not only by a sign."""
BAR = 20
"""Cells of a progress bar."""
SENDING = N_("Sending before the shift is closed: {bar}")


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
        parts.append(_("{count} refused").format(count=f"{dead:,}"))
    return SyncSaid(
        "warn" if ill else "ok",
        "  ".join(parts) or (_("see below") if ill else ""),
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
        return _("{count} s").format(count=whole)
    if whole < 3600:
        return _("{count} min").format(count=whole // 60)
    if whole < 48 * 3600:
        return _("{count} h").format(count=whole // 3600)
    days = whole // 86_400
    return n_("{count} day", "{count} days", days).format(count=days)


def bar(done: int, total: int) -> str:
    """How far it is, drawn and counted."""
    done = min(max(done, 0), total)
    full = BAR if total <= 0 else BAR * done // total
    counted = _("{done} of {total}").format(done=f"{done:,}", total=f"{total:,}")
    return f"{'█' * full}{'─' * (BAR - full)} {counted}"


def sending(sinks: Sequence[SinkSeen], total: int) -> str:
    """While a shift waits to be closed until everything is sent: how far that is, or what is in the way."""
    far = furthest(sinks)
    if far is None or not far.pending:
        return _(SENDING).format(bar=bar(total, total))
    if far.error:
        return n_(
            "{count} event did not reach {sink}: {why} What waits is safe on this station's disk. "
            "It is tried again; 1 closes the shift all the same.",
            "{count} events did not reach {sink}: {why} What waits is safe on this station's disk. "
            "It is tried again; 1 closes the shift all the same.",
            far.pending,
        ).format(count=f"{far.pending:,}", sink=far.name, why=_ended(far.error))
    return _(SENDING).format(bar=bar(total - far.pending, total))


def last_word(sinks: Sequence[SinkSeen], events: int) -> str:
    """After a shift was closed: that all its events have arrived, or what has not, where, and why."""
    names = ", ".join(one.name for one in sinks)
    late = [one for one in sinks if one.pending]
    refused = _refused(sinks)
    if not sinks:
        return n_(
            "No sink is set up: the {count} event of this shift stays on this station.",
            "No sink is set up: the {count} events of this shift stay on this station.",
            events,
        ).format(count=f"{events:,}")
    if not late and not refused:
        return n_(
            "All {count} event is at the warehouse ({sinks}).",
            "All {count} events are at the warehouse ({sinks}).",
            events,
        ).format(count=f"{events:,}", sinks=names)
    told = []
    for one in late:
        if one.error:
            told.append(_not_there(one).format(why=_ended(one.error), **_values(one)))
        else:
            told.append(_on_the_way(one).format(**_values(one)))
    if any(one.error for one in late):
        told.append(_("What waits is safe on this station's disk and is sent as soon as that is mended."))
    return "  ".join([*told, *refused])


def _since(one: SinkSeen, now: datetime) -> str:
    return "" if one.oldest_at is None else f" · {age((now - one.oldest_at).total_seconds())}"


def _troubles(sinks: Sequence[SinkSeen]) -> list[str]:
    return [
        n_(
            "SYNC {sink}, for {time}: {why} What waits is safe on this station's disk ({count} event): "
            "go on working.",
            "SYNC {sink}, for {time}: {why} What waits is safe on this station's disk ({count} events): "
            "go on working.",
            one.pending,
        ).format(time=age(one.troubled), why=_ended(one.error), **_values(one))
        for one in sinks
        if one.error and one.pending and one.troubled >= PATIENCE
    ]


def _refused(sinks: Sequence[SinkSeen]) -> list[str]:
    return [
        n_(
            "{sink} refused {count} event, kept here: a lead sees why by regrade sync --dead.",
            "{sink} refused {count} events, kept here: a lead sees why by regrade sync --dead.",
            one.dead,
        ).format(sink=one.name, count=f"{one.dead:,}")
        for one in sinks
        if one.dead
    ]


def _not_there(one: SinkSeen) -> str:
    return n_("{count} event is not at {sink}: {why}", "{count} events are not at {sink}: {why}", one.pending)


def _on_the_way(one: SinkSeen) -> str:
    return n_(
        "{count} event is on its way to {sink}.", "{count} events are on their way to {sink}.", one.pending
    )


def _values(one: SinkSeen) -> dict[str, str]:
    return {"count": f"{one.pending:,}", "sink": one.name}


def _ended(sentence: str | None) -> str:
    """A sentence of an error in the reader's language, on one line, with its full stop and without KEPT.

    One from the disk is English, and can be said in another language only where nothing was put into it.
    """
    whole = sentence or ""
    if not hasattr(whole, "template"):
        whole = " ".join(whole.split()).removesuffix(f" {KEPT}")
    text = " ".join(retold(whole).split()).removesuffix(f" {_(KEPT)}")
    return text if text.endswith((".", "!", "?")) else f"{text}."
