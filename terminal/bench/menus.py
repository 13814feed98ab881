"""Menus: numbered entries, each a command or a further menu. What the bench asks by itself is a menu too.

Whoever holds an open menu (the station) keeps it beside the state: it is not journalled, and a scan closes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from terminal.bench.audit_events import AUDIT
from terminal.bench.choices import CHOICES, Entry, Menu, Pick
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Answer,
    Blind,
    ClearRecall,
    CloseShift,
    Command,
    DropAudit,
    FinishWork,
    GiveUpWork,
    Hold,
    Measure,
    OpenAudit,
    SetDisposition,
    SetGrade,
    SettleAudit,
    SettleLabel,
    Times,
)
from terminal.bench.finishing import GRADES
from terminal.bench.inspecting import known_facts
from terminal.bench.meanings import Meaning, OwnItem, Tote
from terminal.bench.naming import by_value, channel_name, place_name
from terminal.bench.rules import Rules
from terminal.bench.scanning import option_words
from terminal.bench.state import Item, Phase, State
from terminal.bench.stock_commands import CloseTote, HandOverTote
from terminal.domain import checklist
from terminal.domain.channels import QUARANTINE, TERMINAL
from terminal.domain.schemes import LOCATIONS
from terminal.domain.speech import _, n_
from terminal.domain.suggesting import suggest
from terminal.domain.work import Step

IN_AUDIT = ("defect", "weigh", "regrade")
"""Actions of an item that an auditor may ask for as well."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A label job of which nobody knows whether it came out; `copies` of its label were asked for so far."""

    job: str
    lpn: str
    copy: int
    copies: int
    tag: Mapping[str, Any]


def standing(state: State, rules: Rules) -> Menu | None:
    """What the bench asks by itself in this state; None where it waits for a scan."""
    if state.audit is not None:
        return _both_audited() if state.audit.saved is not None else standing(state.of_audit(), rules)
    if state.asked is not None:
        options = tuple(
            Entry(option_words(option), Pick(place)) for place, option in enumerate(state.asked.options)
        )
        return Menu(_("Which one is it?"), options)
    item = state.item
    if item is None:
        return None
    if state.phase is Phase.INSPECTING:
        return _question(item, rules)
    if state.phase is Phase.WORKING:
        return _tasks(item, rules)
    if state.phase is Phase.PROPOSED:
        return _grades(item, rules)
    return None


def open_menu(action: str, state: State, rules: Rules) -> Menu | None:
    """The menu behind an action of the registry; None where the action has none or can't be asked for now."""
    if state.audit is not None or action == "audit":
        return _in_audit(action, state, rules)
    item = state.item
    if action == "tote_close":
        title = _("Scan the tote that is closed.")
        return Menu(title, word=_("CLOSE TOTE"), prompt=_("Which tote?"), takes=_to_close)
    if action == "tote_out":
        return Menu(_("To whom does the tote go?"), tuple(_recipient(name) for name in rules.recipients))
    if action == "blind":
        return _reasons(_("Why has the parcel no number?"), rules.blind_reasons, Blind)
    if item is None:
        return None
    match action:
        case "hold":
            return _reasons(_("Why is it held?"), rules.hold_reasons, Hold)
        case "times":
            return Menu(_("How many identical units?"), prompt=_("How many?"), reads=_count)
        case "weigh":
            return Menu(_("How heavy is it?"), prompt=_("Grams?"), reads=_grams)
        case "defect":
            return _defects(item, rules)
        case "regrade":
            return Menu(_("Which grade?"), tuple(_grade_entry(grade, item, rules) for grade in GRADES))
        case "reroute":
            return channel_menu(item, rules)
        case "work":
            return _works(item, rules)
        case "clear_recall" if item.facts.get("recalled") == "possible":
            return _reasons(_("Why is the recall not meant?"), rules.override_reasons, ClearRecall)
        case _:
            return None


