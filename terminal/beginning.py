"""A new journal is begun once the present one is `privacy.journal_days` old, so that the old one can be forgotten.

It is begun by the road of `regrade reset`; what no journal has is then carried over: the catalogue, recalls, and
announcements of returns that did not come yet. Without recalls the bench would be a danger the next morning, so a
beginning that was cut off is finished by the next one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from terminal.domain.suggest import BadData
from terminal.file_swap import ASIDE
from terminal.folding import fold_journal
from terminal.own_file import open_file
from terminal.present_file import owed_by_ended
from terminal.restoring import reset
from terminal.segments import earlier
from terminal.settings import Settings
from terminal.store.connection import read, run, transaction
from terminal.store.errors import StoreError
from terminal.store.station_file import NAME, StationFile
from terminal.store.whole_file import whole_file

NOTE = "beginning"
"""File of the data folder that names the journal (epoch) after which a new one is being begun."""
CARRIED = {
    "product": "1",
    "recall": "1",
    "recall_key": "1",
    "recall_word": "1",
    "tac": "1",
    "manifest": "rma not in (select rma from ended.parcel where rma is not null and status <> 'void')",
}
"""Table -> which rows of it go on in the new file."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Begun:
    """Whether a new journal was begun (or would be), and why one that is due was not."""

    journal_begun: bool = False
    journal_waits: str = ""
    aside: str | None = None
    """Folder with the journal that ended."""

    def plain(self) -> dict[str, Any]:
        """What `regrade purge` prints of it."""
        return asdict(self)


def begin_anew(settings: Settings, now: datetime, dry: bool = False) -> Begun:
    """Begin a new journal where the present one is old enough and nothing stands in the way; `dry` only tells.

    The age of a journal that goes on from others is that of the first of them. Raises StoreError (a bench is open,
    the file can't be read), OSError.
    """
    days = settings.privacy.journal_days
    if not days or not (settings.data / NAME).exists():
        return Begun()
    if not dry:
        _finish(settings)
    with open_file(settings) as file:
        first = _first(settings, file)
        if first is None or first >= now - timedelta(days=days):
            return Begun()
        ways = _in_the_way(settings, file)
        epoch = file.identity.epoch
    if ways:
        return Begun(journal_waits=_waits(first, days, "; ".join(ways)))
    if dry:
        return Begun(True)
    with whole_file(settings.data / NOTE) as note:
        note.write(epoch.encode())
    try:
        told = reset(settings)
    except BadData as problem:
        return Begun(journal_waits=_waits(first, days, str(problem)))
    finally:
        _finish(settings)
    return Begun(True, aside=told["aside"])


def _waits(first: datetime, days: int, what: str) -> str:
    return (
        f"The journal began on {first:%Y-%m-%d} and is to end after {days:,} days, but a new one was not begun: "
        f"{what}. It is tried again with the next purge."
    )


def _first(settings: Settings, file: StationFile) -> datetime | None:
    """When the first event of the journal, or of the first one that it goes on from, was made."""
    firsts = [event.at for event in file.journal.between(1, 1)]
    with suppress(StoreError):  # one that is not there any more makes the journal no older
        for before in earlier(settings.data, settings.station.id, file.journal):
            firsts += [event.at for event in before.journal.between(1, 1)]
    return min(firsts, default=None)


def _in_the_way(settings: Settings, file: StationFile) -> list[str]:
    """What has to be done before a journal may end, each in words."""
    found = []
    ended = owed_by_ended(settings)
    for sink in file.sinks:
        if count := file.outbox.state(sink).pending + ended.get(sink, 0):
            found.append(f"{count:,} events wait for {sink} (regrade sync)")
    state = fold_journal(file.journal)
    if state.shift is not None:
        found.append(f"shift {state.shift} is open")
    if state.parcel is not None or state.item is not None or state.audit is not None:
        found.append("a parcel or an item is open on the bench")
    lpns = [
        row[0] for row in read(file.db, "select lpn from item where status in ('open', 'held') order by lpn")
    ]
    if lpns:
        found.append(
            f"{len(lpns):,} items are on the bench or in quarantine ({', '.join(lpns[:SHOWN])}"
            f"{', ...' if len(lpns) > SHOWN else ''})"
        )
    return found


def _finish(settings: Settings) -> None:
    """Carry over what the new file has to have, where a beginning was noted; then forget the note."""
    note = settings.data / NOTE
    if not note.exists():
        return
    epoch = note.read_text("ascii", errors="replace").strip()
    with open_file(settings) as file:
        if file.identity.epoch != epoch:
            for path in sorted((settings.data / ASIDE).glob(f"*/{NAME}"), reverse=True):
                with suppress(StoreError), StationFile.open(path.parent, settings.station.id) as ended:
                    if ended.identity.epoch == epoch:
                        _carry(ended, file)
                        break
    note.unlink()


def _carry(ended: StationFile, file: StationFile) -> None:
    """Copy the rows that go on; rows that are there already stay as they are."""
    db = file.catalogue.db
    run(db, "attach database ? as ended", (str(ended.path),))
    try:
        with transaction(db):
            for table, which in CARRIED.items():
                names = ", ".join(row[1] for row in read(db, f"pragma main.table_info({table})"))
                run(
                    db,
                    f"insert or ignore into main.{table}({names}) select {names} from ended.{table} where {which}",
                )
    finally:
        run(db, "detach database ended")
