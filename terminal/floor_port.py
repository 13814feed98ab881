"""The station behind the screen, with scanners, printer and sync around it."""

from __future__ import annotations

import logging
import logging.handlers
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from devices.wedge import WedgeSettings
from terminal.assembly import Assembly, assemble
from terminal.bench.given import Given, Press, Scan, Weighed
from terminal.bench.rules import Look
from terminal.bench.shift_words import facts
from terminal.bench.view import Fact, Level, View
from terminal.bench_devices import Scales, Scanners
from terminal.bench_sync import BenchSync
from terminal.demo import Guide, is_demo, load_demo
from terminal.doctor import before_shift
from terminal.domain.speech import N_, _, n_, retold
from terminal.relabel import label_preview
from terminal.renewing import Renewal
from terminal.settings import Settings
from terminal.shift_book import held_now
from terminal.store.errors import StoreError
from terminal.sync.round import sync_once
from terminal.syncing import make_sinks
from terminal.ui.port import DeviceLine
from terminal.ui.settings import ScreenSettings
from terminal.ui.words import STATES
from terminal.valuing import value_lines

BLIND = N_("Not while somebody audits: it may tell how the item was graded first.")
"""What pages say that may tell of a first inspection."""

log = logging.getLogger(__name__)
LOG_BYTES = 2_000_000
LOOKS = {"ok": "ok", "off": "ok", "warn": "warn", "lost": "bad"}
"""What the state of a device means before a shift."""
OF_HOLDS = frozenset(
    {"signed_in", "held", "item_resumed", "undone", "ruled", "audit_settled", "hold_assigned", "placed"}
)
"""Events after which another number of holds may be overdue."""