def differs_menu(command: CloseShift, rules: Rules) -> Menu:
    """Why a shift is closed although its counts differ."""
    return _reasons(
        _("Why do the counts differ?"),
        rules.difference_reasons,
        lambda reason: replace(command, reason=reason),
    )


def _in_audit(action: str, state: State, rules: Rules) -> Menu | None:
    """The menu of an action that begins, ends or belongs to an audit."""
    if state.audit is not None:
        if action == "audit":
            leave = Entry(_("leave it"), DropAudit())
            return Menu(_("Leave this audit? Nothing more is saved."), (leave,))
        return open_menu(action, state.of_audit(), rules) if action in IN_AUDIT and state.blind else None
    if state.item is not None:
        return None
    title = _("Scan the label of the item that is audited.")
    return Menu(title, word=_("AUDIT"), prompt=_("Which item?"), takes=_to_audit)


def _to_close(meaning: Meaning) -> Command | None:
    return CloseTote(meaning) if isinstance(meaning, Tote) else None


def _recipient(name: str) -> Entry:
    """Somebody who takes totes; which one is asked for next."""

    def taken(meaning: Meaning) -> Command | None:
        return HandOverTote(meaning, name, ()) if isinstance(meaning, Tote) else None

    title = _("Scan the tote for {name}.").format(name=name)
    return Entry(name, Menu(title, word=_("TOTE OUT"), prompt=_("Which tote?"), takes=taken))


def _to_audit(meaning: Meaning) -> Command | None:
    return OpenAudit(meaning) if isinstance(meaning, OwnItem) else None


def _both_audited() -> Menu:
    """What follows from an audit that differs."""
    stays = Entry(_("the first decision stays"), SettleAudit("first"))
    fresh = Entry(_("the audit's: hold it, decide anew"), SettleAudit(AUDIT))
    return Menu(_("Which one holds?"), (stays, fresh))


def pending_menu(command: CloseShift) -> Menu:
    """Whether a shift may be closed although events have not left the station: the explicit word for it."""
    waiting = max((command.pending or {}).values(), default=0)
    close = Entry(
        _("yes, close it now"),
        replace(command, pending_ok=True),
        _("what waits stays safe on this disk and is sent later"),
    )
    title = n_(
        "{count} events are not sent yet. Close the shift all the same?",
        "{count} events are not sent yet. Close the shift all the same?",
        waiting,
    )
    return Menu(title.format(count=waiting), (close,))


def doubts_menu(jobs: Sequence[Doubtful]) -> Menu:
    """The labels in doubt, each with the question whether it is there."""
    return Menu(_("Which label?"), tuple(_doubt(job) for job in jobs[:CHOICES]))


def _doubt(job: Doubtful) -> Entry:
    def settled(found: bool) -> SettleLabel:
        return SettleLabel(job.lpn, job.copy, job.copies, job.tag, found)

    answers = (
        Entry(_("yes, it came out"), settled(True)),
        Entry(_("no: print it again"), settled(False)),
    )
    return Entry(
        _("{lpn} copy {copy}").format(lpn=job.lpn, copy=job.copy),
        Menu(_("Is label {lpn} there?").format(lpn=job.lpn), answers),
        str(job.tag.get("title", "")),
    )


def reroute_to(channel: str, rules: Rules) -> Menu:
    """The reasons for sending the item to `channel` against the proposal."""
    title = _("Why {channel}?").format(channel=channel_name(channel))
    return _reasons(title, rules.override_reasons, lambda reason: SetDisposition(channel, reason))


def channel_menu(item: Item, rules: Rules) -> Menu:
    """Channels in order of value; what a rule forbids is not offered."""
    proposal = item.proposal
    values: Mapping[str, str] = proposal.values if proposal is not None else {}
    forbidden = proposal.forbidden if proposal is not None else {}
    channels = [
        *(name for name, _value in by_value(values)),
        *(name for name in TERMINAL if name not in values and name not in forbidden),
    ]
    entries = [
        Entry(channel_name(name), reroute_to(name, rules), values.get(name, ""))
        for name in channels
        if name != QUARANTINE
    ]
    held = _reasons(_("Why is it held?"), rules.hold_reasons, Hold)
    entries.append(Entry(channel_name(QUARANTINE), held))
    return Menu(_("Which channel?"), tuple(entries))


