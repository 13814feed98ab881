"""Rows of audits that another table has: what each cell may say, and what a row is where little is said."""

from datetime import UTC, datetime

import pytest

from terminal.domain.auditrows import NO_STRATUM, AuditRow, converters, row_of

WHOLE = {
    "unit": "U-17", "first_grade": "a", "audit_grade": "B", "first_channel": "restock", "audit_channel": "outlet",
    "operator": "1001", "auditor": "9001", "category": "phone", "stratum": "high-value", "stratum_items": "100",
    "at": "2026-11-23",
}  # fmt: skip


def test_a_whole_row_is_read() -> None:
    """Grades in any case, counts as whole numbers, times in UTC."""
    reads = converters(["%Y-%m-%d"])
    row = row_of({name: reads[name](text) for name, text in WHOLE.items()})
    assert row == AuditRow(
        "U-17", "A", "B", "restock", "outlet", "1001", "9001", "phone", "high-value", 100,
        datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip


def test_what_is_not_said_is_unknown_and_the_stratum_is_the_random_one() -> None:
    """Two grades and a name are enough."""
    row = row_of({"unit": "U-1", "first_grade": "C", "audit_grade": "C", "stratum": ""})
    assert row.stratum == NO_STRATUM
    assert (row.first_channel, row.operator, row.stratum_items, row.at) == (None, None, None, None)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("first_grade", "E", "grade"),
        ("audit_channel", "outlett", "outlet"),
        ("stratum_items", "-3", "positive"),
        ("stratum_items", "2.5", "whole"),
        ("at", "23.11.", "date"),
    ],
)
def test_a_cell_that_will_not_do_says_why(field: str, text: str, says: str) -> None:
    """With the nearest word where there is one."""
    with pytest.raises(ValueError, match=says):
        converters(["%Y-%m-%d"])[field](text)
