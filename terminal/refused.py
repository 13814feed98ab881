"""Events that a sink refused for good: shown, taken along as a file, sent again.

They stay in the outbox with the reason until they are sent again and taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from terminal.bench.wire import Recorded
from terminal.settings import Settings
from terminal.store.station_file import StationFile
from terminal.store.whole_file import whole_file
from terminal.sync.batch import line
from terminal.syncing import open_for, push


def dead_events(settings: Settings, only: str | None = None) -> Iterator[dict[str, Any]]:
    """Every event that a sink refused for good, with the reason. Raises BadData for a sink that is not there."""
    with open_for(settings, only) as file:
        for name, reason, event in _dead(file, only):
            yield {
                "sink": name,
                "seq": event.seq,
                "id": event.id,
                "kind": event.kind,
                "at": event.at.isoformat(),
                "item": event.item,
                "reason": reason,
            }


def retry_dead(settings: Settings, only: str | None = None) -> Iterator[dict[str, Any]]:
    """Send what was refused again, with everything else that is due; as `push`."""
    with open_for(settings, only) as file:
        for name in file.sinks:
            if only in (None, name):
                file.outbox.revive(name)
    yield from push(settings, only)


def export_dead(settings: Settings, target: Path, only: str | None = None) -> dict[str, Any]:
    """Write what was refused into a file, an event a line as sinks get it, with `sink` and `reason` before it.

    Nothing is taken out of the outbox. Raises BadData for a sink that is not there, OSError.
    """
    count = 0
    with open_for(settings, only) as file, whole_file(target, shared=True) as out:
        for name, reason, event in _dead(file, only):
            why = {"sink": name, "reason": reason}
            out.write(json.dumps(why).encode()[:-1] + b", " + line(event)[1:])
            count += 1
    return {"file": str(target), "events": count}


def _dead(file: StationFile, only: str | None) -> Iterator[tuple[str, str, Recorded]]:
    """Sink, reason and event of everything that was refused."""
    for name in file.sinks:
        for span in file.outbox.dead_spans(name) if only in (None, name) else ():
            for event in file.journal.between(span.first, span.last):
                yield name, span.last_error or "", event
