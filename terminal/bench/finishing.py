"""Finishing: a person's choice over the proposal, the label scanned back, the tote."""

from __future__ import annotations

from decimal import Decimal

from terminal.bench.commands import SetDisposition, SetGrade, SettleLabel
from terminal.bench.events import (
    Accepted,
    DispositionOverridden,
    Event,
    GradeOverridden,
    Placed,
)
from terminal.bench.holding import hold_group, hold_reason
from terminal.bench.inspecting import SHELF, decide_channel, known_facts, propose, settle
from terminal.bench.label_events import Label, LabelApplied, LabelFound, LabelsQueued
from terminal.bench.labelling import labels_for
from terminal.bench.meanings import OwnItem, Tote
from terminal.bench.outcome import Outcome, done, noted, refused
from terminal.bench.permission import lacking, wanting
from terminal.bench.receiving import unknown_reason
from terminal.bench.rules import Now, Rules
from terminal.bench.state import Item, State
from terminal.bench.view import Level
from terminal.domain.channels import CHANNELS
from terminal.domain.suggest import did_you_mean

GRADES = ("A", "B", "C", "D")


def accept(state: State, rules: Rules, now: Now) -> Outcome:
    """Take the proposal. Where nothing waits it changes nothing, so that it can be pressed twice."""
    item = state.item
    if item is None or item.proposal is None or item.decided is not None or item.todo is not None:
        return noted("nothing-waits")
    event = Accepted(item.lpn)
    chosen = item.proposal.disposition
    if chosen is None or chosen == SHELF:
        return hold_group(state, (event,), hold_reason(item, rules), rules, now)
    return decide_channel(state, Outcome((event,), done("accepted").verdict), rules, now, "accept")


def set_grade(state: State, command: SetGrade, rules: Rules, now: Now) -> Outcome:
    """Another grade than the proposed one: the channel is worked out anew from it."""
    item = state.item
    if item is None:
        return refused("no-item", command.grade)
    grade = command.grade.upper()
    if grade not in GRADES:
        return refused("unknown-grade", command.grade, known=", ".join(GRADES))
    problem = unknown_reason(command.reason, rules.override_reasons)
    problem = problem or _needs_lead(state, item, rules, now, grade)
    if problem is not None:
        return problem
    if item.grade == grade:
        return noted("grade-same", grade=grade)
    event = GradeOverridden(item.lpn, item.grade or "-", grade, command.reason)
    return settle(state, done("graded", event, grade=grade), rules, now)


def set_disposition(state: State, command: SetDisposition, rules: Rules, now: Now) -> Outcome:
    """Another channel than the proposed one. What a rule forbids stays forbidden, whoever asks."""
    item = state.item
    channels = CHANNELS
    if item is None:
        return refused("no-item", command.channel)
    channel = command.channel
    if channel not in channels:
        near = did_you_mean(channel, channels)
        return refused("unknown-channel", channel, near=near or "", known=", ".join(channels))
    problem = unknown_reason(command.reason, rules.override_reasons)
    if problem is not None:
        return problem
    if item.decided is not None and item.decided.disposition == channel:
        return noted("channel-same", channel=channel)
    events: tuple[Event, ...] = ()
    proposal = item.proposal
    if proposal is None:
        proposal, _ = propose(item, known_facts(item, rules), rules, now)
        events = (proposal,)
    if channel in proposal.forbidden:
        return refused("channel-forbidden", channel, rules=", ".join(proposal.forbidden[channel]))
    problem = _needs_lead(state, item, rules, now, channel)
    if problem is not None:
        return problem
    before = item.decided.disposition if item.decided is not None else proposal.disposition
    events = (DispositionOverridden(item.lpn, before, channel, command.reason), *events)
    if channel == SHELF:
        return hold_group(state, events, "other", rules, now)
    return decide_channel(state, Outcome(events, done("rerouted").verdict), rules, now, "override", channel)


def scan_back(state: State, own: OwnItem, text: str) -> Outcome:
    """A printed label was scanned: proof that it exists, reads, and is on this item."""
    item = state.item
    assert item is not None
    if own.lpn not in item.lpns:
        return refused("other-lpn", text, other=own.lpn, lpn=item.lpn, title=item.title)
    if own.lpn in item.applied:
        return noted("label-again", lpn=own.lpn)
    if item.decided is None:
        return refused("label-early", text, lpn=item.lpn)
    left = [lpn for lpn in item.unproven if lpn != own.lpn]
    event = LabelApplied(item.lpn, own.lpn)
    if left:
        return done("label-next", event, lpn=own.lpn, left=str(len(left)), next=left[0])
    return done("label-applied", event, lpn=own.lpn)


def place(state: State, tote: Tote, text: str, now: Now) -> Outcome:
    """Put the group into a tote of the decided channel. A wrong tote is refused."""
    item = state.item
    if item is None or item.decided is None:
        return refused("tote-early", text, tote=tote.name)
    channel = item.decided.disposition
    if tote.channel != channel:
        return refused("wrong-tote", text, tote=tote.name, other=tote.channel, channel=channel)
    if tote.sealed:
        return refused("tote-sealed", text, tote=tote.name)
    if item.unproven and not now.printer_lost:
        return refused("label-first", text, lpn=item.unproven[0], left=str(len(item.unproven)))
    event = Placed(item.lpn, item.lpns, tote.code, channel, item.unproven)
    level = Level.WARN if item.unproven else Level.OK
    code = "placed-unlabelled" if item.unproven else "placed"
    lies = tote.units + len(item.lpns)
    if code == "placed" and 0 < tote.capacity <= lies:
        most = str(tote.capacity)
        return done(
            "placed-full",
            event,
            level=Level.WARN,
            lpn=item.lpn,
            tote=tote.name,
            lies=str(lies),
            capacity=most,
        )
    return done(
        code, event, level=level, lpn=item.lpn, channel=channel, tote=tote.name, units=str(len(item.lpns))
    )


def reprint(state: State, rules: Rules, now: Now) -> Outcome:
    """The group's labels once more, each marked with its copy number."""
    item = state.item
    if item is None:
        return refused("no-item", "reprint")
    if item.decided is None:
        return refused("label-early", "reprint", lpn=item.lpn)
    event = labels_for(item, item.decided.disposition, rules, now)
    return done("reprinted", event, lpn=item.lpn, copy=str(event.labels[0].copy))


def settle_label(state: State, command: SettleLabel) -> Outcome:
    """A label of which nobody knew whether it came out: it did, or it is printed once more as the next copy."""
    item, lpn = state.item, command.lpn
    if command.found:
        return done("label-found", LabelFound(lpn, command.copy), lpn=lpn)
    again = Label(lpn, command.copies + 1)
    if item is not None and lpn in item.lpns:
        event = LabelsQueued(item.lpn, (again,), command.tag, item.prove)
    else:
        event = LabelsQueued(lpn, (again,), command.tag)
    return done("reprinted", event, lpn=lpn, copy=str(again.copy))


def _needs_lead(state: State, item: Item, rules: Rules, now: Now, given: str) -> Outcome | None:
    """A refusal where the item is worth more than an operator may change alone."""
    price = item.facts.get("reference_price")
    if price is None or Decimal(str(price)) <= rules.override_limit:
        return None
    need = lacking("override_above_value", state, rules, now)
    if need is None:
        return None
    limit = str(rules.override_limit)
    return wanting(refused("lead-overrides", given, limit=limit, price=str(price), role=need.role), need)
