"""People and PINs as the station file keeps them. A PIN is there only as a slow hash, a badge as what it says.

How long a PIN stays locked is kept as time that has still to pass on a clock that nobody can set, together with the
start of the machine that this clock counts from; the time of day has no part in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from terminal.domain.crew import Person
from terminal.store.chain import stamp
from terminal.store.connection import read, read_json, run, run_many, safe_text, transaction


@dataclass(frozen=True, slots=True)
class KeptPin:
    """A PIN's hash and its failures. `wait_ms` was still to pass when the machine `boot` had run for `since_ms`."""

    hash: str
    pepper: str
    """Which secret of the station went into the hash."""
    failures: int
    wait_ms: int
    boot: str
    since_ms: int


_PERSON = "id, name, role, badges, disabled, changed_at, language"
_PIN = "person, hash, pepper, set_at, failures, wait_ms, boot, since_ms"


@dataclass(frozen=True, slots=True)
class Everybody:
    """The rows of both tables, as they stand in the file."""

    people: tuple[tuple[Any, ...], ...]
    pins: tuple[tuple[Any, ...], ...]


class People:
    """The tables of people and PINs, over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> tuple[Person, ...]:
        """Everybody who was added or changed at this station, the disabled ones too."""
        rows = read(self._db, "select id, name, role, badges, disabled, language from person order by id")
        return tuple(
            Person(
                who, name, role, tuple(read_json(badges, f"The badges of {who}")), bool(disabled), language
            )
            for who, name, role, badges, disabled, language in rows
        )

    def put(self, person: Person, at: datetime) -> None:
        """Keep somebody as they are now."""
        run(
            self._db,
            f"insert into person({_PERSON}) values (?, ?, ?, ?, ?, ?, ?) "
            "on conflict(id) do update set name = excluded.name, role = excluded.role, badges = excluded.badges, "
            "disabled = excluded.disabled, changed_at = excluded.changed_at, language = excluded.language",
            (
                person.id,
                safe_text(person.name),
                person.role,
                json.dumps(person.badges),
                int(person.revoked),
                stamp(at),
                person.language,
            ),
        )

    def pin(self, who: str) -> KeptPin | None:
        """What is kept of somebody's PIN."""
        sql = "select hash, pepper, failures, wait_ms, boot, since_ms from pin where person = ?"
        found = read(self._db, sql, (safe_text(who),))
        return KeptPin(*found[0]) if found else None

    def set_pin(self, who: str, digest: str, pepper: str, at: datetime) -> None:
        """Keep a PIN's hash; whatever was counted against the one before is forgotten."""
        run(
            self._db,
            "insert into pin(person, hash, pepper, set_at) values (?, ?, ?, ?) on conflict(person) do update set "
            "hash = excluded.hash, pepper = excluded.pepper, set_at = excluded.set_at, failures = 0, wait_ms = 0",
            (who, digest, pepper, stamp(at)),
        )

    def change_pin(self, who: str, change: Callable[[KeptPin], KeptPin]) -> KeptPin | None:
        """Change what is counted of a PIN, and give what is on disk then; None where there is no PIN.

        Two programs that do so at once are counted both.
        """
        with transaction(self._db):
            kept = self.pin(who)
            if kept is None:
                return None
            new = change(kept)
            if new != kept:
                run(
                    self._db,
                    "update pin set failures = ?, wait_ms = ?, boot = ?, since_ms = ? where person = ?",
                    (new.failures, new.wait_ms, new.boot, new.since_ms, who),
                )
        return new

    def whole(self) -> Everybody:
        """All rows, to be taken over by a file that stands in this one's place."""
        return Everybody(
            tuple(tuple(row) for row in read(self._db, f"select {_PERSON} from person")),
            tuple(tuple(row) for row in read(self._db, f"select {_PIN} from pin")),
        )

    def take_over(self, everybody: Everybody) -> None:
        """Have just these people and PINs: whoever was shut out after a backup stays out, and a lock stays."""
        with transaction(self._db):
            for table, columns, rows in (
                ("person", _PERSON, everybody.people),
                ("pin", _PIN, everybody.pins),
            ):
                run(self._db, f"delete from {table}")
                marks = ", ".join("?" * len(columns.split(",")))
                run_many(self._db, f"insert into {table}({columns}) values ({marks})", rows)

    def drop_pin(self, who: str) -> bool:
        """Forget somebody's PIN; False where there was none."""
        return run(self._db, "delete from pin where person = ?", (who,)) > 0
