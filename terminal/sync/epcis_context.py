"""What of the journal has to be known before an event can be told: everything since its shift began.

A shift opens on an empty bench, and no undo reaches back over that. So a batch from the middle of a journal of
years is told the same as if all of it had been read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from terminal.bench.wire import Recorded
from terminal.store.connection import open_database, read
from terminal.store.ended import segment_folders
from terminal.store.journal import Journal
from terminal.store.station_file import NAME
from terminal.sync.epcis import Story, Unreadable, tell
from terminal.sync.epcis_ids import Site

SHIFT = "select max(seq) from event where kind = 'shift_opened' and seq <= ?"


def since_shift(journal: Journal, first: int) -> Iterator[Recorded]:
    """The events of the shift in which `first` happened, up to but without it."""
    ((opened,),) = read(journal.db, SHIFT, (first,))
    for recorded in journal.events((opened or 1) - 1):
        if recorded.seq >= first:
            return
        yield recorded


def shift_of(data: Path, first: Recorded) -> Iterator[Recorded]:
    """The same from the journal in a data folder that has this very event, over a connection of its own.

    That is the one which is written, or one that came to an end and still owes events. Raises StoreError.
    """
    for folder in (data, *segment_folders(data)):
        journal = Journal(open_database(folder / NAME))
        try:
            if journal.hash_at(first.seq) == first.hash:
                yield from since_shift(journal, first.seq)
                return
        finally:
            journal.close()


def story_of(events: Iterable[Recorded], site: Site) -> Story:
    """The story after events that were told before; one that can't be read is passed over, as it was then."""
    story = Story()
    for recorded in events:
        try:
            story, _ = tell(story, recorded, site)
        except Unreadable:
            continue
    return story
