"""What came down from the hub, as the station file knows it: versions taken or refused, and rulings on its items.

A version is noted in the transaction that takes its content in, so a crash leaves both or neither. Which rulings
are still to be written down is asked of the journal itself, so none is written twice or forgotten; of journals that
came to an end a note in `meta` says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from terminal.domain.rulings import Ruling
from terminal.store.chain import stamp
from terminal.store.connection import read, run, run_many, safe_text, transaction


@dataclass(frozen=True, slots=True)
class Arrival:
    """A version of a kind, taken in or refused; `sentence` says why it was refused."""

    kind: str
    version: int
    state: str
    name: str
    hash: str
    at: str
    sentence: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """A ruling on one item of this station, and how the item stands (None: it never gave out that LPN)."""

    id: str
    lpn: str
    verdict: str
    what: str
    value: str
    by: str
    note: str
    status: str | None = None
    tote: str | None = None
    channel: str | None = None


_RULING = "r.id, r.lpn, r.verdict, r.what, r.value, r.ruled_by, r.note"
_WRITTEN = """(exists (select 1 from event e where e.item = r.lpn and e.kind = 'ruled'
    and instr(e.body, '"ruling":"' || r.id || '"') > 0)
    or json_array(r.id, r.lpn) in (select j.value from meta m, json_each(m.v) j where m.k = 'ruled'))"""


class Arrivals:
    """The tables of what arrived, over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def transaction(self) -> AbstractContextManager[None]:
        """All that is put inside is written, or nothing of it."""
        return transaction(self._db)

    def applied(self) -> Mapping[str, int]:
        """The newest version that was taken in, by kind."""
        sql = "select kind, max(version) from arrival where state = 'applied' group by kind"
        return dict(read(self._db, sql))

    def newest(self) -> tuple[Arrival, ...]:
        """The last version of each kind that was taken in or refused."""
        sql = """select kind, version, state, name, hash, at, sentence from arrival a
            where version = (select max(version) from arrival b where b.kind = a.kind) order by kind"""
        return tuple(Arrival(*row) for row in read(self._db, sql))

    def refusal(self, kind: str, version: int) -> str | None:
        """Why a version was refused; None where it was not."""
        sql = "select sentence from arrival where kind = ? and version = ? and state = 'refused'"
        found = read(self._db, sql, (kind, version))
        return str(found[0][0]) if found else None

    def hash_of(self, kind: str, version: int) -> str | None:
        """The hash of the content that was offered as a version, taken in or not."""
        found = read(self._db, "select hash from arrival where kind = ? and version = ?", (kind, version))
        return str(found[0][0]) if found else None

    def note(
        self, kind: str, version: int, name: str, digest: str, at: datetime, refused: str | None = None
    ) -> None:
        """Note a version as taken in, or as refused with the sentence why. A later word stands for an earlier."""
        run(
            self._db,
            "insert into arrival(kind, version, state, name, hash, at, sentence) values (?, ?, ?, ?, ?, ?, ?) "
            "on conflict(kind, version) do update set state = excluded.state, name = excluded.name, "
            "hash = excluded.hash, at = excluded.at, sentence = excluded.sentence",
            (
                kind,
                version,
                "applied" if refused is None else "refused",
                safe_text(name),
                digest,
                stamp(at),
                None if refused is None else safe_text(refused),
            ),
        )

    def put_rulings(self, rulings: Iterable[Ruling], station: str, version: int) -> int:
        """Keep what speaks of this station's items, inside a transaction; how many items that are."""
        rows = [
            (
                one.id,
                safe_text(lpn),
                verdict,
                *(one.what, safe_text(one.value), safe_text(one.by), safe_text(one.at), safe_text(one.note)),
                version,
            )
            for one in rulings
            for lpn, verdict in one.of(station)
        ]
        run_many(
            self._db,
            "insert into ruling(id, lpn, verdict, what, value, ruled_by, ruled_at, note, version) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict(id, lpn) do nothing",
            rows,
        )
        return len(rows)

    def to_write_down(self) -> tuple[Settled, ...]:
        """Rulings of which the journal does not speak yet, oldest first, with how their items stand."""
        sql = f"""select {_RULING}, i.status, i.tote, i.disposition from ruling r left join item i on i.lpn = r.lpn
            where not {_WRITTEN} order by r.version, r.id, r.lpn"""
        return tuple(Settled(*row) for row in read(self._db, sql))

    def keep_written_down(self) -> None:
        """Note what the journal says of rulings, before it is emptied for one that goes on from it."""
        run(
            self._db,
            "insert into meta(k, v) select 'ruled', json_group_array(json_array(r.id, r.lpn)) from ruling r "
            f"where {_WRITTEN} on conflict(k) do update set v = excluded.v",
        )

    def ruling_on(self, lpn: str) -> Settled | None:
        """The last ruling on an item."""
        sql = f"select {_RULING} from ruling r where r.lpn = ? order by r.version desc, r.id desc limit 1"
        found = read(self._db, sql, (safe_text(lpn),))
        return Settled(*found[0]) if found else None
