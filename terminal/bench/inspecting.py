"""Inspecting: observations enter the open item until nothing left to ask could change the outcome.

Then it is settled, in one chain: propose grade and channel; without doubt take them at once; ask for labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from terminal.bench.commands import AddDefect, Answer, Measure, Times, Weigh
from terminal.bench.events import Counted, Decided, Event, Inspected, Multiplied, Proposed, Unit
from terminal.bench.evolve import evolve
from terminal.bench.labelling import queue_labels
from terminal.bench.outcome import Outcome, Verdict, done, noted, refused
from terminal.bench.rules import Now, Rules
from terminal.bench.state import Item, Phase, State
from terminal.bench.tasks import before_channel, for_channel, without_camera, work_ahead
from terminal.bench.view import Level
from terminal.domain import checklist, papers
from terminal.domain.facts import BadFacts, Facts, parse, plain
from terminal.domain.items import money_text
from terminal.domain.lettercode import LPNS_PER_STATION
from terminal.domain.lettercode import lpn as make_lpn
from terminal.domain.rulebook import Assessment, assess
from terminal.domain.speech import _

SHELF = "quarantine"
LIGHT_G = 30
"""A difference in weight that no scale and no packing can be blamed for."""
ONLY_HELD = ("unexpected", "unidentified")
"""Arrivals whose one way is quarantine: asking about them would cost time and change nothing."""


def inspect(state: State, command: Answer | AddDefect | Measure, rules: Rules, now: Now) -> Outcome:
    """Take one observation into the open item, and settle it when nothing is left to ask."""
    item = state.item
    if item is None:
        return refused("no-item", _words(command))
    if item.decided is not None:
        return refused("already-decided", _words(command), lpn=item.lpn)
    scheme = rules.book.scheme_for(item.category)
    before = known_facts(item, rules)
    answered: tuple[str, ...] = ()
    try:
        match command:
            case Answer(question, value):
                after = checklist.answer(scheme, question, value, before)
                how, what, answered = "answer", question, (question,)
            case AddDefect(code, location, count):
                after = checklist.observe(scheme, before, code, location or "", count)
                how, what, value = "defect", code, f"{location or ''} x{count}".strip()
            case _:
                name, value = command.name, command.value
                after = checklist.measure(scheme, before, name, value)
                how, what = ("weigh" if name == "weight_g" else "measure"), name
    except checklist.BadAnswer as problem:
        return refused("bad-answer", _words(command), problem=str(problem))
    changed = _with_strange_defects(item, rules, changes(before, after))
    if how == "weigh":
        changed = {**changed, **_mass(before, "typed")}
    event = Inspected(item.lpn, how, what, value, changed, answered)
    return settle(state, done("inspected", event, what=what, value=value), rules, now)


def weigh(state: State, command: Weigh, rules: Rules, now: Now) -> Outcome:
    """Take a load on the scale as the weight of the open item; a load without one is no mistake of anybody's."""
    item, grams = state.item, str(command.grams)
    if item is None or state.phase not in (Phase.INSPECTING, Phase.PROPOSED, Phase.WORKING):
        return noted("weight-unused", grams=grams)
    before = known_facts(item, rules)
    if command.grams <= 0:
        return refused("weight-below", grams, grams=grams)
    if command.grams == before.get("weight_g") and before.get("mass_source") == "scale":
        return noted("weight-same", grams=grams)
    facts = {**_mass(before, "scale"), "weight_g": command.grams}
    event = Inspected(item.lpn, "weigh", command.source, grams, facts)
    return settle(state, done("weighed", event, grams=grams, source=command.source), rules, now)


def _mass(before: Facts, source: str) -> dict[str, Any]:
    """Where a weight comes from; what the catalogue said is kept beside it."""
    catalogue = before.get("mass_source") == "catalogue"
    return {"mass_source": source, **({"expected_weight_g": before["weight_g"]} if catalogue else {})}


def weight_doubt(facts: Mapping[str, Any], rules: Rules) -> str | None:
    """Why a weight makes one look into the box again, or None. Light things may differ by 30 g."""
    weight, expected = facts.get("weight_g"), facts.get("expected_weight_g")
    if weight is None or expected is None:
        return None
    if abs(weight - expected) * 100 <= max(rules.weight_tolerance * expected, LIGHT_G * 100):
        return None
    return _("it weighs {weight} g and should weigh {expected} g: is the box empty or swapped?").format(
        weight=weight, expected=expected
    )


