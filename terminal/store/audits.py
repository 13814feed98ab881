"""What the station file knows of audits: those that were made, the items that could be, and how each came to be.

An item is a candidate by what was known of it when it was first decided, so whether it was drawn never changes by
what happened to it afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlite_utils import Database

from terminal.domain.agreement import Audit
from terminal.domain.channels import QUARANTINE
from terminal.store.connection import Value, read, read_json, safe_text

_AUDIT = (
    "audit, lpn, at, stratum, stratum_items, first_grade, grade, first_disposition, disposition, operator, "
    "auditor, category, title, settled, findings, source"
)
_ITEM = (
    "i.lpn, i.title, i.category, i.tote, i.status, i.operator, i.received_at, i.closed_at, "
    "i.grade, i.disposition, i.first_grade, i.first_disposition, i.hold_reason, "
    "exists (select 1 from event e where e.item = i.lpn and e.kind = 'item_resumed'), "
    "json_extract(i.facts, '$.facts.reference_price'), "
    "(select max(s.number) from shift s where s.opened_at <= i.received_at), "
    "exists (select 1 from event e where e.item = coalesce(i.leader, i.lpn) "
    "and e.kind in ('grade_overridden', 'disposition_overridden'))"
)
_FINISHED = "i.status in ('closed', 'held') and i.first_grade is not null"
_BLIND = ("scan", "cleared")
"""Observations that are nobody's judgement."""
MOVED = ("audit", "ruled")
"""Reasons for which a finished item is put on hold afterwards."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An audit as it stands in the file."""

    key: str
    at: str
    audit: Audit
    stratum_items: int | None
    title: str
    settled: str | None
    """agreed, first or audit; None where it differed and nobody said what follows."""
    findings: tuple[Mapping[str, str], ...]
    source: str
    """The file that it was brought in from; empty for one of this bench."""


@dataclass(frozen=True, slots=True)
class FinishedItem:
    """A finished item as the draw needs it."""

    lpn: str
    title: str
    category: str | None
    tote: str | None
    status: str
    operator: str | None
    received_at: str
    closed_at: str
    first_grade: str
    """The grade with which it left the bench the first time, set by hand or not ..."""
    first_disposition: str
    """... and its channel; quarantine where it was put on hold."""
    price: Decimal | None
    """Of the new unit."""
    shift: int
    overridden: bool


@dataclass(frozen=True, slots=True)
class Period:
    """Days (UTC), both included; None where it is open."""

    first: date | None = None
    last: date | None = None

    def clause(self, column: str) -> tuple[str, tuple[str, ...]]:
        """The condition of a query on a column of times, and its values."""
        parts, values = [], []
        if self.first is not None:
            parts.append(f"{column} >= ?")
            values.append(self.first.isoformat())
        if self.last is not None:
            parts.append(f"{column} < ?")
            values.append((self.last + timedelta(days=1)).isoformat())
        return " and ".join(parts) or "1", tuple(values)


EVER = Period()


class Audits:
    """Questions on audits to one station file, over one connection."""

    def __init__(self, db: Database | Callable[[], Database]) -> None:
        """`db` may be asked for anew each time: the journal opens another one after an I/O error."""
        self._ask = db if callable(db) else lambda: db

    def made(self, period: Period = EVER) -> tuple[AuditRow, ...]:
        """Audits of these days, in their order."""
        clause, values = period.clause("at")
        return tuple(
            _audit(row)
            for row in self._read(f"select {_AUDIT} from audit where {clause} order by at, audit", values)
        )

    def of(self, lpn: str) -> tuple[AuditRow, ...]:
        """Audits of one item that this bench made."""
        sql = f"select {_AUDIT} from audit where lpn = ? and source = '' order by at"
        return tuple(_audit(row) for row in self._read(sql, (safe_text(lpn),)))

    def agreed(self, operator: str) -> tuple[tuple[str, bool], ...]:
        """When each audit of an operator was made, and whether it agreed."""
        sql = f"select {_AUDIT} from audit where operator = ? order by at, audit"
        return tuple(
            (one.at, one.audit.agrees) for one in map(_audit, self._read(sql, (safe_text(operator),)))
        )

    def known(self, keys: Sequence[str]) -> frozenset[str]:
        """Those of these audits that the file has."""
        return frozenset(
            row[0]
            for key in keys
            for row in self._read("select audit from audit where audit = ?", (safe_text(key),))
        )

    def finished(self, period: Period = EVER) -> Iterator[FinishedItem]:
        """Items that were finished in these days, in the order in which they came to the bench."""
        clause, values = period.clause("i.closed_at")
        sql = f"select {_ITEM} from item i where {_FINISHED} and {clause} order by i.received_at, i.lpn"
        yield from map(_item, self._read(sql, values))

    def finished_item(self, lpn: str) -> FinishedItem | None:
        """One finished item, or None."""
        sql = f"select {_ITEM} from item i where {_FINISHED} and i.lpn = ?"
        found = self._read(sql, (safe_text(lpn),))
        return _item(found[0]) if found else None

    def blank_facts(self, lpn: str) -> dict[str, Any]:
        """Facts of an item that nobody's judgement gave: of the catalogue, of scans, of work that was done."""
        sql = (
            "select kind, body from event where item = (select coalesce(leader, lpn) from item where lpn = ?) "
            "and kind in ('item_identified', 'inspected', 'work_done') order by seq"
        )
        facts: dict[str, Any] = {}
        for kind, text in self._read(sql, (safe_text(lpn),)):
            body = read_json(text, f"An event of {lpn}")
            if kind != "inspected" or body["how"] in _BLIND:
                facts |= body["facts"]
        return {name: value for name, value in facts.items() if value is not None}

    def found(self, lpn: str) -> Mapping[str, Any] | None:
        """Facts and answers of the last audit that was taken instead of the first inspection."""
        sql = "select found from audit where lpn = ? and settled = 'audit' order by at desc limit 1"
        rows = self._read(sql, (safe_text(lpn),))
        return None if not rows else dict(read_json(rows[0][0], f"The audit of {lpn}"))

    def _read(self, sql: str, values: Sequence[Value] = ()) -> list[Any]:
        return read(self._ask(), sql, values)


def _audit(row: Sequence[Any]) -> AuditRow:
    key, lpn, at, stratum, items, first_grade, grade, first_channel, channel, *rest = row
    operator, auditor, category, title, settled, findings, source = rest
    audit = Audit(lpn, first_grade, grade, first_channel, channel, operator, auditor, category, stratum)
    told = tuple(read_json(findings, f"The audit {key}"))
    return AuditRow(key, at, audit, items, title or "", settled, told, source)


def _item(row: Sequence[Any]) -> FinishedItem:
    lpn, title, category, tote, status, operator, received, closed, *found, price, shift, by_hand = row
    grade, channel, first_grade, first_channel, held_for, resumed = found
    if resumed:
        grade, channel = first_grade, first_channel
    elif status == "held" and held_for not in MOVED:
        channel = QUARANTINE
    return FinishedItem(
        lpn=lpn,
        title=title or "",
        category=category,
        tote=tote,
        status=status,
        operator=operator,
        received_at=received,
        closed_at=closed,
        first_grade=grade or first_grade,
        first_disposition=channel or QUARANTINE,
        price=_money(price),
        shift=shift or 0,
        overridden=bool(by_hand),
    )


def _money(price: object) -> Decimal | None:
    try:
        return None if price is None else Decimal(str(price))
    except InvalidOperation:
        return None
