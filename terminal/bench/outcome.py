"""What came of a command: the events to write, and the verdict that the operator gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from terminal.bench.events import Event, InputRefused
from terminal.bench.view import Level

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an input ended: a level, and the code of a sentence in `wording` with what goes into it."""

    level: Level
    code: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """Whose word a refused action lacks: a role, and with `pin` the PIN too."""

    action: str
    role: str
    pin: bool
    by: str | None = None
    """Who has the role already and only has to type a PIN."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Events in the order in which they happened, and the verdict. No events: nothing changed."""

    events: tuple[Event, ...]
    verdict: Verdict
    needs: Need | None = None
    """Set where somebody's word would turn the refusal into a yes."""

    @property
    def refused(self) -> bool:
        """True where the input changed nothing and the operator must be told why."""
        return self.verdict.level is Level.STOP


def done(code: str, *events: Event, level: Level = Level.OK, **args: str) -> Outcome:
    """The input was taken."""
    return Outcome(events, Verdict(level, code, args))


def noted(code: str, **args: str) -> Outcome:
    """The input was understood and changes nothing, such as a second read of the same code."""
    return Outcome((), Verdict(Level.OK, code, args))


def refused(code: str, given: str, *, called: str = "", **args: str) -> Outcome:
    """The input can't be taken now. The refusal itself is written down: no input goes without a trace.

    `called` is what the sentence calls the input where it is no foreign text but a word of the bench's own.
    """
    shown = visible(given)
    words = {"given": called or shown, **args}
    return Outcome((InputRefused(code, shown),), Verdict(Level.STOP, code, words))


def visible(text: str) -> str:
    """Foreign text cut to a line and with everything unprintable shown as a question mark."""
    cut = text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
    return "".join(letter if letter.isprintable() else "?" for letter in cut)