def inspect_clean(state: State, rules: Rules, now: Now) -> Outcome:
    """Nothing (else) is wrong: every question that is still open gets its good answer."""
    item = state.item
    if item is None:
        return refused("no-item", "all good")
    if state.phase is not Phase.INSPECTING:
        return noted("nothing-open", lpn=item.lpn)
    before = known_facts(item, rules)
    after, answered = checklist.clean(rules.book.scheme_for(item.category), before, item.answered)
    changed = _with_strange_defects(item, rules, changes(before, after))
    event = Inspected(item.lpn, "clean", "", "", changed, tuple(answered))
    return settle(state, done("inspected-clean", event), rules, now)


def count_units(state: State, command: Times, rules: Rules, now: Now) -> Outcome:
    """The finding holds for several identical units. A count once acted on is only lowered by undo."""
    item = state.item
    given = str(command.count)
    if item is None:
        return refused("no-item", given)
    if not 1 <= command.count <= rules.max_times:
        return refused("count-range", given, most=str(rules.max_times))
    if item.resumed is not None:
        return refused("count-resumed", given, lpn=item.lpn)
    number = item.serial or item.facts.get("imei") or item.facts.get("serial_read")
    if number is not None and command.count > 1:
        return refused("count-serial", given, serial=str(number))
    if command.count == item.count:
        return noted("count-same", count=given)
    if command.count < len(item.units):
        return refused("count-lower", given, count=str(len(item.units)))
    if state.next_lpn + command.count > LPNS_PER_STATION:
        return refused("lpns-used-up", given)
    outcome = done("counted", Counted(item.lpn, command.count), count=given)
    if item.decided is None:
        return outcome
    after = _after(state, outcome.events, now)
    units = more_units(after, rules)
    after = _after(after, units, now)
    return Outcome(
        (*outcome.events, *units, *queue_labels(after, rules, now, fresh_only=True)), outcome.verdict
    )


def settle(state: State, outcome: Outcome, rules: Rules, now: Now) -> Outcome:
    """Add proposal, decision and labels to an outcome, as far as the item is ready for them."""
    after = _after(state, outcome.events, now)
    item = after.item
    assert item is not None
    facts = known_facts(item, rules)
    scheme = rules.book.scheme_for(item.category)
    asked = item.graded is None and item.arrival not in ONLY_HELD
    if asked and checklist.next_question(scheme, facts, item.answered) is not None:
        return outcome
    todo = before_channel(item, facts, rules, now) if item.arrival not in ONLY_HELD else None
    if todo is not None:
        return Outcome((*outcome.events, todo), Verdict(Level.ASK, "work-asked", {"lpn": item.lpn}))
    proposal, sure = propose(item, facts, rules, now)
    events: tuple[Event, ...] = (*outcome.events, proposal)
    if not sure:
        verdict = outcome.verdict if outcome.verdict.level is not Level.OK else _asks(proposal)
        return Outcome(events, verdict)
    return decide_channel(state, Outcome(events, outcome.verdict), rules, now, "auto")


def decide_channel(
    state: State, outcome: Outcome, rules: Rules, now: Now, by: str, channel: str = ""
) -> Outcome:
    """Settle the channel of the proposed item (or `channel`, where a person chose it) and ask for its labels."""
    after = _after(state, outcome.events, now)
    item = after.item
    assert item is not None
    assert item.proposal is not None
    chosen = channel or item.proposal.disposition or SHELF
    facts = known_facts(item, rules)
    todo = for_channel(item, facts, chosen, by, rules, now)
    if todo is not None:
        return Outcome((*outcome.events, todo), Verdict(Level.ASK, "work-asked", {"lpn": item.lpn}))
    missing = without_camera(item, facts, chosen, rules)
    tote = rules.tote_of(chosen)
    decided = Decided(item.lpn, item.proposal.grade, chosen, by, tote.code if tote is not None else "")
    after = evolve(after, decided, now.at)
    units = more_units(after, rules)
    after = _after(after, units, now)
    labels = queue_labels(after, rules, now)
    verdict = Verdict(Level.OK, "decided", {"grade": decided.grade, "channel": chosen, "by": by})
    return Outcome((*outcome.events, *missing, decided, *units, *labels), verdict)


