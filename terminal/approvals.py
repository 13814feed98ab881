"""The question for somebody's badge or PIN that stands behind a refused command, and what is heard while it does.

Whatever is typed where a PIN is asked is repeated nowhere: not in a sentence, not in the journal. That holds for a
little while after the question is gone, too, because hands are slower than screens.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from terminal.bench.approval import HAND, Approving, PinSaid, show_badge, told_pin
from terminal.bench.choices import Menu
from terminal.bench.commands import Command
from terminal.bench.given import Scan, Typed
from terminal.bench.meanings import Badge, Operator
from terminal.bench.outcome import Need, Outcome, refused
from terminal.bench.state import State
from terminal.domain.permissions import Approval, is_pin
from terminal.lookup import Reader

PIN_LATE = timedelta(minutes=2)
"""Digits typed so soon after a PIN was asked for, and that mean nothing, may be one: they are not written down."""


class Approvals:
    """Asks one question at a time. `check_pin` takes an id and a PIN, is slow, and counts failures."""

    def __init__(self, check_pin: Callable[[str, str], PinSaid]) -> None:
        self._check_pin = check_pin
        self.asked: Approving | None = None
        """What is asked; None: nothing."""
        self.menu: Menu | None = None
        """The question, in the words of when it was asked."""
        self._pin_at: datetime | None = None

    def ask(self, command: Command, need: Need, who: Operator | None, at: datetime) -> Menu:
        """Begin to ask for the word that a command lacks; `who` is whose PIN it is, if that is known already."""
        self.asked = Approving(command, need, who)
        self._pin_at = at if who is not None else None
        self.menu = self.asked.menu
        return self.menu

    def drop(self) -> None:
        """Ask no more."""
        self.asked = self.menu = None

    def hear(
        self, given: Scan | Typed, reader: Reader, state: State, at: datetime
    ) -> Menu | Approval | Outcome | None:
        """What an input comes to: a further question, somebody's word, a refusal; None where it is no answer.

        Nothing is asked any more after somebody's word, and where whose PIN was asked may do nothing any more.
        """
        asked = self.asked
        if asked is None:
            return None
        if asked.who is not None:
            self._pin_at = at
            if isinstance(given, Typed):
                return self._pin_typed(asked.who, given, reader, at)
            if is_pin(given.text.strip()):
                return refused("pin-scanned", "-")
        scan = given if isinstance(given, Scan) else Scan(given.text.strip())
        meant = reader.understand(scan, state, at)
        badges = [one for one in getattr(meant, "meanings", ()) if isinstance(one, Badge)]
        if not badges:
            return None
        return self._settled(show_badge(asked, badges[0]), at)

    def may_be_pin(self, text: str, at: datetime) -> bool:
        """True for digits that may be a PIN which was typed after its question was gone."""
        return is_pin(text) and self._pin_at is not None and abs(at - self._pin_at) < PIN_LATE

    def _pin_typed(
        self, who: Operator, given: Typed, reader: Reader, at: datetime
    ) -> Menu | Approval | Outcome:
        pin = given.text.strip()
        if given.pace is not None and given.pace < HAND:
            return refused("pin-scanned", "-")
        if not is_pin(pin):
            return refused("pin-form", "-")
        if reader.people.get(who.id) != who:
            self.drop()
            return refused("badge-unknown", who.id)
        return self._settled(told_pin(who, self._check_pin(who.id, pin)), at)

    def _settled(self, came: Approving | Approval | Outcome, at: datetime) -> Menu | Approval | Outcome:
        """Ask on, or no more; after a refusal the question stays as it is."""
        match came:
            case Approving():
                self.asked, self.menu, self._pin_at = came, came.menu, at
                return self.menu
            case Approval():
                self.drop()
        return came
