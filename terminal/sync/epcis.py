"""From our journal to EPCIS 2.0: what each event of the bench says about goods, in GS1's words. Pure.

`tell` folds the journal as the bench does, so that it knows which unit an event is about. What was told is kept per
step of the operator's: an undo declares it in error and says how things are instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from terminal.bench.arriving_events import Ruled
from terminal.bench.audit_events import AuditSettled
from terminal.bench.events import (
    DispositionOverridden,
    GradeOverridden,
    Held,
    Inspected,
    ItemIdentified,
    ItemResumed,
    Multiplied,
    Placed,
    Proposed,
    Undone,
)
from terminal.bench.evolve import STEPS, evolve
from terminal.bench.parcel_events import ParcelClosed, ParcelReceived
from terminal.bench.state import State
from terminal.bench.stock_events import ToteHandedOver
from terminal.bench.wire import Recorded, revive
from terminal.bench.work_events import WorkAsked, WorkDone, WorkGivenUp
from terminal.sync import epcis_arrivals, epcis_endings, epcis_findings
from terminal.sync.epcis_ids import Site
from terminal.sync.epcis_page import Answer, Page, Told
from terminal.sync.epcis_shapes import Event, in_error, is_declaration
from terminal.sync.epcis_words import MAPPED


class Unreadable(ValueError):
    """An event of a known kind whose body does not fit it; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the operator's: what was told before it, and the events that it gave."""

    before: Told | None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """The bench as folded so far, and what was told of it."""

    state: State = field(default_factory=State)
    told: Told | None = None
    steps: tuple[Step, ...] = ()


def tell(story: Story, recorded: Recorded, site: Site) -> tuple[Story, tuple[Event, ...]]:
    """The story after an event of ours, and the EPCIS events that it gives; most give none.

    Raises Unreadable for a body that is none of its kind. A kind that this version does not know gives nothing.
    """
    try:
        event = revive(recorded.kind, recorded.body)
    except ValueError as problem:
        if recorded.kind not in MAPPED:
            return story, ()
        raise Unreadable(f"event {recorded.seq} ({recorded.kind}): {problem}") from problem
    after = evolve(story.state, event, recorded.at)
    if isinstance(event, Undone):
        return _undo(story, after, recorded, site)
    steps = (*story.steps, Step(story.told)) if type(event) in STEPS else story.steps
    page = Page(recorded, site, story.state, after, story.told)
    teller = _TELLERS.get(type(event))
    told, events = teller(page, event) if teller is not None else (story.told, ())
    if after.item is None:
        told = None
    if events and steps:
        last = steps[-1]
        steps = (*steps[:-1], replace(last, events=(*last.events, *events)))
    return Story(after, told, steps[len(steps) - len(after.history) :]), events


def _undo(story: Story, after: State, recorded: Recorded, site: Site) -> tuple[Story, tuple[Event, ...]]:
    """Declare in error what the last step told, and say how the item stands again."""
    if not story.steps:
        return replace(story, state=after), ()
    last, steps = story.steps[-1], story.steps[:-1]
    wrong = [event for event in last.events if not is_declaration(event)]
    told, item = last.before, after.item
    if not wrong:
        return Story(after, told, steps), ()
    again: tuple[Event, ...] = ()
    if told is not None and item is not None:
        page = Page(recorded, site, story.state, after, told)
        found = told.finding
        step, disposition = (
            (told.step, told.disposition) if found is None else ("inspecting", found.disposition)
        )
        lasting = {"set": [found.lasting]} if found is not None and found.lasting else None
        grade = found.grade if found is not None else None
        stands = page.about(item.lpns, step, disposition, lasting=lasting, grade=grade)
        again = (stands,)
        if found is not None:
            told = replace(told, finding=replace(found, told=stands))
        if steps:  # taking back the step before takes this back, too
            steps = (*steps[:-1], replace(steps[-1], events=(*steps[-1].events, stands)))
    by = [str(event["eventID"]) for event in again]
    declared = tuple(in_error(event, recorded.at, "did_not_occur", by) for event in wrong)
    return Story(after, told, steps), (*again, *declared)


_TELLERS: Mapping[type[Any], Callable[[Page, Any], Answer]] = {
    ParcelReceived: epcis_arrivals.parcel_received,
    ParcelClosed: epcis_arrivals.parcel_closed,
    ItemIdentified: epcis_arrivals.identified,
    Multiplied: epcis_arrivals.multiplied,
    Inspected: epcis_findings.inspected,
    Proposed: epcis_findings.proposed,
    GradeOverridden: epcis_findings.grade_overridden,
    DispositionOverridden: epcis_findings.disposition_overridden,
    WorkAsked: epcis_findings.work_asked,
    WorkDone: epcis_findings.work_done,
    WorkGivenUp: epcis_findings.work_given_up,
    Placed: epcis_endings.placed,
    Held: epcis_endings.held,
    ItemResumed: epcis_endings.resumed,
    Ruled: epcis_endings.ruled,
    AuditSettled: epcis_endings.audit_settled,
    ToteHandedOver: epcis_endings.handed_over,
}
