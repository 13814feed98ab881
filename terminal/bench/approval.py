"""Asking for a second person's word: a badge, then a PIN, while whoever works at the bench stays signed in.

It decides nothing about the action itself: once the word is given, the same command is decided again with it. A
PIN is checked outside (that is slow on purpose and counts failures on disk); what came of it is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from terminal.bench.choices import Menu
from terminal.bench.commands import Command
from terminal.bench.meanings import Badge, Operator
from terminal.bench.naming import role_name
from terminal.bench.outcome import Need, Outcome, refused
from terminal.domain.permissions import Approval, Permission, outranks
from terminal.domain.speech import _

HAND = 0.06
"""Seconds: keys that follow each other faster than this on average are not a person's who types a PIN."""


@dataclass(frozen=True, slots=True)
class PinSaid:
    """What came of a PIN. `wait` is seconds until the next try counts, `left` tries that are free till then."""

    verdict: Literal["right", "wrong", "locked", "none"]
    wait: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Approving:
    """A command that waits for somebody's word; `who` is whose PIN is asked, None while a badge is."""

    command: Command
    need: Need
    who: Operator | None = None

    @property
    def menu(self) -> Menu:
        """What the bench asks."""
        if self.who is None:
            role = role_name(self.need.role)
            words = _("Scan a {role}'s badge. Esc: leave it.").format(role=role)
            prompt = _("Badge of a {role}?").format(role=role)
            return Menu(words, word=f"{role.upper()}?", prompt=prompt, after=True)
        name = f"{self.who.id} {self.who.name}".strip()
        words = _("{name}: type your PIN, then Enter. Esc: leave it.").format(name=name)
        return Menu(words, word=_("PIN?"), prompt=_("PIN?"), after=True, secret=True)


def show_badge(asked: Approving, badge: Badge) -> Approving | Approval | Outcome:
    """What a badge does: its owner's PIN is asked, it is enough, or it is refused."""
    operator = badge.operator
    if operator is None:
        return refused("badge-unknown", badge.text)
    need = asked.need
    if not outranks(operator.role, need.role):
        return refused("badge-too-low", operator.id, role=need.role)
    if need.pin:
        return replace(asked, who=operator)
    return Approval(operator.id, operator.role)


def told_pin(operator: Operator, said: PinSaid) -> Approval | Outcome:
    """What a checked PIN does. No sentence repeats it."""
    match said.verdict:
        case "right":
            return Approval(operator.id, operator.role, pin=True)
        case "none":
            return refused("pin-none", operator.id)
        case "locked":
            return refused("pin-locked", operator.id, wait=span(said.wait))
        case _ if said.wait:
            return refused("pin-wrong-wait", operator.id, wait=span(said.wait))
        case _:
            return refused("pin-wrong", operator.id, left=str(said.left))


def span(seconds: int) -> str:
    """How long to wait, in words, never shorter than it is."""
    if seconds < 100:
        return _("{count} s").format(count=seconds)
    return _("{count} min").format(count=-(-seconds // 60))


def permission_of(need: Need) -> Permission:
    """What an action that lacks somebody's word needs."""
    return Permission(need.role, need.pin)
