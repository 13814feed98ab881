"""What was said of goods after they left the bench, and what a lead chose where that can't all be true.

Neither changes anything on the bench: they are kept so that nobody can say later that it was told otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from terminal.bench.events import Event


@dataclass(frozen=True, slots=True)
class OutcomesTold(Event):
    """Outcomes were taken in from a table; a line that was known already is not among them."""

    source: str
    """Name of the file."""
    columns: tuple[str, ...]
    outcomes: Any
    """One list for each, its values in the order of `columns`: text, whole numbers or null; money in cents.
    `state` is what was made of all words about the same goods: unsettled where they contradict each other."""


@dataclass(frozen=True, slots=True)
class OutcomeRuled(Event):
    """A lead chose which of several words about the same goods counts."""

    key: str
    """What the goods are known by."""
    revision: int
    """The chosen word is told once more under this number."""
    chosen: str
    by: str
    why: str
