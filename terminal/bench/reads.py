"""Reads of one trigger: the same code that arrives twice is one scan, whatever road it took.

A scanner on a serial line may be set to type as well, and a long pull of the trigger may send a code twice. Only
what nobody can have meant is called one: the time is far below what a hand needs to scan the same code again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from terminal.bench.given import Scan

WINDOW = timedelta(milliseconds=500)
"""Within this time a hand does not scan the same code twice, and two roads of one trigger differ by less."""


@dataclass(frozen=True, slots=True)
class Read:
    """A scan that was taken, and when."""

    text: str
    source: str
    at: datetime


def twin(last: Read | None, scan: Scan, at: datetime) -> Read | None:
    """The earlier read that `scan` repeats, or None. A scan with a problem repeats nothing: it must be told."""
    if last is None or scan.problem is not None or not timedelta(0) <= at - last.at < WINDOW:
        return None
    return last if scan.text == last.text else None
