"""What lies where: totes with what is in them, loads that left, and what waits in quarantine. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from terminal.store.connection import read, safe_text


@dataclass(frozen=True, slots=True)
class ToteStock:
    """A tote as it stands at the bench: `units` as the tote counts them, `items` as the items say."""

    tote: str
    channel: str | None
    state: str
    units: int
    items: int
    loads: int
    updated_at: str | None


@dataclass(frozen=True, slots=True)
class Load:
    """A tote that was handed over."""

    load: str
    tote: str
    channel: str | None
    recipient: str
    units: int
    handed_at: str
    handed_by: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A unit in quarantine; owner and due day are those that were assigned since it was put there."""

    lpn: str
    title: str
    reason: str
    since: str
    owner: str
    due: str


class Stock:
    """Questions to one station file, over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def totes(self) -> tuple[ToteStock, ...]:
        """Every tote that something ever went into."""
        found = read(self._db, f"{_TOTES} order by t.tote")
        return tuple(ToteStock(*row) for row in found)

    def tote(self, tote: str) -> ToteStock | None:
        """One tote; None where nothing ever went into it."""
        found = read(self._db, f"{_TOTES} where t.tote = ?", (safe_text(tote),))
        return ToteStock(*found[0]) if found else None

    def lpns(self, tote: str) -> tuple[str, ...]:
        """The units in a tote or in a load, in the order in which they were made."""
        sql = "select lpn from item where tote = ? and status = 'closed' order by rowid"
        return tuple(row[0] for row in read(self._db, sql, (safe_text(tote),)))

    def contents(self, tote: str) -> tuple[tuple[str, str, str], ...]:
        """LPN, title and grade of each unit in a tote or in a load."""
        sql = "select lpn, coalesce(title, ''), coalesce(grade, '') from item where tote = ? and status = 'closed'"
        return tuple(tuple(row) for row in read(self._db, f"{sql} order by rowid", (safe_text(tote),)))

    def loads(self, tote: str | None = None) -> tuple[Load, ...]:
        """Loads that left, the first one first."""
        sql = "select load, tote, channel, recipient, units, handed_at, handed_by from load"
        if tote is None:
            return tuple(Load(*row) for row in read(self._db, f"{sql} order by rowid"))
        found = read(self._db, f"{sql} where tote = ? or load = ? order by handed_at", (safe_text(tote),) * 2)
        return tuple(Load(*row) for row in found)

    def waiting(self) -> tuple[Waiting, ...]:
        """What waits in quarantine, longest first."""
        sql = """select i.lpn, coalesce(i.title, ''), coalesce(i.hold_reason, ''), coalesce(i.closed_at, ''),
            coalesce(h.owner, ''), coalesce(h.due, '') from item i
            left join hold h on h.lpn = i.lpn and h.since = i.closed_at
            where i.status = 'held' order by i.closed_at, i.rowid"""
        return tuple(Waiting(*row) for row in read(self._db, sql))


_TOTES = """select t.tote, t.channel, t.state, t.units,
    (select count(*) from item i where i.tote = t.tote and i.status = 'closed'), t.loads, t.updated_at
    from tote t"""
