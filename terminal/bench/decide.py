"""The decider: a state and a command give events, or a refusal that says why. The whole workflow in one place.

Nothing here looks anything up or knows the time: whatever a decision needs came with the command, the rules and
`now`. The helpers stand beside it by subject: people, arriving, scanning, receiving, identifying,
inspecting, working, finishing, holding, stocking and auditing.
"""

from __future__ import annotations

from terminal.bench import (
    arriving,
    auditing,
    finishing,
    holding,
    identifying,
    inspecting,
    people,
    receiving,
    working,
)
from terminal.bench.audit_events import AuditDropped
from terminal.bench.called import called
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Answer,
    Blind,
    Clean,
    ClearRecall,
    CloseShift,
    Command,
    Danger,
    DropAudit,
    FinishWork,
    GiveUpWork,
    Hold,
    KeepPhoto,
    Measure,
    OpenAudit,
    OpenShift,
    ParcelDone,
    ReadLesson,
    Scanned,
    SetDisposition,
    SetGrade,
    SettleAudit,
    SettleLabel,
    SignOut,
    TakeRules,
    TakeRuling,
    Times,
    Undo,
    Unidentified,
    Weigh,
)
from terminal.bench.events import AskDropped, Undone
from terminal.bench.meanings import Badge, DefectCode, OwnItem
from terminal.bench.outcome import Outcome, done, noted, refused
from terminal.bench.permission import lacking, signed, wanting
from terminal.bench.rules import Now, Rules
from terminal.bench.scanning import scanned
from terminal.bench.shift_events import SignedOut
from terminal.bench.state import State
from terminal.bench.stock_commands import AssignHold, CloseTote, HandOverTote, OpenTote
from terminal.bench.stocking import stock
from terminal.domain.speech import N_, _

BESIDE_ITEM: dict[type[Command], str] = {
    Blind: N_("blind"),
    ParcelDone: N_("parcel done"),
    Unidentified: N_("no code"),
}
"""What has to wait until no item is open, with the words for it."""
SHOWN_LABELS = 3
"""Labels that a sentence names before it counts the rest."""


def decide(state: State, command: Command, rules: Rules, now: Now) -> Outcome:
    """What `command` makes happen. Total: every command in every state gets events, a note or a refusal."""
    audited = state.audit is not None and not isinstance(command, SignOut | OpenShift)
    outcome = (_audit if audited else _decide)(state, command, rules, now)
    if state.audit is not None and any(isinstance(event, SignedOut) for event in outcome.events):
        # The next one at the bench must not see what this one was about to save.
        dropped = AuditDropped(state.audit.item.lpn, "signed-out")
        outcome = Outcome((dropped, *outcome.events), outcome.verdict)
    if state.asked is not None and outcome.events and not outcome.refused and not isinstance(command, Undo):
        outcome = Outcome((AskDropped(), *outcome.events), outcome.verdict)
    return signed(outcome, now)


def _decide(state: State, command: Command, rules: Rules, now: Now) -> Outcome:
    match command:
        case OpenShift():
            return people.open_shift(state, command, now)
        case CloseShift():
            return people.close_shift(state, command, rules, now)
        case SignOut(why):
            return people.sign_out(state, why)
        case TakeRules():
            return arriving.take_rules(state, command, rules)
        case TakeRuling():
            return arriving.take_ruling(state, command)
        case Scanned():
            return scanned(state, command, rules, now)
        case Weigh():
            return inspecting.weigh(state, command, rules, now)
        case CloseTote() | OpenTote() | HandOverTote() | AssignHold():
            return stock(state, command, rules, now)
        case _ if state.operator is None:
            return refused("sign-in-first", type(command).__name__.lower(), called=called(command))
        case _:
            return _decide_signed_in(state, command, rules, now)


