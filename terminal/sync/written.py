"""An event of the journal as the texts under its hash again. Pure."""

from __future__ import annotations

from terminal.bench.wire import Recorded
from terminal.store.chain import Written, canonical, head_text, stamp


def written(event: Recorded) -> Written:
    """The bytes that were hashed, because head and body are both canonical."""
    head = head_text(
        event.station,
        event.epoch,
        event.seq,
        event.id,
        event.kind,
        event.v,
        stamp(event.at),
        event.item,
        event.operator,
        event.policy,
    )
    return Written(event.seq, head, canonical(dict(event.body)), event.prev, event.hash)
