"""What the station file holds for longer than a site wants: announcements of returns that are over, and photos."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from terminal.store.chain import stamp
from terminal.store.connection import read, read_json, run, run_many, transaction

KEPT, PURGED = "photo_kept", "purged"


@dataclass(frozen=True, slots=True)
class OldPhotos:
    """Photos by their hashes: those that are due, and those that the journal has called removed already."""

    due: frozenset[str]
    purged: frozenset[str]


class Retention:
    """Asks and clears the tables, over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def returns(self, before: datetime) -> tuple[str, ...]:
        """Returns that are over since before that time and still say more than figures need.

        Over is: all parcels closed and no item open or held, or never come and announced before. What never came
        and has no date is never over.
        """
        sql = """select rma from manifest m group by rma having
            not exists (select 1 from parcel p where p.rma = m.rma and p.status <> 'void'
                and (p.status = 'open' or p.closed_at is null or p.closed_at >= ?1))
            and not exists (select 1 from item i where i.rma = m.rma and i.status in ('open', 'held'))
            and case when exists (select 1 from parcel p where p.rma = m.rma and p.status = 'closed')
                then count(tracking) + count(serial) > 0
                else max(coalesce(initiated, '9999')) < substr(?1, 1, 10) end
            order by rma"""
        return tuple(row[0] for row in read(self._db, sql, (stamp(before),)))

    def clear_returns(self, rmas: Iterable[str]) -> None:
        """Take tracking and serial numbers off returns that came, and those that never came away whole.

        Prices and days of what came stay: figures of the past are made from them. What is removed is overwritten,
        so that its bytes leave the file too and not only its rows.
        """
        over = [(rma,) for rma in rmas]
        run(self._db, "pragma secure_delete = on")
        with transaction(self._db):
            run_many(
                self._db,
                "delete from manifest where rma = ?1 and not exists "
                "(select 1 from parcel p where p.rma = ?1 and p.status = 'closed')",
                over,
            )
            run_many(self._db, "update manifest set tracking = null, serial = null where rma = ?", over)

    def photos(self, before: datetime) -> OldPhotos:
        """Photos of finished items that were all kept before that time. One picture can be several items' proof."""
        rows = read(
            self._db,
            "select e.body, e.at, i.status from event e left join item i on i.lpn = e.item where e.kind = ?",
            (KEPT,),
        )
        due: set[str] = set()
        needed: set[str] = set()
        for body, at, status in rows:
            sha256 = str(read_json(body, "A photo").get("sha256"))
            old = at < stamp(before) and status not in ("open", "held")
            (due if old else needed).add(sha256)
        purged = self.purged_photos()
        return OldPhotos(frozenset(due - needed - purged), purged - needed)

    def purged_photos(self) -> frozenset[str]:
        """Photos that the journal calls removed."""
        rows = read(self._db, "select body from event where kind = ?", (PURGED,))
        return frozenset(one for (body,) in rows for one in read_json(body, "A purge").get("photos", ()))
