"""What the journal says of people beside who signed in: added, changed and disabled at this station, no secrets."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.bench.events import Event


@dataclass(frozen=True, slots=True)
class OperatorAdded(Event):
    """Somebody may sign in at this station from now on, or has another name or role."""

    operator: str
    role: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class OperatorBadged(Event):
    """Somebody has a new badge, and the one before opens nothing any more."""

    operator: str


@dataclass(frozen=True, slots=True)
class OperatorDisabled(Event):
    """Nothing of somebody's opens anything at this station any more."""

    operator: str
