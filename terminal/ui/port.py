"""What the screen needs of a station, and nothing more: give it an input, get a view.

The port is opened and used in the pump's thread. Only `devices` is also called from the screen's own thread, once a
second, and must answer from memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from terminal.bench.given import Given
from terminal.bench.view import Fact, View

DeviceState = Literal["ok", "warn", "lost", "off"]


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """How one thing that the bench depends on is doing: scanner, printer, saving, sync."""

    name: str
    """In capitals, one word: SCANNER."""
    state: DeviceState
    text: str
    """What to say behind the name; empty where the state says it all."""
    waiting: int = 0
    """Committed events that have not left the station. The header counts these; labels that wait are not meant."""
    notice: str = ""
    """A sentence that stays on the bench for as long as it holds: good news where the state is ok, else not."""


class BenchPort(Protocol):
    """The station as its screen sees it."""

    def handle(self, given: Given) -> View:
        """Decide, commit and give what to show now. May block; never called twice at once.

        An exception whose text is a sentence for people is shown as it is.
        """

    def view(self) -> View:
        """What to show now, without an input."""

    def devices(self) -> tuple[DeviceLine, ...]:
        """How the devices are, in the order in which they are shown. Never blocks."""

    def shift_report(self) -> tuple[Fact, ...]:
        """The figures of the open shift. A fact without a label starts a new group with its text as title."""

    def drawing(self, page: str, columns: int) -> tuple[str, ...]:
        """The lines of a page that is drawn by the station.

        `label`: the label of the item on the bench (else of the last one) in characters, as it is printed. `value`:
        what each channel would bring for the item on the bench, term by term.
        """

    def close(self) -> None:
        """Finish what is in flight and close the station file."""