class FloorPort:
    """The station as its screen sees it, and the devices around it. Used by the pump's thread."""

    def __init__(self, settings: Settings, embedded: bool) -> None:
        self._settings = settings
        self._scanners = Scanners(settings)
        self._scales = Scales(settings)
        self._overdue = 0
        self._whole: Assembly = assemble(settings)
        file = self._whole.file
        try:
            self._renewal = Renewal(settings, self._whole.station, file)
            self._sync = BenchSync(settings, file, self._renewal.look)
        except BaseException:
            self._whole.close()
            raise
        self._whole.station.pending = self._sync.pending
        self._whole.station.check_shift = self._check
        try:
            if embedded:
                categories = tuple(self._whole.station.rules.book.schemes)
                load_demo(file, categories, settings.data / "rejects")
            hints = settings.demo.manifest_hints
            if hints is True or (hints == "auto" and is_demo(file.catalogue)):
                self._whole.station.guide = Guide(file.catalogue, self._whole.people)
            self._sync.start()
        except BaseException:
            self.close()
            raise

    def handle(self, given: Given) -> View:
        """Take one input to its end and give what to show."""
        if self._renewal.is_mine(given):
            self._renewal.take()
            return self.view()
        if self._sync.outdated(given):
            return self.view()
        shown = self._whole.station.handle(given)
        if isinstance(given, Scan):
            self._scanners.answer(given.source, taken=shown.sound is not Level.STOP)
        station = self._whole.station
        kinds = {event.kind for event in station.last}
        self._sync.after([event.kind for event in station.last], station.closing)
        if kinds & OF_HOLDS:
            self._count_holds()
        if self._renewal.waits:
            self._renewal.after()
            return replace(self.view(), sound=shown.sound)
        return shown

    def start_scanners(self, deliver: Callable[[Scan | Weighed | Press], object]) -> None:
        """Begin to read scanners and scales; `deliver` takes each scan and weight, and a press that is due.

        It is called from any thread.
        """
        self._sync.hand_to(deliver)
        self._renewal.hand_to(deliver)
        self._scanners.start(deliver)
        self._scales.start(deliver)

    def view(self) -> View:
        """What to show now."""
        return self._whole.station.view()

    def devices(self) -> tuple[DeviceLine, ...]:
        """Scanner, printer, saving and sync, from memory."""
        scales = self._scales.lines()
        saved = DeviceLine("SAVED", "ok", "")
        overdue = (
            (DeviceLine("HOLDS", "warn", _("{count} overdue: F7").format(count=self._overdue)),)
            if self._overdue
            else ()
        )
        return (self._scanners.line(), *scales, self._printer(), saved, self._sync.line(), *overdue)

    def _count_holds(self) -> None:
        """How many units wait in quarantine for longer than they should."""
        held = held_now(self._whole.file, datetime.now(UTC), self._settings)
        self._overdue = sum(one.overdue for one in held)

    def _check(self) -> tuple[Look, ...]:
        """Scanner, printer and sync as they are now, and clock and disk of the machine."""
        lines = (self._scanners.line(), *self._scales.lines(), self._printer(), self._sync.line())
        seen = tuple(
            Look(line.name.lower(), LOOKS[line.state], line.text or _(STATES[line.state])) for line in lines
        )
        found = before_shift(self._settings)
        return (*seen, *(Look(one.subject, one.level, one.sentence) for one in found))

    def shift_report(self) -> tuple[Fact, ...]:
        """The figures of the open shift, in groups."""
        with self._whole.station.speaking():
            if self._whole.station.state.blind:
                return (Fact("", _(BLIND)),)
            return facts(self._whole.shift.report(), self._settings.reasons.words)

    def drawing(self, page: str, columns: int) -> tuple[str, ...]:
        """The label of the item on the bench, else of the last one, as it is printed; or its value."""
        with self._whole.station.speaking():
            return self._drawn(page, columns)

    def _drawn(self, page: str, columns: int) -> tuple[str, ...]:
        if self._whole.station.state.blind:
            return (_(BLIND),)
        if page == "value":
            station = self._whole.station
            return value_lines(station.state, station.rules, datetime.now(UTC).date(), columns)
        lpn = self._whole.file.queries.last_label()
        if lpn is None:
            return (_("No label was asked for yet."),)
        shown = label_preview(self._settings, lpn, columns)
        return tuple((shown or "").splitlines())

    def close(self) -> None:
        """Finish what is in flight, push what is due once more, and close the station file."""
        self._scanners.stop()
        self._scales.stop()
        self._sync.stop()
        with self._whole:
            for sink in make_sinks(self._settings):
                try:
                    sync_once(self._whole.file, sink, datetime.now(UTC), force=True)
                except StoreError:
                    log.exception(
                        "the last push to %s failed; what waits is sent at the next start", sink.name
                    )

    def _printer(self) -> DeviceLine:
        status = self._whole.spool.status()
        if status.in_doubt:
            return DeviceLine("PRINTER", "warn", _("{count} in doubt: F9 M").format(count=status.in_doubt))
        if status.state == "lost":
            return DeviceLine("PRINTER", "lost", _lost(status.waiting, status.detail))
        if status.waiting:
            return DeviceLine("PRINTER", "ok", _("{count} to print").format(count=status.waiting))
        if status.state == "ok" and status.detail:
            return DeviceLine("PRINTER", "warn", retold(status.detail))
        return DeviceLine("PRINTER", "ok" if status.state != "off" else "off", "")


def _lost(labels: int, why: str) -> str:
    why = retold(why)
    return (
        n_("{count} wait: {why}", "{count} wait: {why}", labels).format(count=labels, why=why)
        if labels
        else why
    )


def screen_settings(settings: Settings) -> ScreenSettings:
    """What the screen needs of the settings."""
    wedge = settings.wedge
    return ScreenSettings(
        theme=settings.screen.theme,
        sound=settings.screen.sound,
        language=settings.screen.language,
        idle_minutes=settings.bench.idle_minutes,
        keys=settings.keys,
        wedge=WedgeSettings(mode=wedge.mode, gap=wedge.gap_ms / 1000, min_length=wedge.min_length),
    )


def log_to(path: Path) -> None:
    """What programmers need to know goes to a file beside the data, never onto the screen."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8"
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("terminal")
    root.addHandler(handler)
    root.setLevel(logging.INFO)
