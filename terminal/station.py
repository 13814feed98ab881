"""The pump: an input is read, decided, committed, and only then folded, printed and shown. One at a time, in order.

A station lives in one thread (the bench's pump, or a replay). Nothing is confirmed before it is on disk: when the
commit fails the state stays as it was and the verdict says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from terminal.bench.codec import decode, encode
from terminal.bench.commands import (
    Accept,
    Clean,
    Command,
    Danger,
    KeepPhoto,
    Now,
    ParcelDone,
    Reprint,
    Rules,
    Scanned,
    SignOut,
    Undo,
    Unidentified,
    Weigh,
)
from terminal.bench.decide import decide, option_of
from terminal.bench.events import Event, InputRefused, LabelApplied, LabelFound, LabelsQueued, SignedIn
from terminal.bench.evolve import evolve
from terminal.bench.given import Given, Idle, Press, Scan, Typed, Weighed
from terminal.bench.menus import Doubtful, Menu, Pick, doubts_menu, open_menu, reroute_to, standing
from terminal.bench.outcome import Outcome, Verdict, done, noted, refused, visible
from terminal.bench.reads import Read, twin
from terminal.bench.rows import KEYS, job_id, rows
from terminal.bench.scene import Demo, Said, Scene
from terminal.bench.state import State
from terminal.bench.view import Level, View
from terminal.bench.wire import Draft, Recorded, Row, draft, revive
from terminal.bench.wording import view
from terminal.lookup import Checked, Chosen, Reader, Routed
from terminal.store.errors import CommitUnknown, StoredAfterAll, StoreError
from terminal.store.journal import Journal

log = logging.getLogger(__name__)

DIRECT: Mapping[str, Callable[[], Command]] = {
    "undo": Undo,
    "clean": Clean,
    "accept": Accept,
    "lock": SignOut,
    "reprint": Reprint,
    "parcel_done": ParcelDone,
    "unidentified": Unidentified,
    "danger": Danger,
}
"""Actions that are commands as they stand; the others open a menu."""


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
    ) -> None:
        self.journal = journal
        self.reader = reader
        self.rules: Rules = reader.rules
        self.clock = clock
        self._labels_queued = labels_queued
        self._label_applied = label_applied
        self._printer_lost = printer_lost
        self._in_doubt = in_doubt
        self._take_photo = take_photo
        self._change_printer = change_printer
        self._close_shift = close_shift
        self.guide: Callable[[State], Demo] | None = None
        self._menu: Menu | None = None
        self._said: Said | None = None
        self._read: Read | None = None
        self.last: tuple[Recorded, ...] = ()
        self.state = fold_journal(journal)

    def handle(self, given: Given) -> View:
        """Take one input to its end and give what to show. Blocks for the commit; raises nothing for any input."""
        self.take(given)
        return self.view()

    def take(self, given: Given, key: str | None = None) -> Outcome:
        """Take one input to its end. `key` marks its events, so that a replay knows what it has done already."""
        at = self._now()
        self.last = ()
        try:
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
        at = self._now()
        self.last = ()
        outcome = self._run(command, at, key)
        self._said = Said(outcome.verdict, at)
        return outcome

    def commit(self, outcome: Outcome, key: str | None = None) -> Outcome:
        """Write down an outcome that was decided outside, such as an input that has no form at all."""
        at = self._now()
        self.last = ()
        outcome = self._commit(outcome, at, key)
        self._said = Said(outcome.verdict, at)
        return outcome

    def view(self) -> View:
        """What to show now."""
        stands = standing(self.state, self.rules)
        hints = self.guide(self.state) if self.guide is not None else None
        doubts = frozenset(one.job for one in self._in_doubt())
        scene = Scene(self._said, self._menu, stands, hints, self._printer_lost(), doubts)
        return view(self.state, self.rules, scene)

    def _now(self) -> datetime:
        """The time in whole milliseconds, as the journal keeps it: a later fold must give the same state."""
        at = self.clock()
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def asks(self) -> bool:
        """True while a menu is open or the bench asks something that is answered by number."""
        return self._menu is not None or standing(self.state, self.rules) is not None

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
            case Scan():
                if given.problem is None and given.source != "replay":
                    self._read = Read(given.text, given.source, at)
                meant = self.reader.understand(given, self.state, at)
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
                    refused("scanner-bad", "scanner check", problem=" ".join(problems)), at, key
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
        self._menu = None
        return self._understood(self.reader.understand(Scan(text), self.state, at), at, key)

    def _pressed(self, action: str, at: datetime, key: str | None) -> Outcome:
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
            if command is not None:
                return self._run(command, at, key)
        menu = open_menu(action, self.state, self.rules) if self.state.operator is not None else None
        if menu is not None:
            return self._opened(menu)
        if self.state.operator is None:
            return self._commit(refused("sign-in-first", action), at, key)
        item = self.state.item
        if item is not None and action in ("work", "clear_recall"):
            code = "work-none" if action == "work" else "recall-none"
            return self._commit(refused(code, action, lpn=item.lpn), at, key)
        return self._commit(refused("no-item", action), at, key)

    def _as_note(self, scan: Scan, meant: Scanned | Press | Chosen | Routed | Checked) -> Command | None:
        """What an open menu makes of a scan that it asks for: one that means nothing here, and no other."""
        menu = self._menu
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
            return self._commit(refused("photo-failed", "photo", problem=str(problem)), at, key)
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

    def _run(self, command: Command, at: datetime, key: str | None) -> Outcome:
        now = Now(at, printer_lost=self._printer_lost())
        return self._commit(decide(self.state, command, self.rules, now), at, key)

    def _commit(self, outcome: Outcome, at: datetime, key: str | None) -> Outcome:
        """Write the events of an outcome and fold them; a commit that fails turns it into a refusal."""
        if not outcome.events:
            return outcome
        state = self.state
        drafts: list[Draft] = []
        changed: list[Row] = []
        rest: State | None = None
        for event in outcome.events:
            after = evolve(state, event, at)
            drafts.append(self._draft(event, state, after, at, key))
            changed.extend(rows(event, state, after, at))
            rest = after.at_rest() if isinstance(event, SignedIn) else rest
            state = after
        if rest is not None and state != rest:
            rest = None
        try:
            self.last = self.journal.append(
                drafts, merge(changed), encode(rest) if rest is not None else None
            )
        except StoredAfterAll as late:
            self.state = fold_more(self.state, late.recorded)
            return Outcome((), Verdict(Level.WARN, "store-unknown", {"problem": str(late)}))
        except CommitUnknown as doubt:
            return Outcome((), Verdict(Level.STOP, "store-unknown", {"problem": str(doubt)}))
        except StoreError as problem:
            return Outcome((), Verdict(Level.STOP, "store-failed", {"problem": str(problem)}))
        self.state = state
        self._affect(outcome.events)
        return outcome

    def _affect(self, events: Sequence[Event]) -> None:
        """What follows from committed events outside of the journal."""
        if any(isinstance(event, LabelsQueued) for event in events):
            self._labels_queued()
        for event in events:
            if isinstance(event, LabelFound):
                self._label_applied(job_id(event.lpn, event.copy))
            if isinstance(event, LabelsQueued):
                for label in event.labels:
                    self._label_applied(job_id(label.lpn, label.copy - 1))
            if isinstance(event, LabelApplied) and self.state.item is not None:
                self._label_applied(job_id(event.label, self.state.item.labels.get(event.label, 1)))

    def _draft(self, event: Event, before: State, after: State, at: datetime, key: str | None) -> Draft:
        made = draft(event, at, after.operator or before.operator, self.rules.book.hash)
        if key is not None:
            made.body["key"] = key
        return made


def _two_roads(scan: Scan, read: Read) -> Outcome:
    """One trigger that came by serial line and by keyboard: counted once, and said, because one road must go."""
    event = InputRefused("two-roads", visible(scan.text))
    given = visible(scan.text)
    return done("two-roads", event, level=Level.WARN, given=given, source=read.source, other=scan.source)


def fold_journal(journal: Journal) -> State:
    """The state that the journal says, from the newest state at rest on. Raises ValueError for unknown events."""
    found = journal.rest()
    after, state = 0, State()
    if found is not None:
        after, body = found
        state = decode(State, body)
    return fold_more(state, journal.events(after))


def fold_more(state: State, recorded: Sequence[Recorded] | Any) -> State:
    """The state after further events of the journal."""
    for one in recorded:
        state = evolve(state, revive(one.kind, one.body), one.at)
    return state


def merge(changed: Iterable[Row]) -> list[Row]:
    """Rows of one commit with later values over earlier ones, so that each row is written once."""
    merged: dict[tuple[str, Any], dict[str, Any]] = {}
    for row in changed:
        place = (row.table, row.values[KEYS[row.table]])
        before = merged.setdefault(place, {})
        units = before.get("units", 0)
        before.update(row.values)
        if row.table == "tote":
            before["units"] = units + (row.values.get("units") or 0)
    return [Row(table, values) for (table, _), values in merged.items()]
