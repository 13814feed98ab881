"""A shift in figures: the one value behind the screen, the PDF and the JSON of an X and a Z report.

Everything here is plain and has a default, so that a report that was fixed in the journal stays readable when a
later version counts more. What is no number is text: times are UTC as the journal writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NONE: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Units:
    """Units by where they ended. `received` + `carried` = `closed` + `held` + `open`; `void` ones were undone."""

    received: int = 0
    """LPNs that were given out in this shift and stand."""
    carried: int = 0
    """Units of earlier shifts that were worked on in this one."""
    closed: int = 0
    held: int = 0
    open: int = 0
    void: int = 0


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels by what became of them.

    By the journal: `asked` = `applied` + `passed` + `unproven` + `waiting` + `voided` + `copies`. By the printer:
    `asked` = `printed` + `in_doubt` + `unprinted` + `withdrawn`.
    """

    asked: int = 0
    applied: int = 0
    """Scanned back, and on a unit."""
    passed: int = 0
    """On a unit whose label nobody had to scan back."""
    unproven: int = 0
    """Of units that went into a tote without a label because the printer was lost."""
    waiting: int = 0
    """Of the units on the bench."""
    voided: int = 0
    """Taken off, because the step that printed them was undone."""
    copies: int = 0
    """Replaced by another copy."""
    printed: int = 0
    """Taken by the printer."""
    in_doubt: int = 0
    """Nobody knows whether they came out."""
    unprinted: int = 0
    """Wanted, and not out yet."""
    withdrawn: int = 0
    """Replaced or undone before the printer had them."""


@dataclass(frozen=True, slots=True)
class ToteFigures:
    """A tote: units put in (net of undo) and taken out in this shift, and what lies in it now."""

    tote: str
    channel: str = ""
    state: str = "open"
    """open or closed."""
    placed: int = 0
    taken: int = 0
    """Taken out by a ruling, or handed over with the tote."""
    units: int = 0
    """Units in it, as the tote counts them ..."""
    items: int = 0
    """... and as the items themselves say."""


@dataclass(frozen=True, slots=True)
class HoldFigures:
    """A unit that waits in quarantine."""

    lpn: str
    title: str = ""
    reason: str = ""
    since: str = ""
    days: int = 0
    owner: str = ""
    due: str = ""
    """Day by which it should be decided."""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class OperatorFigures:
    """Who stood at the bench, and how long; a step back of the clock counts as no time."""

    operator: str
    role: str = ""
    name: str = ""
    first: str = ""
    """When he first signed in."""
    last: str = ""
    """His last moment at the bench."""
    minutes: int = 0
    breaks: int = 0
    break_minutes: int = 0
    units: int = 0
    """Units that he finished, less those that were taken back."""


@dataclass(frozen=True, slots=True)
class SinkFigures:
    """Where events go, and what has not arrived there."""

    name: str
    pending: int = 0
    dead: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two counts that should be one: a code, what was expected, what was found, and where."""

    what: str
    expected: int
    found: int
    where: str = ""


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """A shift from its opening up to event `last`, whose hash is `head`."""

    station: str
    shift: int
    opened_at: str = ""
    opened_by: str = ""
    made_at: str = ""
    closed_by: str = ""
    """Who signed it; empty for a shift that is open."""
    first: int = 0
    """Number of the event that opened it."""
    last: int = 0
    head: str = ""
    items: Units = Units()
    grades: Mapping[str, int] = field(default_factory=dict)
    """Closed units by grade."""
    channels: Mapping[str, int] = field(default_factory=dict)
    """Closed units by channel."""
    arrivals: Mapping[str, int] = field(default_factory=dict)
    """Units that were received, by how they were expected."""
    parcels: int = 0
    short: int = 0
    """Units that were announced and did not come."""
    labels: Labels = Labels()
    totes: tuple[ToteFigures, ...] = ()
    holds: tuple[HoldFigures, ...] = ()
    """Longest first; at most MOST_HOLDS of them."""
    waiting: int = 0
    """Units in quarantine, all of them."""
    overdue: int = 0
    overrides: Mapping[str, int] = field(default_factory=dict)
    """Grades and channels set by hand, by reason; one that was undone counts."""
    undone: Mapping[str, int] = field(default_factory=dict)
    """Steps taken back, by what they were."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Inputs that changed nothing, by why."""
    photos: int = 0
    photos_missing: Mapping[str, int] = field(default_factory=dict)
    """Photos that were wanted and not taken, by reason."""
    operators: tuple[OperatorFigures, ...] = ()
    hand_overs: int = 0
    """Times that somebody took over an open item."""
    clock_back: int = 0
    """Times that the clock went back."""
    sinks: tuple[SinkFigures, ...] = ()
    differences: tuple[Difference, ...] = ()
    reason: str = ""
    """Why it was closed with differences."""


MOST_HOLDS = 500


def differences(report: ShiftReport) -> tuple[Difference, ...]:
    """Every pair of counts in a report that should agree and does not."""
    items, labels = report.items, report.labels
    finished = items.closed + items.held
    pairs = [
        Difference("items-ended", items.received + items.carried, finished + items.open),
        Difference("labels-fate", labels.asked, _fates(labels)),
        Difference(
            "labels-printer",
            labels.asked,
            labels.printed + labels.in_doubt + labels.unprinted + labels.withdrawn,
        ),
        Difference("labels-unproven", 0, labels.unproven),
        Difference("labels-in-doubt", 0, labels.in_doubt),
        Difference("labels-unprinted", 0, labels.unprinted),
        *(Difference("tote-items", tote.units, tote.items, tote.tote) for tote in report.totes),
    ]
    return tuple(pair for pair in pairs if pair.expected != pair.found)


def _fates(labels: Labels) -> int:
    on_units = labels.applied + labels.passed + labels.unproven + labels.waiting
    return on_units + labels.voided + labels.copies


def totals(report: ShiftReport) -> dict[str, int]:
    """The headline figures, flat."""
    items = report.items
    found = {
        "items_closed": items.closed,
        "items_held": items.held,
        "items_open": items.open,
        "items_void": items.void,
    }
    found = {name: count for name, count in found.items() if count}
    found |= {f"channel_{name}": count for name, count in report.channels.items()}
    found |= {f"grade_{name}": count for name, count in report.grades.items()}
    return found | {
        "labels_queued": report.labels.asked,
        "labels_sent": report.labels.printed,
        "refused": sum(report.refused.values()),
        "undone": sum(report.undone.values()),
        "differences": len(report.differences),
    }
