"""Bringing the figures up to date with the journal: units of the past out of their events, units of the bench anew.

How far the journal was followed stands in the file, with the stop-watch. Pages are short and each is a transaction
of its own, so that a bench at work waits for none of it, and what breaks off goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlite_utils import Database

from terminal.domain.kpi_unit import Unit
from terminal.store.chain import canonical
from terminal.store.connection import read, read_json, run, transaction
from terminal.store.identity import identity
from terminal.store.live_units import changed_by_outcomes, live_units, void_lpns
from terminal.store.trails import Trails, Watch
from terminal.store.units import chunks, drop_units, put_units, sum_days

KEY = "units"
"""Where in `meta` it stands how far the journal was followed."""
PAGE = 100
"""Events, or items with a new outcome, that are taken in one transaction."""
TABLES = ("unit", "unit_stale", "kpi_day", "kpi_spread", "trail")
TAKEN = "history_taken"
_NEXT = "select seq, kind, at, item, body from event where seq > ? order by seq limit ?"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a journal was followed."""

    epoch: str
    seq: int = 0
    last_ms: int | None = None
    waiting_ms: int = 0
    outcomes: str = ""
    """When the newest outcome was imported that is counted."""
    said: int = 0
    """How many outcomes there were then, those that were corrected since among them."""


def catch_up(
    db: Database,
    currency: str,
    *,
    journal: Database | None = None,
    sums: bool = True,
    progress: Callable[[int], None] = lambda seq: None,
) -> None:
    """Follow the journal to its end and sum what changed; `journal` is one that this file goes on from.

    Without `sums` the days stay noted, for the next time. Raises StoreUnavailable.
    """
    source = db if journal is None else journal
    epoch = identity(source).epoch
    while _behind(db, source, epoch):
        with transaction(db):
            # Read inside: somebody else may have followed these events meanwhile, and none may count twice.
            mark = _read_mark(db, epoch)
            page = read(source, _NEXT, (mark.seq, PAGE))
            if page:
                mark = _follow(db, page, mark, currency)
                _put_mark(db, mark)
        progress(mark.seq)
    if journal is None:
        _take_outcomes(db, epoch, currency)
    if sums:
        sum_days(db)


def followed_epoch(db: Database) -> str | None:
    """The journal that was followed last; None where none ever was."""
    found = read(db, "select v from meta where k = ?", (KEY,))
    return str(json.loads(found[0][0])["epoch"]) if found else None


def forget(db: Database) -> None:
    """Empty the tables of figures, inside a transaction: the next time they are made anew."""
    for table in TABLES:
        run(db, f"delete from {table}")
    run(db, "delete from meta where k = ?", (KEY,))


def _follow(db: Database, page: list[Any], mark: Mark, currency: str) -> Mark:
    watch = Watch(mark.last_ms, mark.waiting_ms)
    trails = Trails(db, watch)
    for seq, kind, at, item, text in page:
        body = read_json(text, f"Event {seq}")
        if kind == TAKEN:
            put_units(db, _past(body), currency)
        else:
            trails.take(kind, at, item, body)
    trails.write()
    _renew(db, list(trails.touched), currency)
    return replace(mark, seq=page[-1][0], last_ms=watch.last_ms, waiting_ms=watch.waiting_ms)


def _past(body: dict[str, Any]) -> list[Unit]:
    names = body["columns"]
    return [Unit(past=1, **dict(zip(names, values, strict=True))) for values in body["units"]]


def _renew(db: Database, lpns: list[str], currency: str) -> None:
    """Write the units of this bench anew, with those that share their group."""
    known = set(lpns)
    for some in chunks(lpns):
        sql = f"select lpn from item where leader in ({', '.join('?' * len(some))})"
        known |= {row[0] for row in read(db, sql, some)}
    everyone = sorted(known)
    units = list(live_units(db, everyone))
    put_units(db, units, currency)
    gone = void_lpns(db, everyone)
    drop_units(db, gone)


def _behind(db: Database, source: Database, epoch: str) -> bool:
    """True while the journal holds events that were not followed."""
    return bool(read(source, "select 1 from event where seq > ? limit 1", (_read_mark(db, epoch).seq,)))


def _take_outcomes(db: Database, epoch: str, currency: str) -> None:
    """Units of which something was said since the last time."""
    mark = _read_mark(db, epoch)
    said = read(db, "select count(*) from outcome")[0][0]
    if said == mark.said:
        return
    later = read(db, "select count(*) from outcome where imported > ?", (mark.outcomes,))[0][0]
    # Fewer than were added: the clock was put back in between, and only looking at all of them finds the new ones.
    since = mark.outcomes if later == said - mark.said else ""
    lpns, newest = changed_by_outcomes(db, since)
    for at in range(0, len(lpns), PAGE):
        with transaction(db):
            _renew(db, lpns[at : at + PAGE], currency)
    with transaction(db):
        _put_mark(db, replace(_read_mark(db, epoch), outcomes=max(newest, mark.outcomes), said=said))


def _read_mark(db: Database, epoch: str) -> Mark:
    """How far it was followed; of another journal: not at all."""
    found = read(db, "select v from meta where k = ?", (KEY,))
    if not found:
        return Mark(epoch)
    mark = Mark(**json.loads(found[0][0]))
    return mark if mark.epoch == epoch else Mark(epoch, outcomes=mark.outcomes, said=mark.said)


def _put_mark(db: Database, mark: Mark) -> None:
    sql = "insert into meta(k, v) values (?, ?) on conflict(k) do update set v = excluded.v"
    run(db, sql, (KEY, canonical(asdict(mark))))
