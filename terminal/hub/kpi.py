"""KPIs of all stations, from the sums by day; only median and P90 of the cycle time read the items themselves.

`received` counts units by the day of their arrival, everything else units by the day on which they were closed or
held. Days are days of UTC.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.rows import dict_row

from terminal.hub import rollup
from terminal.hub.figures import Sums, figures
from terminal.hub.problem import HubProblem

GROUPS = ("category", "grade", "channel", "operator", "station", "day")
MOST_ITEMS = 5_000_000
"""Closed units up to which median and P90 are worked out; beyond that they are left out, and that is said."""

_MONEY = ("valued", "value_cents", "priced", "priced_value_cents", "price_cents")
_PLAIN = tuple(name for name in rollup.SUMS if name not in _MONEY)
_KEYS = {"channel": "disposition"}
_ITEM_KEYS = {
    "channel": "left(coalesce(disposition, ''), 200)",
    "station": "station",
    "day": "(closed_at at time zone 'UTC')::date",
    **{name: f"left(coalesce({name}, ''), 200)" for name in ("category", "grade", "operator")},
}
_RANGE = (
    "(%(since)s::date is null or {day} >= %(since)s) and (%(until)s::date is null or {day} <= %(until)s) "
    "and (%(station)s::text is null or station = %(station)s)"
)


def kpi(
    connection: psycopg.Connection[Any],
    *,
    since: date | None = None,
    until: date | None = None,
    station: str | None = None,
    by: str | None = None,
) -> dict[str, Any]:
    """{"from", "to", "station", "by", "total": KPIs, "groups": [{"group", ...KPIs}], "notes": [sentences]}.

    The dates are both included. Raises HubProblem for a range that ends before it begins, or an unknown `by`.
    """
    if since is not None and until is not None and until < since:
        raise HubProblem(f"The range ends on {until} before it begins on {since}: exchange --from and --to.")
    if by is not None and by not in GROUPS:
        raise HubProblem(f"KPIs can't be grouped by {by!r}: choose one of {', '.join(GROUPS)}.")
    given = {"since": since, "until": until, "station": station}
    with connection.transaction():
        cursor = connection.cursor(row_factory=dict_row)
        groups = _sums(cursor, by, given)
        total = _whole(groups)
        closed = total.units["closed"]
        notes = []
        spreads: dict[str | None, dict[str, Any]] = {}
        if closed <= MOST_ITEMS:
            spreads = _spreads(cursor, by, given)
        else:
            notes.append(f"Median and P90 are left out: {closed} units are more than {MOST_ITEMS}.")
        notes += _behind(cursor)
    return {
        "from": since.isoformat() if since else None,
        "to": until.isoformat() if until else None,
        "station": station,
        "by": by,
        "total": figures(total, spreads.get(None)),
        "groups": [
            {"group": name or None, **figures(groups[name], spreads.get(name))}
            for name in sorted(groups)
            if by is not None
        ],
        "notes": notes,
    }


def _sums(cursor: psycopg.Cursor[dict[str, Any]], by: str | None, given: dict[str, Any]) -> dict[str, Sums]:
    """The sums of each group, by the group's name; all in one group called '' where nothing is grouped."""
    key = f"{_KEYS.get(by, by)}::text" if by is not None else "''::text"
    added = ", ".join(f"sum({name}) as {name}" for name in rollup.SUMS)
    query = (
        f"select {key} as grouped, disposition as channel, currency, override_reason, {added} from hub.rollup_day "
        f"where {_RANGE.format(day='day')} group by 1, 2, 3, 4"
    )
    groups: dict[str, Sums] = defaultdict(Sums)
    for row in cursor.execute(query.encode(), given):
        sums = groups[row["grouped"]]
        for name in _PLAIN:
            sums.units[name] += int(row[name])
        for name in _MONEY:
            sums.money[row["currency"]][name] += int(row[name])
        sums.channels[row["channel"]] += int(row["closed"])
        if row["overridden"]:
            sums.reasons[row["override_reason"]] += int(row["overridden"])
    return dict(groups)


def _whole(groups: dict[str, Sums]) -> Sums:
    whole = Sums()
    for one in groups.values():
        whole.units.update(one.units)
        whole.channels.update(one.channels)
        whole.reasons.update(one.reasons)
        for currency, money in one.money.items():
            whole.money[currency].update(money)
    return whole


def _spreads(
    cursor: psycopg.Cursor[dict[str, Any]], by: str | None, given: dict[str, Any]
) -> dict[str | None, dict[str, Any]]:
    """Median and nearest-rank P90 of the cycle in seconds, by group; None is the whole."""
    key = _ITEM_KEYS[by] if by is not None else "''"
    whole, sets = ("grouping(grouped)", "(), (grouped)") if by is not None else ("1", "()")
    name = "grouped" if by is not None else "''"
    query = f"""
        select {name} as grouped, {whole} as whole,
          percentile_cont(0.5) within group (order by took) as median,
          percentile_disc(0.9) within group (order by took) as p90
        from (
          select {key}::text as grouped,
            floor(extract(epoch from closed_at) - extract(epoch from coalesce(initiated_at, received_at)))::float8
              as took
          from hub.item
          where status = 'closed' and {_RANGE.format(day="(closed_at at time zone 'UTC')::date")}
            and (%(since)s::date is null or closed_at >= %(since)s::date::timestamp at time zone 'UTC')
            and (%(until)s::date is null or closed_at < (%(until)s::date + 1)::timestamp at time zone 'UTC')
        ) closed
        where took >= 0 group by grouping sets ({sets})"""
    found: dict[str | None, dict[str, Any]] = {}
    for row in cursor.execute(query.encode(), given):
        found[None if row["whole"] else row["grouped"]] = {
            name: None if row[name] is None else Decimal(str(row[name])) for name in ("median", "p90")
        }
    return found


def _behind(cursor: psycopg.Cursor[dict[str, Any]]) -> list[str]:
    """What is not in these figures yet."""
    rows = cursor.execute(
        "select j.station, j.last_seq - coalesce(f.seq, 0) as missing, f.why from hub.journal j "
        "left join hub.fold f on f.station = j.station and f.epoch = j.epoch "
        "where j.last_seq > coalesce(f.seq, 0) order by j.station, j.epoch"
    ).fetchall()
    return [
        f"{row['station']}: {row['missing']} events are not in these figures"
        + (f". {row['why']}" if row["why"] else " yet.")
        for row in rows
    ]
