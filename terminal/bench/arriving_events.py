"""What came down from the hub: other rules, and rulings on what two stations claimed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from terminal.bench.events import Event

RULED = "ruled"
"""Why an item is held that another station keeps."""


@dataclass(frozen=True, slots=True)
class RulesChanged(Event):
    """From here on the bench works under what came from the hub: the rulebook's hash before and after."""

    before: str
    after: str
    versions: Mapping[str, int]
    """Version in force by kind, such as policy, operators and rates."""


@dataclass(frozen=True, slots=True)
class Ruled(Event):
    """Two stations claimed one thing, and a lead settled at the hub who keeps it: `verdict` is keep or hold."""

    lpn: str
    ruling: str
    """Its id at the hub."""
    verdict: str
    what: str
    """rma_line or serial."""
    value: str
    by: str
    note: str = ""
    moved: bool = False
    """True where a finished item goes to quarantine because of it."""
    tote: str | None = None
    """Where it lay till then."""
    channel: str | None = None
