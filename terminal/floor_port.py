"""The station behind the screen, with scanners, printer and sync around it."""

from __future__ import annotations

import logging
import logging.handlers
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from devices.wedge import WedgeSettings
from terminal.assembly import Assembly, assemble, shift_totals
from terminal.bench.given import Given, Scan, Weighed
from terminal.bench.naming import channel_word
from terminal.bench.view import Fact, Level, View
from terminal.bench_devices import Scales, Scanners
from terminal.demo import Guide, is_demo, load_demo
from terminal.relabel import label_preview
from terminal.settings import Settings
from terminal.store.errors import StoreError
from terminal.store.station_file import StationFile
from terminal.sync.worker import Result, SyncWorker, sync_once
from terminal.syncing import make_sinks
from terminal.ui.port import DeviceLine
from terminal.ui.settings import ScreenSettings
from terminal.valuing import value_lines

log = logging.getLogger(__name__)
LOG_BYTES = 2_000_000
PUSH_AFTER = 20
"""Groups placed after which the sinks are served before their minute is over."""


class FloorPort:
    """The station as its screen sees it, and the devices around it. Used by the pump's thread."""

    def __init__(self, settings: Settings, embedded: bool) -> None:
        self._whole: Assembly = assemble(settings)
        file = self._whole.file
        self._scanners = Scanners(settings)
        self._scales = Scales(settings)
        self._unsent = 0
        self._settings = settings
        self._sync = SyncWorker(
            lambda: StationFile.open(settings.data, settings.station.id, tuple(settings.sync.sinks)),
            make_sinks(settings),
            settings.sync.every_seconds,
        )
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
        shown = self._whole.station.handle(given)
        if isinstance(given, Scan):
            self._scanners.answer(given.source, taken=shown.sound is not Level.STOP)
        kinds = [event.kind for event in self._whole.station.last]
        self._unsent += kinds.count("placed")
        if "shift_closed" in kinds or self._unsent >= PUSH_AFTER:
            self._unsent = 0
            self._sync.wake(force="shift_closed" in kinds)
        return shown

    def start_scanners(self, deliver: Callable[[Scan | Weighed], object]) -> None:
        """Begin to read scanners and scales; `deliver` takes each scan and each weight, from any thread."""
        self._scanners.start(deliver)
        self._scales.start(deliver)

    def view(self) -> View:
        """What to show now."""
        return self._whole.station.view()

    def devices(self) -> tuple[DeviceLine, ...]:
        """Scanner, printer, saving and sync, from memory."""
        scales = self._scales.lines()
        saved = DeviceLine("SAVED", "ok", "")
        return (self._scanners.line(), *scales, self._printer(), saved, self._synced())

    def shift_report(self) -> tuple[Fact, ...]:
        """The figures of the open shift, in groups."""
        file = self._whole.file
        found = file.queries.totals()
        totals = shift_totals(file)
        facts = [Fact("", "Items")]
        facts += [Fact(name, str(count)) for name, count in sorted(found.by_status.items())]
        facts.append(Fact("", "Grades"))
        facts += [Fact(name, str(count)) for name, count in sorted(found.by_grade.items()) if name]
        facts.append(Fact("", "Went to"))
        facts += [Fact(channel_word(name), str(count)) for name, count in found.by_channel.items() if name]
        facts.append(Fact("", "Odd"))
        facts.append(Fact("refused scans", str(totals["refused"])))
        facts.append(Fact("undone", str(totals["undone"])))
        facts.append(Fact("labels asked for", str(totals["labels_queued"])))
        facts.append(Fact("labels printed", str(totals["labels_sent"])))
        held = file.queries.held()
        facts.append(Fact("", "On hold"))
        facts += [Fact(item.lpn, f"{item.title or '-'}  ({item.hold_reason})") for item in held[:8]]
        return tuple(facts)

    def drawing(self, page: str, columns: int) -> tuple[str, ...]:
        """The label of the item on the bench, else of the last one, as it is printed; or its value."""
        if page == "value":
            station = self._whole.station
            return value_lines(station.state, station.rules, datetime.now(UTC).date(), columns)
        lpn = self._whole.file.queries.last_label()
        if lpn is None:
            return ("No label was asked for yet.",)
        shown = label_preview(self._settings, lpn, columns)
        return tuple((shown or "").splitlines())

    def close(self) -> None:
        """Finish what is in flight, push what is due once more, and close the station file."""
        self._scanners.stop()
        self._scales.stop()
        self._sync.stop()
        for sink in make_sinks(self._settings):
            try:
                sync_once(self._whole.file, sink, datetime.now(UTC), force=True)
            except StoreError:
                log.exception("the last push to %s failed; what waits is sent at the next start", sink.name)
        self._whole.close()

    def _printer(self) -> DeviceLine:
        status = self._whole.spool.status()
        if status.in_doubt:
            return DeviceLine("PRINTER", "warn", f"{status.in_doubt} in doubt: F9 M")
        if status.state == "lost":
            return DeviceLine("PRINTER", "lost", f"{_waiting(status.waiting)}{status.detail}")
        if status.waiting:
            return DeviceLine("PRINTER", "ok", f"{status.waiting} to print")
        return DeviceLine("PRINTER", "ok" if status.state != "off" else "off", "")

    def _synced(self) -> DeviceLine:
        results: Mapping[str, Result] = self._sync.results
        pending = max((result.pending for result in results.values()), default=0)
        wrong = next((result.error for result in results.values() if result.error), None)
        if wrong is not None:
            return DeviceLine("SYNC", "warn", f"{pending} wait: {wrong}", waiting=pending)
        return DeviceLine("SYNC", "ok" if self._sync.alive else "lost", "", waiting=pending)


def _waiting(labels: int) -> str:
    return f"{labels} wait: " if labels else ""


def screen_settings(settings: Settings) -> ScreenSettings:
    """What the screen needs of the settings."""
    wedge = settings.wedge
    return ScreenSettings(
        theme=settings.screen.theme,
        sound=settings.screen.sound,
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
