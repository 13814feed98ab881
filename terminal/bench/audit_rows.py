"""Projections of audits: one row each, and the item that waits for a fresh decision because of one."""

from __future__ import annotations

import json
from collections.abc import Iterator

from terminal.bench.audit_events import AUDIT, Audited, AuditSettled
from terminal.bench.codec import encode
from terminal.bench.quarantine_rows import to_quarantine
from terminal.bench.wire import Row


def audited(event: Audited, when: str) -> Row:
    """The row of an audit."""
    return Row(
        "audit",
        {
            "audit": event.audit,
            "lpn": event.lpn,
            "at": event.on or when,
            "stratum": event.stratum,
            "stratum_items": event.stratum_items,
            "first_grade": event.first_grade,
            "grade": event.grade,
            "first_disposition": event.first_disposition,
            "disposition": event.disposition,
            "operator": event.operator,
            "auditor": event.auditor,
            "category": event.category,
            "title": event.title,
            "findings": json.dumps(encode(event.findings), sort_keys=True),
            "source": event.source,
        },
    )


def settled(event: AuditSettled, when: str) -> Iterator[Row]:
    """What was said of an audit; an item whose audit is taken leaves its tote and waits in quarantine."""
    found = None
    if event.facts is not None:
        found = json.dumps({"facts": encode(event.facts), "answered": list(event.answered)}, sort_keys=True)
    yield Row("audit", {"audit": event.audit, "settled": event.verdict, "found": found})
    if event.verdict == AUDIT:
        yield from to_quarantine(event, AUDIT, when)
