"""Auditing: a lead grades a finished item once more, as if nobody had seen it before.

The checklist runs on a blank copy of the item, through the same functions as a first inspection, so both answer the
same questions; what comes of it is written down as the auditor's and never as the item's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from terminal.bench import finishing, inspecting
from terminal.bench.audit_events import (
    AUDIT,
    AuditDropped,
    Audited,
    AuditNoted,
    AuditOpened,
    AuditSettled,
    Finding,
    LessonSeen,
)
from terminal.bench.commands import AddDefect, Answer, Clean, Measure, OpenAudit, SetGrade, Weigh
from terminal.bench.events import Event, GradeOverridden, Inspected, Proposed
from terminal.bench.outcome import Outcome, done, noted, refused
from terminal.bench.permission import lacking, wanting
from terminal.bench.rules import Now, Rules
from terminal.bench.state import Auditing, State
from terminal.bench.view import Level
from terminal.domain.schemes import Scheme
from terminal.domain.speech import N_, _

FINISHED = ("closed", "held")
ASIDE = ("mass_source", "expected_weight_g")
"""Facts that say where another one comes from: no difference by themselves."""
NOT_GIVEN = "-"
"""What stands for a fact that one of the two did not find."""

Seen = Answer | AddDefect | Measure | Clean | Weigh | SetGrade
"""What an auditor may do on the open item."""


def open_audit(state: State, command: OpenAudit, rules: Rules, now: Now) -> Outcome:
    """Begin the audit of a finished item. Whoever graded it first can't audit it."""
    own = command.own
    text = own.lpn
    if (need := lacking("audit", state, rules, now)) is not None:
        return wanting(refused("audit-lead", text, role=need.role), need)
    if state.item is not None:
        return refused("item-open", text, lpn=state.item.lpn, title=state.item.title, other=f"item {own.lpn}")
    if own.status is None:
        return refused("lpn-unknown", text)
    first = own.first
    if own.status not in FINISHED or first is None:
        return refused("audit-none", text)
    if first.operator == state.operator:
        return refused("audit-own", text)
    if first.audited:
        return refused("audit-again", text)
    event = AuditOpened(
        lpn=own.lpn,
        auditor=state.operator or "",
        stratum=first.stratum,
        parcel=own.parcel,
        arrival=own.arrival,
        sku=own.sku,
        gtin=own.gtin,
        serial=own.serial,
        title=own.title,
        category=own.category,
        facts=first.facts,
        first_facts=own.facts,
        first_grade=first.grade,
        first_disposition=first.disposition,
        operator=first.operator,
        held=own.status == "held",
        tote=own.tote if own.status == "closed" else None,
        channel=own.disposition if own.status == "closed" else None,
    )
    return done("audit-opened", event, lpn=own.lpn)


def note(state: State, command: Seen, rules: Rules, now: Now) -> Outcome:
    """Take what the auditor saw, with the proposal that follows once nothing is left to ask."""
    audit = state.audit
    assert audit is not None
    if audit.saved is not None:
        return refused("audit-saved", type(command).__name__.lower(), lpn=audit.item.lpn)
    blank = state.of_audit()
    # Work and photos belong to the first inspection, and an audit decides nothing by itself.
    quiet = replace(rules, steps=(), camera=False, evidence={}, auto_accept=False)
    match command:
        case SetGrade():
            outcome = finishing.set_grade(blank, command, quiet, now)
        case Clean():
            outcome = inspecting.inspect_clean(blank, quiet, now)
        case Weigh():
            outcome = inspecting.weigh(blank, command, quiet, now)
        case _:
            outcome = inspecting.inspect(blank, command, quiet, now)
    if outcome.refused or not outcome.events:
        return outcome
    return Outcome((_noted(outcome.events),), outcome.verdict)


def save(state: State, now: Now, rules: Rules) -> Outcome:
    """Save the auditor's own grade; only now the first one may be seen. What agrees needs no word more."""
    audit = state.audit
    assert audit is not None
    proposal = audit.item.proposal
    if audit.saved is not None or proposal is None:
        return noted("nothing-waits")
    opened = audit.opened
    event = Audited(
        lpn=opened.lpn,
        audit=audit_key(opened.lpn, now.at.isoformat(timespec="milliseconds")),
        grade=proposal.grade,
        disposition=proposal.disposition or inspecting.SHELF,
        first_grade=opened.first_grade,
        first_disposition=opened.first_disposition,
        stratum=opened.stratum,
        auditor=opened.auditor,
        findings=tuple(findings(audit, rules.book.scheme_for(opened.category))),
        operator=opened.operator,
        category=opened.category,
        title=opened.title,
    )
    if event.differs:
        return done(
            "audit-differs",
            event,
            level=Level.WARN,
            lpn=event.lpn,
            grade=event.grade,
            channel=event.disposition or NOT_GIVEN,
            first_grade=event.first_grade,
            first_channel=event.first_disposition or NOT_GIVEN,
        )
    settled = AuditSettled(event.lpn, event.audit, "agreed")
    channel = event.disposition or NOT_GIVEN
    return done("audit-agrees", event, settled, lpn=event.lpn, grade=event.grade, channel=channel)


