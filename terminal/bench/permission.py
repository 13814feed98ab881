"""Guarded actions: whether one may be done now, and whose word is still needed for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from terminal.bench.meanings import Operator
from terminal.bench.outcome import Need, Outcome
from terminal.bench.rules import Now, Rules
from terminal.bench.state import State
from terminal.domain.permissions import grants, outranks


def lacking(action: str, state: State, rules: Rules, now: Now, who: Operator | None = None) -> Need | None:
    """Whose word an action still needs; None where it may be done.

    `who` asks for it where nobody is signed in. Whoever has the role already gives only a PIN.
    """
    permission = rules.permissions[action]
    if now.approval is not None and grants(permission, now.approval):
        return None
    asks, role = (who.id, who.role) if who is not None else (state.operator, state.role)
    fits = permission.role == "operator" or outranks(role, permission.role)
    if fits and not permission.pin:
        return None
    return Need(action, permission.role, permission.pin, asks if fits else None)


def wanting(outcome: Outcome, need: Need) -> Outcome:
    """A refusal that somebody's word would turn into a yes."""
    return replace(outcome, needs=need)


def signed(outcome: Outcome, now: Now) -> Outcome:
    """The outcome with who approved it written into the events that keep it."""
    if now.approval is None or outcome.refused:
        return outcome
    word: dict[str, Any] = {"approved_by": now.approval.by}
    events = tuple(
        replace(event, **word) if hasattr(event, "approved_by") else event for event in outcome.events
    )
    return replace(outcome, events=events)
