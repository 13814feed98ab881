"""Counting a shift: a fold of its events, from the one that opened it on, by place in the journal.

Nothing is counted by the clock, so midnight and a clock that is set back change no number. How long somebody stood
at the bench is the sum of the steps from event to event; a step back is no time, and is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from terminal.bench.arriving_events import Ruled
from terminal.bench.audit_events import AUDIT, AuditSettled
from terminal.bench.events import (
    DispositionOverridden,
    Event,
    GradeOverridden,
    Held,
    InputRefused,
    ItemIdentified,
    ItemResumed,
    Multiplied,
    Placed,
    Undone,
)
from terminal.bench.evolve import evolve
from terminal.bench.label_events import LabelsQueued
from terminal.bench.parcel_events import ParcelClosed, ParcelReceived
from terminal.bench.shift_events import ShiftOpened, SignedIn, SignedOut
from terminal.bench.state import State
from terminal.bench.stock_events import ToteHandedOver, is_load
from terminal.bench.work_events import PhotoKept, PhotoMissing
from terminal.domain.shift_report import Labels, Units

BREAK = "break"
"""Why somebody signed out who comes back."""


@dataclass(slots=True)
class UnitCount:
    """One unit as the shift leaves it."""

    fresh: bool
    """True where it got its LPN in this shift."""
    arrival: str = ""
    status: str = "open"
    grade: str | None = None
    channel: str | None = None
    tote: str | None = None
    by: str = ""
    """Who finished it."""
    asked: int = 0
    """Labels that were asked for in this shift ..."""
    first: int = 0
    """... and the first copy among them."""
    off: int = 0
    """Labels that had to come off."""
    label: int | None = None
    """The copy that counts."""
    applied: bool = False
    unproven: bool = False


@dataclass(slots=True)
class Hours:
    """An operator's time at the bench."""

    role: str
    name: str
    first: datetime
    last: datetime
    worked: timedelta = timedelta()
    breaks: int = 0
    paused: timedelta = timedelta()


