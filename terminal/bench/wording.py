"""State to View: every word that an operator sees, in one place. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from terminal.bench.actions import ACTIONS
from terminal.bench.commands import Rules
from terminal.bench.events import Proposed, WorkAsked
from terminal.bench.inspecting import ONLY_HELD, known_facts
from terminal.bench.menus import Menu, choice_code
from terminal.bench.messages import banner_word, sentence
from terminal.bench.outcome import Verdict
from terminal.bench.rows import job_id
from terminal.bench.state import Finished, Item, Phase, State
from terminal.bench.tasks import photo_wants
from terminal.bench.view import ChannelRow, Choice, Fact, ItemRow, Last, Level, View
from terminal.domain import checklist
from terminal.domain.channels import CHANNELS

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
CHANNEL_WORDS = {
    "return_to_vendor": "TO VENDOR",
    "energy_recovery": "ENERGY",
    "parts_harvest": "PARTS",
    "remanufacture": "REMAKE",
}
"""Names for the banner where the channel's own name is too long or too plain."""
GRADE_WORDS = {"A": "like new", "B": "good", "C": "fair", "D": "defective"}
CURRENCY_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


@dataclass(frozen=True, slots=True)
class Said:
    """The last verdict and when it was given."""

    verdict: Verdict
    at: datetime


@dataclass(frozen=True, slots=True)
class Demo:
    """What a newcomer without a scanner may type: badge codes and returns that are still to come."""

    badges: tuple[str, ...]
    returns: tuple[str, ...]


def channel_word(channel: str) -> str:
    """A channel's name in capitals, short enough for the banner."""
    return CHANNEL_WORDS.get(channel, channel.replace("_", " ").upper())


def said_text(verdict: Verdict) -> str:
    """The sentence of a verdict with channels named as on the banner."""
    named = {key: channel_word(value) for key, value in verdict.args.items() if value in CHANNELS}
    return sentence(verdict.code, {**verdict.args, **named})


