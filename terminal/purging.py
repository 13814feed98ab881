"""`regrade purge`: what may be about a customer is kept for as long as the config says, and no longer.

The journal is written first: it says what is removed, by counts and by the hashes of the photos, so that a photo
that is missing for this reason is never taken for a loss. A purge that was cut off is finished by the next one.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from terminal.assembly import Assembly
from terminal.bench.staffing import purged
from terminal.cameras import photo_store
from terminal.domain.suggest import BadData
from terminal.photos import PhotoStore
from terminal.settings import Settings
from terminal.store.retention import Retention

REJECTS = "rejects"
PHOTOS_AN_EVENT = 1_000
"""Photos that one event names at most: an event travels whole."""


def purge(whole: Assembly, now: datetime, dry: bool = False) -> dict[str, Any]:
    """Remove what is older than `[privacy]` allows; what `regrade purge` prints. `dry` only counts it.

    Photos stay until every sink has what the journal says of them. Raises BadData, StoreError, OSError.
    """
    settings, file = whole.settings, whole.file
    days = settings.privacy
    retention = Retention(file.catalogue.db)
    returns = retention.returns(_before(now, days.returns_days)) if days.returns_days else ()
    rejects = _old_rejects(settings, _before(now, days.rejects_days)) if days.rejects_days else ()
    waiting = sum(file.outbox.state(name).pending for name in file.sinks)
    photos = retention.photos(_before(now, days.photos_days)) if days.photos_days else None
    due = sorted(photos.due) if photos is not None else []
    told = {
        "returns": len(returns),
        "photos": 0 if waiting else len(due),
        "photos_waiting": len(due) if waiting else 0,
        "rejects": len(rejects),
        "dry_run": dry,
    }
    if dry:
        return told
    if waiting:
        due = []
    if returns or rejects or due:
        _write_down(whole, len(returns), len(rejects), due)
    retention.clear_returns(returns)
    for path in rejects:
        with suppress(FileNotFoundError):
            path.unlink()
    _remove(photo_store(settings), {*due, *(photos.purged if photos is not None else ())})
    return told


def _write_down(whole: Assembly, returns: int, rejects: int, photos: list[str]) -> None:
    """Say what is to go, in events that are no larger than a batch. Raises BadData where that can't be written."""
    for start in range(0, max(len(photos), 1), PHOTOS_AN_EVENT):
        first = not start
        outcome = purged(returns * first, rejects * first, tuple(photos[start : start + PHOTOS_AN_EVENT]))
        if whole.station.commit(outcome).refused:
            raise BadData(["The journal could not be written, so nothing was removed."])


def _before(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def _old_rejects(settings: Settings, before: datetime) -> tuple[Path, ...]:
    """Files of rejected rows: they hold whole rows of what was imported, whatever stood in them."""
    folder = settings.data / REJECTS
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple(
        path
        for path in found
        if path.is_file()
        and not path.is_symlink()
        and datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
    )


def _remove(store: PhotoStore, hashes: set[str]) -> None:
    for sha256 in sorted(hashes):
        store.remove(sha256)