def _reasons(title: str, reasons: Mapping[str, str], make: Callable[[str], Command]) -> Menu:
    return Menu(title, tuple(Entry(_(words), make(code), code) for code, words in reasons.items()))


def _question(item: Item, rules: Rules) -> Menu | None:
    scheme = rules.book.scheme_for(item.category)
    question = checklist.next_question(scheme, known_facts(item, rules), item.answered)
    if question is None:
        return None
    if question.kind == "number":
        return Menu(_(question.text), prompt=_(question.text), reads=lambda text: _answer(question.id, text))
    seen = bool(item.facts.get("observations"))
    entries = [
        Entry(_(choice.label), Answer(question.id, choice.value))
        for choice in question.choices
        if seen or not choice.needs_defect
    ]
    if question.marks:
        entries.append(Entry(_("add a defect"), _defects(item, rules), _("more") if seen else ""))
    return Menu(_(question.text), tuple(entries))


def _answer(question: str, text: str) -> Command | None:
    return Answer(question, text) if text else None


def _tasks(item: Item, rules: Rules) -> Menu:
    """The first step that is asked for: done, or why not."""
    assert item.todo is not None
    name = item.todo.steps[0]
    step = next((one for one in rules.steps if one.id == name), None)
    entries = [_work_entry(step, _("it is done"))] if step is not None else []
    title = _("Why is it left undone?")
    reasons = _reasons(title, rules.work_reasons, lambda reason: GiveUpWork(name, reason))
    asked = _(step.label) if step is not None else _("Take a photo")
    return Menu(asked, (*entries, Entry(_("it can't be done"), reasons)))


def _works(item: Item, rules: Rules) -> Menu | None:
    """Every step that this bench can do and that was not done on the item."""
    steps = [step for step in rules.steps if step.id not in item.settled_steps]
    if not steps:
        return None
    return Menu(_("Which work is done?"), tuple(_work_entry(step, _(step.label)) for step in steps))


def _work_entry(step: Step, label: str) -> Entry:
    if not step.note:
        return Entry(label, FinishWork(step.id))
    asked = _("Type or scan the {note}.").format(note=_(step.note))
    return Entry(label, Menu(asked, prompt=asked, reads=lambda text: FinishWork(step.id, text), scans=True))


def _grades(item: Item, rules: Rules) -> Menu:
    return Menu(_("Which grade?"), tuple(_grade_entry(grade, item, rules) for grade in GRADES))


def _grade_entry(grade: str, item: Item, rules: Rules) -> Entry:
    if item.proposal is not None and item.decided is None and item.grade == grade:
        return Entry(grade, Accept(), selected=True, mark=_("proposed"))
    title = _("Why grade {grade}?").format(grade=grade)
    reasons = _reasons(title, rules.override_reasons, lambda reason: SetGrade(grade, reason))
    return Entry(grade, reasons)


def _defects(item: Item, rules: Rules) -> Menu:
    """The defects of this kind of goods, the likeliest for the return reason first; each asks where it is."""
    scheme = rules.book.scheme_for(item.category)
    entries = []
    for code in suggest(scheme, item.facts.get("reason"), rules.found_for):
        defect = scheme.defects[code]
        places = sorted(LOCATIONS, key=lambda place: place != defect.location)
        label = _(defect.label)
        where = Menu(
            _("{defect}: where?").format(defect=label),
            tuple(Entry(place_name(place), AddDefect(code, place)) for place in places),
        )
        entries.append(Entry(label, AddDefect(code) if defect.severity == "fact" else where, code))
    return Menu(_("Which defect?"), tuple(entries))


def _count(text: str) -> Command | None:
    return Times(int(text)) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _grams(text: str) -> Command | None:
    return Measure("weight_g", text) if text else None
