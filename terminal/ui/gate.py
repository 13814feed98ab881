"""The gate through which every key passes before Textual sees it: scans are told from typing here.

It stands in `App.on_event`, before bindings, focus and screens, because those treat the characters of a barcode as
wishes: DC1 would leave the program, and Enter could overtake the code in front of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic

from textual import events

from devices.wedge import Burst, Refusal, Stroke, Typed, Wedge, WedgeSettings
from terminal.bench.given import Scan
from terminal.domain.speech import Said

LATE = 0.01
"""Seconds: a timer that comes later than this ran in a stalled loop, ahead of keys that were read long before."""
MOST_SKIPS = 3
SOURCE = Said("keyboard")
"""Where a scan came from that was typed, as the bench says it."""


class Gate:
    """Feeds a wedge with keys and hands out what it finds, in order.

    `after(seconds, callback)` sets a timer; `queue(callback)` calls back after every event that is queued already;
    `unread()` says whether keys are on their way that are not even queued.
    """

    def __init__(
        self,
        settings: WedgeSettings,
        scanned: Callable[[Scan], object],
        typed: Callable[[Stroke], object],
        after: Callable[[float, Callable[[], None]], object],
        queue: Callable[[Callable[[], None]], object],
        unread: Callable[[], bool],
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._settings = settings
        self._wedge = Wedge(settings)
        self._scanned = scanned
        self._typed = typed
        self._after = after
        self._queue = queue
        self._unread = unread
        self._now = now
        self._armed = False
        self._skips = 0

    def configure(self, settings: WedgeSettings) -> None:
        """Tell scans from typing by other settings from now on."""
        if settings != self._settings:
            self._hand_out(self._wedge.expire(float("inf")))
            self._settings, self._wedge = settings, Wedge(settings)

    def take(self, event: events.Key) -> None:
        """Take a key, with the time at which it was read."""
        self._hand_out(self._wedge.feed(Stroke(event.key, event.character, event.time)))
        self._arm()

    def paste(self, text: str) -> None:
        """Take text that a terminal pasted: each line is a scan."""
        for line in text.splitlines():
            if line.strip():
                self._scanned(Scan(line, SOURCE))

    def _hand_out(self, found: Iterable[Burst | Typed | Refusal]) -> None:
        for item in found:
            match item:
                case Burst():
                    self._scanned(Scan(item.text, SOURCE))
                case Refusal():
                    self._scanned(Scan(item.text, SOURCE, problem=item.why))
                case Typed():
                    for stroke in item.strokes:
                        self._typed(stroke)

    def _arm(self) -> None:
        """Set a timer for what is held, unless one runs."""
        deadline = self._wedge.deadline
        if deadline is None or self._armed:
            return
        self._armed = True
        due = max(deadline, self._now()) + 0.002
        self._after(due - self._now(), lambda: self._expire(due))

    def _expire(self, due: float) -> None:
        """Give out what is held, after the keys that wait in the queue have had their turn."""
        now = self._now()
        self._armed = False
        if (now - due > LATE or self._unread()) and self._skips < MOST_SKIPS:
            self._skips += 1
            self._armed = True
            self._after(LATE, lambda: self._expire(now + LATE))
            return
        self._skips = 0
        self._queue(lambda: self._give_out(now))

    def _give_out(self, now: float) -> None:
        self._hand_out(self._wedge.expire(now))
        self._arm()
