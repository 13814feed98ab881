"""What comes down from the hub between two items: other rules, and rulings on items that two stations claimed."""

from __future__ import annotations

from terminal.bench.arriving_events import Ruled, RulesChanged
from terminal.bench.commands import TakeRules, TakeRuling
from terminal.bench.outcome import Outcome, done, noted, visible
from terminal.bench.rules import Rules
from terminal.bench.state import State
from terminal.bench.view import Level
from terminal.domain.speech import N_, _

HOLD = "hold"
"""The verdict by which another station keeps what was claimed."""
# TRANSLATORS: What two benches claimed: a line of an announcement, or a serial number.
CLAIMS = {"rma_line": N_("line"), "serial": N_("serial")}
"""What two stations may claim, in words."""


def take_rules(state: State, command: TakeRules, rules: Rules) -> Outcome:
    """Note under what the bench works from here on; never while an item or a question is open."""
    if not between_items(state):
        return noted("arrives-later")
    event = RulesChanged(rules.book.hash, command.after, command.versions)
    what = ", ".join(f"{kind} {number}" for kind, number in sorted(command.versions.items()))
    return done("rules-changed", event, what=what)


def take_ruling(state: State, command: TakeRuling) -> Outcome:
    """Note a ruling. An item that another station keeps goes to quarantine, out of the tote where it lies."""
    if not between_items(state):
        return noted("arrives-later")
    moved = command.verdict == HOLD and command.status == "closed"
    event = Ruled(
        lpn=command.lpn,
        ruling=command.ruling,
        verdict=command.verdict,
        what=command.what,
        value=command.value,
        by=command.by,
        note=command.note,
        moved=moved,
        tote=command.tote if moved else None,
        channel=command.channel if moved else None,
    )
    claim = claimed(command.what, command.value)
    if moved:
        tote = command.tote or "-"
        return done("ruled-out", event, level=Level.WARN, lpn=command.lpn, claim=claim, tote=tote)
    code = "ruled-hold" if command.verdict == HOLD else "ruled-keep"
    return done(code, event, lpn=command.lpn, claim=claim)


def between_items(state: State) -> bool:
    """True where nothing is begun that other rules could change the outcome of."""
    return state.item is None and state.asked is None


def claimed(what: str, value: str) -> str:
    """What was claimed twice, in words."""
    name = _(CLAIMS.get(what, "")) or what
    return f"{name} {visible(value)}"


def ruling_words(verdict: str, what: str, value: str, by: str, note: str) -> str:
    """A ruling as it is added to a sentence about the item, with a space before it."""
    said = (
        _("Claimed twice, {claim}: another bench keeps it: hold, ruled by {who}.")
        if verdict == HOLD
        else _("Claimed twice, {claim}: this bench keeps it, ruled by {who}.")
    )
    more = f" ({visible(note)})" if note else ""
    return " " + said.format(claim=claimed(what, value), who=f"{visible(by)}{more}")
