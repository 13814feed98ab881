"""A scale to try things with: it answers MT-SICS on a real pty, or sends lines of any form without being asked.

What was put on it shows the way a pan shows it: a few unstable readings first, then rest. How long it moves is
counted in readings and not in seconds, so that a script gives the same readings on every machine.
"""

from __future__ import annotations

import threading
import time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Literal

from devices.fakes.cable import Cable
from devices.weights import UNITS

_TICK = 0.005
"""Seconds between two looks at the line."""

_Sign = Literal["", "+", "-"]


class FakeScale(Cable):
    """A serial scale on a pty that a thread of its own keeps answering. Use it in a `with` statement.

    Commands of MT-SICS that it knows: S, SI, SIR, Z, T, @ and I4; any other is an error. With a `line` it sends
    that every `interval` seconds instead: a template with `{mark}` (ST stable, US unstable, OL overload, UL
    underload), `{value}` (signed, eight characters wide) and `{unit}`.
    """

    def __init__(
        self,
        folder: Path | None = None,
        name: str = "scale",
        *,
        line: str | None = None,
        unit: str = "g",
        step: Decimal | str = "0.1",
        capacity_g: int = 30_000,
        moves: int = 2,
        interval: float = 0.1,
        serial_number: str = "FAKE-0001",
    ) -> None:
        """Plug it in, empty. `step` is the last digit in `unit`; `moves` unstable readings follow every change."""
        self._state = threading.RLock()
        self._overloaded = self._silent = self._streaming = False
        super().__init__(folder, name)
        self.commands: list[str] = []
        """Every command that came, in order."""
        self._template = line
        self._unit = unit
        self._step = Decimal(step)
        self._capacity = Decimal(capacity_g)
        self._moves = moves
        self._interval = interval
        self._serial_number = serial_number
        self._load = self._before = self._zero = Decimal(0)
        self._moving = self._moving_for = 0
        self._typed = bytearray()
        self._next_line = time.monotonic()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"fake scale {self.path.name}", daemon=True)
        self._thread.start()

    def put(self, grams: Decimal | float | str) -> None:
        """Let this and nothing else lie on the pan."""
        with self._state:
            self._before, self._load = self._load, Decimal(str(grams))
            self._overloaded = False
            self._moving = self._moving_for = self._moves

    def take_off(self) -> None:
        """Empty the pan."""
        self.put(0)

    def shake(self, readings: int = 10) -> None:
        """Let the next readings be unstable, around what lies there."""
        with self._state:
            self._before = self._load + 20
            self._moving = self._moving_for = readings

    def overload(self) -> None:
        """Lean on the pan, until something else is put there."""
        with self._state:
            self._overloaded = True

    def go_silent(self) -> None:
        """Say nothing more, as a scale that is switched off on a cable that is not."""
        with self._state:
            self._silent = True

    def speak(self) -> None:
        """Answer again."""
        with self._state:
            self._silent = False

    def tare(self) -> None:
        """Press the tare key: what lies there is the new zero."""
        with self._state:
            self._zero = self._load

    def unplug(self) -> None:
        """Pull the cable."""
        with self._state:
            super().unplug()
            self._typed.clear()

    def replug(self) -> None:
        """Plug the cable in; a stream that was asked for before has ended."""
        with self._state:
            self._streaming = False
            super().replug()

    def close(self) -> None:
        """End the thread, pull the cable and remove what was made for it."""
        self._closing.set()
        self._thread.join()
        super().close()

    def _run(self) -> None:
        while not self._closing.wait(_TICK):
            with self._state:
                if self.plugged:
                    self._serve()

    def _serve(self) -> None:
        for value in self.receive(256, timeout=0):
            if value not in b"\r\n":
                del self._typed[64:]
                self._typed.append(value)
            elif self._typed:
                command = self._typed.decode("ascii", errors="replace")
                self._typed.clear()
                self.commands.append(command)
                self._say(self._answer(command))
        now = time.monotonic()
        if now >= self._next_line and (self._streaming or self._template is not None):
            self._next_line = now + self._interval
            self._say(self._reading() if self._template is None else self._continuous(self._template))

    def _say(self, text: str) -> None:
        """Send a line, or lose it where nobody reads, as a wire does."""
        if text and not self._silent:
            try:
                self.send(f"{text}\r\n".encode(), timeout=0)
            except TimeoutError:
                return

    def _answer(self, command: str) -> str:
        if self._template is not None:
            return ""
        match command:
            case "S":
                self._streaming, self._moving = False, 0
                return self._reading()
            case "SI":
                self._streaming = False
                return self._reading()
            case "SIR":
                self._streaming, self._next_line = True, 0.0
                return ""
            case "Z" | "T":
                return self._set_zero(command)
            case "@" | "I4":
                self._streaming = self._streaming and command != "@"
                return f'I4 A "{self._serial_number}"'
            case _:
                return "ES" if command.isascii() and command.isprintable() else "ET"

    def _set_zero(self, command: str) -> str:
        if self._moving:
            return f"{command} I"
        if self._overloaded:
            return f"{command} +"
        self._zero = self._load
        return "Z A" if command == "Z" else f"T S {self._number(self._load):>10} {self._unit}"

    def _look(self) -> tuple[str, Decimal]:
        """Give the mark of the next reading and its grams, and let the pan move on."""
        if self._overloaded or self._load > self._capacity:
            return "OL", Decimal(0)
        shown = self._load
        if self._moving:
            shown += (self._before - self._load) * self._moving / (self._moving_for + 1)
            self._moving -= 1
            return "US", shown - self._zero
        return ("UL" if shown - self._zero < -self._capacity else "ST"), shown - self._zero

    def _number(self, grams: Decimal, sign: _Sign = "") -> str:
        value = (grams / UNITS[self._unit]).quantize(self._step, rounding=ROUND_HALF_UP)
        return f"{value + 0:{sign}}"

    def _reading(self) -> str:
        mark, grams = self._look()
        if mark in ("OL", "UL"):
            return "S +" if mark == "OL" else "S -"
        return f"S {'S' if mark == 'ST' else 'D'} {self._number(grams):>10} {self._unit}"

    def _continuous(self, template: str) -> str:
        mark, grams = self._look()
        return template.format(mark=mark, value=f"{self._number(grams, '+'):>8}", unit=self._unit)
