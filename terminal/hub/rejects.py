"""What the hub refused, by station and reason: kept whole up to a quota, counted beyond it.

The quota is one for all stations. It is applied by the database itself, where an event is refused; a change of it
holds from the next refusal on and throws nothing away.
"""

from __future__ import annotations

from typing import Any

from terminal.hub.connecting import Connection, explained
from terminal.hub.problem import HubProblem

MOST = 100_000
"""The highest quota: beyond it nobody looks at them one by one."""
_REASONS = """
select coalesce(k.station, o.station), coalesce(k.reason, o.reason), coalesce(k.kept, 0), coalesce(o.times, 0),
       greatest(k.last_at, o.last_at), coalesce(s.detail, k.detail)
  from (select station, reason, count(*) as kept, max(last_at) as last_at,
               (array_agg(detail order by last_at desc))[1] as detail
          from hub.reject group by station, reason) k
  full join hub.reject_over o using (station, reason)
  left join hub.reject s on s.station = o.station and s.digest = o.sample
 order by 1, 2
"""


def listed(connection: Connection) -> dict[str, Any]:
    """{"quota", "rejects": [one object per station and reason]}: how many are kept and how many were only counted,
    when the last one came, and what was said of a sample.
    """
    with explained(), connection.transaction():
        rows = connection.execute(_REASONS).fetchall()
        quota = _quota(connection)
    return {
        "quota": quota,
        "rejects": [
            {
                "station": station, "reason": reason, "kept": kept, "counted": counted,
                "last_at": last_at.isoformat(timespec="milliseconds"), "sample": detail,
            }
            for station, reason, kept, counted, last_at, detail in rows
        ],
    }  # fmt: skip


def set_quota(connection: Connection, quota: int) -> dict[str, Any]:
    """Keep so many rejects of each station whole from now on: {"quota"}. Raises HubProblem."""
    if not 0 <= quota <= MOST:
        raise HubProblem(f"A quota of {quota} rejects can't be: choose 0 to {MOST}.")
    with explained(), connection.transaction():
        connection.execute(
            "insert into hub.setting (name, value) values ('rejects_kept', %s) "
            "on conflict (name) do update set value = excluded.value",
            [quota],
        )
        return {"quota": _quota(connection)}


def forget(connection: Connection, station: str) -> dict[str, Any]:
    """Throw away what was refused of a station, kept and counted; its quota begins anew. Raises HubProblem."""
    with explained(), connection.transaction():
        kept = connection.execute("delete from hub.reject where station = %s", [station]).rowcount
        connection.execute("delete from hub.reject_kept where station = %s", [station])
        counted = connection.execute(
            "with gone as (delete from hub.reject_over where station = %s returning times) "
            "select coalesce(sum(times), 0)::bigint from gone",
            [station],
        ).fetchone()
        assert counted is not None
        if not kept:
            raise HubProblem(
                f"Nothing of a station {station} was refused: `hub rejects list` says whose was."
            )
        connection.execute("update hub.journal set rejects = 0 where station = %s", [station])
    return {"station": station, "kept": kept, "counted": counted[0]}


def _quota(connection: Connection) -> int:
    row = connection.execute("select hub.rejects_kept()").fetchone()
    assert row is not None
    return int(row[0])
