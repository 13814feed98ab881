"""What can be asked about totes, and about who decides on what waits in quarantine."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.bench.meanings import Tote


@dataclass(frozen=True, slots=True)
class CloseTote:
    """Seal a tote. `by` names who asks; empty: who is signed in. So it is for the three below."""

    tote: Tote
    by: str = ""


@dataclass(frozen=True, slots=True)
class OpenTote:
    """Open a sealed tote again."""

    tote: Tote
    by: str = ""


@dataclass(frozen=True, slots=True)
class HandOverTote:
    """Give a tote away with the units in it."""

    tote: Tote
    to: str
    lpns: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class AssignHold:
    """Say who is to decide on a unit in quarantine, and by which day; `status` is how the unit stands."""

    lpn: str
    status: str | None
    since: str
    owner: str
    due: str
    by: str = ""


StockCommand = CloseTote | OpenTote | HandOverTote | AssignHold
