"""Holding: a person's wish, danger or the rules put a group in quarantine, with a reason code and a loud label."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.bench.arriving_events import RULED
from terminal.bench.audit_events import AUDIT
from terminal.bench.events import Event, Held, HoldAsked, Inspected
from terminal.bench.evolve import fold
from terminal.bench.inspecting import SHELF, more_units
from terminal.bench.labelling import labels_for
from terminal.bench.outcome import Outcome, Verdict, done, refused
from terminal.bench.receiving import unknown_reason
from terminal.bench.rules import Now, Rules
from terminal.bench.state import Item, State
from terminal.bench.view import Level
from terminal.domain.speech import N_, _

DAMAGED_BATTERY = "damaged-battery"
SWOLLEN = "BAT-SW"
OWN_WORDS: Mapping[str, str] = {
    AUDIT: N_("An audit found it otherwise"),
    "other": N_("Another reason"),
    RULED: N_("Another bench keeps it"),
}
"""Words for the reasons that only the bench itself gives; a site may have its own for them."""
HELD_FOR: tuple[tuple[str, str, tuple[object, ...]], ...] = (
    (DAMAGED_BATTERY, "hazard", ("damaged_battery",)),
    ("recalled", "recalled", ("possible", "hit")),
    ("counterfeit", "counterfeit", (True,)),
    ("wrong-item", "wrong_item", (True,)),
)
"""Reason code, and the fact with the values that it stands for; the gravest first."""


def hold(state: State, reason: str, rules: Rules, now: Now) -> Outcome:
    """Quarantine for the whole group, with a loud label."""
    if state.item is None:
        return refused("no-item", reason)
    problem = unknown_reason(reason, rules.hold_reasons)
    if problem is not None:
        return problem
    return hold_group(state, (HoldAsked(state.item.lpn, reason),), reason, rules, now)


def stop_work(state: State, rules: Rules, now: Now) -> Outcome:
    """A damaged battery, at one key: recorded and held at once, with no question more and a loud label."""
    item = state.item
    if item is None:
        return refused("no-item", "danger")
    reason = DAMAGED_BATTERY if DAMAGED_BATTERY in rules.hold_reasons else "other"
    seen = Inspected(item.lpn, "defect", SWOLLEN, "danger", {"hazard": "damaged_battery"})
    outcome = hold_group(state, (seen, HoldAsked(item.lpn, reason)), reason, rules, now)
    where = rules.battery_bin or _("the battery bin")
    verdict = Verdict(Level.WARN, "danger", {"lpn": item.lpn, "where": where})
    return Outcome(outcome.events, verdict)


def hold_reason(item: Item, rules: Rules) -> str:
    """The reason code that an item held by the rules gets: one that the site has, else `other`."""
    found = "other"
    if item.arrival == "unidentified":
        found = "unidentified"
    elif "reference_price" not in item.facts:
        found = "no-price"
    found = next((code for code, fact, bad in HELD_FOR if item.facts.get(fact) in bad), found)
    return found if found in rules.hold_reasons else "other"


def hold_words(reason: str, rules: Rules) -> str:
    """What a reason code says: in the site's words, else the bench's own; the code where neither has any.

    A label has them as they are, a sentence looks them up.
    """
    return rules.hold_reasons.get(reason) or OWN_WORDS.get(reason) or reason or "-"


def hold_group(state: State, events: tuple[Event, ...], reason: str, rules: Rules, now: Now) -> Outcome:
    """What follows `events`: every unit of the group gets its label and waits in quarantine."""
    after = fold(state, [(event, now.at) for event in events])
    units = more_units(after, rules)
    after = fold(after, [(event, now.at) for event in units])
    item = after.item
    assert item is not None
    labels = labels_for(item, SHELF, rules, now, reason=hold_words(reason, rules))
    held = Held(item.lpn, item.lpns, reason)
    return done(
        "held",
        *events,
        *units,
        labels,
        held,
        level=Level.WARN,
        lpn=item.lpn,
        reason=_(hold_words(reason, rules)),
        units=str(len(item.lpns)),
    )
