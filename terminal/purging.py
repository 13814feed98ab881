"""`regrade purge`: what may be about a customer is kept for as long as the config says, and no longer.

The journal is written first: it says what is removed, by counts, by the hashes of the photos and by the folders of
ended journals, so that a photo that is missing for this reason is never taken for a loss. A purge that was cut off
is finished by the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from terminal.assembly import Assembly
from terminal.bench.staffing import purged
from terminal.cameras import photo_store
from terminal.domain.suggest import BadData
from terminal.ended_journals import Survey, journals_called_removed, photos_named, remove_journals, survey
from terminal.photos import PhotoStore
from terminal.settings import Settings
from terminal.store.retention import OldPhotos, Retention
from terminal.store.station_file import StationFile

REJECTS = "rejects"
PHOTOS_AN_EVENT = 1_000
"""Photos that one event names at most: an event travels whole."""


@dataclass(frozen=True, slots=True)
class Photos:
    """Photos by their hashes: what goes now, what waits for sinks, what was called removed before."""

    due: frozenset[str]
    waiting: frozenset[str]
    left: frozenset[str]


def purge(whole: Assembly, now: datetime, dry: bool = False) -> dict[str, Any]:
    """Remove what is older than `[privacy]` allows; what `regrade purge` prints. `dry` only counts it.

    Photos stay until every sink has what the journal says of them. Journals that ended are looked through like the
    present one, and go as a whole when their own time is over. Raises BadData, StoreError, OSError.
    """
    settings, file = whole.settings, whole.file
    days = settings.privacy
    with ExitStack() as stack:
        found = survey(stack, settings, file, _before(now, days.journal_days) if days.journal_days else None)
        tables = [Retention(file.catalogue.db), *(Retention(one.file.catalogue.db) for one in found.stays)]
        before = _before(now, days.returns_days)
        returns = [one.returns(before) if days.returns_days else () for one in tables]
        rejects = _old_rejects(settings, _before(now, days.rejects_days)) if days.rejects_days else ()
        photos = _photos(file, found, _before(now, days.photos_days) if days.photos_days else None)
        journals = tuple(one.name for one in found.over)
        told: dict[str, Any] = {
            "returns": len(set().union(*returns)),
            "photos": len(photos.due),
            "photos_waiting": len(photos.waiting),
            "rejects": len(rejects),
            "journals": list(journals),
            "journals_stay": list(found.why),
            "dry_run": dry,
        }
        if dry:
            return told
        if told["returns"] or rejects or photos.due or journals:
            _write_down(whole, told["returns"], len(rejects), sorted(photos.due), journals)
        for one, rmas in zip(tables, returns, strict=True):
            one.clear_returns(rmas)
    for path in rejects:
        with suppress(FileNotFoundError):
            path.unlink()
    _remove(photo_store(settings), {*photos.due, *photos.left})
    remove_journals(settings.data, journals_called_removed(file))
    return told


def _photos(file: StationFile, found: Survey, before: datetime | None) -> Photos:
    """The photos of journals that go, and those that are old enough; never one that a journal still needs."""
    gone: set[str] = set()
    waiting: set[str] = set()
    needed: set[str] = set()
    left = set(Retention(file.db).purged_photos())
    for one in found.over:
        gone |= photos_named(one.file)
        left |= Retention(one.file.db).purged_photos()
    late = any(file.outbox.state(name).pending for name in file.sinks)
    for journal, owes in [(file, late), *((one.file, bool(one.owed)) for one in found.stays)]:
        retention = Retention(journal.db)
        old = retention.photos(before) if before is not None else OldPhotos(frozenset(), frozenset())
        (waiting if owes else gone).update(old.due)
        needed |= photos_named(journal) - old.due - old.purged
        left |= retention.purged_photos()
    waiting -= needed
    return Photos(frozenset(gone - waiting - needed - left), frozenset(waiting), frozenset(left - needed))


def _write_down(
    whole: Assembly, returns: int, rejects: int, photos: list[str], journals: tuple[str, ...]
) -> None:
    """Say what is to go, in events that are no larger than a batch. Raises BadData where that can't be written.

    Journals stand in the last one: by then all of their photos are named.
    """
    starts: Sequence[int] = range(0, max(len(photos), 1), PHOTOS_AN_EVENT)
    for start in starts:
        first, last = not start, start == starts[-1]
        outcome = purged(
            returns * first,
            rejects * first,
            tuple(photos[start : start + PHOTOS_AN_EVENT]),
            journals if last else (),
        )
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
