"""The report of a shift, put together: what the journal counted, laid beside what the tables of the file say now.

The two are made by different code, so where they differ something is wrong, and the report says what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from terminal.bench.rows import stamp
from terminal.bench.shift_count import ShiftCount, items_of, labels_of
from terminal.domain.shift_report import (
    MOST_HOLDS,
    Difference,
    HoldFigures,
    OperatorFigures,
    ShiftReport,
    SinkFigures,
    ToteFigures,
    differences,
)


@dataclass(frozen=True, slots=True)
class Job:
    """A label in the printer's queue: `state` is what the printing thread knows of it."""

    lpn: str
    copy: int
    state: str
    wanted: bool
    applied: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """A unit as the table of items has it."""

    status: str
    grade: str | None
    tote: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the tables of the station file say at the moment of a report."""

    items: Mapping[str, Stored] = field(default_factory=dict)
    """The units that the shift touched."""
    jobs: Sequence[Job] = ()
    """The labels of those units."""
    totes: Sequence[ToteFigures] = ()
    holds: Sequence[HoldFigures] = ()
    """Longest first."""
    sinks: Sequence[SinkFigures] = ()


def sheet(count: ShiftCount, standing: Standing, station: str, made_at: datetime) -> ShiftReport:
    """The report of a shift so far."""
    units = count.units.values()
    closed = [unit for unit in units if unit.status == "closed"]
    arrivals = (unit.arrival for unit in units if unit.fresh and unit.status != "void")
    report = ShiftReport(
        station=station,
        shift=count.number,
        opened_at=_stamp(count.opened_at),
        opened_by=count.opened_by,
        made_at=_stamp(made_at),
        first=count.first,
        last=count.last,
        head=count.head,
        items=items_of(count),
        grades=_ordered(Counter(unit.grade or "-" for unit in closed)),
        channels=_ordered(Counter(unit.channel or "-" for unit in closed)),
        arrivals=_ordered(Counter(arrivals)),
        parcels=count.parcels,
        short=count.short,
        labels=labels_of(count, _printed(count, standing.jobs)),
        totes=_totes(count, standing.totes),
        holds=tuple(standing.holds[:MOST_HOLDS]),
        waiting=len(standing.holds),
        overdue=sum(one.overdue for one in standing.holds),
        overrides=_ordered(count.overrides),
        undone=_ordered(count.undone),
        refused=_ordered(count.refused),
        photos=count.photos,
        photos_missing=_ordered(count.photos_missing),
        operators=tuple(_operator(who, count, made_at) for who in sorted(count.hours)),
        hand_overs=count.hand_overs,
        clock_back=count.clock_back,
        sinks=tuple(standing.sinks),
    )
    return replace(report, differences=(*differences(report), *_stored(count, standing.items)))


def _printed(count: ShiftCount, jobs: Sequence[Job]) -> dict[str, int]:
    """The labels of this shift by what the printing thread knows of them."""
    found = Counter(
        _fate(job)
        for job in jobs
        if (unit := count.units.get(job.lpn)) is not None and 0 < unit.first <= job.copy
    )
    elsewhere = [job for job in jobs if job.lpn in count.others]
    for lpn, asked in count.others.items():
        newest = sorted((job for job in elsewhere if job.lpn == lpn), key=lambda job: job.copy)[-asked:]
        found.update(_fate(job) for job in newest)
    return dict(found)


def _fate(job: Job) -> str:
    if job.applied or job.state in ("sent", "confirmed"):
        return "printed"
    if not job.wanted:
        return "withdrawn" if job.state in ("queued", "failed") else "printed"
    return "in_doubt" if job.state == "unknown" else "unprinted"


def _totes(count: ShiftCount, totes: Sequence[ToteFigures]) -> tuple[ToteFigures, ...]:
    found = {tote.tote: tote for tote in totes}
    for code in (*count.placed, *count.taken):
        found.setdefault(code, ToteFigures(code))
    return tuple(
        replace(tote, placed=count.placed[code], taken=count.taken[code])
        for code, tote in sorted(found.items())
        if tote.units or tote.items or count.placed[code] or count.taken[code]
    )


def _stored(count: ShiftCount, items: Mapping[str, Stored]) -> tuple[Difference, ...]:
    """Units of which the table says something else than the journal."""
    wrong = [
        lpn
        for lpn, unit in count.units.items()
        if (stored := items.get(lpn)) is None
        or stored.status != unit.status
        or (unit.status == "closed" and (stored.grade, stored.tote) != (unit.grade, unit.tote))
    ]
    if not wrong:
        return ()
    return (Difference("items-stored", len(count.units), len(count.units) - len(wrong), wrong[0]),)


def _operator(who: str, count: ShiftCount, now: datetime) -> OperatorFigures:
    hours = count.hours_at(who, now)
    return OperatorFigures(
        who,
        hours.role,
        hours.name,
        _stamp(hours.first),
        _stamp(hours.last),
        round(hours.worked.total_seconds() / 60),
        hours.breaks,
        round(hours.paused.total_seconds() / 60),
        sum(unit.by == who and unit.status in ("closed", "held") for unit in count.units.values()),
    )


def _ordered(found: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted((name, number) for name, number in found.items() if number))


def _stamp(at: datetime | None) -> str:
    return "" if at is None else stamp(at)
