"""The file of the station that the settings speak of, with all its sinks: what nearly every command opens."""

from __future__ import annotations

from terminal.settings import Settings
from terminal.store.station_file import StationFile


def open_file(settings: Settings) -> StationFile:
    """Open it; it is made where it is not there yet, and has to be closed. Raises StoreError."""
    return StationFile.open(settings.data, settings.station.id, tuple(settings.sync.sinks))