def settle(state: State, verdict: str, rules: Rules, now: Now) -> Outcome:
    """What a lead says of an audit that differed: the first decision stays, or the item gets a fresh one."""
    audit = state.audit
    if audit is None or audit.saved is None:
        return refused("audit-open-none", verdict)
    if (need := lacking("audit", state, rules, now)) is not None:
        return wanting(refused("audit-lead", verdict, role=need.role), need)
    saved, opened, item = audit.saved, audit.opened, audit.item
    if verdict != AUDIT:
        return done("audit-first", AuditSettled(saved.lpn, saved.audit, "first"), lpn=saved.lpn)
    event = AuditSettled(
        lpn=saved.lpn,
        audit=saved.audit,
        verdict=AUDIT,
        facts=item.facts,
        answered=item.answered,
        tote=opened.tote,
        channel=opened.channel if opened.tote is not None else None,
    )
    return done("audit-taken", event, level=Level.WARN, lpn=saved.lpn, tote=opened.tote or "-")


def undo(state: State) -> Outcome:
    """Take the last note back, or leave the audit where there is none."""
    audit = state.audit
    assert audit is not None
    if audit.saved is not None:
        return refused("audit-saved", "undo", lpn=audit.item.lpn)
    if audit.before is None:
        return drop(state, "undo")
    return done("undone", AuditNoted(audit.item.lpn, "undo"), step=N_("the answer"))


def drop(state: State, why: str = "asked") -> Outcome:
    """Leave the audit. A grade that was saved stays saved, and the first decision stands."""
    audit = state.audit
    if audit is None:
        return refused("audit-open-none", "audit", called=_("audit"))
    return done("audit-dropped", AuditDropped(audit.item.lpn, why), lpn=audit.item.lpn)


def read_lesson(state: State) -> Outcome:
    """The oldest lesson of whoever is signed in has been read."""
    lesson = lesson_for(state)
    if lesson is None or state.operator is None:
        return noted("lesson-none")
    return done("lesson-read", LessonSeen(lesson.lpn, lesson.audit, state.operator))


def lesson_for(state: State) -> Audited | None:
    """The oldest lesson that waits for whoever is signed in."""
    return next((one for one in state.lessons if one.operator == state.operator), None)


def audit_key(lpn: str, on: str) -> str:
    """The name of an audit: an item is not audited twice at one moment."""
    return f"{lpn} {on}"


def findings(audit: Auditing, scheme: Scheme) -> Iterator[Finding]:
    """On what the two differ, among the things that the auditor looked at."""
    first, now = audit.opened.first_facts, audit.item.facts
    asked = {name: one.what for one in audit.notes for name in one.facts or () if one.how == "answer"}
    for name in sorted({name for one in audit.notes for name in one.facts or ()}):
        if name == "observations":
            yield from _defects(first.get(name, ()), now.get(name, ()), scheme)
        elif name not in ASIDE and first.get(name) != now.get(name):
            question = scheme.question(asked.get(name, name))
            what = question.text if question is not None else name.replace("_", " ")
            yield Finding(what, _word(first.get(name)), _word(now.get(name)))


def _defects(first: Any, now: Any, scheme: Scheme) -> Iterator[Finding]:
    """Defects that only one of the two saw, or not as often."""
    before, after = _counted(first), _counted(now)
    for code, where in sorted(before.keys() | after.keys()):
        one, other = before.get((code, where), 0), after.get((code, where), 0)
        if one != other:
            known = scheme.defects.get(code)
            what = f"{known.label if known is not None else code} {where}".strip()
            yield Finding(what, f"x{one}" if one else NOT_GIVEN, f"x{other}" if other else NOT_GIVEN)


def _counted(seen: Any) -> dict[tuple[str, str], int]:
    return {(one["defect"], one.get("location") or ""): int(one.get("count", 1)) for one in seen}


def _word(value: object) -> str:
    """A fact as a person reads it."""
    if value is None:
        return NOT_GIVEN
    if isinstance(value, bool):
        return N_("yes") if value else N_("no")
    return str(value).replace("_", " ")


def _noted(events: tuple[Event, ...]) -> AuditNoted:
    """One note of what an inspection would have written: the observation, and the proposal after it."""
    proposal = next((one for one in events if isinstance(one, Proposed)), None)
    match events[0]:
        case GradeOverridden(lpn, _, after, reason):
            return AuditNoted(lpn, "grade", reason, after, proposal=proposal)
        case event:
            assert isinstance(event, Inspected)
            return AuditNoted(
                event.lpn, event.how, event.what, event.value, event.facts, event.answered, proposal
            )
