"""State to View: every word that an operator sees, in one place. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from terminal.bench.actions import ACTIONS
from terminal.bench.audit_wording import audit_view, lesson_facts
from terminal.bench.auditing import lesson_for
from terminal.bench.choices import Menu, choice_code
from terminal.bench.events import Proposed
from terminal.bench.found_words import found_words
from terminal.bench.hints import hints
from terminal.bench.messages import banner_word, sentence
from terminal.bench.naming import by_value, channel_name, channel_word, money, place_name, role_name
from terminal.bench.outcome import Verdict
from terminal.bench.rules import Rules
from terminal.bench.scene import Said, Scene
from terminal.bench.shipped_words import ANSWERS, QUESTIONS
from terminal.bench.state import Finished, Item, Phase, State
from terminal.bench.view import ChannelRow, Choice, Fact, ItemRow, Last, Level, View
from terminal.bench.waiting import waiting
from terminal.domain.channels import CHANNELS
from terminal.domain.speech import N_, _

STEPS = {
    Phase.SIGNED_OUT: 0,
    Phase.READY: 1,
    Phase.PARCEL: 1,
    Phase.INSPECTING: 2,
    Phase.WORKING: 3,
    Phase.PROPOSED: 3,
    Phase.DECIDED: 4,
    Phase.LABELLED: 4,
}
SHOWN_WELL = ("placed", "parcel-closed", "shift-closed", "label-next", "undone-label", "audit-agrees")
"""Good news that stands on the banner before the next question does."""
# TRANSLATORS: The state of a used item, best first.
GRADE_WORDS = {"A": N_("like new"), "B": N_("good"), "C": N_("fair"), "D": N_("defective")}
# TRANSLATORS: How an item came to the bench, compared with what was announced.
ARRIVALS: Mapping[str, str] = {
    "expected": N_("expected"),
    "blind": N_("blind"),
    "over": N_("over"),
    "unexpected": N_("unexpected"),
    "unidentified": N_("unidentified"),
}


def said_text(verdict: Verdict) -> str:
    """The sentence of a verdict with channels named as on the banner, and roles and steps in words."""
    named = {key: channel_word(value) for key, value in verdict.args.items() if value in CHANNELS}
    if "role" in verdict.args:
        named["role"] = role_name(verdict.args["role"])
    if "step" in verdict.args:
        named["step"] = _(verdict.args["step"])
    if verdict.code == "inspected":
        named |= observed(verdict.args["what"], verdict.args["value"])
    return sentence(verdict.code, {**verdict.args, **named})


def observed(what: str, value: str) -> dict[str, str]:
    """An answer in words, or the place of a defect."""
    place, space, times = value.partition(" ")
    said = _(ANSWERS[value]) if value in ANSWERS else f"{place_name(place)}{space}{times}"
    return {"what": _(QUESTIONS[what]) if what in QUESTIONS else what, "value": said}


def view(state: State, rules: Rules, scene: Scene) -> View:
    """Everything the screen shows for a state, the last verdict, an open menu and what the bench asks itself."""
    if state.audit is not None:
        return audit_view(state, view(state.of_audit(), rules, scene))
    phase = state.phase
    level, word, line = _banner(state, rules, scene)
    waits: tuple[Fact, ...] = ()
    if level is Level.STOP:
        waits = (Fact(_("NOW"), waiting(state, rules, scene)[2]),)
    menu, said = scene.menu, scene.said
    shown = menu if menu is not None else scene.standing
    return View(
        station=rules.station,
        operator=f"{state.operator} {state.name}".strip() if state.operator else "",
        shift_opened=state.shift_opened,
        done=state.done,
        step=STEPS[phase],
        level=level,
        word=word,
        line=line,
        choices=_choices(shown),
        facts=(*waits, *lesson_facts(state), *_facts(state)),
        hints=hints(state, rules, scene),
        channels=_channels(state),
        recent=tuple(_recent(finished) for finished in state.recent),
        last=_last(state, scene.said),
        prompt=shown.prompt if shown is not None else "",
        secret=menu is not None and menu.secret,
        menu=menu.title if menu is not None else "",
        state=phase.value,
        sound=said.verdict.level if said is not None else None,
        actions=tuple(action.id for action in ACTIONS if _offered(action.id, state, rules, scene)),
    )


def available(action: str, state: State) -> bool:
    """True where an action of the registry would do something now."""
    phase, item, parcel = state.phase, state.item, state.parcel
    match action:
        case "help" | "history" | "palette" | "shift" | "accept":
            return True
        case _ if phase is Phase.SIGNED_OUT:
            return False
        case "undo":
            return bool(state.history)
        case "lock" | "break":
            return True
        case "tote_close" | "tote_out":
            return item is None
        case "hold" | "times" | "regrade" | "reroute":
            return item is not None
        case "reprint":
            return phase in (Phase.DECIDED, Phase.LABELLED)
        case "clean":
            return phase is Phase.INSPECTING
        case "defect" | "weigh":
            return phase in (Phase.INSPECTING, Phase.WORKING, Phase.PROPOSED)
        case "danger":
            return item is not None
        case "clear_recall":
            return item is not None and item.facts.get("recalled") == "possible"
        case "parcel_done" | "unidentified":
            return phase is Phase.PARCEL
        case "audit":
            return state.role in ("lead", "manager") and item is None
        case "lesson":
            return lesson_for(state) is not None
        case "blind":
            return item is None and (parcel is None or parcel.complete)
        case _:
            return state.shift is not None and item is None and (parcel is None or parcel.complete)


def _offered(action: str, state: State, rules: Rules, scene: Scene) -> bool:
    """True where an action would do something now, devices included."""
    if action == "printer":
        return bool(rules.second_printer) and state.operator is not None
    if action == "label":
        return state.phase in (Phase.DECIDED, Phase.LABELLED) or bool(state.recent)
    if action == "work":
        return bool(rules.steps) and state.phase in (Phase.INSPECTING, Phase.WORKING, Phase.PROPOSED)
    if action == "photo":
        return rules.camera and state.item is not None and state.operator is not None
    if action == "value":
        return state.item is not None and state.operator is not None
    if action == "doubts":
        return bool(scene.in_doubt) and state.operator is not None
    return available(action, state)


def _banner(state: State, rules: Rules, scene: Scene) -> tuple[Level, str, str]:
    menu, said = scene.menu, scene.said
    if menu is not None:
        before = f"{said_text(said.verdict)} " if menu.after and said is not None and _told_why(said) else ""
        return Level.ASK, menu.word or (_("CHOOSE") if menu.entries else _("HOW MUCH?")), before + menu.title
    own_level, own_word, own_line = waiting(state, rules, scene)
    if said is None:
        return own_level, own_word, own_line
    verdict = said.verdict
    text = said_text(verdict)
    if verdict.level in (Level.STOP, Level.WARN):
        return verdict.level, banner_word(verdict.code) or own_word, text
    if verdict.code in SHOWN_WELL:
        return Level.OK, own_word, text
    return own_level, own_word, own_line


def _told_why(said: Said) -> bool:
    """True for a refusal: what is asked next goes on from it."""
    return said.verdict.level is Level.STOP


def _choices(menu: Menu | None) -> tuple[Choice, ...]:
    if menu is None:
        return ()
    return tuple(
        Choice(
            number=number,
            label=entry.label,
            detail=entry.detail or _(GRADE_WORDS.get(entry.label, "")),
            code=choice_code(number),
            selected=entry.selected,
            mark=entry.mark,
        )
        for number, entry in enumerate(menu.entries, 1)
    )


def _facts(state: State) -> tuple[Fact, ...]:
    item, parcel = state.item, state.parcel
    if item is None:
        if parcel is None:
            return ()
        return tuple(
            Fact(
                f"{line.received}/{line.expected.expected}",
                f"{line.expected.line.sku or line.expected.line.gtin or line.expected.line.serial}  "
                f"{line.expected.line.title}",
                warn=line.received > line.expected.expected,
            )
            for line in sorted(parcel.lines, key=lambda one: one.missing == 0)
        )
    found = [Fact(_("ITEM"), f"{item.lpn}  {item.sku or item.gtin or item.code or '-'}  {item.title}")]
    if item.arrival != "expected":
        found.append(
            Fact(
                _("ARRIVED"),
                _(ARRIVALS.get(item.arrival, item.arrival)),
                warn=item.arrival in ("unexpected", "unidentified", "over"),
            )
        )
    proposal = item.proposal
    if proposal is None:
        price = item.facts.get("reference_price")
        if price is not None:
            found.append(Fact(_("NEW"), f"{money(str(price), item.facts.get('currency'))}{_assumed(item)}"))
        if found_so_far := found_words(item):
            found.append(Fact(_("FOUND"), found_so_far))
        return tuple(found)
    return (*found, *_decision(item, proposal))


def _decision(item: Item, proposal: Proposed) -> Iterator[Fact]:
    """The proposal in a few lines, the most useful first: doubt, worth, grade, the whole reason."""
    yield from (Fact(_("DOUBT"), doubt, warn=True) for doubt in proposal.doubts)
    chosen = item.decided.disposition if item.decided is not None else proposal.disposition
    value = proposal.values.get(chosen or "")
    if value is not None:
        price = money(item.facts.get("reference_price"), proposal.currency)
        own = money(value, proposal.currency)
        worth = _("{value} of {price} new").format(value=own, price=price) + _assumed(item)
        if proposal.runner_up is not None:
            second = money(proposal.values.get(proposal.runner_up), proposal.currency)
            then = _("next {channel} {value}").format(channel=channel_word(proposal.runner_up), value=second)
            worth = f"{worth}   {then}"
        yield Fact(_("WORTH"), worth)
    by_hand = _("set by hand") if item.graded else _("no fault found")
    yield Fact(_("WHY {grade}").format(grade=proposal.grade), "; ".join(proposal.grade_reasons) or by_hand)
    yield Fact(_("BECAUSE"), proposal.explanation)
    yield Fact(_("FOUND"), found_words(item) or "-")


def _assumed(item: Item) -> str:
    words = _("assumed: price paid")
    return f" ({words})" if "reference_price" in item.assumed else ""


def _channels(state: State) -> tuple[ChannelRow, ...]:
    proposal = state.item.proposal if state.item is not None else None
    if proposal is None or state.item is None:
        return ()
    chosen = state.item.decided.disposition if state.item.decided is not None else proposal.disposition
    found = [
        ChannelRow(channel_name(name), money(value, proposal.currency), "", chosen=name == chosen)
        for name, value in by_value(proposal.values)
    ]
    found += [
        ChannelRow(channel_name(name), "-", ", ".join(proposal.forbidden[name]), forbidden=True)
        for name in CHANNELS
        if name in proposal.forbidden
    ]
    return tuple(found)


def _recent(finished: Finished) -> ItemRow:
    units = f" x{len(finished.lpns)}" if len(finished.lpns) > 1 else ""
    return ItemRow(
        finished.at,
        finished.lpn,
        finished.title + units,
        money(finished.value, finished.currency),
        finished.grade or "-",
        channel_word(finished.channel),
    )


def _last(state: State, said: Said | None) -> Last:
    undo = _(state.history[-1].step) if state.history else ""
    if said is None:
        return Last(None, "", Level.ASK, undo)
    return Last(said.at, said_text(said.verdict), said.verdict.level, undo)
