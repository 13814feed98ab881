"""How long something may wait in quarantine."""

from datetime import UTC, datetime

import pytest

from terminal.domain.holds import hold_figures
from terminal.domain.shift_report import HoldFigures

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "reason", "given", "due", "days", "overdue"),
    [
        ("2026-11-20T11:00:00.000Z", "other", "", "2026-11-23", 3, False),
        ("2026-11-19T13:00:00.000Z", "other", "", "2026-11-22", 3, True),
        ("2026-11-21T12:00:00.000Z", "recalled", "", "2026-11-22", 2, True),
        ("2026-11-19T12:00:00.000Z", "other", "2026-12-01", "2026-12-01", 4, False),
        ("2026-11-24T12:00:00.000Z", "other", "", "2026-11-27", 0, False),
    ],
)
def test_a_hold_is_due_by_its_reason_or_its_word(
    since: str, reason: str, given: str, due: str, days: int, overdue: bool
) -> None:
    """Overdue from the day after; a clock that went back makes no negative age."""
    made = hold_figures("L1", "Tin", reason, since, "1001", given, NOW, 3, {"recalled": 1})
    assert (made.due, made.days, made.overdue, made.owner) == (due, days, overdue, "1001")


def test_a_hold_of_unknown_age_is_due_only_where_somebody_said_so() -> None:
    """It has no age."""
    assert hold_figures("L1", "", "other", "", "", "", NOW, 3, {}) == HoldFigures("L1", "", "other")
    assert hold_figures("L1", "", "other", "", "", "2026-11-22", NOW, 3, {}).overdue
