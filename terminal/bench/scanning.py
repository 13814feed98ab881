"""Scans: which of the meanings of a code counts where the bench stands, and what it does then."""

from __future__ import annotations

from terminal.bench import finishing, identifying, inspecting, people, receiving
from terminal.bench.commands import AddDefect, Scanned
from terminal.bench.events import Asked, Option
from terminal.bench.meanings import Badge, DefectCode, Known, Meaning, OwnItem, Return, Tote
from terminal.bench.outcome import Outcome, done, noted, refused
from terminal.bench.rules import Now, Rules
from terminal.bench.state import Phase, State
from terminal.bench.view import Level
from terminal.domain.speech import N_, _, joined

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
# TRANSLATORS: Entries of the question which of several things a scan meant.
OPTIONS = {
    "return": N_("return {what}"),
    "item": N_("item {what}"),
    "tote": N_("tote {what}"),
    "badge": N_("badge"),
    "defect": N_("defect {what}"),
}
"""Kind of an option -> its words; a product is named by its own."""


def scanned(state: State, scan: Scanned, rules: Rules, now: Now) -> Outcome:
    """Take the one meaning that counts here, ask which one does, or refuse with every reading that was tried."""
    if scan.problems and not scan.meanings:
        return refused("unreadable", scan.text, problem=joined(scan.problems, "; "))
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


def option_words(option: Option) -> str:
    """The words for an entry; what is journalled and compared stays as it was."""
    if option.kind not in OPTIONS:
        return option.label
    return _(OPTIONS[option.kind]).format(what=option.label.removeprefix(option.kind).lstrip())


def _useless(state: State, scan: Scanned) -> Outcome:
    """Refuse a scan with the sentence that fits where the bench stands."""
    text = scan.text
    if state.operator is None:
        return refused("sign-in-first", text)
    if not scan.meanings:
        return refused("unknown-code", text, tried=joined(scan.tried, "; "), phase=state.phase.value)
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
