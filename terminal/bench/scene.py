"""What stands around a state when it is shown: the last verdict, menus, hints, and how the printer is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from terminal.bench.choices import Menu
from terminal.bench.outcome import Verdict


@dataclass(frozen=True, slots=True)
class Said:
    """The last verdict and when it was given."""

    verdict: Verdict
    at: datetime


@dataclass(frozen=True, slots=True)
class Demo:
    """What a newcomer without a scanner may type: badge codes and returns that are still to come."""

    badges: tuple[str, ...]
    returns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands around a state when it is shown: the last verdict, menus, hints, and whether labels come out."""

    said: Said | None = None
    menu: Menu | None = None
    standing: Menu | None = None
    demo: Demo | None = None
    printer_lost: bool = False
    in_doubt: frozenset[str] = frozenset()
    """Label jobs of which nobody knows whether they came out."""
