"""Where the bench stands: one immutable value, folded from the journal, that says all the workflow needs to know.

Undo is a list of earlier moments: a state is cheap to keep because it shares everything that did not change.
Counters that must never go back (LPN and parcel numbers, copies of labels) stand outside of those moments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from terminal.bench.audit_events import Audited, AuditNoted, AuditOpened
from terminal.bench.events import Asked, Decided, Facts, ItemResumed, Proposed, Unit
from terminal.bench.parcel_events import Expected
from terminal.bench.work_events import PhotoKept, WorkAsked, WorkDone

UNDO_DEPTH = 40
RECENT = 20
LESSONS = 40
"""Lessons that wait to be read, of all operators together; older ones give way."""


class Phase(StrEnum):
    """The states of the workflow; the values are the names that `!expect state` takes."""

    SIGNED_OUT = "signed out"
    READY = "ready"
    PARCEL = "parcel"
    INSPECTING = "inspecting"
    WORKING = "working"
    PROPOSED = "proposed"
    DECIDED = "decided"
    LABELLED = "labelled"
    PLACED = "placed"
    QUARANTINE = "quarantine"
    AUDITING = "auditing"


@dataclass(frozen=True, slots=True)
class Line:
    """A manifest line of the open parcel with the units that came so far."""

    expected: Expected
    received: int = 0

    @property
    def missing(self) -> int:
        """Units still to come, never negative."""
        return max(0, self.expected.expected - self.received)


@dataclass(frozen=True, slots=True)
class Parcel:
    """The parcel that is open on the bench."""

    id: str
    how: str
    rma: str | None
    tracking: str | None
    lines: tuple[Line, ...]
    reason: str | None = None
    units: int = 0
    over: int = 0
    unexpected: int = 0

    @property
    def expected(self) -> int:
        """Units that were expected when the parcel was opened."""
        return sum(line.expected.expected for line in self.lines)

    @property
    def missing(self) -> int:
        """Expected units that have not come yet."""
        return sum(line.missing for line in self.lines)

    @property
    def complete(self) -> bool:
        """True when nothing is missing: of a blind parcel nothing ever is."""
        return self.missing == 0


@dataclass(frozen=True, slots=True)
class Item:
    """The unit on the bench, together with the identical units that share its finding (`units`, itself first)."""

    lpn: str
    parcel: str
    arrival: str
    code: str
    rma: str | None
    line: int | None
    sku: str | None
    gtin: str | None
    serial: str | None
    title: str
    category: str
    facts: Facts
    identified_at: datetime
    by: str
    assumed: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    count: int = 1
    graded: str | None = None
    """Grade set by a person; None where the scheme's own grade stands."""
    proposal: Proposed | None = None
    first: Proposed | None = None
    """The first proposal: grade and channel of the first inspection, which no later change touches."""
    todo: WorkAsked | None = None
    """Work that has to be done, or given up, before the item goes on."""
    worked: tuple[WorkDone, ...] = ()
    given_up: tuple[str, ...] = ()
    """Steps that could not be done."""
    photos: tuple[PhotoKept, ...] = ()
    decided: Decided | None = None
    prove: tuple[str, ...] = ()
    """LPNs whose label must be scanned back before the tote."""
    applied: tuple[str, ...] = ()
    copies: Mapping[str, int] = field(default_factory=dict)
    """Labels asked for so far, by LPN. Undo never lowers it: paper does not go back into the printer."""
    labels: Mapping[str, int] = field(default_factory=dict)
    """The copy that counts now, by LPN: the last that was asked for and not undone."""
    actions: int = 0
    resumed: ItemResumed | None = None
    """How it stood in quarantine, where it came from there."""

    @property
    def settled_steps(self) -> tuple[str, ...]:
        """Steps that are never asked for again."""
        return (*(one.step for one in self.worked), *self.given_up)

    def knowing(self, facts: Facts, answered: tuple[str, ...] = ()) -> Item:
        """The item with `facts` put in (None takes one away) and these questions answered."""
        known = {name: value for name, value in {**self.facts, **facts}.items() if value is not None}
        more = tuple(name for name in answered if name not in self.answered)
        return replace(self, facts=known, answered=self.answered + more)

    @property
    def lpns(self) -> tuple[str, ...]:
        """Every LPN of the group, the leader first."""
        return tuple(unit.lpn for unit in self.units)

    @property
    def unproven(self) -> tuple[str, ...]:
        """LPNs whose printed label still has to be scanned back."""
        applied = frozenset(self.applied)
        return tuple(lpn for lpn in self.prove if lpn not in applied)

    @property
    def grade(self) -> str | None:
        """The grade that stands now."""
        if self.decided is not None:
            return self.decided.grade
        return self.proposal.grade if self.proposal is not None else None


