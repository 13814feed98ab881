"""One item as the projection holds it, as a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from terminal.store.connection import Value, read, read_json

Status = Literal["open", "held", "closed", "void"]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item. Times are UTC text, `score` is decimal text; `facts` and `decision` are JSON as it was written."""

    lpn: str
    leader: str | None
    parcel: str | None
    rma: str | None
    line: int | None
    arrival: str | None
    sku: str | None
    gtin: str | None
    serial: str | None
    title: str | None
    category: str | None
    status: Status
    grade: str | None
    first_grade: str | None
    score: str | None
    disposition: str | None
    first_disposition: str | None
    value_cents: int | None
    currency: str | None
    tote: str | None
    operator: str | None
    hold_reason: str | None
    actions: int
    copies: int
    received_at: str | None
    closed_at: str | None
    facts: Mapping[str, Any]
    decision: Mapping[str, Any] | None
    """The whole proposal behind grade and disposition; None before there was one."""
    updated_seq: int | None


NAMES = tuple(ItemRow.__dataclass_fields__)


def read_items(db: Database, rest: str, values: Sequence[Value] = ()) -> tuple[ItemRow, ...]:
    """Items that a `where ... order by ...` selects. The clause is ours; what people gave is in `values`."""
    return tuple(_item(row) for row in read(db, f"select {', '.join(NAMES)} from item {rest}", values))


def _item(row: Sequence[Any]) -> ItemRow:
    values = dict(zip(NAMES, row, strict=True))
    what = f"The item {values['lpn']}"
    values["facts"] = read_json(values["facts"], what) if values["facts"] else {}
    values["decision"] = read_json(values["decision"], what) if values["decision"] else None
    return ItemRow(**values)
