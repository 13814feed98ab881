"""How a `Row` changes a projection: one upsert of exactly the columns that it gives.

`tote.units` is a change, not a value: it is added to what stands there, so that two placements never overwrite each
other. Two columns are stamped with a place in the journal: the last event that touched an item, the one that queued
a label.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType

from sqlite_utils import Database

from terminal.bench.wire import Row
from terminal.store.connection import Value, run, safe_text


@dataclass(frozen=True, slots=True)
class Projection:
    """A table that rows may change: its key, its columns, and which of them are special."""

    key: str
    columns: frozenset[str]
    added: frozenset[str] = frozenset()
    """Columns whose value is added to what stands there."""
    stamped: str | None = None
    """Column that takes the number of the last event, at every change ..."""
    stamped_once: str | None = None
    """... or only when the row is made."""
    station_owned: frozenset[str] = frozenset()
    """Columns that others write too (the printing thread), so the journal alone does not say what they hold."""


def _columns(text: str) -> frozenset[str]:
    return frozenset(text.split())


PROJECTIONS: Mapping[str, Projection] = MappingProxyType(
    {
        "item": Projection(
            key="lpn",
            columns=_columns(
                "lpn leader parcel rma line arrival sku gtin serial title category status grade first_grade score "
                "disposition first_disposition value_cents currency tote operator hold_reason actions copies "
                "received_at closed_at facts decision updated_seq"
            ),
            stamped="updated_seq",
        ),
        "parcel": Projection(
            key="parcel",
            columns=_columns(
                "parcel rma tracking how reason status operator received_at closed_at expected received over short "
                "unexpected"
            ),
        ),
        "tote": Projection(
            key="tote",
            columns=_columns("tote channel units updated_at state loads"),
            added=frozenset({"units", "loads"}),
        ),
        "load": Projection(
            key="load", columns=_columns("load tote channel recipient units handed_at handed_by")
        ),
        "hold": Projection(key="lpn", columns=_columns("lpn since owner due assigned_at assigned_by")),
        "label_job": Projection(
            key="job",
            columns=_columns(
                "job lpn copy tag state wanted detail queued_at changed_at printer applied_at queued_seq"
            ),
            stamped_once="queued_seq",
            station_owned=frozenset({"state", "detail", "changed_at", "printer"}),
        ),
        "audit": Projection(
            key="audit",
            columns=_columns(
                "audit lpn at stratum stratum_items first_grade grade first_disposition disposition operator "
                "auditor "
                "category title settled findings found source"
            ),
        ),
        "shift": Projection(
            key="number", columns=_columns("number opened_at opened_by closed_at closed_by totals")
        ),
    }
)


def write(db: Database, row: Row, seq: int) -> None:
    """Insert or update one row of a projection, stamped with `seq`, inside the caller's transaction.

    Raises ValueError for a table, a column or a type that is not one of PROJECTIONS, or a row without its key.
    """
    sql, names = _upsert(row.table, tuple(row.values))
    values = [_value(row, name) if name in row.values else seq for name in names]
    run(db, sql, values)


@lru_cache(maxsize=256)
def _upsert(table: str, given: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The statement for these columns, and the columns in the order in which their values are bound."""
    shape = PROJECTIONS.get(table)
    if shape is None:
        raise ValueError(_unknown("table", table, PROJECTIONS))
    for name in given:
        if name not in shape.columns:
            raise ValueError(_unknown(f"column of {table}", name, shape.columns))
    if shape.key not in given:
        raise ValueError(f"a row of {table} names its {shape.key}, got only {', '.join(given) or 'nothing'}")
    stamps = [name for name in (shape.stamped, shape.stamped_once) if name is not None and name not in given]
    names = (*given, *stamps)
    changes = [
        f"{name} = {name} + excluded.{name}" if name in shape.added else f"{name} = excluded.{name}"
        for name in names
        if name != shape.key and not (name in stamps and name == shape.stamped_once)
    ]
    sql = (
        f"insert into {table}({', '.join(names)}) values ({', '.join('?' * len(names))}) "
        f"on conflict({shape.key}) do "
    )
    return sql + (f"update set {', '.join(changes)}" if changes else "nothing"), names


def _value(row: Row, name: str) -> Value:
    value = row.values[name]
    if isinstance(value, str):
        return safe_text(value)
    if value is None or isinstance(value, int):
        return value
    raise ValueError(
        f"{row.table}.{name} takes text, a whole number or nothing, got {type(value).__name__} {value!r}"
    )


def _unknown(what: str, name: str, known: Mapping[str, object] | frozenset[str]) -> str:
    near = get_close_matches(name, sorted(known), 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{name!r} is no {what} that the journal writes{hint}"
