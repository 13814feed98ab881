"""What was found on an item and done about it, in EPCIS: findings, a person's word over them, work.

A finding that a person sets right is declared in error, and the event of the person's word stands in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from terminal.bench.events import DispositionOverridden, GradeOverridden, Inspected, Proposed
from terminal.bench.work_events import WorkAsked, WorkDone, WorkGivenUp
from terminal.sync.epcis_arrivals import mismatches
from terminal.sync.epcis_page import Answer, Finding, Page, Told
from terminal.sync.epcis_shapes import Event, in_error
from terminal.sync.epcis_words import MISMATCHES, verdict_of, work_step

PHOTO = "photo"
"""A picture is asked for like a piece of work, but changes nothing about the goods."""


def inspected(page: Page, event: Inspected) -> Answer:
    """That it is looked at is said once; that another thing came, when it is seen."""
    told, item, before = page.told or Told(), page.item, page.before.item
    lpns = item.lpns if item is not None else (event.lpn,)
    known = before.facts if before is not None else {}
    wrong = [
        found
        for fact, found in MISMATCHES.items()
        if event.facts.get(fact) is True and known.get(fact) is not True
    ]
    events = mismatches(page, lpns, wrong)
    if told.step == "inspecting":
        return told, events
    started = page.about(lpns, "inspecting", "in_progress")
    return replace(told, step="inspecting", disposition="in_progress"), (started, *events)


def proposed(page: Page, event: Proposed) -> Answer:
    """What the rules make of the finding."""
    return _found(page, event.lpn, event.grade, channel=event.disposition, score=event.score)


def _found(page: Page, lpn: str, grade: str, **own: Any) -> Answer:
    """A finding, unless the partners have it already. What is no longer so is unset."""
    told, item = page.told or Told(), page.item
    disposition, lasting = verdict_of(grade, item.facts if item is not None else {})
    last = told.finding
    if last is not None and (last.grade, last.disposition, last.lasting) == (grade, disposition, lasting):
        return told, ()
    lpns = item.lpns if item is not None else (lpn,)
    change = _lasting(last.lasting if last is not None else None, lasting)
    event = page.about(lpns, "inspecting", disposition, lasting=change, grade=grade, **own)
    finding = Finding(grade, disposition, lasting, event)
    return Told("inspecting", "in_progress", finding), (event,)


def _lasting(before: str | None, after: str | None) -> Mapping[str, list[str]] | None:
    if before == after:
        return {"set": [after]} if after else None
    found = {"unset": [before]} if before else {}
    return {**found, "set": [after]} if after else found or None


def grade_overridden(page: Page, event: GradeOverridden) -> Answer:
    """A person's grade stands instead of the finding."""
    before = page.told.finding if page.told is not None else None
    told, events = _found(page, event.lpn, event.after, reason=event.reason)
    return told, (*events, *_corrected(page, before, events))


def disposition_overridden(page: Page, event: DispositionOverridden) -> Answer:
    """A person's channel stands instead of the one that the finding named."""
    told, item = page.told or Told(), page.item
    lpns = item.lpns if item is not None else (event.lpn,)
    before = told.finding
    own = {"channel": event.after, "reason": event.reason}
    if before is None:
        return told, (page.about(lpns, "inspecting", "in_progress", **own),)
    lasting = {"set": [before.lasting]} if before.lasting else None
    instead = page.about(lpns, "inspecting", before.disposition, lasting=lasting, grade=before.grade, **own)
    told = replace(told, finding=replace(before, told=instead))
    return told, (instead, *_corrected(page, before, (instead,)))


def _corrected(page: Page, before: Finding | None, instead: tuple[Event, ...]) -> tuple[Event, ...]:
    """The finding that a person set right, declared in error."""
    if before is None or not instead:
        return ()
    by = [str(event["eventID"]) for event in instead]
    return (in_error(before.told, page.recorded.at, "incorrect_data", by),)


def work_asked(page: Page, event: WorkAsked) -> Answer:
    """Work is to be done; a picture alone is none."""
    steps = [step for step in event.steps if step != PHOTO]
    if not steps:
        return page.told, ()
    return _worked(page, event.lpn, work_step(steps[0]), "in_progress", work=tuple(steps))


def work_done(page: Page, event: WorkDone) -> Answer:
    """A piece of work was done."""
    own = {"work": (event.step,), "part": event.part, "note": event.note}
    return _worked(page, event.lpn, work_step(event.step, event.part), "conformant", **own)


def work_given_up(page: Page, event: WorkGivenUp) -> Answer:
    """A piece of work could not be done."""
    if event.step == PHOTO:
        return page.told, ()
    own = {"work": (event.step,), "reason": event.reason}
    return _worked(page, event.lpn, work_step(event.step), "non_conformant", **own)


def _worked(page: Page, lpn: str, step: str, disposition: str, **own: Any) -> Answer:
    item = page.item
    lpns = item.lpns if item is not None else (lpn,)
    told = replace(page.told or Told(), step=step, disposition=disposition)
    return told, (page.about(lpns, step, disposition, **own),)
