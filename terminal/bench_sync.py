"""The sync as the bench has it: the pushing thread, the look at the outbox, and the end of a shift.

A shift is closed by the station; here its events are first sent. Meanwhile the bench works on: any other input
keeps the shift open, and the press that closes it at last is handed in like one of a person.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from terminal.bench.given import Given, Press
from terminal.segments import late, push_segments
from terminal.settings import Settings
from terminal.store.station_file import StationFile
from terminal.sync.result import Result
from terminal.sync.sentences import as_made, in_a_row
from terminal.sync.sink import Sink
from terminal.sync.worker import PHOTOS, PULL, SyncWorker
from terminal.sync_said import SinkSeen, last_word, said, sending
from terminal.sync_watch import SyncWatch
from terminal.syncing import make_photo_sender, make_sinks
from terminal.ui.port import DeviceLine, DeviceState


class BenchSync:
    """Pushes while the bench is open, and says how that goes. `line` answers from memory, for any thread."""

    def __init__(
        self,
        settings: Settings,
        file: StationFile,
        also: Callable[[StationFile], object] = lambda file: None,
    ) -> None:
        """`file` is the bench's own, asked only in its thread; `also` is done beside the sinks, in another."""
        self._file = file
        self._after = settings.sync.after_items
        self._unsent = 0
        self._deliver: Callable[[Press], object] | None = None
        self._total: int | None = None
        """Events that waited when the shift was to be closed; None: it is not to be closed."""
        self._press = Press("shift_close")
        """The one press that is handed in from here, known by being this very value."""
        self._handed = False
        self._ended: int | None = None
        """Events of the shift that was just closed."""

        def open_file() -> StationFile:
            return StationFile.open(settings.data, settings.station.id, file.sinks)

        self._ending = threading.Event()
        sender = make_photo_sender(settings, self._ending.is_set)
        self._worker = SyncWorker(
            open_file,
            make_sinks(settings),
            settings.sync.every_seconds,
            lambda results: self._watch.look_now(),
            also=self._beside,
            photos=sender.send if sender is not None else None,
        )
        self._also = also
        self._settings = settings
        self._ended_owe = True
        """Whether a journal that came to an end may still owe something."""
        self._ended_sinks: tuple[Sink, ...] = ()
        """Sinks of their own, kept from round to round: some remember what they handed over."""
        self._ended_reasons: Mapping[str, str] = {}
        """Why ended journals could not be sent in the last round: English -> as it was made."""
        self._watch = SyncWatch(open_file, self._looked)

    def hand_to(self, deliver: Callable[[Press], object]) -> None:
        """Say where the press goes that closes a shift once everything is sent."""
        self._deliver = deliver

    def start(self) -> None:
        """Begin to push and to look."""
        self._ending.clear()
        self._worker.start()
        self._watch.start()

    def stop(self) -> None:
        """End all threads after the batch, or the photo, in hand."""
        self._ending.set()
        self._worker.stop()
        self._watch.stop()

    def pending(self) -> Mapping[str, int]:
        """Sink -> events that wait, read now, in the bench's thread."""
        return {name: self._file.outbox.state(name).pending for name in self._file.sinks}

    def outdated(self, given: Given) -> bool:
        """True for the press that was handed in here after somebody did something else."""
        return given is self._press and self._total is None

    def after(self, kinds: Collection[str], closing: bool) -> None:
        """Take notice of an input: the kinds of its events, and whether the shift waits to be closed."""
        self._unsent += list(kinds).count("placed")
        closed = "shift_closed" in kinds
        if closed:
            since = self._file.queries.totals().since
            self._ended = self._file.journal.head().seq - max(since, 1) + 1
        elif kinds:
            self._ended = None
        if not closing:
            self._total = None
        elif self._total is None:
            self._total = max(self.pending().values(), default=0)
        self._handed = False
        if closed or closing or self._unsent >= self._after:
            self._unsent = 0
            self._worker.wake(force=closed or closing)
        self._watch.look_now()

    def line(self) -> DeviceLine:
        """The sync's line with its notice, from memory."""
        sinks, now = tuple(map(self._with_reason, self._watch.seen)), datetime.now(UTC)
        total, ended = self._total, self._ended
        told = said(sinks, now, self._warnings())
        state = cast(DeviceState, told.state if self._worker.alive else "lost")
        notice = told.notice
        if total is not None:
            notice = sending(sinks, total)
        elif ended is not None and sinks:
            notice = last_word(sinks, ended)
        return DeviceLine("SYNC", state, told.text, told.waiting, notice)

    def _beside(self, file: StationFile) -> Result | None:
        """In a thread of its own: `also`, and what ended journals still owe, whatever becomes of the former."""
        try:
            self._also(file)
        finally:
            owed = self._push_ended() if self._ended_owe else {}
        return Result(PULL, 0, 0, 0, 0, in_a_row(*owed.values())) if owed else None

    def _push_ended(self) -> Mapping[str, str]:
        """Send what ended journals owe, until that is nothing; what stands in the way, by sink."""
        data, station = self._settings.data, self._settings.station.id
        self._ended_sinks = self._ended_sinks or make_sinks(self._settings)
        results = push_segments(data, station, self._ended_sinks, force=False, stopped=self._ending.is_set)
        self._ended_owe = self._ending.is_set() or any(one.pending or one.error for one in results)
        made = [as_made(one.error, self._ended_reasons.get(one.error or "")) for one in results]
        self._ended_reasons = {error: error for error in made if error}
        return late([replace(one, error=error) for one, error in zip(results, made, strict=True)])

    def _with_reason(self, one: SinkSeen) -> SinkSeen:
        """A sink with its error as the last round made it."""
        last = self._worker.results.get(one.name)
        return one if last is None else replace(one, error=as_made(one.error, last.error))

    def _looked(self) -> None:
        """In the watch's thread: everything is sent, so the shift can be closed."""
        sinks: tuple[SinkSeen, ...] = self._watch.seen
        if self._total is None or self._handed or self._deliver is None:
            return
        if not any(one.pending for one in sinks):
            self._handed = True
            self._deliver(self._press)

    def _warnings(self) -> list[str]:
        """What the last rounds found that is no failure, such as a wrong clock; each once."""
        results = self._worker.results
        found = [one.warning for one in results.values()]
        beside = [results[name] for name in (PULL, PHOTOS) if name in results]
        if not any(one.error for one in results.values() if one not in beside):
            found += [one.error for one in beside]
        return list(dict.fromkeys(sentence for sentence in found if sentence))
