"""Working: the steps that an item needs before its label are done or given up, and pictures of it are kept."""

from __future__ import annotations

from terminal.bench.commands import ClearRecall, FinishWork, GiveUpWork, KeepPhoto
from terminal.bench.events import Inspected
from terminal.bench.evolve import fold
from terminal.bench.inspecting import changes, decide_channel, known_facts, propose, settle
from terminal.bench.outcome import Outcome, done, refused
from terminal.bench.permission import lacking, wanting
from terminal.bench.receiving import unknown_reason
from terminal.bench.rules import Now, Rules
from terminal.bench.state import Item, State
from terminal.bench.tasks import PHOTO, subjects
from terminal.bench.work_events import PhotoKept, WorkDone, WorkGivenUp
from terminal.domain import work
from terminal.domain.speech import _
from terminal.domain.suggest import did_you_mean

MOST_NOTE = 80


def finish(state: State, command: FinishWork, rules: Rules, now: Now) -> Outcome:
    """A step is done. Any step that fits may be done; the item then goes on as far as it can."""
    item = state.item
    if item is None:
        return refused("no-item", command.step)
    if item.decided is not None:
        return refused("already-decided", command.step, lpn=item.lpn)
    if command.step == PHOTO:
        return refused("photo-first", command.step)
    step = next((one for one in rules.steps if one.id == command.step), None)
    if step is None:
        known = [one.id for one in rules.steps]
        near = did_you_mean(command.step, known)
        return refused("unknown-step", command.step, near=near or "", known=", ".join(known) or _("no work"))
    before = known_facts(item, rules)
    settled = rules.book.settled(before, now.at.date())
    if not work.fits(step, settled) or step.id in item.settled_steps:
        return refused("step-unfit", step.id, lpn=item.lpn)
    note = " ".join(command.note.split())[:MOST_NOTE]
    if step.note and not note:
        return refused("note-needed", step.id, what=_(step.note))
    event = WorkDone(
        lpn=item.lpn,
        step=step.id,
        minutes=step.minutes,
        part=step.part,
        note=note,
        facts=changes(before, work.done(step, before)),
        reopened=work.reopened(step, rules.book.scheme_for(item.category)),
    )
    return _go_on(state, item, done("work-done", event, step=step.label), rules, now)


def give_up(state: State, command: GiveUpWork, rules: Rules, now: Now) -> Outcome:
    """A step that was asked for can't be done; why is written down, and the item goes on without it."""
    item = state.item
    if item is None:
        return refused("no-item", command.step)
    if item.todo is None or command.step not in item.todo.steps:
        return refused("step-not-asked", command.step, lpn=item.lpn)
    problem = unknown_reason(command.reason, rules.work_reasons)
    if problem is not None:
        return problem
    event = WorkGivenUp(item.lpn, command.step, command.reason)
    return _go_on(state, item, done("work-given-up", event, step=command.step), rules, now)


def keep_photo(state: State, command: KeepPhoto, rules: Rules, now: Now) -> Outcome:
    """A picture is on disk: it proves everything that still wants proof."""
    item = state.item
    if item is None:
        return refused("no-item", "photo")
    facts = known_facts(item, rules)
    channel = item.todo.channel if item.todo is not None else None
    event = PhotoKept(item.lpn, command.sha256, command.kind, subjects(item, facts, channel or "", rules))
    outcome = done("photo-kept", event, lpn=item.lpn, name=command.sha256[:8])
    return outcome if item.todo is None else _go_on(state, item, outcome, rules, now)


def clear_recall(state: State, command: ClearRecall, rules: Rules, now: Now) -> Outcome:
    """A lead compared the item with the notice: it is not the recalled one. A certain hit is never cleared here."""
    item = state.item
    if item is None:
        return refused("no-item", command.reason)
    if item.facts.get("recalled") != "possible":
        return refused("recall-none", command.reason, lpn=item.lpn)
    need = lacking("clear_recall", state, rules, now)
    if need is not None:
        return wanting(refused("lead-clears", command.reason, lpn=item.lpn, role=need.role), need)
    problem = unknown_reason(command.reason, rules.override_reasons)
    if problem is not None:
        return problem
    if item.decided is not None:
        return refused("already-decided", command.reason, lpn=item.lpn)
    event = Inspected(item.lpn, "cleared", "recalled", command.reason, {"recalled": "none"})
    return settle(state, done("recall-cleared", event, lpn=item.lpn), rules, now)


def _go_on(state: State, item: Item, outcome: Outcome, rules: Rules, now: Now) -> Outcome:
    """What follows a step: the next one, or the channel. A channel that a person chose stays chosen."""
    todo = item.todo
    if todo is None or todo.channel is None or todo.by == "auto":
        return settle(state, outcome, rules, now)
    after = fold(state, [(event, now.at) for event in outcome.events]).item
    assert after is not None
    proposal, _ = propose(after, known_facts(after, rules), rules, now)
    if todo.channel in proposal.forbidden:
        return settle(state, outcome, rules, now)
    events = (*outcome.events, proposal)
    return decide_channel(state, Outcome(events, outcome.verdict), rules, now, todo.by, todo.channel)
