"""What screens of their own share, beside the bench's: our themes and styles, an end that says why.

Such a screen asks a desk in threads (see `desk_jobs`), and what a thread has to tell comes as one message. It says
everything in the language of the context in which it is run, for as long as it runs.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.message import Message

from terminal.domain.speech import _
from terminal.ui.driver import FloorDriver, HungUp
from terminal.ui.literal import ControlFilter
from terminal.ui.themes import PLAIN, THEMES, choose

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_log = logging.getLogger(__name__)


class Heard(Message):
    """Something that a thread has to tell; what it may be is for the application to say."""

    def __init__(self, told: object) -> None:
        super().__init__()
        self.told = told


class DeskApp(App[None], inherit_bindings=False):
    """An application of one screen. Without a driver of our own, `served`, somebody else shows it."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    FAILED: ClassVar[str]
    """The sentence that says that it failed, with its `kind` in braces; it is looked up here."""

    def __init__(self, theme: str, *, served: bool = False) -> None:
        driver: type[Driver] | None = None if served else FloorDriver
        super().__init__(driver_class=driver)
        for each in THEMES:
            self.register_theme(each)
        self.theme = choose(theme, self.console.color_system)
        self.served = served
        self._filter = ControlFilter(plain=os.environ.get("TERM") == "linux" or self.theme == PLAIN)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the names of our styles to themes that don't have them."""
        return THEMES[0].variables

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Add the filter that lets no control character out."""
        return [*super().get_line_filters(), self._filter]

    def take_signals(self) -> None:
        """Leave in order when the program is told to end."""
        if not self.is_headless and not self.served:
            loop = asyncio.get_running_loop()
            for number in SIGNALS:
                loop.add_signal_handler(number, self.exit, None, 128 + number)

    def on_hung_up(self, _: HungUp) -> None:
        """Leave when nobody can see the screen any more."""
        self.exit(return_code=128 + signal.SIGHUP)

    def _set_pointer_shape(self, shape: str) -> None:
        """Leave the mouse pointer alone: there is none, and older consoles print the sequence that shapes it."""

    def _fatal_error(self) -> None:
        """Leave with a sentence, and with the terminal as it was."""
        kind = type(self._exception).__name__
        _log.critical("the screen failed", exc_info=self._exception)
        self._exit_renderables.append(Text(_(self.FAILED).format(kind=kind)))
        self._close_messages_no_wait()
