"""The terminal driver of a floor terminal: bytes that are no UTF-8, stuck paste marks and a lost line do no harm.

Textual's own input thread ends, and the program with it, at the first byte that is not UTF-8; and a start-of-paste
mark, which a barcode can hold, makes it swallow every key that follows. What is read at once is also handed over at
once and carries one time, that of the read: on a busy machine the keys of a scan would otherwise drift apart.
"""

from __future__ import annotations

import codecs
import os
import select
import selectors
from collections.abc import Iterable, Iterator
from time import monotonic

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

CHUNK = 4096
KITTY_OFF = "\x1b[<u"
"""Ends a keyboard protocol that was never begun; older text consoles print a letter of it."""
TICK = 0.1
"""Seconds: how soon a lone Esc is noticed, and the end of the program."""


class HungUp(Message, bubble=False):
    """The terminal is gone, whether or not a signal said so."""


class PastelessParser(XTermParser):
    """A parser that is never in paste mode: pasted text comes as keys."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._matched = 0
        """Characters of a start mark that were just seen; a mark may be split between two reads."""

    def feed(self, data: str) -> Iterable[Message]:
        """Take characters, none of them means the end; a start-of-paste mark is undone at once."""
        for piece in self._pieces(data) if data else (data,):
            for message in super().feed(piece):
                if not isinstance(message, events.Paste):
                    yield message

    def _pieces(self, data: str) -> Iterator[str]:
        """Cut behind each start mark and slip an end mark in."""
        start = 0
        for end, character in enumerate(data, 1):
            expected = BRACKETED_PASTE_START[self._matched]
            self._matched = self._matched + 1 if character == expected else int(character == "\x1b")
            if self._matched == len(BRACKETED_PASTE_START):
                self._matched = 0
                yield data[start:end]
                yield BRACKETED_PASTE_END
                start = end
        if start < len(data):
            yield data[start:]


class FloorDriver(LinuxDriver):
    """Textual's Linux driver, with an input thread and an output that survive what scanners and lines do."""

    _reading = False
    """Whether something was read that the application has not got yet."""
    _batch: list[Message] | None = None
    """What came of one read, while the input thread puts it together."""

    def _enable_bracketed_paste(self) -> None:
        """Leave paste marks off."""

    def run_input_thread(self) -> None:
        """Read keys until the program ends or the terminal is gone."""
        parser = PastelessParser()
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(TICK):
                    self._reading = True
                    read = self._read()
                    if not read:
                        self.send_message(HungUp())
                        return
                    if text := decode(read):
                        self._pass_on(parser.feed(text))
                self._pass_on(parser.tick())
                self._reading = False

    def _get_terminal_size(self) -> tuple[int, int]:
        """Ask the terminal itself: exported COLUMNS and LINES are of the moment when somebody logged in."""
        try:
            return os.get_terminal_size(self.fileno)
        except OSError:
            return super()._get_terminal_size()

    def notice_size(self, known: Size) -> None:
        """Tell the application of another size of the window, should the signal for it have been missed."""
        size = Size(*self._get_terminal_size())
        if size != known:
            self.send_message(events.Resize(size, size))

    def unread(self) -> bool:
        """Whether keys are on their way that the application has not got yet. May be asked from any thread."""
        return self._reading or bool(select.select([self.fileno], [], [], 0)[0])

    def send_message(self, message: Message) -> None:
        """Post to the application, or keep for the end of the read that the input thread is busy with."""
        if self._batch is None:
            super().send_message(message)
        else:
            self._batch.append(message)

    def write(self, data: str) -> None:
        """Write to the terminal. What nobody can read any more is dropped: the queue of a dead thread fills up."""
        if self._writes() and data != KITTY_OFF:
            super().write(data)

    def close(self) -> None:
        """Stop the output thread, unless it ended with the terminal."""
        if self._writes():
            super().close()

    def _writes(self) -> bool:
        return self._writer_thread is not None and self._writer_thread.is_alive()

    def _read(self) -> bytes:
        """Read what there is; nothing means that the terminal is gone."""
        try:
            return os.read(self.fileno, CHUNK)
        except OSError:
            return b""

    def _pass_on(self, messages: Iterable[Message]) -> None:
        """Hand over everything that came of one read, in one go and with one time."""
        at = monotonic()
        self._batch = []
        for message in messages:
            message.time = at
            self.process_message(message)
        batch, self._batch = self._batch, None
        if batch:
            self._loop.call_soon_threadsafe(self._deliver, batch)

    def _deliver(self, batch: list[Message]) -> None:
        for message in batch:
            self._app.post_message(message)