def propose(item: Item, facts: Facts, rules: Rules, now: Now) -> tuple[Proposed, bool]:
    """Grade and channel as the rules see them, and whether they may be taken without asking."""
    ahead = work_ahead(item, facts, rules, now)
    found: Assessment = assess(rules.book, facts, now.at.date(), item.graded, ahead)
    grade, decision = found.grade, found.decision
    strange = len(item.facts.get("observations", ())) - len(_known_defects(item, rules))
    unknown = _("a defect was noted that the scheme does not know")
    doubts = decision.doubts + ((unknown,) if strange else ())
    odd_weight = weight_doubt(facts, rules)
    odd = (*((odd_weight,) if odd_weight is not None else ()), *papers.doubts(item.facts))
    doubts += odd
    proposal = Proposed(
        lpn=item.lpn,
        score=str(grade.score),
        grade_by_score=grade.grade_by_score,
        cap=grade.cap,
        grade=found.letter,
        grade_reasons=grade.reasons,
        disposition=decision.disposition,
        values={channel: money_text(value) for channel, value in decision.values.items()},
        forbidden={channel: tuple(rules_) for channel, rules_ in decision.forbidden.items()},
        rules=decision.rules,
        runner_up=decision.runner_up,
        margin=money_text(decision.margin) if decision.margin is not None else None,
        currency=decision.currency,
        confidence="low" if strange or odd else decision.confidence,
        doubts=doubts,
        explanation=decision.explanation,
        policy=found.policy,
        functional=grade.functional,
        cosmetic=grade.cosmetic,
    )
    sure = (
        rules.auto_accept
        and proposal.confidence == "ok"
        and decision.disposition not in (None, SHELF)
        and item.arrival not in ONLY_HELD
        and item.resumed is None
    )
    return proposal, sure


def more_units(state: State, rules: Rules) -> tuple[Event, ...]:
    """The event that gives LPNs to the units of a counted group that have none yet."""
    item = state.item
    assert item is not None
    extra = item.count - len(item.units)
    if extra <= 0:
        return ()
    free = _free_lines(state, item)
    rest = item.arrival if item.arrival != "expected" else "over"
    units = []
    for number in range(extra):
        line = next(free, None)
        lpn = make_lpn(rules.prefix, state.next_lpn + number)
        units.append(Unit(lpn, rest, item.line) if line is None else Unit(lpn, "expected", line))
    return (Multiplied(item.lpn, tuple(units)),)


def _free_lines(state: State, item: Item) -> Iterator[int]:
    """Line numbers with room for one more unit of the item's product, one for each unit: its own line first."""
    parcel = state.parcel
    lines = parcel.lines if parcel is not None and parcel.id == item.parcel else ()
    own = next((one.expected.line for one in lines if one.expected.line.line == item.line), None)
    if own is None:
        return
    for one in sorted(lines, key=lambda each: each.expected.line.line != item.line):
        line = one.expected.line
        same = line.line == own.line or (line.serial is None and (line.sku, line.gtin) == (own.sku, own.gtin))
        for _more in range(one.missing if same else 0):
            yield line.line


def known_facts(item: Item, rules: Rules) -> Facts:
    """The item's facts, typed. What an older version knew and this one does not is left out as unknown."""
    plainly = {**item.facts, "observations": _known_defects(item, rules)}
    try:
        return parse(plainly, item.lpn)
    except BadFacts:
        return parse({name: value for name, value in plainly.items() if _parses(name, value)}, item.lpn)


def _known_defects(item: Item, rules: Rules) -> list[Any]:
    defects = rules.book.scheme_for(item.category).defects
    return [seen for seen in item.facts.get("observations", ()) if seen.get("defect") in defects]


def _with_strange_defects(item: Item, rules: Rules, changed: Mapping[str, Any]) -> Mapping[str, Any]:
    """The changes, with defects kept that the scheme does not know: they stay a doubt for a person."""
    known = _known_defects(item, rules)
    strange = [seen for seen in item.facts.get("observations", ()) if seen not in known]
    if not strange or "observations" not in changed:
        return changed
    return {**changed, "observations": [*strange, *(changed["observations"] or ())]}


def _parses(name: str, value: object) -> bool:
    try:
        parse({name: value})
    except BadFacts:
        return False
    return True


def changes(before: Facts, after: Facts) -> Mapping[str, Any]:
    """What an observation changed, as plain JSON; a fact that is gone is None."""
    old, new = plain(before), plain(after)
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    return changed | {name: None for name in old if name not in new}


def _after(state: State, events: tuple[Event, ...], now: Now) -> State:
    for event in events:
        state = evolve(state, event, now.at)
    return state


def _asks(proposal: Proposed) -> Verdict:
    return Verdict(
        Level.ASK, "proposed", {"grade": proposal.grade, "channel": proposal.disposition or _("nothing")}
    )


def _words(command: Answer | AddDefect | Measure) -> str:
    if isinstance(command, AddDefect):
        return f"{command.code} {command.location or ''} {command.count}"
    return f"{command.question if isinstance(command, Answer) else command.name} {command.value}"
