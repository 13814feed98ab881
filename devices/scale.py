"""A serial scale, asked or listened to: a load that was put on the pan is told once, at rest.

Everything else the scale says is a status. The callbacks run in the thread that reads the port: hand the value on
and return. The surprise: a line that is cut is worse than none, since `82.4 g` is a good reading of the wrong
item, so after every opening and every stall a continuous output is read from the second line on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches

import serial

from devices.framing import Frame, Framer, Framing
from devices.pan import Pan
from devices.port import PORT_ERRORS, Port, failure_text
from devices.portreader import LineSettings, PortReader
from devices.said import Said
from devices.status import DeviceStatus
from devices.weights import (
    MAX_LINE,
    UNITS,
    Answer,
    Fault,
    MtSics,
    Reading,
    WeightPattern,
    WeightProblem,
    problem,
)

PROTOCOLS = ("mt-sics", "pattern")

_ASK, _STREAM = b"SI\r\n", b"SIR\r\n"
_READ_FOR = 0.05
"""The longest a read blocks, in seconds: short, so that the next question and a stop are in time."""
_STALE_AFTER = 0.5
"""Seconds after which half a line is given up."""
_REOPEN_AFTER = 10
"""So many times `silent_after` without a line, and the port is opened anew: a dead TCP connection tells nobody."""
_PASSING = (Fault.UNSTABLE, Fault.NOT_READY)
_UNUSABLE = (Fault.UNREADABLE, Fault.UNIT_UNKNOWN, Fault.SCALE_ERROR)


@dataclass(frozen=True, slots=True)
class ScaleSettings(LineSettings):
    """How a scale is connected and when a load counts. Raises ValueError that says what is wrong."""

    retry_last: float = 1.0
    protocol: str = "mt-sics"
    """`mt-sics` asks the scale; `pattern` listens to one that sends continuously."""
    pattern: str = ""
    """The regular expression of a whole line, see `WeightPattern`."""
    unit: str = ""
    """The unit of values that come without one."""
    poll: float = 0.25
    """Seconds between two questions to an MT-SICS scale; 0 asks once for an endless stream."""
    settle: int = 3
    """So many readings in a row must agree."""
    tolerance_g: int = 2
    """Grams by which agreeing readings, and a load and the same load, may differ."""
    minimum_g: int = 5
    """Less than this is an empty pan. More than the tolerance, or taking a load off could go unseen."""
    silent_after: float = 3.0
    """Seconds without a line after which the scale is lost."""
    unstable_after: float = 5.0
    """Seconds without rest after which the operator is told."""
    framing: Framing = field(default_factory=lambda: Framing(max_length=MAX_LINE))

    def __post_init__(self) -> None:
        if self.protocol not in PROTOCOLS:
            near = get_close_matches(self.protocol, PROTOCOLS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"no scale protocol {self.protocol!r}; there are {', '.join(PROTOCOLS)}.{hint}")
        if self.unit and self.unit not in UNITS:
            raise ValueError(f"no unit {self.unit!r} of weight; there are {', '.join(UNITS)}")
        if self.poll < 0 or self.silent_after <= self.poll or self.unstable_after <= 0:
            raise ValueError(
                "poll must be 0 seconds or more, silent_after longer than poll, unstable_after above 0"
            )
        if self.settle < 1 or not 0 <= self.tolerance_g < self.minimum_g:
            raise ValueError("settle must be 1 or more, tolerance_g 0 or more and less than minimum_g")
        self.parser()

    def parser(self) -> MtSics | WeightPattern:
        """Make what reads the lines. Raises ValueError for a pattern that can't be one."""
        return MtSics(self.unit) if self.protocol == "mt-sics" else WeightPattern(self.pattern, self.unit)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One load that came to rest on a scale."""

    grams: int
    source: str
    """The name of the scale."""
    at_monotonic: float
    text: str = ""
    """Value and unit as the scale gave them."""


class SerialScale(PortReader):
    """Reads one scale for as long as it is started."""

    KIND = "scale"

    def __init__(
        self,
        name: str,
        url: str,
        settings: ScaleSettings,
        on_weight: Callable[[Weighed], None],
        on_status: Callable[[DeviceStatus], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        read_for = min(_READ_FOR, settings.poll or _READ_FOR)
        super().__init__(name, url, settings, read_for, on_status, clock)
        self.settings = settings
        self._on_weight = on_weight
        self._parser = settings.parser()
        self._framer = Framer(settings.framing)
        self._pan = self._empty_pan()
        self._now: tuple[Reading, float] | None = None
        self._in_step = False
        """Whether nothing can be missing at the head of the next line. MT-SICS needs no such care: a reply without
        its head is unreadable."""
        self._undelivered = False
        self._heard = self._ask_at = self._good = 0.0
        self._fault: Fault | None = None
        self._fault_count = 0

    def last(self) -> Reading | None:
        """Say what the pan shows now: a settled weight, why there is none, or None when the scale is not heard."""
        now = self._now
        if now is None or self._clock() - now[1] >= self.settings.silent_after:
            return None
        return now[0]

    def _begin(self) -> None:
        # What lies on the pan is told anew.
        self._pan = self._empty_pan()

    def _empty_pan(self) -> Pan:
        use = self.settings
        return Pan(
            settle=use.settle,
            tolerance_g=use.tolerance_g,
            minimum_g=use.minimum_g,
            marks_stability=self._parser.marks_stability,
        )

    def _read_until_lost(self, port: Port) -> None:
        # An open port is no scale yet: only its first line makes it ok.
        if self._status.state != "lost":
            self._report("waiting", Said("Waiting for the scale at {url} to answer.", url=self.url))
        try:
            self._read(port)
            self._hush(port)
        except Exception as error:
            # Of whatever kind: a dead reader would be a scale that is ignored in silence.
            self._report("lost", failure_text(self.url, error))
        finally:
            self._lose_sight()
            self._framer.reset()
            self._close(port)

    def _read(self, port: Port) -> None:
        last_byte = self._heard = self._good = self._ask_at = self._clock()
        self._in_step, self._fault = False, None
        while not self._stop.is_set():
            self._ask(port)
            data = port.read(max(1, min(port.in_waiting, 4096)))
            now = self._clock()
            if data:
                last_byte = now
                # The framer passes over NUL bytes; inside a number one is a digit that was lost.
                frames = self._framer.feed(data.replace(b"\0", b"\1"))
                for frame in frames:
                    self._judge(frame, now)
                if frames and frames[-1].problem is not None and self._framer.pending:
                    # It would drop all up to an end that a wrong baud rate may never bring, in silence.
                    self._framer.reset()
                    self._in_step = False
            elif self._framer.pending and now - last_byte >= _STALE_AFTER and not port.in_waiting:
                for frame in self._framer.expire():
                    self._judge(frame, now)
                self._in_step = False
            quiet = now - self._heard
            if quiet >= self.settings.silent_after:
                self._lose_sight()
                self._good = now
                self._report("lost", self._silence())
            if quiet >= self.settings.silent_after * _REOPEN_AFTER:
                return

    def _lose_sight(self) -> None:
        self._now, self._undelivered = None, False
        self._pan.lose_sight()

    def _ask(self, port: Port) -> None:
        """Send the next question when it is due. A stream that fell silent is asked for again."""
        use, now = self.settings, self._clock()
        if use.protocol != "mt-sics" or now < self._ask_at:
            return
        self._ask_at = now + (use.poll or use.silent_after)
        # A line that takes nothing brings no answer either, and silence is told.
        with suppress(serial.SerialTimeoutException):
            port.write(_ASK if use.poll else _STREAM)

    def _hush(self, port: Port) -> None:
        """End an endless stream, which any other question does."""
        if self.settings.protocol == "mt-sics" and not self.settings.poll:
            with suppress(*PORT_ERRORS):
                port.write(_ASK)

    def _silence(self) -> str:
        use = self.settings
        if use.protocol == "mt-sics":
            return Said(
                "The scale at {url} does not answer. Check its power and its cable, and that it speaks MT-SICS at "
                "{rate} baud.",
                url=self.url,
                rate=use.baudrate,
            )
        return Said(
            "The scale at {url} does not answer. Check its power and its cable, and that it sends continuously at "
            "{rate} baud.",
            url=self.url,
            rate=use.baudrate,
        )

    def _judge(self, frame: Frame, now: float) -> None:
        whole, self._in_step = self._in_step, True
        reading: Reading | Answer
        if frame.problem is not None:
            reading = problem(Fault.UNREADABLE, frame.shown)
        elif whole or self.settings.protocol == "mt-sics":
            reading = self._parser.parse(frame.text)
        else:
            return
        if isinstance(reading, Answer):
            return
        self._heard = now
        if not self.settings.poll:
            self._ask_at = now + self.settings.silent_after
        load = self._pan.take(reading)
        if self._pan.now is not None:
            self._now = (self._pan.now, now)
            self._tell(self._pan.now, now)
        if load is not None:
            self._deliver(Weighed(load.grams, self.name, now, load.text))

    def _tell(self, reading: Reading, now: float) -> None:
        """Report what hinders weighing once it is no accident, and that all is well at once."""
        fault = reading.kind if isinstance(reading, WeightProblem) else None
        self._fault_count = self._fault_count + 1 if fault is self._fault else 1
        self._fault = fault
        if fault is None or fault is Fault.EMPTY:
            self._good = now
        if self._undelivered:
            return
        lasts = now - self._good >= self.settings.unstable_after
        if not isinstance(reading, WeightProblem) or fault is Fault.EMPTY:
            self._report("ok", "")
        elif lasts or (fault not in _PASSING and self._fault_count >= self.settings.settle):
            self._report("lost" if fault in _UNUSABLE else "ok", reading.why)
        elif fault in _PASSING:
            self._report("ok", "")

    def _deliver(self, weighed: Weighed) -> None:
        try:
            self._on_weight(weighed)
        except Exception as error:
            self._undelivered = True
            told = Said(
                "The weight {weight} could not be handed on ({error}). Weigh it again.",
                weight=weighed.text,
                error=repr(error),
            )
            self._report("lost", told)
        else:
            self._undelivered = False
            self._report("ok", "")