@dataclass(slots=True)
class ShiftCount:
    """The running count of one shift. `state` is the bench before the next event."""

    state: State = field(default_factory=State)
    number: int = 0
    first: int = 0
    last: int = 0
    head: str = ""
    opened_at: datetime | None = None
    opened_by: str = ""
    units: dict[str, UnitCount] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    """Labels of units that were not on the bench in this shift."""
    placed: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    parcels: int = 0
    short: int = 0
    overrides: Counter[str] = field(default_factory=Counter)
    undone: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    photos: int = 0
    photos_missing: Counter[str] = field(default_factory=Counter)
    hours: dict[str, Hours] = field(default_factory=dict)
    hand_overs: int = 0
    clock_back: int = 0
    _at: datetime | None = None
    _resting: set[str] = field(default_factory=set)
    """Who is on a break."""
    _hands: str = ""
    """Who last worked on the open item."""

    def take(self, event: Event, at: datetime, seq: int, digest: str) -> None:
        """Count one event; `seq` and `digest` are its place in the journal."""
        before = self.state
        self._pass(at)
        after = self.state = evolve(before, event, at)
        self.last, self.head = seq, digest
        match event:
            case ShiftOpened():
                self.number, self.first = event.number, seq
                self.opened_at, self.opened_by = at, event.by
            case SignedIn() | SignedOut():
                self._people(event, at)
            case InputRefused():
                self.refused[event.why] += 1
            case ParcelReceived():
                self.parcels += 1
            case ParcelClosed():
                self.short += sum(one.missing for one in event.short)
            case GradeOverridden() | DispositionOverridden():
                self.overrides[event.reason] += 1
            case PhotoKept():
                self.photos += 1
            case PhotoMissing():
                self.photos_missing[event.reason] += 1
            case _:
                self._units(event, before, after)
        if after.item is not None and after.operator is not None and not isinstance(event, SignedIn):
            self._hands = after.operator

    def hours_at(self, who: str, now: datetime) -> Hours:
        """An operator's time with what has gone by since the last event."""
        mine = self.hours[who]
        more = max(timedelta(), now - (self._at or now))
        if self.state.operator == who:
            return replace(mine, worked=mine.worked + more, last=max(mine.last, now))
        return replace(mine, paused=mine.paused + more) if who in self._resting else mine

    def _units(self, event: Event, before: State, after: State) -> None:
        match event:
            case ItemIdentified():
                self.units[event.lpn] = UnitCount(fresh=True, arrival=event.arrival)
            case Multiplied():
                for unit in event.units:
                    self.units[unit.lpn] = UnitCount(fresh=True, arrival=unit.arrival)
            case ItemResumed():
                self._unit(event.lpn).status = "open"
            case LabelsQueued():
                self._labels(event, before)
            case Placed():
                self._finished(event, before, "closed")
                self.placed[event.tote] += len(event.lpns)
            case Held():
                self._finished(event, before, "held")
            case Ruled(moved=True):
                self._out(event.lpn, event.tote)
            case AuditSettled(verdict=verdict) if verdict == AUDIT:
                self._out(event.lpn, event.tote)
            case ToteHandedOver():
                self._handed_over(event)
            case Undone():
                self._undone(event, before, after)
            case _:
                pass

    def _unit(self, lpn: str) -> UnitCount:
        """The count of a unit; one of an earlier shift is begun."""
        return self.units.setdefault(lpn, UnitCount(fresh=False))

    def _labels(self, event: LabelsQueued, before: State) -> None:
        here = before.item is not None and before.item.lpn == event.lpn
        for label in event.labels:
            unit = self.units.get(label.lpn)
            if unit is None:
                self.others[label.lpn] = self.others.get(label.lpn, 0) + 1
                continue
            unit.first = unit.first or label.copy
            unit.asked += 1
            if not here:
                unit.label, unit.applied = label.copy, False

    def _finished(self, event: Placed | Held, before: State, status: str) -> None:
        item = before.item
        for lpn in event.lpns:
            unit = self._unit(lpn)
            unit.status, unit.by = status, before.operator or ""
            unit.channel = event.channel if isinstance(event, Placed) else None
            unit.tote = event.tote if isinstance(event, Placed) else None
            unit.unproven = isinstance(event, Placed) and lpn in event.unlabelled
            if item is not None:
                unit.grade = item.grade
                unit.label, unit.applied = item.labels.get(lpn), lpn in item.applied

    def _out(self, lpn: str, tote: str | None) -> None:
        """A finished unit has to wait in quarantine after all."""
        unit = self._unit(lpn)
        unit.status, unit.channel, unit.tote = "held", None, None
        if tote is not None and not is_load(tote):
            self.taken[tote] += 1

    def _handed_over(self, event: ToteHandedOver) -> None:
        """The units lie in the load from here on; what lay in the tote before this shift is counted with it."""
        self.taken[event.tote] += len(event.lpns)
        for lpn in event.lpns:
            if lpn in self.units:
                self.units[lpn].tote = event.load

    def _undone(self, event: Undone, before: State, after: State) -> None:
        self.undone[event.step] += 1
        item, now = before.item, after.item
        stays = now.lpns if now is not None else ()
        for lpn in event.labels_off:
            self._unit(lpn).off += 1
        for lpn in event.lpns:
            unit = self.units.get(lpn)
            if unit is None:
                continue
            if unit.tote is not None:
                self.placed[unit.tote] -= 1
            unit.tote, unit.channel, unit.by, unit.unproven = None, None, "", False
            if lpn in stays:
                unit.status = "open"
            elif item is not None and item.resumed is not None and item.lpn == lpn:
                unit.status, unit.label, unit.applied = "held", item.resumed.copies, False
            else:
                unit.status = "void"

    def _people(self, event: SignedIn | SignedOut, at: datetime) -> None:
        who = event.operator
        if isinstance(event, SignedOut):
            if event.why == BREAK and who in self.hours:
                self.hours[who].breaks += 1
                self._resting.add(who)
            return
        self._resting.discard(who)
        mine = self.hours.setdefault(who, Hours(event.role, event.name, at, at))
        mine.role, mine.name, mine.last = event.role, event.name, at
        if self.state.item is not None and self._hands not in ("", who):
            self.hand_overs += 1

    def _pass(self, at: datetime) -> None:
        """Time goes on to `at`, for who is at the bench and for who is on a break."""
        since = self._at
        self._at = at
        if since is None:
            return
        step = at - since
        if step < timedelta():
            self.clock_back += 1
            step = timedelta()
        mine = self.hours.get(self.state.operator or "")
        if mine is not None:
            mine.worked += step
            mine.last = at
        for who in self._resting:
            self.hours[who].paused += step


def items_of(count: ShiftCount) -> Units:
    """Units by where they ended."""
    states = Counter(unit.status for unit in count.units.values())
    fresh = sum(unit.fresh and unit.status != "void" for unit in count.units.values())
    carried = sum(not unit.fresh and unit.status != "void" for unit in count.units.values())
    return Units(fresh, carried, states["closed"], states["held"], states["open"], states["void"])


def labels_of(count: ShiftCount, printed: Mapping[str, int]) -> Labels:
    """Labels by what became of them; `printed` are the counts that the printer's queue has."""
    found: Counter[str] = Counter()
    item = count.state.item
    for lpn, unit in count.units.items():
        found["asked"] += unit.asked
        if unit.status == "void":
            found["voided"] += unit.asked
            continue
        label, applied = unit.label, unit.applied
        if unit.status == "open" and item is not None:
            label, applied = item.labels.get(lpn), lpn in item.applied
        counts = unit.asked > 0 and label is not None and label >= unit.first
        found["voided"] += unit.off
        found["copies"] += unit.asked - unit.off - counts
        if counts:
            found[_fate(unit, applied)] += 1
    for asked in count.others.values():
        found.update({"asked": asked, "passed": 1, "copies": asked - 1})
    return Labels(**{**found, **printed})


def _fate(unit: UnitCount, applied: bool) -> str:
    if applied:
        return "applied"
    if unit.status == "open":
        return "waiting"
    return "unproven" if unit.unproven else "passed"
