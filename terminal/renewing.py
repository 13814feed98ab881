"""A running bench and what comes from the hub: fetched in the sync's thread, taken over in the bench's own.

Other people count at once, or a revoked badge would open the bench until the item in hand is done. Rules and
rulings wait until nothing is begun: an item is decided under one policy from its first answer to its tote.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from terminal.assembly import make_rules, people, read_rulebook
from terminal.bench.commands import TakeRuling
from terminal.bench.given import Given, Press
from terminal.bench.meanings import Operator
from terminal.bench.rules import Rules
from terminal.domain.speech import joined
from terminal.own_file import open_file
from terminal.pulled import InForce, in_force
from terminal.pulling import pull
from terminal.settings import Settings
from terminal.station import Station
from terminal.store.arrivals import Arrivals
from terminal.store.station_file import StationFile
from terminal.sync.hub import HubTransport
from terminal.syncing import make_hub

log = logging.getLogger(__name__)


def pull_once(settings: Settings) -> dict[str, Any] | None:
    """One pull from the command line: {"versions", "applied", "refused"}; None where config names no hub.

    A bench that is open takes over what came at its next look. Raises what `pull` raises.
    """
    transport = make_hub(settings)
    if transport is None:
        return None
    try:
        with open_file(settings) as file:
            return pull(settings, file, transport)
    finally:
        transport.close()


class NotTaken(Exception):
    """Something that the hub offers is not taken over; the text is one sentence for each."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What the bench is to work with from its next item on."""

    rules: Rules
    people: Mapping[str, Operator]
    versions: Mapping[str, int]


class Renewal:
    """What arrives for one running bench. `look` is for the sync's thread, everything else for the bench's."""

    def __init__(
        self,
        settings: Settings,
        station: Station,
        file: StationFile,
        hub: Callable[[Settings], HubTransport | None] = make_hub,
    ) -> None:
        """`file` is the bench's own, asked only in its thread."""
        self._settings = settings
        self._station = station
        self._arrivals = Arrivals(file.catalogue.db)
        self._hub = hub
        self._deliver: Callable[[Press], object] | None = None
        self._press = Press("arrived")
        """The one press that is handed in from here, known by being this very value."""
        self._lock = threading.Lock()
        self._ready: Ready | None = None
        self._rulings = bool(self._arrivals.to_write_down())
        self._built: Mapping[str, InForce] | None = None
        """What was in force at the last look; None before the first, which compares with what the bench has."""

    def hand_to(self, deliver: Callable[[Press], object]) -> None:
        """Say where the press goes that makes the bench take something over."""
        self._deliver = deliver
        if self.waits:
            self._hand_in()

    @property
    def waits(self) -> bool:
        """True while something is there that the bench has not taken over."""
        with self._lock:
            return self._ready is not None or self._rulings

    def look(self, file: StationFile) -> None:
        """Pull, and make ready what is new; `file` is open in this thread.

        Raises NotTaken with what was refused, for as long as it is offered; and what `pull` raises.
        """
        transport = self._hub(self._settings)
        if transport is None:
            return
        try:
            done = pull(self._settings, file, transport)
        finally:
            transport.close()
            self._prepare(file)
        if done["refused"]:
            raise NotTaken(joined(one["sentence"] for one in done["refused"]))

    def is_mine(self, given: Given) -> bool:
        """True for the press that was handed in here."""
        return given is self._press

    def take(self) -> None:
        """Take over what the moment allows: people always, rules and rulings between items."""
        with self._lock:
            ready, rulings = self._ready, self._rulings
        if ready is not None and self._station.admit(ready.people):
            rules = replace(ready.rules, found_for=self._station.rules.found_for)
            if self._station.take_over(rules, ready.versions):
                log.info("the bench works by %s of the hub", dict(ready.versions))
                with self._lock:
                    self._ready = None if self._ready is ready else self._ready
        if rulings and self._station.between_items:
            self._write_down()

    def after(self) -> None:
        """Take notice that an input was taken to its end: what waited for it is taken over now."""
        if self.waits:
            self.take()

    def _write_down(self) -> None:
        with self._lock:
            self._rulings = False
        for one in self._arrivals.to_write_down():
            command = TakeRuling(
                one.lpn,
                one.id,
                one.verdict,
                one.what,
                one.value,
                one.by,
                one.note,
                one.status,
                one.tote,
                one.channel,
            )
            if not self._station.take_ruling(command).events:
                with self._lock:
                    self._rulings = True
                return

    def _prepare(self, file: StationFile) -> None:
        """Build what the bench is to work with, where that is other than what was built last."""
        rulings = bool(Arrivals(file.catalogue.db).to_write_down())
        now = in_force(self._settings)
        ready, changed = None, now != self._built
        if changed:
            rules = make_rules(self._settings, read_rulebook(self._settings))
            crew = people(self._settings, file)
            if (rules.book.hash, crew) != (self._station.rules.book.hash, self._station.reader.people):
                ready = Ready(rules, crew, {kind: one.version for kind, one in now.items()})
            self._built = now
        with self._lock:
            self._ready = ready if changed else self._ready
            self._rulings = self._rulings or rulings
        if self.waits:
            self._hand_in()

    def _hand_in(self) -> None:
        if self._deliver is not None:
            self._deliver(self._press)
