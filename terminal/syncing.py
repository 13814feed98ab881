"""Sinks from settings, and one push to each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from terminal.config import data_path
from terminal.domain.suggest import BadData, did_you_mean
from terminal.settings import Settings
from terminal.store.station_file import StationFile
from terminal.sync.folder import FolderSink
from terminal.sync.sink import Sink
from terminal.sync.worker import sync_once


def make_sinks(settings: Settings) -> tuple[Sink, ...]:
    """Every sink that config names."""
    return tuple(
        FolderSink(name, data_path(settings, own.path), own.acknowledge)
        for name, own in settings.sync.sinks.items()
    )


def push(settings: Settings, only: str | None = None) -> Iterator[dict[str, Any]]:
    """Push what is due to each sink (or to `only`) and give what came of it. A rest after failures is cut short.

    Raises BadData for a sink that config does not have.
    """
    sinks = make_sinks(settings)
    names = [sink.name for sink in sinks]
    if only is not None and only not in names:
        near = did_you_mean(only, names)
        hint = f' - did you mean "{near}"?' if near else f" (there are: {', '.join(names) or 'none'})"
        raise BadData([f'no sink "{only}" in [sync.sinks]{hint}'])
    with StationFile.open(settings.data, settings.station.id, names) as file:
        for sink in sinks:
            if only in (None, sink.name):
                result = asdict(sync_once(file, sink, datetime.now(UTC), force=True))
                if result["error"] is None:
                    del result["error"]
                yield result
