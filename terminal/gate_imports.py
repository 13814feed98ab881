"""Imports of the tables that goods are held against, from the command line: what came of a file, ready for JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from terminal.importing import import_map
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.devices import Devices
from terminal.store.gate_importer import import_checks, import_recalls, import_tacs, import_wipes
from terminal.store.recalls import Recalls

Progress = Callable[[int], None] | None


def run_recalls(
    settings: Settings, path: Path, map_name: str | None, progress: Progress = None
) -> dict[str, Any]:
    """Import recall notices; also says how many notices the station knows then.

    Raises BadData, StoreError, OSError.
    """
    mapping, form = import_map(settings, map_name)
    with open_file(settings) as file:
        table = Recalls(file.catalogue.db, path.name)
        done = import_recalls(path, mapping, table, settings.data / "rejects", form, progress)
        return {**done.describe(), "notices": table.count()}


def run_wipes(
    settings: Settings,
    path: Path,
    map_name: str | None,
    progress: Progress = None,
    today: Callable[[], date] = lambda: datetime.now(UTC).date(),
) -> dict[str, Any]:
    """Import sanitisation records of a wipe tool; `today` says which dates are in the future.

    Raises BadData, StoreError, OSError.
    """
    mapping, form = import_map(settings, map_name)
    with open_file(settings) as file:
        table = Devices(file.catalogue.db, path.name)
        rejects = settings.data / "rejects"
        return import_wipes(path, mapping, table, rejects, today(), form, progress).describe()


def run_tacs(
    settings: Settings, path: Path, map_name: str | None, progress: Progress = None
) -> dict[str, Any]:
    """Import type allocation codes with brand and model. Raises BadData, StoreError, OSError."""
    mapping, form = import_map(settings, map_name)
    with open_file(settings) as file:
        table = Devices(file.catalogue.db, path.name)
        return import_tacs(path, mapping, table, settings.data / "rejects", form, progress).describe()


def run_checks(
    settings: Settings, path: Path, map_name: str | None, progress: Progress = None
) -> dict[str, Any]:
    """Import answers of registers of lost, stolen or locked devices. Raises BadData, StoreError, OSError."""
    mapping, form = import_map(settings, map_name)
    with open_file(settings) as file:
        table = Devices(file.catalogue.db, path.name)
        return import_checks(path, mapping, table, settings.data / "rejects", form, progress).describe()
