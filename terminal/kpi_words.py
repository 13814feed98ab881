"""The figures as words: name, value and unit of each, for a table on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

NOTHING = "-"
"""Where there is no denominator."""

Line = tuple[str, str, str]
"""What, how much, of how many."""


def percent(value: float | None) -> str:
    """A ratio as percent with two places."""
    return NOTHING if value is None else f"{value:z.2%}"


def number(value: float | None, places: int = 2) -> str:
    """A number with its thousands set apart."""
    return NOTHING if value is None else f"{value:z,.{places}f}"


def lines(found: Mapping[str, Any]) -> Iterator[Line]:
    """Every figure, one line each."""
    n, money = found["n"], found["currency"]
    rate, cost, cycle = found["recovery_rate"], found["cost_per_return"], found["cycle_time_days"]
    recouped, value, dock = (
        found["recouped_value_rate"],
        found["cycle_time_to_value_days"],
        found["dock_to_decision_days"],
    )
    diversion, waste, work = found["diversion"], found["waste"], found["open_work"]
    yield "Received", f"{n['received']:,}", ""
    yield "Closed", f"{n['closed']:,}", ""
    yield "Open", f"{n['open']:,}", ""
    yield "Sold", f"{n['sold']:,}", ""
    yield "Recovery rate, gross", percent(rate["gross"]), _of(rate["n"])
    yield "Recovery rate, net", percent(rate["net"]), _of(rate["n_net"])
    yield "Recouped value, ratio of sums", percent(recouped["ratio"]), _of(recouped["n"])
    yield "Recouped value, median", percent(recouped["median"]), _of(recouped["n"])
    yield f"Cost per return, handling ({money})", number(cost["handling"]), _of(cost["n_handling"])
    yield f"Cost per return, full ({money})", number(cost["full"]), _of(cost["n_full"])
    yield "Cycle time, mean (days)", number(cycle["mean"]), _of(cycle["n"])
    yield "Cycle time, median (days)", number(cycle["median"], 1), _of(cycle["n"])
    yield "Cycle time, 90 % (days)", number(cycle["p90"], 0), _of(cycle["n"])
    yield "Time to value, mean (days)", number(value["mean"]), _of(value["n"])
    yield "Time to value, median (days)", number(value["median"], 1), _of(value["n"])
    yield "Dock to decision, mean (days)", number(dock["mean"], 3), _of(dock["n"])
    for name, words in (("strict", "strict"), ("landfill_only", "landfill only")):
        yield f"Diversion, {words}, units", percent(diversion[name]["units"]), _of(diversion["n"])
        yield f"Diversion, {words}, mass", percent(diversion[name]["mass"]), _of(diversion["n_weighed"])
    yield "Waste (kg)", number(waste["generated_kg"]), _of(waste["n"])
    yield "Waste kept from disposal", percent(waste["diversion"]), _of(waste["n"])
    yield "First-pass yield", percent(found["first_pass_yield"]), _of(n["decided"])
    yield "Override rate", percent(found["override_rate"]), _of(n["recommended"])
    yield "Hands-on minutes per unit", number(found["touch_minutes_per_unit"]), _of(found["touched"])
    yield "Units per labour hour", number(found["units_per_hour"]), _of(found["touched"])
    yield "Median with open work (days)", number(work["median_days"], 0), _of(work["n"])
    ages = "  ".join(f"{name}: {count:,}" for name, count in work["ageing"].items() if count)
    yield "Open by age (days)", ages or NOTHING, _of(n["open"])
    yield f"Value at risk a week ({money})", number(work["value_at_risk_per_week"]), _of(n["open"])


def columns(row: Mapping[str, Any], by: str) -> tuple[str, ...]:
    """The figures of one row of a table by category, hour and so on; see `heads`."""
    if by == "hour":
        return _hour(row)
    if by == "audit":
        return _stratum(row)
    return (
        str(row["value"] or NOTHING),
        f"{row['n']['closed']:,}",
        percent(row["recovery_rate"]["gross"]),
        percent(row["recovery_rate"]["net"]),
        number(row["cost_per_return"]["full"]),
        number(row["cycle_time_days"]["median"], 1),
        percent(row["diversion"]["strict"]["units"]),
        percent(row["first_pass_yield"]),
    )


HEADS = ("closed", "gross", "net", "cost", "days", "diverted", "1st pass")
HOUR_HEADS = ("received", "decided", "in/h", "dec/h", "min/unit", "units/h", "1st pass")
AUDIT_HEADS = ("items", "audited", "grades", "channels", "from", "to")
_HEADS = {"hour": HOUR_HEADS, "audit": AUDIT_HEADS}


def heads(by: str) -> tuple[str, ...]:
    """What stands above `columns`."""
    return (by, *_HEADS.get(by, HEADS))


def _hour(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["value"],
        f"{row['n']['received']:,}",
        f"{row['n']['decided']:,}",
        number(row["per_hour"]["received"], 1),
        number(row["per_hour"]["decided"], 1),
        number(row["touch_minutes_per_unit"]),
        number(row["units_per_hour"]),
        percent(row["first_pass_yield"]),
    )


def _stratum(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Grades and channels that agree; the interval is that of channels."""
    items, channels = row["items"], row["disposition_accuracy"]
    return (
        row["value"] or "all, by size",
        NOTHING if items is None else f"{items:,}",
        f"{row['audited']:,}",
        percent(row["grade_accuracy"]["value"]),
        percent(channels["value"]),
        percent(channels["low"]),
        percent(channels["high"]),
    )


def _of(n: int) -> str:
    return f"n = {n:,}"
