"""The projector: from what the hub was sent to items, sums by day and claims, each event counted exactly once.

One transaction holds a batch of one journal: its items, what they change in the sums, its claims, and the place up
to which the journal is counted. The row of that place is locked meanwhile, so any number of projectors may run; one
that is killed leaves nothing half done. What this program can't read stops that one journal, and says so.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from terminal.hub.conflicts import settle
from terminal.hub.connecting import connect
from terminal.hub.counting import BATCH, Journal, Report
from terminal.hub.problem import HubProblem

log = logging.getLogger(__name__)
ROUND = 50_000
"""Events that one round of a service counts at most, so that it can end soon."""
_BEHIND = """
select j.station, j.epoch from hub.journal j
left join hub.fold f on f.station = j.station and f.epoch = j.epoch
where j.last_seq > coalesce(f.seq, 0) and (%(station)s::text is null or j.station = %(station)s)
order by j.station, j.epoch"""


def project(
    connection: psycopg.Connection[Any],
    limit: int | None = None,
    *,
    station: str | None = None,
    batch: int = BATCH,
) -> dict[str, Any]:
    """Count what has come and is not counted yet; `limit` events at most, of one station where it is given.

    The connection must be outside of a transaction. Gives events, items, journals, conflicts opened, and the
    journals that are stuck (with a sentence) or wait for an event that is missing.
    """
    must_be_idle(connection)
    report = Report()
    with connection.transaction():
        behind = connection.cursor(row_factory=tuple_row).execute(_BEHIND, {"station": station}).fetchall()
    for name, epoch in behind:
        if limit is None or report.events < limit:
            Journal(connection, name, epoch, report).run(limit, batch)
    report.conflicts = settle(connection)
    return report.as_json()


def rebuild(connection: psycopg.Connection[Any], *, station: str | None = None) -> dict[str, Any]:
    """Throw items, sums and claims away and make them anew from the events, one transaction a station.

    Readers see the old until the new is whole. Conflicts stay: they hold what people decided. Raises HubProblem
    where events that were counted are not in the hub any more; that station's figures stay as they are.
    """
    must_be_idle(connection)
    report = Report()
    with connection.transaction():
        cursor = connection.cursor(row_factory=tuple_row)
        asked = (
            "select distinct station from hub.journal where %(s)s::text is null or station = %(s)s order by 1"
        )
        stations = [name for (name,) in cursor.execute(asked, {"s": station})]
    for name in stations:
        with connection.transaction():
            cursor = connection.cursor(row_factory=tuple_row)
            folds = cursor.execute(
                "select epoch, seq from hub.fold where station = %s order by epoch for update", (name,)
            ).fetchall()
            for table in ("item", "rollup_day"):
                cursor.execute(f"delete from hub.{table} where station = %s", (name,))
            cursor.execute(
                "update hub.claim set live = false, checked = false where station = %s and live", (name,)
            )
            cursor.execute(
                "update hub.fold set seq = 0, state = null, last_at = null, stuck_at = null, why = null "
                "where station = %s",
                (name,),
            )
            epochs = cursor.execute(
                "select epoch from hub.journal where station = %s order by epoch", (name,)
            ).fetchall()
            reached = {}
            for (epoch,) in epochs:
                journal = Journal(connection, name, epoch, report)
                journal.run(None, BATCH)
                reached[epoch] = journal.seq
            for epoch, seq in folds:
                if reached.get(epoch, 0) < seq:
                    raise HubProblem(
                        f"{name}: {seq} events of the journal {epoch} were counted, but only the first "
                        f"{reached.get(epoch, 0)} can be counted again from what the hub still holds and this "
                        "program knows. Nothing of this station was changed."
                    )
    report.conflicts = settle(connection)
    return report.as_json()


async def attend(dsn: str, every: float = 15.0) -> None:
    """Count what comes, round after round, until cancelled; what fails is logged and tried again.

    For a service's own loop: the work is done in a thread. Several services may do this at once.
    """
    while True:
        try:
            done = await asyncio.to_thread(_round, dsn)
        except (HubProblem, psycopg.Error) as problem:
            log.warning("nothing was counted: %s", problem)
        except (
            Exception
        ):  # a task that ends says so to nobody, and the figures would stand still from then on
            log.exception("nothing was counted")
        else:
            for one in done["stuck"]:
                log.warning("%s: %s", one["station"], one["why"])
            if done["events"] >= ROUND:
                continue
        await asyncio.sleep(every)


def _round(dsn: str) -> dict[str, Any]:
    with connect(dsn, name="regrade-projector") as connection:
        return project(connection, ROUND)


def must_be_idle(connection: psycopg.Connection[Any]) -> None:
    """Raises ValueError inside of a transaction: what commits bit by bit can't be part of another one."""
    if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        raise ValueError(
            "the projector takes a connection outside of a transaction: it commits batch by batch"
        )