def by_value(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Channels and their values, best first (the journal keeps them by name)."""
    return sorted(values.items(), key=lambda pair: (-Decimal(pair[1]), pair[0]))


def money(amount: str | None, currency: str | None) -> str:
    """An amount with its sign, as the screen shows it."""
    if amount is None:
        return "-"
    sign = CURRENCY_SIGNS.get(currency or "", f"{currency or ''} ")
    return f"-{sign}{amount[1:]}" if amount.startswith("-") else f"{sign}{amount}"


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands around a state when it is shown: the last verdict, menus, hints, and whether labels come out."""

    said: Said | None = None
    menu: Menu | None = None
    standing: Menu | None = None
    demo: Demo | None = None
    printer_lost: bool = False
    in_doubt: frozenset[str] = frozenset()
    """Label jobs of which nobody knows whether they came out."""


def view(state: State, rules: Rules, scene: Scene) -> View:
    """Everything the screen shows for a state, the last verdict, an open menu and what the bench asks itself."""
    phase = state.phase
    level, word, line = _banner(state, rules, scene)
    waits: tuple[Fact, ...] = ()
    if level is Level.STOP:
        waits = (Fact("NOW", _waiting(state, rules, scene)[2]),)
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
        facts=(*waits, *_facts(state)),
        hints=_hints(state, rules, scene),
        channels=_channels(state),
        recent=tuple(_recent(finished) for finished in state.recent),
        last=_last(state, scene.said),
        prompt=shown.prompt if shown is not None else "",
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
        case "lock":
            return True
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
        return Level.ASK, "CHOOSE" if menu.entries else "HOW MUCH?", menu.title
    own_level, own_word, own_line = _waiting(state, rules, scene)
    if said is None:
        return own_level, own_word, own_line
    verdict = said.verdict
    text = said_text(verdict)
    if verdict.level in (Level.STOP, Level.WARN):
        return verdict.level, banner_word(verdict.code) or own_word, text
    if verdict.code in ("placed", "parcel-closed", "shift-closed", "label-next", "undone-label"):
        return Level.OK, own_word, text
    return own_level, own_word, own_line


def _waiting(state: State, rules: Rules, scene: Scene) -> tuple[Level, str, str]:
    """What the bench waits for: level, banner word and line."""
    item, parcel = state.item, state.parcel
    if state.operator is None:
        return Level.ASK, "SCAN BADGE", "Sign in: scan your badge."
    if state.asked is not None:
        return Level.ASK, "WHICH ONE?", "That code fits several things."
    if item is None and parcel is None:
        return Level.ASK, "SCAN RETURN", "Scan the return label: RMA or tracking number."
    if item is None:
        assert parcel is not None
        name = parcel.rma or "without number"
        if parcel.complete and parcel.units:
            return (
                Level.ASK,
                "NEXT RETURN",
                f"Return {name}: all {parcel.units} are in. Next return, or one more item.",
            )
        left = f"{parcel.missing} of {parcel.expected} to come" if parcel.lines else f"{parcel.units} so far"
        return Level.ASK, "SCAN ITEM", f"Return {name}: {left}."
    return _waiting_item(state, item, rules, scene)


def _waiting_item(state: State, item: Item, rules: Rules, scene: Scene) -> tuple[Level, str, str]:
    name = f"{item.lpn}  {item.title}"
    count = f"  x{item.count}" if item.count > 1 else ""
    match state.phase:
        case Phase.INSPECTING:
            scheme = rules.book.scheme_for(item.category)
            question = checklist.next_question(scheme, known_facts(item, rules), item.answered)
            word = f"{question.prompt}" if question is not None else "INSPECT"
            text = question.text if question is not None else name
            reason = f"   (returned: {item.facts['reason']})" if "reason" in item.facts else ""
            return Level.ASK, word.upper(), f"{text}{count}{reason}"
        case Phase.WORKING:
            assert item.todo is not None
            return _task(item, item.todo, rules)
        case Phase.PROPOSED:
            proposal = item.proposal
            assert proposal is not None
            if proposal.disposition is None and item.arrival not in ONLY_HELD:
                return (
                    Level.WARN,
                    "NO VALUE",
                    f"Enter holds it: {', '.join(proposal.doubts) or 'no price is known'}.",
                )
            if proposal.disposition in (None, "quarantine"):
                return Level.WARN, "HOLD IT?", "Enter puts it in quarantine. F2 takes the last step back."
            line = f"Enter: {proposal.grade} and {channel_word(proposal.disposition)}."
            doubt = f" {proposal.doubts[0]}" if proposal.doubts else ""
            return Level.ASK, f"GRADE: {proposal.grade}", line + doubt
        case Phase.DECIDED if (
            job_id(item.unproven[0], item.labels.get(item.unproven[0], 1)) in scene.in_doubt
        ):
            return (
                Level.WARN,
                "LABEL THERE?",
                f"Did label {item.unproven[0]} come out? Yes: scan it. No: F4 prints it again as a copy.",
            )
        case Phase.DECIDED if scene.printer_lost:
            assert item.decided is not None
            word = channel_word(item.decided.disposition)
            line = f"{item.decided.grade}  the label waits for its printer. Tote {word}, then scan the tote.{count}"
            return Level.WARN, word, line
        case Phase.DECIDED:
            assert item.decided is not None
            next_label = item.unproven[0]
            units = f" ({len(item.unproven)} labels)" if len(item.unproven) > 1 else ""
            return (
                Level.OK,
                channel_word(item.decided.disposition),
                f"{item.decided.grade}  stick the label on and scan it: {next_label}{units}{count}",
            )
        case _:
            assert item.decided is not None
            tote = rules.tote_of(item.decided.disposition)
            word = channel_word(item.decided.disposition)
            return (
                Level.OK,
                word,
                f"{item.decided.grade}  put it in tote {tote.name if tote else word} and scan the tote.{count}",
            )


def _task(item: Item, todo: WorkAsked, rules: Rules) -> tuple[Level, str, str]:
    """The next piece of work: what, how it ends, and how much is left after it."""
    more = f" Then {len(todo.steps) - 1} more." if len(todo.steps) > 1 else ""
    step = next((one for one in rules.steps if one.id == todo.steps[0]), None)
    if step is None:
        why = " ".join(
            want.because for want in photo_wants(item, known_facts(item, rules), todo.channel or "", rules)
        )
        return Level.ASK, "TAKE PHOTO", f"Insert takes it. {why}{more}"
    ends = f"Done: 1, then its {step.note}." if step.note else "Enter: it is done."
    return Level.ASK, f"WORK: {step.id[:8]}".upper(), f"{step.label}. {ends}{more}"


def _choices(menu: Menu | None) -> tuple[Choice, ...]:
    if menu is None:
        return ()
    return tuple(
        Choice(
            number=number,
            label=entry.label,
            detail=entry.detail or GRADE_WORDS.get(entry.label, ""),
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
    found = [Fact("ITEM", f"{item.lpn}  {item.sku or item.gtin or item.code or '-'}  {item.title}")]
    if item.arrival != "expected":
        found.append(
            Fact("ARRIVED", item.arrival, warn=item.arrival in ("unexpected", "unidentified", "over"))
        )
    proposal = item.proposal
    if proposal is None:
        price = item.facts.get("reference_price")
        if price is not None:
            found.append(Fact("NEW", f"{money(str(price), item.facts.get('currency'))}{_assumed(item)}"))
        if found_so_far := _found(item):
            found.append(Fact("FOUND", found_so_far))
        return tuple(found)
    return (*found, *_decision(item, proposal))


def _decision(item: Item, proposal: Proposed) -> Iterator[Fact]:
    """The proposal in a few lines, the most useful first: doubt, worth, grade, the whole reason."""
    yield from (Fact("DOUBT", doubt, warn=True) for doubt in proposal.doubts)
    chosen = item.decided.disposition if item.decided is not None else proposal.disposition
    value = proposal.values.get(chosen or "")
    if value is not None:
        price = money(item.facts.get("reference_price"), proposal.currency)
        worth = f"{money(value, proposal.currency)} of {price} new{_assumed(item)}"
        if proposal.runner_up is not None:
            second = money(proposal.values.get(proposal.runner_up), proposal.currency)
            worth += f"   next {channel_word(proposal.runner_up)} {second}"
        yield Fact("WORTH", worth)
    by_hand = "set by hand" if item.graded else "no fault found"
    yield Fact(f"WHY {proposal.grade}", "; ".join(proposal.grade_reasons) or by_hand)
    yield Fact("BECAUSE", proposal.explanation)
    yield Fact("FOUND", _found(item) or "-")


def _assumed(item: Item) -> str:
    return " (assumed: price paid)" if "reference_price" in item.assumed else ""


FOUND: Mapping[str, Mapping[object, str]] = {
    "unused": {True: "unused", False: "used"},
    "function": {"pass": "works", "fail": "does not work", "not_tested": "not tested"},
    "lock": {"on": "locked", "off": "not locked"},
    "packaging": {
        "sealed": "sealed",
        "opened_complete": "opened, complete",
        "opened_damaged": "box damaged",
        "missing": "box missing",
    },
}
"""Facts of an inspection that have words of their own, by value."""


def _found(item: Item) -> str:
    """What the inspection found so far, in words."""
    said = [words[item.facts[name]] for name, words in FOUND.items() if item.facts.get(name) in words]
    if item.facts.get("mass_source") in ("scale", "typed"):
        said.append(f"{item.facts['weight_g']} g")
    if "battery_health" in item.facts:
        said.append(f"battery {item.facts['battery_health']} %")
    said += [f"{one.step} done" for one in item.worked]
    if item.photos:
        said.append(f"{len(item.photos)} photo{'s' * (len(item.photos) > 1)}")
    for seen in item.facts.get("observations", ()):
        said.append(f"{seen['defect']} {seen['location']} x{seen['count']}".replace("  ", " "))
    return ", ".join(said)


def _hints(state: State, rules: Rules, scene: Scene) -> tuple[str, ...]:
    demo = scene.demo
    if demo is None:
        return ()
    item, parcel = state.item, state.parcel
    match state.phase:
        case Phase.SIGNED_OUT:
            return (f"No scanner? Type {demo.badges[0]} and Enter (operator).",) if demo.badges else ()
        case Phase.READY:
            return (f"No scanner? Type {demo.returns[0]} and Enter.",) if demo.returns else ()
        case Phase.PARCEL:
            assert parcel is not None
            codes = [
                line.expected.line.gtin or line.expected.line.sku for line in parcel.lines if line.missing
            ]
            if codes:
                return (f"No scanner? Type {codes[0]} and Enter.",)
            return (f"No scanner? Type {demo.returns[0]} and Enter.",) if demo.returns else ()
        case Phase.INSPECTING:
            return ("Type the number of an answer and Enter. F5: nothing is wrong with it.",)
        case Phase.PROPOSED:
            return ("Enter takes the proposal.",)
        case Phase.DECIDED if not scene.printer_lost:
            assert item is not None
            return (f"The label is in the labels folder. No scanner? Type {item.unproven[0]} and Enter.",)
        case _:
            assert item is not None
            tote = rules.tote_of(item.decided.disposition if item.decided else "")
            return (f"No scanner? Type {tote.code} and Enter.",) if tote is not None else ()


def _channels(state: State) -> tuple[ChannelRow, ...]:
    proposal = state.item.proposal if state.item is not None else None
    if proposal is None or state.item is None:
        return ()
    chosen = state.item.decided.disposition if state.item.decided is not None else proposal.disposition
    found = [
        ChannelRow(name, money(value, proposal.currency), "", chosen=name == chosen)
        for name, value in by_value(proposal.values)
    ]
    found += [
        ChannelRow(name, "-", ", ".join(proposal.forbidden[name]), forbidden=True)
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
    undo = state.history[-1].step if state.history else ""
    if said is None:
        return Last(None, "", Level.ASK, undo)
    return Last(said.at, said_text(said.verdict), said.verdict.level, undo)
