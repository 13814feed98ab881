"""Units of the past from the command line: what came of a file, ready for JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from terminal.domain.suggest import BadData
from terminal.figures import bring_up
from terminal.importing import import_map
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.connection import read
from terminal.store.history_importer import History, import_history
from terminal.store.locks import StationLock
from terminal.store.unit_follow import catch_up


def run_history(
    settings: Settings,
    path: Path,
    map_name: str | None,
    add: bool = False,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Import a file of past units and give what `regrade import history` prints.

    Beside the counts of every import: units that were new, corrected, known already, and items of this bench that
    were left as they are. Refused while a bench is open, and, without `add`, where the bench has items of its own.
    Raises BadData, StoreError, OSError.
    """
    mapping, form = import_map(settings, map_name)
    currency = settings.station.currency
    with (
        StationLock(settings.data),
        open_file(settings) as file,
    ):
        own = read(file.db, "select count(*) from item where status <> 'void'")[0][0]
        if own and not add:
            raise BadData(
                [
                    f"This station has {own:,} items of its own, and the past belongs into an empty data folder. "
                    "Give another folder with --data, or say --add to have both counted together."
                ]
            )
        bring_up(file, currency, sums=False)
        history = History(file.journal, path.name, currency)
        done = import_history(path, mapping, history, settings.data / "rejects", form=form, progress=progress)
        catch_up(file.db, currency)
    return {
        **done.describe(),
        "new": history.new,
        "corrected": history.corrected,
        "known": history.known,
        "live": history.live,
    }
