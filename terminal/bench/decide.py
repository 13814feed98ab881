"""The decider: a state and a command give events, or a refusal that says why. The whole workflow in one place.

Nothing here looks anything up or knows the time: whatever a decision needs came with the command, the rules and
`now`. The helpers stand beside it by subject: people, arriving, receiving, identifying, inspecting, finishing.
"""

from __future__ import annotations

from terminal.bench import arriving, auditing, finishing, identifying, inspecting, people, receiving, working
from terminal.bench.audit_events import AuditDropped
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Answer,
    AssignHold,
    Badge,
    Blind,
    Clean,
    ClearRecall,
    CloseShift,
    CloseTote,
    Command,
    Danger,
    DefectCode,
    DropAudit,
    FinishWork,
    GiveUpWork,
    HandOverTote,
    Hold,
    KeepPhoto,
    Known,
    Meaning,
    Measure,
    Now,
    OpenAudit,
    OpenShift,
    OpenTote,
    OwnItem,
    ParcelDone,
    ReadLesson,
    Return,
    Rules,
    Scanned,
    SetDisposition,
    SetGrade,
    SettleAudit,
    SettleLabel,
    SignOut,
    TakeRules,
    TakeRuling,
    Times,
    Tote,
    Undo,
    Unidentified,
    Weigh,
)
from terminal.bench.events import AskDropped, Asked, Option, SignedOut, Undone
from terminal.bench.outcome import Outcome, done, noted, refused
from terminal.bench.permission import lacking, signed, wanting
from terminal.bench.state import Phase, State
from terminal.bench.stocking import stock
from terminal.bench.view import Level

ACCEPTS: dict[Phase, tuple[type[Meaning], ...]] = {
    Phase.SIGNED_OUT: (Badge,),
    Phase.READY: (Badge, Return, OwnItem),
    Phase.PARCEL: (Badge, Known, Return, OwnItem, Tote),
    Phase.INSPECTING: (Badge, DefectCode, Known, OwnItem, Tote),
    Phase.WORKING: (Badge, DefectCode, Known, OwnItem, Tote),
    Phase.PROPOSED: (Badge, DefectCode, Known, OwnItem, Tote),
    Phase.DECIDED: (Badge, OwnItem, Tote, Known),
    Phase.LABELLED: (Badge, Tote, OwnItem, Known),
}
"""Which meanings of a scan the bench can answer in a state. The rest is refused with what is open now."""


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
            return _scanned(state, command, rules, now)
        case Weigh():
            return inspecting.weigh(state, command, rules, now)
        case CloseTote() | OpenTote() | HandOverTote() | AssignHold():
            return stock(state, command, rules, now)
    if state.operator is None:
        return refused("sign-in-first", type(command).__name__.lower())
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
            if state.item is not None:
                return refused("item-open", "blind", lpn=state.item.lpn, title=state.item.title, other="")
            return receiving.receive_blind(state, command, rules)
        case ParcelDone():
            if state.item is not None:
                return refused(
                    "item-open", "parcel done", lpn=state.item.lpn, title=state.item.title, other=""
                )
            return receiving.parcel_done(state)
        case Unidentified():
            if state.item is not None:
                return refused("item-open", "no code", lpn=state.item.lpn, title=state.item.title, other="")
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
            return finishing.stop_work(state, rules, now)
        case Hold(reason):
            return finishing.hold(state, reason, rules, now)
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
        return _scanned(state, scan, rules, now)
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


def _scanned(state: State, scan: Scanned, rules: Rules, now: Now) -> Outcome:
    if scan.problems and not scan.meanings:
        return refused("unreadable", scan.text, problem="; ".join(scan.problems))
    useful = tuple(one for one in scan.meanings if isinstance(one, ACCEPTS[state.phase]))
    if not useful:
        return _useless(state, scan)
    useful = _likely(state, useful)
    if len(useful) > 1:
        options = tuple(option_of(meaning) for meaning in useful)
        return done("asked", Asked(scan.text, options), level=Level.ASK, given=scan.text)
    return _take(state, useful[0], scan, rules, now)


def _take(state: State, meaning: Meaning, scan: Scanned, rules: Rules, now: Now) -> Outcome:
    text = scan.text
    match meaning:
        case Badge():
            return people.sign_in(state, meaning, rules, now)
        case Return():
            return receiving.receive(state, meaning, text, rules)
        case Known():
            if state.item is not None:
                return identifying.same_again(state, meaning, text, scan.facts, rules, now)
            return identifying.identify(state, meaning, text, scan.facts, rules, now)
        case OwnItem():
            if state.item is not None:
                return finishing.scan_back(state, meaning, text)
            return identifying.resume(state, meaning, text, rules, now)
        case Tote():
            if state.item is None:
                return _tote_again(state, meaning, text, rules, now)
            return finishing.place(state, meaning, text, now)
        case _:
            return inspecting.inspect(state, AddDefect(meaning.code), rules, now)


def _likely(state: State, useful: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
    """Of several products the one that the open parcel expects, where there is exactly one; with an item open the
    first meaning, because none but that item's own label or tote can be taken.
    """
    if state.item is not None:
        return useful[:1]
    if state.parcel is None:
        return useful
    lines = [line.expected.line for line in state.parcel.lines]
    for fits in (identifying.same_sku, identifying.matches):
        expected = tuple(
            meaning
            for meaning in useful
            if isinstance(meaning, Known) and any(fits(line, meaning) for line in lines)
        )
        if len(expected) == 1:
            return expected
    return useful


def option_of(meaning: Meaning) -> Option:
    """One entry of the question which of several things a scan meant."""
    match meaning:
        case Return():
            return Option("return", meaning.rma, f"return {meaning.rma}")
        case Known():
            value = meaning.sku or meaning.gtin or meaning.serial or ""
            return Option("known", value, f"{value} {meaning.title}".strip())
        case OwnItem():
            return Option("item", meaning.lpn, f"item {meaning.lpn} {meaning.title}".strip())
        case Tote():
            return Option("tote", meaning.code, f"tote {meaning.name}")
        case Badge():
            return Option("badge", meaning.text, "badge")
        case _:
            return Option("defect", meaning.code, f"defect {meaning.code}")


def _useless(state: State, scan: Scanned) -> Outcome:
    """Refuse a scan with the sentence that fits where the bench stands."""
    text = scan.text
    if state.operator is None:
        return refused("sign-in-first", text)
    if not scan.meanings:
        return refused("unknown-code", text, tried="; ".join(scan.tried), phase=state.phase.value)
    meaning = scan.meanings[0]
    if state.item is not None:
        item = state.item
        return refused("item-open", text, lpn=item.lpn, title=item.title, other=option_of(meaning).label)
    if isinstance(meaning, Known):
        return refused("parcel-first", text)
    return refused("item-first", text)


def _tote_again(state: State, tote: Tote, text: str, rules: Rules, now: Now) -> Outcome:
    last = state.recent[0] if state.recent else None
    if last is not None and last.tote == tote.code and now.at - last.at <= rules.double_read:
        return noted("tote-again", tote=tote.name)
    return refused("item-first", text)


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
    more = f" ... {len(off)} in all" if len(off) > SHOWN_LABELS else ""
    code = "undone-label" if off else "undone"
    return done(code, event, step=back.step, labels=", ".join(off[:SHOWN_LABELS]) + more)


def _unidentified(state: State, rules: Rules, now: Now) -> Outcome:
    outcome = identifying.identify_nothing(state, rules)
    if outcome.refused:
        return outcome
    return inspecting.settle(state, outcome, rules, now)