def _decide_signed_in(state: State, command: Command, rules: Rules, now: Now) -> Outcome:
    """What a command does that takes somebody at the bench."""
    if isinstance(command, Blind | ParcelDone | Unidentified) and state.item is not None:
        given = BESIDE_ITEM[type(command)]
        item = state.item
        return refused("item-open", given, called=_(given), lpn=item.lpn, title=item.title, other="")
    match command:
        case Undo():
            return _undo(state, rules, now)
        case OpenAudit():
            return auditing.open_audit(state, command, rules, now)
        case DropAudit():
            return auditing.drop(state)
        case SettleAudit(verdict):
            return auditing.settle(state, verdict, rules, now)
        case ReadLesson():
            return auditing.read_lesson(state)
        case Blind():
            return receiving.receive_blind(state, command, rules)
        case ParcelDone():
            return receiving.parcel_done(state)
        case Unidentified():
            return _unidentified(state, rules, now)
        case Answer() | AddDefect() | Measure():
            return inspecting.inspect(state, command, rules, now)
        case Clean():
            return inspecting.inspect_clean(state, rules, now)
        case Times():
            return inspecting.count_units(state, command, rules, now)
        case Accept():
            if state.item is not None and state.item.todo is not None:
                return working.finish(state, FinishWork(state.item.todo.steps[0]), rules, now)
            return finishing.accept(state, rules, now)
        case SetGrade():
            return finishing.set_grade(state, command, rules, now)
        case SetDisposition():
            return finishing.set_disposition(state, command, rules, now)
        case SettleLabel():
            return finishing.settle_label(state, command)
        case FinishWork() | GiveUpWork() | KeepPhoto() | ClearRecall():
            return _work(state, command, rules, now)
        case Danger():
            return holding.stop_work(state, rules, now)
        case Hold(reason):
            return holding.hold(state, reason, rules, now)
        case _:
            return finishing.reprint(state, rules, now)


def _audit(state: State, command: Command, rules: Rules, now: Now) -> Outcome:
    """What an open audit makes of a command: nothing else is begun, and nothing of the item is changed."""
    audit = state.audit
    assert audit is not None
    match command:
        case Scanned():
            return _scanned_in_audit(state, audit.item.lpn, command, rules, now)
        case Answer() | AddDefect() | Measure() | Clean() | SetGrade() | Weigh():
            return auditing.note(state, command, rules, now)
        case Accept():
            return auditing.save(state, now, rules)
        case SettleAudit(verdict):
            return auditing.settle(state, verdict, rules, now)
        case Undo():
            return auditing.undo(state)
        case DropAudit():
            return auditing.drop(state)
        case TakeRules() | TakeRuling():
            return noted("arrives-later")
        case SettleLabel():
            return finishing.settle_label(state, command)
        case _:
            return _not_now(audit.item.lpn, type(command).__name__.lower())


def _scanned_in_audit(state: State, lpn: str, scan: Scanned, rules: Rules, now: Now) -> Outcome:
    for meaning in scan.meanings:
        match meaning:
            case Badge():
                return people.sign_in(state, meaning, rules, now)
            case DefectCode(code):
                return auditing.note(state, AddDefect(code), rules, now)
            case OwnItem() if meaning.lpn == lpn:
                return noted("same-scan", lpn=lpn)
    if not scan.meanings:
        return scanned(state, scan, rules, now)
    return _not_now(lpn, scan.text)


def _not_now(lpn: str, given: str) -> Outcome:
    return refused("audit-open", given, lpn=lpn)


def _work(
    state: State, command: FinishWork | GiveUpWork | KeepPhoto | ClearRecall, rules: Rules, now: Now
) -> Outcome:
    match command:
        case FinishWork():
            return working.finish(state, command, rules, now)
        case GiveUpWork():
            return working.give_up(state, command, rules, now)
        case KeepPhoto():
            return working.keep_photo(state, command, rules, now)
        case _:
            return working.clear_recall(state, command, rules, now)


def _undo(state: State, rules: Rules, now: Now) -> Outcome:
    if not state.history:
        return refused("nothing-to-undo", "undo")
    back = state.history[-1]
    group, labels = state.last_group()
    then = back.item.lpns if back.item is not None else ()
    earlier = state.earlier_labels()
    off = tuple(lpn for lpn in group if lpn in labels and labels[lpn] != earlier.get(lpn))
    if off and (need := lacking("void", state, rules, now)) is not None:
        return wanting(refused("lead-voids", "undo", role=need.role), need)
    event = Undone(back.step, tuple(dict.fromkeys((*group, *then))), off)
    named = ", ".join(off[:SHOWN_LABELS])
    if len(off) > SHOWN_LABELS:
        named = _("{labels} ... {count} in all").format(labels=named, count=len(off))
    code = "undone-label" if off else "undone"
    return done(code, event, step=back.step, labels=named)


def _unidentified(state: State, rules: Rules, now: Now) -> Outcome:
    outcome = identifying.identify_nothing(state, rules)
    if outcome.refused:
        return outcome
    return inspecting.settle(state, outcome, rules, now)
