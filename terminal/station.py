"""The pump: an input is read, decided, committed, and only then folded, printed and shown. One at a time, in order.

A station lives in one thread (the bench's pump, or a replay). Nothing is confirmed before it is on disk: when the
commit fails the state stays as it was and the verdict says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from terminal.approvals import Approvals
from terminal.bench.approval import PinSaid, permission_of
from terminal.bench.arriving import between_items
from terminal.bench.called import called_action
from terminal.bench.choices import Menu, Pick
from terminal.bench.commands import (
    Accept,
    CloseShift,
    Command,
    KeepPhoto,
    OpenShift,
    Scanned,
    SignOut,
    TakeRules,
    TakeRuling,
    Weigh,
)
from terminal.bench.decide import decide
from terminal.bench.events import InputRefused
from terminal.bench.given import Given, Idle, Press, Scan, Typed, Weighed
from terminal.bench.meanings import Badge, Operator
from terminal.bench.menus import (
    Doubtful,
    differs_menu,
    doubts_menu,
    open_menu,
    pending_menu,
    reroute_to,
    standing,
)
from terminal.bench.outcome import Outcome, Verdict, done, noted, refused, visible
from terminal.bench.reads import Read, twin
from terminal.bench.rules import Look, Now, Rules
from terminal.bench.scanning import option_of
from terminal.bench.scene import Demo, Said, Scene
from terminal.bench.state import State
from terminal.bench.stock_commands import HandOverTote
from terminal.bench.view import Level, View
from terminal.bench.wire import Recorded
from terminal.bench.wording import view
from terminal.committed import Committed
from terminal.domain.permissions import Approval, grants
from terminal.domain.speech import joined, speaking, told_by
from terminal.lookup import Checked, Chosen, Reader, Routed
from terminal.presses import DIRECT, nothing_opens
from terminal.store.journal import Journal
from terminal.voices import voice

log = logging.getLogger(__name__)


class Station:
    """One bench over one journal. `state` is the fold of what is committed, never ahead of it."""

    def __init__(
        self,
        journal: Journal,
        reader: Reader,
        clock: Callable[[], datetime],
        *,
        labels_queued: Callable[[], None] = lambda: None,
        label_applied: Callable[[str], None] = lambda job: None,
        printer_lost: Callable[[], bool] = lambda: False,
        in_doubt: Callable[[], Sequence[Doubtful]] = lambda: (),
        take_photo: Callable[[], KeepPhoto] | None = None,
        change_printer: Callable[[], str | None] = lambda: None,
        close_shift: Callable[[State], Command | None] = lambda state: None,
        check_pin: Callable[[str, str], PinSaid] = lambda who, pin: PinSaid("none"),
        language: str = "en",
    ) -> None:
        self.journal = journal
        self.reader = reader
        self.rules: Rules = reader.rules
        self.clock = clock
        self._printer_lost = printer_lost
        self._in_doubt = in_doubt
        self._take_photo = take_photo
        self._change_printer = change_printer
        self._close_shift = close_shift
        self._approvals = Approvals(check_pin)
        self._language = language
        self.vouched: Operator | None = None
        """Whose PIN counts as given: whoever drives the bench from a command line named them."""
        self.guide: Callable[[State], Demo] | None = None
        self.pending: Callable[[], Mapping[str, int] | None] = lambda: None
        """Asked when a shift is closed: sink -> committed events that have not left the station."""
        self.check_shift: Callable[[], tuple[Look, ...]] = lambda: ()
        """Looks at what a shift needs: scanner, printer, clock, disk, sync."""
        self._closing: Menu | None = None
        self._why = ""
        """Why the shift that is being closed may be closed although its counts differ."""
        self._menu: Menu | None = None
        self._said: Said | None = None
        self._read: Read | None = None
        self._committed = Committed(journal, labels_queued, label_applied)

    @property
    def state(self) -> State:
        """Where the bench stands."""
        return self._committed.state

    @property
    def last(self) -> tuple[Recorded, ...]:
        """What the last input or command wrote."""
        return self._committed.last

    @property
    def language(self) -> str:
        """What is spoken now: the language of whoever is signed in, else the station's."""
        person = self.reader.people.get(self.state.operator or "")
        return (person.language if person is not None else "") or self._language

    def speaking(self) -> AbstractContextManager[None]:
        """Say everything inside in the language that is spoken now."""
        return speaking(voice(self.language))

    def handle(self, given: Given) -> View:
        """Take one input to its end and give what to show. Blocks for the commit; raises nothing for any input."""
        self.take(given)
        return self.view()

    def take(self, given: Given, key: str | None = None) -> Outcome:
        """Take one input to its end. `key` marks its events, so that a replay knows what it has done already."""
        at = self._begun()
        try:
            with self.speaking():
                outcome = self._take(given, at, key)
        except Exception as problem:
            log.exception("input failed")
            outcome = Outcome((), Verdict(Level.STOP, "input-failed", {"problem": type(problem).__name__}))
        if outcome.refused:
            self._read = None  # what was refused may be scanned again at once
        if outcome.verdict.code != "weight-unused":
            self._said = Said(outcome.verdict, at)
        return outcome

    def run(self, command: Command, key: str | None = None) -> Outcome:
        """Decide and commit one command."""
        at = self._begun()
        with self.speaking():
            outcome = self._run(command, at, key)
        self._said = Said(outcome.verdict, at)
        return outcome

    def dismiss(self) -> None:
        """Ask nothing more of whoever gave the last command: nobody is there to answer."""
        self._menu = None
        self._approvals.drop()

    def end_shift(self, reason: str = "", pending_ok: bool = False, key: str | None = None) -> Outcome:
        """Close the open shift with its figures; `reason` is why, should counts differ."""
        at = self._begun()
        with self.speaking():
            command = self._close_shift(self.state)
            if isinstance(command, CloseShift):
                outcome = self._end_shift(replace(command, reason=reason, pending_ok=pending_ok), at, key)
            else:
                nobody = refused("sign-in-first", "shift close", called=called_action("shift_close"))
                outcome = self._commit(nobody, at, key)
        self._said = Said(outcome.verdict, at)
        return outcome

    def commit(self, outcome: Outcome, key: str | None = None) -> Outcome:
        """Write down an outcome that was decided outside, such as an input that has no form at all."""
        at = self._begun()
        outcome = self._commit(outcome, at, key)
        self._said = Said(outcome.verdict, at)
        return outcome

    def view(self) -> View:
        """What to show now."""
        with self.speaking():
            stands = standing(self.state, self.rules)
            hints = self.guide(self.state) if self.guide is not None else None
            doubts = frozenset(one.job for one in self._in_doubt())
            scene = Scene(self._said, self._menu, stands, hints, self._printer_lost(), doubts)
            return replace(view(self.state, self.rules, scene), language=self.language)

    def _now(self) -> datetime:
        """The time in whole milliseconds, as the journal keeps it: a later fold must give the same state."""
        at = self.clock()
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def _begun(self) -> datetime:
        """The time of an input or a command, which has written nothing yet."""
        self._committed.last = ()
        return self._now()

    def asks(self) -> bool:
        """True while a menu is open or the bench asks something that is answered by number."""
        return self._menu is not None or standing(self.state, self.rules) is not None

    @property
    def between_items(self) -> bool:
        """True where nothing is begun, so that other rules may be taken over."""
        return self._menu is None and between_items(self.state)

    def admit(self, people: Mapping[str, Operator]) -> bool:
        """Let other people sign in from now on, whatever lies on the bench. Who is signed in and may no more, or
        has another role now, is signed out; False where that could not be written down.
        """
        self.reader = replace(self.reader, people=people)
        who = self.state.operator
        if who is not None and (who not in people or people[who].role != self.state.role):
            self.run(SignOut("revoked"))
            self.dismiss()  # whom it asked is gone, and the next one may speak another language
            self._read = None  # the same badge, scanned again, is no second read of one trigger
        return self.state.operator is None or self.state.operator in people

    def take_over(self, rules: Rules, versions: Mapping[str, int]) -> bool:
        """Work under other rules from here on, and write that down first; False where it is not the moment, or
        could not be written: then the old ones hold.
        """
        if not self.between_items:
            return False
        with self.speaking():
            outcome = self._run(TakeRules(rules.book.hash, versions), self._now(), None)
        if not outcome.events:
            return False
        self.rules, self.reader = rules, replace(self.reader, rules=rules)
        return True

    def take_ruling(self, command: TakeRuling) -> Outcome:
        """Write a ruling down between items, and say it where somebody has to fetch the item from its tote."""
        if not self.between_items:
            return noted("arrives-later")
        with self.speaking():
            outcome = self._run(command, at := self._now(), None)
        if outcome.verdict.level is not Level.OK:
            self._said = Said(outcome.verdict, at)
        return outcome

    @property
    def closing(self) -> bool:
        """True while the shift would be closed, were it not for events that have not left the station."""
        return self._closing is not None and self._menu is self._closing

    def _take(self, given: Given, at: datetime, key: str | None) -> Outcome:
        before, self._read = self._read, None
        match given:
            case Weighed(grams, source):
                return self._run(Weigh(grams, source), at, key)
            case Scan() if (read := twin(before, given, at)) is not None:
                self._read = before
                if read.source == given.source:
                    return noted("read-again", given=visible(given.text))
                return self._commit(_two_roads(given, read), at, key)
            case Scan() | Typed() if (outcome := self._approve(given, at, key)) is not None:
                return outcome
            case Scan():
                if given.problem is None and given.source != "replay":
                    self._read = Read(given.text, given.source, at)
                meant = self.reader.understand(given, self._seen, at)
                if (noted_down := self._as_note(given, meant)) is not None:
                    self._menu = None
                    return self._run(noted_down, at, key)
                if not isinstance(meant, Chosen):
                    self._menu = None
                return self._understood(meant, at, key)
            case Typed(text):
                return self._typed(text.strip(), at, key)
            case Press(action):
                return self._pressed(action, at, key)
            case Idle():
                self._menu = None
                return self._run(SignOut("idle"), at, key) if self.state.operator else noted("nothing-waits")

    @property
    def _seen(self) -> State:
        """The bench as a scan is read on it: in an audit the audited item lies there."""
        return self.state if self.state.audit is None else self.state.of_audit()

    def _understood(
        self, meant: Scanned | Press | Chosen | Routed | Checked, at: datetime, key: str | None
    ) -> Outcome:
        match meant:
            case Scanned():
                return self._run(meant, at, key)
            case Press(action):
                return self._pressed(action, at, key)
            case Chosen(number):
                return self._chosen(number, str(number), at, key)
            case Checked(problems):
                if not problems:
                    return noted("scanner-good")
                return self._commit(
                    refused("scanner-bad", "scanner check", problem=joined(problems)), at, key
                )
            case Routed(channel):
                item = self.state.item
                if item is None or self.state.operator is None:
                    return self._commit(refused("no-item", channel), at, key)
                return self._opened(reroute_to(channel, self.rules))

    def _typed(self, text: str, at: datetime, key: str | None) -> Outcome:
        """A typed line: a number where something is numbered, an amount where one is asked for, else a code."""
        menu = self._menu or standing(self.state, self.rules)
        if not text:
            if self._menu is not None:
                self._menu = None
                return noted("menu-closed")
            return self._run(Accept(), at, key)
        number = text.isascii() and text.isdigit() and len(text) <= 3
        if menu is not None and menu.reads is not None and (number or self._menu is not None):
            command = menu.reads(text)
            if command is not None:
                self._menu = None
                return self._run(command, at, key)
        if menu is not None and menu.entries and text.isascii() and text.isdigit() and len(text) <= 2:
            return self._chosen(int(text), text, at, key)
        meant = self.reader.understand(Scan(text), self._seen, at)
        taken = self._as_note(Scan(text), meant) if self._menu is not None and self._menu.takes else None
        self._menu = None
        if taken is not None:
            return self._run(taken, at, key)
        if self._approvals.may_be_pin(text, at) and not _means(meant):
            return self._commit(refused("pin-late", "-"), at, key)
        return self._understood(meant, at, key)

    def _pressed(self, action: str, at: datetime, key: str | None) -> Outcome:
        why = self._why if self.closing else ""
        self._menu = None
        if action in DIRECT:
            return self._run(DIRECT[action](), at, key)
        if action == "printer" and self.state.operator is not None:
            name = self._change_printer()
            return noted("printer-changed", printer=name) if name else refused("printer-none", action)
        if action == "photo" and self.state.operator is not None:
            return self._photographed(at, key)
        if action == "doubts" and self.state.operator is not None:
            jobs = self._in_doubt()
            return self._opened(doubts_menu(jobs)) if jobs else noted("labels-certain")
        if action == "shift_close":
            command = self._close_shift(self.state)
            if isinstance(command, CloseShift):
                return self._end_shift(replace(command, reason=why), at, key)
        menu = open_menu(action, self.state, self.rules) if self.state.operator is not None else None
        if menu is not None:
            return self._opened(menu)
        return self._commit(nothing_opens(action, self.state), at, key)

    def _as_note(self, scan: Scan, meant: Scanned | Press | Chosen | Routed | Checked) -> Command | None:
        """What an open menu makes of a scan that it asks for: one that means nothing here, and no other."""
        menu = self._menu
        if menu is not None and menu.takes is not None and isinstance(meant, Scanned):
            takes = menu.takes
            return next((taken for one in meant.meanings if (taken := takes(one)) is not None), None)
        if menu is None or not menu.scans or menu.reads is None or scan.problem is not None:
            return None
        return menu.reads(scan.text) if isinstance(meant, Scanned) and not meant.meanings else None

    def _photographed(self, at: datetime, key: str | None) -> Outcome:
        """Take a picture of the open item. It is on disk before the journal speaks of it."""
        if self.state.item is None:
            return self._commit(refused("no-item", "photo"), at, key)
        if self._take_photo is None:
            return self._commit(refused("photo-none", "photo"), at, key)
        try:
            command = self._take_photo()
        except Exception as problem:
            log.warning("no photo", exc_info=True)
            return self._commit(refused("photo-failed", "photo", problem=told_by(problem)), at, key)
        return self._run(command, at, key)

    def _opened(self, menu: Menu) -> Outcome:
        self._menu = menu
        return Outcome((), Verdict(Level.ASK, "menu", {"title": menu.title}))

    def _chosen(self, number: int, text: str, at: datetime, key: str | None) -> Outcome:
        menu = self._menu or standing(self.state, self.rules)
        if menu is None or not 1 <= number <= len(menu.entries):
            return self._commit(refused("no-choice", text), at, key)
        does = menu.entries[number - 1].does
        self._menu = None
        match does:
            case Menu():
                return self._opened(does)
            case Pick(place):
                return self._picked(place, at, key)
            case CloseShift(pending_ok=word, reason=why):
                fresh = self._close_shift(self.state)  # the figures of the menu are from when it was opened
                command = fresh if isinstance(fresh, CloseShift) else does
                return self._end_shift(replace(command, pending_ok=word, reason=why), at, key)
            case _:
                return self._run(does, at, key)

    def _picked(self, place: int, at: datetime, key: str | None) -> Outcome:
        """One of several readings of an earlier scan: read it again and keep just that meaning."""
        asked = self.state.asked
        assert asked is not None
        wanted = asked.options[place]
        meant = self.reader.understand(Scan(asked.raw), self.state, at)
        if isinstance(meant, Scanned):
            kept = tuple(meaning for meaning in meant.meanings if option_of(meaning) == wanted)
            meant = replace(meant, meanings=kept)
        return self._understood(meant, at, key)

    def _end_shift(
        self, command: CloseShift, at: datetime, key: str | None, approval: Approval | None = None
    ) -> Outcome:
        """Close the shift, or ask why its counts differ, or whether it may be closed while events wait."""
        command = replace(command, pending=self.pending())
        outcome = self._run(command, at, key, approval)
        self._why = command.reason
        if outcome.verdict.code == "shift-differs":
            self._menu = differs_menu(command, self.rules)
        if outcome.verdict.code == "shift-pending":
            self._menu = self._closing = pending_menu(command)
        return outcome

    def _run(
        self, command: Command, at: datetime, key: str | None, approval: Approval | None = None
    ) -> Outcome:
        """Decide and commit a command; one that lacks somebody's word is refused, and the word is asked for."""
        if isinstance(command, HandOverTote) and not command.lpns:
            command = replace(command, lpns=self.reader.contents(command.tote.code))
        now = Now(at, printer_lost=self._printer_lost(), approval=approval, looks=self._looked(command))
        outcome = decide(self.state, command, self.rules, now)
        need, vouched = outcome.needs, self.vouched
        if need is not None and vouched is not None and grants(permission_of(need), vouch := _word(vouched)):
            outcome = decide(self.state, command, self.rules, replace(now, approval=vouch))
        written = self._commit(outcome, at, key)
        if written.needs is not None:
            who = self.reader.people.get(written.needs.by or "")
            self._menu = self._approvals.ask(command, written.needs, who, at)
        return written

    def _looked(self, command: Command) -> tuple[Look, ...]:
        """What is looked at before a shift begins, where it may begin by this command."""
        meanings = command.meanings if isinstance(command, Scanned) else ()
        badge = next((one for one in meanings if isinstance(one, Badge)), None)
        if self.state.shift is not None or (badge is None and not isinstance(command, OpenShift)):
            return ()
        holder = badge.operator if badge is not None else None
        with speaking(voice((holder.language if holder is not None else "") or self.language)):
            return self.check_shift()  # in the language of whoever signs in, and reads it

    @property
    def asks_approval(self) -> bool:
        """True while a badge or a PIN is asked for, which stands behind the command that was refused."""
        return self._menu is not None and self._menu is self._approvals.menu

    def _approve(self, given: Scan | Typed, at: datetime, key: str | None) -> Outcome | None:
        """What an input is to the question for a badge or a PIN; None where it is none of its business."""
        asked = self._approvals.asked
        if asked is None or not self.asks_approval or not given.text.strip():
            return None
        came = self._approvals.hear(given, self.reader, self.state, at)
        if came is not None and isinstance(given, Scan) and given.source != "replay":
            self._read = Read(given.text, given.source, at)
        if self._approvals.asked is None:
            self._menu = None
        match came:
            case None:
                return None
            case Outcome():
                return self._commit(came, at, key)
            case Menu():
                return self._opened(came)
        return self._approved(asked.command, came, at, key)

    def _approved(self, command: Command, word: Approval, at: datetime, key: str | None) -> Outcome:
        """Do what was refused before, with somebody's word for it."""
        if isinstance(command, CloseShift):
            fresh = self._close_shift(self.state)  # the figures are from before somebody was fetched
            if isinstance(fresh, CloseShift):
                command = replace(fresh, pending_ok=command.pending_ok, reason=command.reason)
            return self._end_shift(command, at, key, word)
        return self._run(command, at, key, word)

    def _commit(self, outcome: Outcome, at: datetime, key: str | None) -> Outcome:
        return self._committed.append(outcome, at, key, self.rules.book.hash)


def _means(meant: Scanned | Press | Chosen | Routed | Checked) -> bool:
    """True for what means anything at all here."""
    return not isinstance(meant, Scanned) or bool(meant.meanings)


def _word(vouched: Operator) -> Approval:
    """The word of somebody who was named where no PIN can be typed."""
    return Approval(vouched.id, vouched.role, pin=True)


def _two_roads(scan: Scan, read: Read) -> Outcome:
    """One trigger that came by serial line and by keyboard: counted once, and said, because one road must go."""
    event = InputRefused("two-roads", visible(scan.text))
    given = visible(scan.text)
    return done("two-roads", event, level=Level.WARN, given=given, source=read.source, other=scan.source)
