"""What is on file of devices: type codes, answers of registers, records of sanitisation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from terminal.domain.deviceids import Number, StatusCheck, Tac
from terminal.domain.sanitisation import Person, Record
from terminal.store.chain import stamp
from terminal.store.connection import Value, read, read_json, run_many, safe_text, transaction


class Devices:
    """Three small tables, over one connection. What is put again takes the place of what stood there."""

    def __init__(self, db: Database, source: str | None = None) -> None:
        """`source` is written beside what is put: the name of the file that it came from."""
        self._db = db
        self._source = source

    def transaction(self) -> AbstractContextManager[None]:
        """All that is put inside is written, or nothing of it."""
        return transaction(self._db)

    def put_tacs(self, tacs: Sequence[Tac]) -> None:
        """Insert or replace type codes."""
        sql = """insert into tac(tac, brand, model, source) values (?, ?, ?, ?) on conflict(tac) do update
            set brand = excluded.brand, model = excluded.model, source = excluded.source"""
        self._put(sql, [(tac.tac, safe_text(tac.brand), safe_text(tac.model), self._source) for tac in tacs])

    def put_checks(self, checks: Sequence[StatusCheck]) -> None:
        """Insert or replace answers of registers, one for each number, provider and time."""
        sql = """insert into status_check(number, provider, at, result, ref, kind, value, source)
            values (?, ?, ?, ?, ?, ?, ?, ?) on conflict(number, provider, at) do update
            set result = excluded.result, ref = excluded.ref, source = excluded.source"""
        rows: list[tuple[Value, ...]] = [
            (
                safe_text(one.number.key),
                safe_text(one.provider),
                stamp(one.at),
                one.result,
                safe_text(one.ref),
                one.number.kind,
                safe_text(one.number.value),
                self._source,
            )
            for one in checks
        ]
        self._put(sql, rows)

    def put_records(self, records: Sequence[Record]) -> None:
        """Insert or replace records of sanitisation, one for each reference, device and medium."""
        with nullcontext() if self._db.conn.in_transaction else self.transaction():
            by_id = {safe_text(one.id): one for one in records}
            rows = [(key, safe_text(_body(one)), self._source) for key, one in by_id.items()]
            keys = [(safe_text(key), place) for place, one in by_id.items() for key in one.keys]
            run_many(self._db, "delete from wipe where id = ?", ((place,) for place in by_id))
            run_many(self._db, "insert into wipe(id, body, source) values (?, ?, ?)", rows)
            run_many(self._db, "insert into wipe_key(key, id) values (?, ?)", keys)

    def tac(self, tac: str) -> Tac | None:
        """What phones with this type code are."""
        found = read(self._db, "select tac, brand, model from tac where tac = ?", (safe_text(tac),))
        return Tac(*found[0]) if found else None

    def checks(self, number: Number) -> tuple[StatusCheck, ...]:
        """All answers about a number, the oldest first."""
        sql = """select kind, value, provider, at, result, ref from status_check
            where number = ? order by at, provider"""
        return tuple(
            StatusCheck(Number(kind, value), provider, datetime.fromisoformat(at), result, ref)
            for kind, value, provider, at, result, ref in read(self._db, sql, (safe_text(number.key),))
        )

    def records(self, keys: Sequence[str]) -> tuple[Record, ...]:
        """The records of sanitisation that stand under any of these keys."""
        sql = "select w.id, w.body from wipe_key k join wipe w on w.id = k.id where k.key = ?"
        found = {row[0]: row[1] for key in keys for row in read(self._db, sql, (safe_text(key),))}
        return tuple(_record(place, body) for place, body in sorted(found.items()))

    def _put(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        with nullcontext() if self._db.conn.in_transaction else self.transaction():
            run_many(self._db, sql, rows)


def _body(record: Record) -> str:
    return json.dumps(asdict(record), default=date.isoformat, ensure_ascii=False)


def _record(place: str, body: str) -> Record:
    values: dict[str, Any] = read_json(body, f"The sanitisation record {place}")
    for who in ("sanitiser", "verifier"):
        person = values[who]
        values[who] = Person(**{**person, "day": date.fromisoformat(person["day"])})
    return Record(**values)
