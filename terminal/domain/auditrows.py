"""Audits of another table, one item a row: who graded it how, and how it was graded again.

Our own LPN is not needed, any name of a unit will do. A row says both grades; channels, people, category and
stratum are taken as far as they are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from terminal.domain.agreement import LABELS
from terminal.domain.channels import CHANNELS
from terminal.domain.gaterows import Converts
from terminal.domain.importmap import AUDIT_FIELDS
from terminal.domain.tablecells import identifier, moment, number, one_of, quantity

ALSO_CALLED: Mapping[str, Sequence[str]] = {
    "unit": ("lpn", "item"),
    "first_channel": ("first_disposition",),
    "audit_channel": ("audit_disposition",),
    "at": ("audited_at", "date"),
}
REQUIRED = (("unit",), ("first_grade",), ("audit_grade",))
NO_STRATUM = "random"
"""What an audit is of where the table says nothing: then all that it has was drawn alike."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row."""

    unit: str
    first_grade: str
    audit_grade: str
    first_channel: str | None
    audit_channel: str | None
    operator: str | None
    auditor: str | None
    category: str | None
    stratum: str
    stratum_items: int | None
    """How many items its stratum has, audited or not."""
    at: datetime | None


def converters(date_formats: Sequence[str]) -> Converts:
    """What makes a value of a cell of each field. Each raises ValueError for a cell that won't do."""
    grade, channel = one_of(LABELS, "grade"), one_of(CHANNELS, "channel")
    return {
        "unit": identifier,
        "first_grade": grade,
        "audit_grade": grade,
        "first_channel": channel,
        "audit_channel": channel,
        "operator": identifier,
        "auditor": identifier,
        "category": identifier,
        "stratum": identifier,
        "stratum_items": quantity(number(".", ""), "positive"),
        "at": moment(date_formats),
    }


def row_of(values: Mapping[str, Any]) -> AuditRow:
    """The row that these values by field make."""
    known: dict[str, Any] = {name: values.get(name) for name in AUDIT_FIELDS}
    known["stratum"] = known["stratum"] or NO_STRATUM
    return AuditRow(**known)
