"""How long something may wait in quarantine: the day by which it is to be decided, and whether that is past."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from terminal.domain.shift_report import HoldFigures


def hold_figures(
    lpn: str,
    title: str,
    reason: str,
    since: str,
    owner: str,
    due: str,
    now: datetime,
    days: int,
    by_reason: Mapping[str, int],
) -> HoldFigures:
    """A unit in quarantine at `now`. Without an assigned day it is due `days` after it was put there, or as many as
    its reason has. `since` is UTC text, or empty where nobody knows; then it has no age.
    """
    if not since:
        return HoldFigures(lpn, title, reason, owner=owner, due=due, overdue=_past(due, now))
    start = datetime.fromisoformat(since)
    wanted = due or (start + timedelta(days=by_reason.get(reason, days))).date().isoformat()
    age = max(0, (now - start).days)
    return HoldFigures(lpn, title, reason, since, age, owner, wanted, _past(wanted, now))


def _past(due: str, now: datetime) -> bool:
    return bool(due) and due < now.date().isoformat()
