"""The thread that gives inputs to the station, one at a time and in order: the screen never waits for a disk.

An input waits in the queue while another is being committed; the queue has no limit because a scan is tiny and may
never be lost. Nothing that goes wrong in the station ends the thread: it becomes a view with level STOP.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Thread

from terminal.bench.given import Given
from terminal.bench.view import Fact, Last, Level, View
from terminal.domain.speech import Said, _, joined, retold, speaking, told_by
from terminal.domain.suggest import BadData
from terminal.ui import words
from terminal.ui.port import BenchPort
from terminal.voices import voice

_OURS = ("terminal", "devices", "labels")
LONGEST_REASON = 120
"""Characters of a foreign error's own text that are shown."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """The station is there."""

    port: BenchPort
    view: View


@dataclass(frozen=True, slots=True)
class OpenFailed:
    """The station can't be opened; `why` is a sentence that is retold where it is shown."""

    why: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an input."""

    given: Given
    view: View


@dataclass(frozen=True, slots=True)
class Reported:
    """The figures of the shift."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Previewed:
    """The lines of a page that the station draws: the label, or the values."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What to show now that a device changed, without an input."""

    view: View


Told = Opened | OpenFailed | Answered | Reported | Previewed | Refreshed


class _Report:
    """Asks for the shift report, in its turn between the inputs."""


class _Refresh:
    """Asks for the view of now."""


@dataclass(frozen=True, slots=True)
class _Preview:
    """Asks for a page that the station draws."""

    page: str
    columns: int


class _End:
    """Ends the thread after everything before it."""


class Pump:
    """Feeds a port from a queue. `tell` is called in the pump's thread and must only pass on what it gets."""

    def __init__(self, open_port: Callable[[], BenchPort], tell: Callable[[Told], object]) -> None:
        self._open_port = open_port
        self._tell = tell
        self._queue: SimpleQueue[Given | _Report | _Preview | _Refresh | _End] = SimpleQueue()
        self._thread = Thread(target=self._run, name="bench-pump", daemon=True)
        self._view = starting()
        self._busy = False

    @property
    def waiting(self) -> int:
        """Inputs that are not answered yet, the one at work included."""
        return self._queue.qsize() + self._busy

    def start(self) -> None:
        """Open the station and begin. Inputs may have been submitted before."""
        self._thread.start()

    def submit(self, given: Given) -> None:
        """Take an input from any thread; returns at once."""
        self._queue.put(given)

    def ask_report(self) -> None:
        """Ask for the shift report; it is told like an answer."""
        self._queue.put(_Report())

    def ask_view(self) -> None:
        """Ask for the view of now; it is told like an answer."""
        self._queue.put(_Refresh())

    def ask_drawing(self, page: str, columns: int) -> None:
        """Ask for the lines of the page `label` or `value`, at most so wide; they are told like an answer."""
        self._queue.put(_Preview(page, columns))

    def stop(self, timeout: float) -> bool:
        """Finish what was submitted, close the port, end. False if that took more than `timeout` seconds."""
        self._queue.put(_End())
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            port = self._open_port()
            self._view = port.view()
        except Exception as error:
            _log.exception("the station can't be opened")
            self._tell(OpenFailed(words_of(error)))
            return
        self._tell(Opened(port, self._view))
        try:
            self._serve(port)
        finally:
            _close(port)

    def _serve(self, port: BenchPort) -> None:
        while not isinstance(wanted := self._queue.get(), _End):
            self._busy = True
            try:
                if isinstance(wanted, _Report):
                    self._tell(Reported(self._report(port)))
                elif isinstance(wanted, _Refresh):
                    self._view = port.view()
                    self._tell(Refreshed(self._view))
                elif isinstance(wanted, _Preview):
                    self._tell(Previewed(self._preview(port, wanted)))
                else:
                    self._view = self._answer(port, wanted)
                    self._tell(Answered(wanted, self._view))
            finally:
                self._busy = False

    def _answer(self, port: BenchPort, given: Given) -> View:
        try:
            return port.handle(given)
        except Exception as error:
            _log.exception("an input failed: %r", given)
            with speaking(voice(self._view.language)):
                return stopped(self._view, sentence(error))

    def _report(self, port: BenchPort) -> tuple[Fact, ...]:
        try:
            return port.shift_report()
        except Exception as error:
            _log.exception("the shift report failed")
            return (Fact("", self._sentence(error), warn=True),)

    def _preview(self, port: BenchPort, wanted: _Preview) -> tuple[str, ...]:
        try:
            return port.drawing(wanted.page, wanted.columns)
        except Exception as error:
            _log.exception("the page %s could not be drawn", wanted.page)
            return (self._sentence(error),)

    def _sentence(self, error: Exception) -> str:
        """What to tell about an error, in the language of the last view."""
        with speaking(voice(self._view.language)):
            return sentence(error)


def _close(port: BenchPort) -> None:
    try:
        port.close()
    except Exception:
        _log.exception("the station did not close cleanly")


def sentence(error: Exception) -> str:
    """What to tell a person about an error, in the language of the context."""
    return retold(words_of(error))


def words_of(error: Exception) -> str:
    """An error's own words where they are for people, never its place in code; `retold` says them."""
    module = type(error).__module__.split(".")[0]
    own = joined(error.problems, "\n") if isinstance(error, BadData) else told_by(error)
    if module in _OURS and own:
        return own
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}"
    first = str(error).partition("\n")[0][:LONGEST_REASON]
    return Said(words.INSIDE, kind=f"{type(error).__name__}{': ' * bool(first)}{first}")


def starting(language: str = "en") -> View:
    """What the screen shows until the station is open."""
    with speaking(voice(language)):
        word, line = _(words.STARTING), _(words.STARTING_LINE)
    return View("", "", None, 0, 0, Level.ASK, word, line, language=language)


def cannot_start(why: str, language: str = "en") -> View:
    """What the screen shows when the station can't be opened, line by line."""
    with speaking(voice(language)):
        word, leave, told = _(words.CANNOT_START), _(words.CANNOT_START_KEY), retold(why)
    line, *more = told.splitlines() or [""]
    view = View("", "", None, 0, 0, Level.STOP, word, line, sound=Level.STOP, language=language)
    return replace(view, facts=tuple(Fact("", text) for text in more), hints=(leave,))


def stopped(before: View, reason: str) -> View:
    """The view `before` with the news that the last input failed. It may be stored all the same, and is said so."""
    line = _(words.NOT_SURE_LINE).format(reason=reason)
    return replace(
        before,
        level=Level.STOP,
        word=_(words.NOT_SURE),
        line=line,
        last=Last(None, line, Level.STOP, before.last.undo),
        sound=Level.STOP,
    )
