"""Times as an operator reads them: the clock on the wall, and hours and minutes of a shift."""

from __future__ import annotations

from datetime import datetime, tzinfo


def clock(at: datetime, zone: tzinfo | None) -> str:
    """Hours and minutes in `zone`; None is the zone of the machine."""
    return at.astimezone(zone).strftime("%H:%M")


def clock_seconds(at: datetime, zone: tzinfo | None) -> str:
    """Hours, minutes and seconds in `zone`; None is the zone of the machine."""
    return at.astimezone(zone).strftime("%H:%M:%S")


def elapsed(since: datetime, now: datetime) -> str:
    """Hours and minutes between two times, never negative: a clock may be put back during a shift."""
    minutes = max(0, int((now - since).total_seconds()) // 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"
