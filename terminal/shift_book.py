"""The shift's book: its journal counted as it grows, and the report of it or of any shift before.

The count goes on from where it was left, so that asking again in the middle of a long shift costs only what came
since. What a closed shift was closed with is read from the journal and never counted anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from terminal.bench.codec import decode
from terminal.bench.shift_count import ShiftCount
from terminal.bench.shift_sheet import Job, Standing, Stored, sheet
from terminal.bench.wire import Recorded, revive
from terminal.domain.holds import hold_figures
from terminal.domain.shift_report import HoldFigures, ShiftReport, SinkFigures, ToteFigures
from terminal.domain.speech import _
from terminal.domain.suggest import BadData
from terminal.segments import base_state
from terminal.settings import Settings
from terminal.store.shift_tables import Place, ShiftTables
from terminal.store.station_file import StationFile
from terminal.store.stock import Stock


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed shift: its report, the event that closed it, and which units it put into which tote."""

    report: ShiftReport
    event: Recorded
    contents: dict[str, list[str]]


class ShiftBook:
    """Counts the last shift of one station file. Used in one thread."""

    def __init__(
        self,
        file: StationFile,
        holds: Callable[[], tuple[HoldFigures, ...]] = lambda: (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`holds` are the units that wait in quarantine now, longest first."""
        self._clock = clock
        self._file = file
        self._tables = ShiftTables(file.catalogue.db)
        self._holds = holds
        self._count = ShiftCount()
        self._place: Place | None = None

    def report(self) -> ShiftReport:
        """The shift so far (the X report): what is on disk at this moment. Raises BadData without a shift."""
        count = self._counted()
        return sheet(count, self._standing(count), self._file.identity.station, self._clock())

    def contents(self) -> dict[str, list[str]]:
        """The units that the last shift put into each tote and that still lie there."""
        return contents(self._counted())

    def closed(self, number: int | None = None) -> Closed:
        """A closed shift (the Z report), by default the last. Raises BadData where there is no such Z report."""
        wanted = self._tables.last_closed() if number is None else number
        place = None if wanted is None else self._tables.place(wanted)
        if wanted is None or place is None or place.closed is None:
            raise BadData([self._no_z(number)])
        count = self._fold(ShiftCount(), place.opened, place.closed)
        (event,) = self._file.journal.between(place.closed, place.closed)
        kept = event.body.get("report")
        if kept is not None:
            report: ShiftReport = decode(ShiftReport, dict(kept))
        else:
            report = sheet(count, self._standing(count), event.station, event.at)
        return Closed(report, event, contents(count))

    def _no_z(self, number: int | None) -> str:
        last = self._tables.place()
        if number is None and last is not None:
            return _("Shift {shift} is still open: a Z report is made when it is closed.").format(
                shift=last.number
            )
        if number is None:
            return _("No shift was ever closed here.")
        told = _("There is no Z report {number} here: no shift of this number was closed in this journal.")
        return told.format(number=number)

    def _counted(self) -> ShiftCount:
        place = self._tables.place()
        if place is None and not self._file.journal.head().seq:
            raise BadData([_("No shift was ever opened here.")])
        if self._place is None or place is None or place.number != self._place.number:
            self._count = ShiftCount()
            if place is None:
                self._count.state = base_state(self._file.journal)
        self._place = place
        return self._fold(self._count, place.opened if place is not None else 1, None)

    def _fold(self, count: ShiftCount, first: int, last: int | None) -> ShiftCount:
        """Count on, up to an event (None: all of the journal)."""
        for one in self._file.journal.events(max(count.last, first - 1)):
            if last is not None and one.seq > last:
                break
            count.take(revive(one.kind, one.body), one.at, one.seq, one.hash)
        return count

    def _standing(self, count: ShiftCount) -> Standing:
        lpns = list(count.units)
        tables, file = self._tables, self._file
        totes = tuple(
            ToteFigures(tote.tote, tote.channel or "", tote.state, units=tote.units, items=tote.items)
            for tote in Stock(file.catalogue.db).totes()
        )
        sinks = []
        for name in file.sinks:
            state = file.outbox.state(name)
            error = state.last_error if state.pending else None
            sinks.append(SinkFigures(name, state.pending, state.dead, error or ""))
        return Standing(
            items={lpn: Stored(status, grade, tote) for lpn, status, grade, tote in tables.items(lpns)},
            jobs=tuple(Job(*row) for row in tables.jobs([*lpns, *count.others])),
            totes=totes,
            holds=self._holds(),
            sinks=tuple(sinks),
        )


def contents(count: ShiftCount) -> dict[str, list[str]]:
    """The units that a shift put into each tote, as it left them."""
    found: dict[str, list[str]] = {}
    for lpn, unit in count.units.items():
        if unit.tote is not None:
            found.setdefault(unit.tote, []).append(lpn)
    return dict(sorted(found.items()))


def held_now(file: StationFile, now: datetime, settings: Settings) -> tuple[HoldFigures, ...]:
    """The units in quarantine, longest first, with the days that the site gives each reason."""
    return tuple(
        hold_figures(
            one.lpn,
            one.title,
            one.reason,
            one.since,
            one.owner,
            one.due,
            now,
            settings.holds.due_days,
            settings.holds.days,
        )
        for one in Stock(file.catalogue.db).waiting()
    )
