"""The Textual application: passes inputs to the pump and pictures to the bench screen. Decides nothing.

No key reaches a Textual binding: `on_event` gives every one of them to the gate. That is the one hook into
Textual's inside beside the driver, and a test on a real terminal says when it breaks.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic

from rich.text import Text
from textual import events
from textual.app import App
from textual.filter import LineFilter
from textual.screen import Screen

from devices.wedge import Stroke
from terminal.bench.actions import Action
from terminal.bench.given import Given, Idle, Press, Scan, Typed, Weighed
from terminal.bench.view import Level, View
from terminal.domain.speech import _, speaking
from terminal.ui import sound, words
from terminal.ui.driver import FloorDriver, HungUp
from terminal.ui.gate import Gate
from terminal.ui.keys import QUIT, Keymap, usable
from terminal.ui.literal import ControlFilter
from terminal.ui.messages import Configured, DeviceScan, Heard
from terminal.ui.picture import Picture
from terminal.ui.port import BenchPort, DeviceLine
from terminal.ui.pump import (
    Answered,
    Opened,
    OpenFailed,
    Previewed,
    Pump,
    Refreshed,
    Reported,
    cannot_start,
    sentence,
    starting,
)
from terminal.ui.screens.bench import BenchScreen
from terminal.ui.screens.pages import DRAWN, Pages, page_of
from terminal.ui.screens.pages import NAMES as PAGES
from terminal.ui.settings import ScreenSettings
from terminal.ui.themes import PLAIN, THEMES, choose
from terminal.ui.typed_line import TypedLine
from terminal.voices import voice

TICK = 1.0
SLOW = 0.5
"""Seconds after which the screen says that an input is still being worked on."""
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_log = logging.getLogger(__name__)

Hook = Callable[[Callable[[Scan | Weighed | Press], object]], object]


class BenchApp(App[None], inherit_bindings=False):
    """The bench on a terminal. `open_port` is called in the pump's thread, after the first painting."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    TITLE = words.PRODUCT

    def __init__(
        self,
        open_port: Callable[[], BenchPort],
        keymap: Keymap,
        settings: ScreenSettings,
        start_scanners: Hook | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        configure: Callable[[], ScreenSettings] | None = None,
    ) -> None:
        super().__init__(driver_class=FloorDriver)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = choose(settings.theme, self.console.color_system)
        self.settings = settings
        self.picture = Picture(starting(settings.language), keymap, now(), settings.zone)
        self.pages = Pages()
        self._bench = BenchScreen()
        self.pump = Pump(self._open, lambda told: self.post_message(Heard(told)))
        self._gate = Gate(
            settings.wedge, self._take_scan, self._take_stroke, self.set_timer, self.call_later, self._unread
        )
        self._line = TypedLine()
        self._now = now
        self._open_port = open_port
        self._start_scanners = start_scanners
        self._configure = configure
        self.unusable: Exception | None = None
        """What is wrong with the settings, where the program left because of them."""
        self._port: BenchPort | None = None
        self._failed = False
        self._console = os.environ.get("TERM") == "linux"
        self._filter = ControlFilter(plain=self._console or self.theme == PLAIN)
        self._touched_at: float | None = monotonic()
        """When somebody last did something; None once the bench was told that nobody does."""
        self._asked_at = 0.0

    def scanned(self, read: Scan | Weighed | Press) -> bool:
        """Take a scan, a weight or a press from any thread. False: the program is ending and it was not taken."""
        return self.post_message(DeviceScan(read))

    def get_default_screen(self) -> Screen[None]:
        """Give the one screen."""
        return self._bench

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the names of our styles to themes that don't have them."""
        return THEMES[0].variables

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Add the filter that lets no control character out."""
        return [*super().get_line_filters(), self._filter]

    async def on_event(self, event: events.Event) -> None:
        """Every key passes here first: before bindings, focus and screens."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._gate.take(event)
        elif isinstance(event, events.Paste):
            self._gate.paste(event.text)
        elif not isinstance(event, events.MouseEvent):
            await super().on_event(event)

    def on_mount(self) -> None:
        """Paint, and only then open the station."""
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in SIGNALS:
                loop.add_signal_handler(number, self.exit, None, 128 + number)
        self.set_interval(TICK, self._tick)
        self._draw()
        self.call_after_refresh(self.pump.start)

    def on_unmount(self) -> None:
        """Give a text console its own bell back."""
        if self._console and self.settings.sound:
            self._write(sound.QUIET_AGAIN)

    def on_hung_up(self, hung_up: HungUp) -> None:
        """Leave when nobody can see the screen any more."""
        self.exit(return_code=128 + signal.SIGHUP)

    def on_app_blur(self) -> None:
        """Say loudly that scans now go to another window."""
        self._play(Level.WARN)
        self.picture = replace(self.picture, blurred=True)
        self._draw()

    def on_app_focus(self) -> None:
        """Show the bench again."""
        self._touch()
        self._draw()

    def on_device_scan(self, message: DeviceScan) -> None:
        """Take a serial scanner's scan like any other; what is no scan closes no page and is nobody's touch."""
        if isinstance(message.read, Scan):
            self._take_scan(message.read)
        else:
            self.pump.submit(message.read)

    def on_heard(self, message: Heard) -> None:
        """Show what the pump has to tell."""
        match message.told:
            case Opened(port, view):
                self._port = port
                self._show(view)
            case OpenFailed(why):
                self._failed = True
                self._play(Level.STOP)
                self.picture = replace(self.picture, view=cannot_start(why, self.settings.language))
            case Answered(_, view):
                if view.sound is not None:
                    self._play(view.sound)
                self._show(view)
                self.picture = replace(self.picture, waiting=0)
            case Refreshed(view):
                self._show(view)
            case Reported(facts):
                self.pages.report = facts
            case Previewed(lines):
                self.pages.drawing = lines
        self._draw()

    def _show(self, view: View) -> None:
        """Show a view, and how the devices are in its language."""
        self.picture = replace(self.picture, view=view)
        self.picture = replace(self.picture, devices=self._devices())

    def _open(self) -> BenchPort:
        """Read the settings, open the station and start its scanners, in the pump's thread."""
        if self._configure is not None:
            self._read_settings(self._configure)
        port = self._open_port()
        try:
            if self._start_scanners is not None:
                self._start_scanners(self.scanned)
        except Exception:
            port.close()
            raise
        return port

    def _read_settings(self, configure: Callable[[], ScreenSettings]) -> None:
        try:
            settings = configure()
            keymap = usable(settings.keys)
        except Exception as problem:
            self.unusable = problem
            self.call_from_thread(self.exit, None, 2)
            raise
        self.post_message(Configured(settings, keymap))

    def on_configured(self, message: Configured) -> None:
        """Look, sound and read keys as the site wants."""
        settings = self.settings = message.settings
        self.theme = choose(settings.theme, self.console.color_system)
        self._filter.show_plain(self._console or self.theme == PLAIN)
        self._gate.configure(settings.wedge)
        view = self.picture.view if self._port or self._failed else starting(settings.language)
        self.picture = replace(self.picture, view=view, keymap=message.keymap, zone=settings.zone)
        self._draw()

    def _take_scan(self, scan: Scan) -> None:
        """Use a scan on the bench, whatever page is open."""
        if self._failed:
            return
        self._touch()
        self.pages.close()
        action = page_of(scan)
        if action is None:
            self._submit(scan)
        else:
            self._act(action)
        self._draw()

    def _take_stroke(self, stroke: Stroke) -> None:
        """Use a key that a person pressed."""
        self._touch()
        if self._failed:
            self.exit(return_code=1)
            return
        keymap, size = self.picture.keymap, (self.size.width, self.size.height)
        action = keymap.action(stroke.key)
        if action is None and self.pages.open:
            with self._speaking():
                action = self.pages.take(stroke.key, stroke.character, self.picture, size)
        elif action is None and stroke.key == "escape" and not self._line.text:
            self._close_menu()
        elif action is None and (line := self._typed(stroke)) is not None:
            self._submit(Typed(line, self._line.pace))
        if action is not None:
            self._act(action)
        self._draw()

    def _typed(self, stroke: Stroke) -> str | None:
        """Give the line that a key finishes."""
        return self._line.take(stroke.key, stroke.character, stroke.at)

    def _close_menu(self) -> None:
        """Close an open menu with the empty line that closes it, unless the menu is on its way to being closed."""
        if self.picture.view.menu and not self.pump.waiting:
            self._submit(Typed(""))

    def _act(self, action: Action) -> None:
        if action is QUIT:
            with self._speaking():
                leave = self.pages.lets_quit(self.picture)
            if leave:
                self.exit(return_code=0)
        elif action.id in PAGES:
            self.pages.turn_to(action.id)
            if self.pages.open == "shift":
                self.pump.ask_report()
            elif self.pages.open in DRAWN:
                self.pump.ask_drawing(self.pages.open, self.size.width - 4)
        else:
            self.pages.close()
            self._submit(Press(action.id))

    def _submit(self, given: Given) -> None:
        if not self.pump.waiting:
            self._asked_at = monotonic()
        self.pump.submit(given)

    def _touch(self) -> None:
        """Somebody is here, and this window has the keyboard."""
        self._touched_at = monotonic()
        self.picture = replace(self.picture, blurred=False)

    def _tick(self) -> None:
        """Once a second: clock, devices, and whether anybody is there."""
        if isinstance(self._driver, FloorDriver):
            self._driver.notice_size(self.size)
        idle = self.settings.idle_minutes * 60
        if idle and self._touched_at is not None and monotonic() - self._touched_at >= idle:
            self._touched_at = None
            self._submit(Idle())
        slow = monotonic() - self._asked_at > SLOW
        waiting = self.pump.waiting if slow else 0
        devices = self._devices()
        if self._port is not None and states(devices) != states(self.picture.devices):
            self.pump.ask_view()
        self.picture = replace(self.picture, devices=devices, waiting=waiting)
        self._draw()

    def _devices(self) -> tuple[DeviceLine, ...]:
        if self._port is None:
            return ()
        try:
            with self._speaking():
                return self._port.devices()
        except Exception as error:
            _log.exception("the devices can't be listed")
            with self._speaking():
                return (DeviceLine("STATION", "lost", sentence(error)),)

    def _speaking(self) -> AbstractContextManager[None]:
        """Say everything inside in the language of the view."""
        return speaking(voice(self.picture.view.language))

    def _draw(self) -> None:
        """Paint the picture of now."""
        self.picture = replace(self.picture, now=self._now(), typed=self._line.text)
        self._bench.paint(self.picture, self.pages)

    def _unread(self) -> bool:
        return isinstance(self._driver, FloorDriver) and self._driver.unread()

    def _play(self, level: Level) -> None:
        bells = sound.pattern(level, self._console) if self.settings.sound else ()
        for number, bell in enumerate(bells):
            if number:
                self.set_timer(number * sound.APART, partial(self._write, bell))
            else:  # Textual's timers divide by their delay
                self._write(bell)

    def _write(self, sequence: str) -> None:
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    def _set_pointer_shape(self, shape: str) -> None:
        """Leave the mouse pointer alone: there is none, and older consoles print the sequence that shapes it."""

    def _fatal_error(self) -> None:
        """Leave with a sentence: locals in a traceback would show scans and names to whoever passes by."""
        kind = type(self._exception).__name__
        _log.critical("the screen failed", exc_info=self._exception)
        with self._speaking():
            self._exit_renderables.append(Text(_(words.CRASHED).format(kind=kind)))
        self._close_messages_no_wait()


def states(devices: Sequence[DeviceLine]) -> tuple[tuple[str, str], ...]:
    """What of the devices changes the view: how each of them is, not since when."""
    return tuple((device.name, device.state) for device in devices)
