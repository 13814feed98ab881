"""The work of a station by hour of the day, on the clock on its wall: what came in, what was decided, how fast.

Times are kept in UTC, and which hour one fell in depends on its day where clocks are put forward and back: so units
are counted by the quarter of an hour, in which no zone changes, and quarters are given to hours. Units of the past
are left out: of them only the day is known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from fractions import Fraction
from typing import Any

from terminal.domain.kpi_spread import mean
from terminal.store.connection import read, read_named
from terminal.store.unit_sums import Period
from terminal.store.units import chunks

QUARTER = 900
"""Seconds. Offsets of time zones are whole quarters of an hour."""
LOOKED_THROUGH = 20_000
"""Newest units of a period among which those of one hour are looked for."""
SUMS = ("received", "touched", "labour_s", "decided", "first_pass")
_CAME = "received_at", "received_day", "count(*), count(labour_s), coalesce(sum(labour_s), 0), 0, 0"
# A unit that was held before it was decided counts as decided when it came, as it does by day.
_DECIDED = (
    "coalesce(decided_at, received_at)",
    "passed_day",
    "0, 0, 0, count(*), count(*) filter (where holds = 0 and reroutes = 0)",
)


def hour_of(second: int, zone: tzinfo | None = None) -> str:
    """The hour of a moment (seconds since 1970), as 08:00; without a zone that of this machine."""
    return f"{_local(second, zone).hour:02}:00"


def hour_rows(db: Any, period: Period, zone: tzinfo | None = None) -> list[dict[str, Any]]:
    """One row for each hour of the day in which something was received or decided, from 00:00 on.

    `worked` says how many such hours there were in the period, and `per_hour` is of those.
    """
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    worked: dict[str, set[int]] = defaultdict(set)
    for moment, day, many in (_CAME, _DECIDED):
        sql = f"select {moment} / {QUARTER}, {many} from unit where past = 0 and {day} between ? and ? group by 1"
        for quarter, *found in read(db, sql, (period.first, period.last)):
            at = _local(quarter * QUARTER, zone)
            hour = hour_of(quarter * QUARTER, zone)
            worked[hour].add(quarter - at.minute * 60 // QUARTER)
            sums[hour].update(dict(zip(SUMS, found, strict=True)))
    return [_row(hour, sums[hour], len(worked[hour])) for hour in sorted(sums)]


def units_of_hour(
    db: Any, period: Period, hour: str, most: int, zone: tzinfo | None = None
) -> tuple[list[dict[str, Any]], bool]:
    """At most so many units that came in in an hour of the day, the newest first, and whether there may be more."""
    sql = (
        "select lpn, received_at from unit where past = 0 and received_day between ? and ? "
        "order by received_day desc, received_at desc, lpn limit ?"
    )
    newest = read(db, sql, (period.first, period.last, LOOKED_THROUGH))
    lpns = [lpn for lpn, second in newest if hour_of(second, zone) == hour]
    known: dict[str, dict[str, Any]] = {}
    for some in chunks(lpns[:most]):
        marks = ", ".join("?" * len(some))
        known |= {
            row["lpn"]: row for row in read_named(db, f"select * from v_units where lpn in ({marks})", some)
        }
    found = [known[lpn] for lpn in lpns[:most] if lpn in known]
    return found, len(lpns) > most or len(newest) == LOOKED_THROUGH


def without_hour(db: Any, period: Period) -> int:
    """Units that came in on these days of which nobody knows the hour."""
    sql = "select count(*) from unit where past = 1 and received_day between ? and ?"
    return int(read(db, sql, (period.first, period.last))[0][0])


def _local(second: int, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(second, UTC).astimezone(zone)


def _row(hour: str, sums: Mapping[str, int], worked: int) -> dict[str, Any]:
    return {
        "value": hour,
        "n": {"received": sums["received"], "decided": sums["decided"]},
        "worked": worked,
        "per_hour": {
            "received": mean(sums["received"], worked),
            "decided": mean(sums["decided"], worked),
        },
        "first_pass_yield": mean(sums["first_pass"], sums["decided"]),
        "touch_minutes_per_unit": mean(Fraction(sums["labour_s"], 60), sums["touched"]),
        "units_per_hour": mean(sums["touched"] * 3600, sums["labour_s"]),
        "touched": sums["touched"],
    }