@dataclass(frozen=True, slots=True)
class Finished:
    """A group that left the bench, for the list of last items and the reader of the tote."""

    at: datetime
    lpn: str
    lpns: tuple[str, ...]
    title: str
    grade: str | None
    channel: str
    value: str | None
    currency: str | None
    tote: str | None
    status: str
    copies: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, int] = field(default_factory=dict)
    """As of the item, should the step that finished the group be taken back."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What undo goes back to: everything that a step may change, and the step's name."""

    step: str
    parcel: Parcel | None
    item: Item | None
    asked: Asked | None
    done: int
    held: int
    recent: tuple[Finished, ...]
    finished: Phase | None


@dataclass(frozen=True, slots=True)
class Auditing:
    """An item that is graded once more. `item` knows nothing of the first inspection; only `opened` does."""

    opened: AuditOpened
    item: Item
    notes: tuple[AuditNoted, ...] = ()
    before: Auditing | None = None
    """As it was before the last note."""
    saved: Audited | None = None
    """The auditor's own grade, once it is saved and differs: a lead says what follows."""


@dataclass(frozen=True, slots=True)
class State:
    """The bench. `finished` says that the last step placed or held a group, until the next step begins."""

    operator: str | None = None
    role: str | None = None
    name: str = ""
    shift: int | None = None
    shift_opened: datetime | None = None
    shifts: int = 0
    parcel: Parcel | None = None
    item: Item | None = None
    asked: Asked | None = None
    finished: Phase | None = None
    next_lpn: int = 0
    next_parcel: int = 0
    done: int = 0
    held: int = 0
    refused: int = 0
    undone: int = 0
    recent: tuple[Finished, ...] = ()
    history: tuple[Moment, ...] = ()
    audit: Auditing | None = None
    lessons: tuple[Audited, ...] = ()
    """Audits that differed, until whoever graded the item has read what was seen."""

    @property
    def phase(self) -> Phase:
        """The one state of the workflow that decides which inputs mean something."""
        if self.operator is None:
            return Phase.SIGNED_OUT
        if self.audit is not None:
            return Phase.AUDITING
        if self.item is not None:
            return _item_phase(self.item)
        return Phase.READY if self.parcel is None else Phase.PARCEL

    def names(self) -> frozenset[str]:
        """Every name that fits: right after a tote the bench is `placed` and waits in `parcel` or `ready` too."""
        found = {self.phase.value}
        if self.item is None and self.operator is not None:
            if self.finished is not None:
                found.add(self.finished.value)
            if self.parcel is not None and self.parcel.complete:
                found.add(Phase.READY.value)
        return frozenset(found)

    @property
    def blind(self) -> bool:
        """True while nothing of a first inspection may be shown: somebody audits, and has not saved his grade."""
        return self.audit is not None and self.audit.saved is None

    def of_audit(self) -> State:
        """The bench as if the audited item were just being graded: nothing of its first inspection is in it."""
        item = self.audit.item if self.audit is not None else None
        alone = replace(self, audit=None, item=item, parcel=None, asked=None, finished=None)
        return replace(alone, recent=(), history=(), lessons=())

    def moment(self, step: str) -> Moment:
        """What there is to come back to, should `step` be taken back."""
        return Moment(
            step, self.parcel, self.item, self.asked, self.done, self.held, self.recent, self.finished
        )

    def last_group(self) -> tuple[tuple[str, ...], Mapping[str, int]]:
        """LPNs and labels that count of the group that the last step worked on: open, or just finished."""
        if self.item is not None:
            return self.item.lpns, self.item.labels
        if self.finished is not None and self.recent:
            return self.recent[0].lpns, self.recent[0].labels
        return (), {}

    def earlier_labels(self) -> Mapping[str, int]:
        """The labels that counted, by LPN, before the last step."""
        back = self.history[-1].item if self.history else None
        if back is not None:
            return back.labels
        if self.item is not None and self.item.resumed is not None:
            return {self.item.lpn: self.item.resumed.copies}
        return {}

    def at_rest(self) -> State:
        """The state without what undo needs: the form in which it is kept for a quick start."""
        return replace(self, history=())


def _item_phase(item: Item) -> Phase:
    if item.todo is not None:
        return Phase.WORKING
    if item.decided is None:
        return Phase.INSPECTING if item.proposal is None else Phase.PROPOSED
    return Phase.DECIDED if item.unproven else Phase.LABELLED
