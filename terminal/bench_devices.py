"""Scanners and scales of the bench: started together, each with one line about how it is."""

from __future__ import annotations

import time
from collections.abc import Callable

from devices.feedback import Feedback
from devices.scale import SerialScale
from devices.scale import Weighed as Load
from devices.scanner import ScanRead, SerialScanner
from devices.status import DeviceStatus
from terminal.bench.given import Scan, Weighed
from terminal.domain.speech import _, retold
from terminal.equipment import feedback_of, scale_settings, scanner_settings
from terminal.settings import Settings
from terminal.ui.port import DeviceLine


class Scanners:
    """The configured serial scanners, and one line about all of them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._running: dict[str, SerialScanner] = {}
        self._feedback: dict[str, Feedback] = {}
        self._states: dict[str, DeviceStatus] = {}

    def start(self, deliver: Callable[[Scan | Weighed], object]) -> None:
        """Begin to read; `deliver` takes each scan from a scanner's own thread."""
        for name, own in self._settings.scanners.items():
            scanner = SerialScanner(
                name, own.url, scanner_settings(own), on_scan=_handing_to(deliver), on_status=self._noted
            )
            self._running[name] = scanner
            self._feedback[name] = feedback_of(self._settings, own)
            scanner.start()

    def answer(self, source: str, *, taken: bool) -> None:
        """Let the scanner that read a scan say what became of it; one that types has no ear."""
        if source in self._running:
            feedback = self._feedback[source]
            self._running[source].write(feedback.good if taken else feedback.bad)

    def stop(self) -> None:
        """End all threads."""
        for scanner in self._running.values():
            scanner.stop()

    def line(self) -> DeviceLine:
        """How the scanners are: lost if one is; what one that reads can't do is a warning."""
        if not self._settings.scanners:
            return DeviceLine("SCANNER", "ok", _("keyboard"))
        states = list(self._states.values())
        lost = [status for status in states if status.state == "lost"]
        if lost:
            return DeviceLine(
                "SCANNER", "lost", _("{name} lost {time}").format(name=lost[0].name, time=age(lost[0].since))
            )
        hindered = [status.detail for status in states if status.state == "ok" and status.detail]
        return DeviceLine("SCANNER", "warn" if hindered else "ok", retold(hindered[0]) if hindered else "")

    def _noted(self, status: DeviceStatus) -> None:
        self._states[status.name] = status


class Scales:
    """The configured scales. A bench without one has no line about it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._running: list[SerialScale] = []
        self._states: dict[str, DeviceStatus] = {}

    def start(self, deliver: Callable[[Scan | Weighed], object]) -> None:
        """Begin to read; `deliver` takes each load that came to rest from a scale's own thread."""

        def hand(load: Load) -> None:
            deliver(Weighed(load.grams, load.source))

        for name, own in self._settings.scales.items():
            scale = SerialScale(name, own.url, scale_settings(own), on_weight=hand, on_status=self._noted)
            self._running.append(scale)
            scale.start()

    def stop(self) -> None:
        """End all threads."""
        for scale in self._running:
            scale.stop()

    def lines(self) -> tuple[DeviceLine, ...]:
        """How the scales are; what one says about its load (unstable, overload) is a warning."""
        if not self._running:
            return ()
        worst = min(
            list(self._states.values()), key=lambda one: (one.state != "lost", not one.detail), default=None
        )
        if worst is None:
            return (DeviceLine("SCALE", "off", ""),)
        said = retold(worst.detail)
        if worst.state == "lost":
            return (DeviceLine("SCALE", "lost", said),)
        return (DeviceLine("SCALE", "warn" if said else "ok", said),)

    def _noted(self, status: DeviceStatus) -> None:
        self._states[status.name] = status


def _handing_to(deliver: Callable[[Scan | Weighed], object]) -> Callable[[ScanRead], None]:
    def hand(read: ScanRead) -> None:
        deliver(as_scan(read))

    return hand


def as_scan(read: ScanRead) -> Scan:
    """A scan of a device as the bench takes it; one with a problem carries the sentence."""
    if read.problem is not None:
        return Scan(read.shown, read.source, problem=read.why)
    return Scan(read.text, read.source, read.aim)


def age(since: float) -> str:
    """Minutes and seconds since a moment of the monotonic clock."""
    seconds = max(0, int(time.monotonic() - since))
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
