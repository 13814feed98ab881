"""The station file that is there before another takes its place: what waits in it, and the right to replace it.

Events that wait in it are nowhere else, so it is replaced only on the word of a person that says how many they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from terminal.backups import Copy
from terminal.bench.state import State
from terminal.domain.suggest import BadData
from terminal.folding import fold_journal
from terminal.own_file import open_file
from terminal.segments import owed
from terminal.settings import Settings
from terminal.store.connection import read
from terminal.store.errors import StoreError
from terminal.store.locks import FileUse, StationLock
from terminal.store.outbox import COLUMNS
from terminal.store.people import Everybody
from terminal.store.station_file import NAME, StationFile

UNKNOWN = "unknown events"
"""The word for a file that can't be read."""


@dataclass(frozen=True, slots=True)
class Present:
    """What is known of the file that is to be replaced; no state where there is none or it can't be read."""

    there: bool
    state: State | None = None
    cuts: tuple[tuple[str, int], ...] = ()
    """Sink and how far it was served, where the file goes on from the very journal of the backup; else empty."""
    spans: tuple[tuple[Any, ...], ...] = ()
    """What of that is still open (rows of the outbox)."""
    people: Everybody | None = None
    """Who may sign in by its word: newer than any backup's."""


Look = Callable[[str, str | None, Copy | None], Present]
"""(what is to be done, the word given, the backup that is to come) -> what is known of the file that is there."""


@contextmanager
def alone(settings: Settings) -> Iterator[Look]:
    """The right to replace the file: no bench is open, and nobody has the file open. Gives a look at the file."""
    lock = StationLock(settings.data)
    lock.acquire()
    use = FileUse(settings.data)
    try:

        def present_of(what: str, word: str | None, copied: Copy | None) -> Present:
            found = _present(settings, what, word, copied)
            if not use.take(wait=0.0) or not use.alone:
                raise BadData(
                    [f"Another program has {settings.data / NAME} open. Close it, then {what} again."]
                )
            return found

        yield present_of
    finally:
        use.release()
        lock.release()


def queue_is_empty(settings: Settings) -> tuple[bool, str]:
    """Whether everything has left this station, and the sentence why an update, a reset or a new disk must wait.

    Makes no file. Raises StoreError where the file can't be read.
    """
    if not (settings.data / NAME).exists():
        return True, "No station file yet: nothing waits."
    with open_file(settings) as file:
        counts = {name: file.outbox.state(name).pending for name in file.sinks}
    ended = owed_by_ended(settings)
    counts = {name: count + ended.get(name, 0) for name, count in counts.items()}
    late = {name: count for name, count in counts.items() if count}
    if not late:
        return True, "Everything has left this station: it may be updated, reset or replaced."
    what = ", ".join(f"{count:,} for {name}" for name, count in late.items())
    return False, (
        f"Do not update, reset or replace this station yet: events wait here and nowhere else ({what}). Run "
        "regrade sync first."
    )


def owed_by_ended(settings: Settings) -> dict[str, int]:
    """Sink -> events that ended journals of this station still owe it."""
    return dict(owed(settings.data, settings.station.id, tuple(settings.sync.sinks)))


def _present(settings: Settings, what: str, word: str | None, copied: Copy | None) -> Present:
    """The file that is there now. Raises BadData where events in it wait and nobody gave the word for that."""
    path = settings.data / NAME
    if not path.exists():
        return Present(False)
    sinks = tuple(settings.sync.sinks)
    try:
        with StationFile.open(settings.data, settings.station.id, sinks) as file:
            waiting = {name: file.outbox.state(name).pending for name in sinks}
            served = _served(file, copied)
            present = Present(True, fold_journal(file.journal), *served, file.people.whole())
    except (StoreError, ValueError) as error:
        if word != UNKNOWN:
            raise BadData(
                [
                    f"{path} can't be read, so nobody knows what waits in it: {error}",
                    f'It is kept aside. To go on all the same: regrade {what} --lose-pending "{UNKNOWN}".',
                ]
            ) from error
        return Present(True)
    most = max(waiting.values(), default=0)
    wanted = f"{most} events"
    if most and word != wanted:
        late = ", ".join(f"{count:,} for {name}" for name, count in waiting.items() if count)
        said = f' You said "{word[:40]}".' if word else ""
        raise BadData(
            [
                f"Events wait in {path} and are nowhere else: {late}.{said} Run regrade sync first.",
                f'To leave them aside all the same: regrade {what} --lose-pending "{wanted}".',
            ]
        )
    return present


def _served(file: StationFile, copied: Copy | None) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """How far each sink was served of the events that the backup has, by a file that has these events too."""
    if copied is None or (file.identity.epoch, file.journal.hash_at(copied.events)) != (
        copied.identity.epoch,
        copied.head,
    ):
        return (), ()
    last = copied.events
    cuts = read(file.db, "select name, min(cut, ?) from sink", (last,))
    sql = f"select {COLUMNS} from outbox where first <= ? order by sink, first"
    spans = [(sink, first, min(to, last), *rest) for sink, first, to, *rest in read(file.db, sql, (last,))]
    return tuple(tuple(row) for row in cuts), tuple(spans)
