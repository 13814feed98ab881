"""The figures as words: name, value and unit of each, for a table on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from terminal.domain.speech import N_, _
from terminal.reports import locale_forms

NOTHING = "-"
"""Where there is no denominator."""

Line = tuple[str, str, str]
"""What, how much, of how many."""


def percent(value: float | None) -> str:
    """A ratio as percent with two places."""
    return NOTHING if value is None else locale_forms.percent(value)


def number(value: float | None, places: int = 2) -> str:
    """A number with its thousands set apart."""
    return NOTHING if value is None else locale_forms.number(value, places)


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
    yield _("Received"), locale_forms.number(n["received"]), ""
    yield _("Closed"), locale_forms.number(n["closed"]), ""
    yield _("Open"), locale_forms.number(n["open"]), ""
    yield _("Sold"), locale_forms.number(n["sold"]), ""
    yield _("Recovery rate, gross"), percent(rate["gross"]), _of(rate["n"])
    yield _("Recovery rate, net"), percent(rate["net"]), _of(rate["n_net"])
    yield _("Recouped value, ratio of sums"), percent(recouped["ratio"]), _of(recouped["n"])
    yield _("Recouped value, median"), percent(recouped["median"]), _of(recouped["n"])
    yield (
        _("Cost per return, handling ({currency})").format(currency=money),
        number(cost["handling"]),
        _of(cost["n_handling"]),
    )
    yield (
        _("Cost per return, full ({currency})").format(currency=money),
        number(cost["full"]),
        _of(cost["n_full"]),
    )
    yield _("Cycle time, mean (days)"), number(cycle["mean"]), _of(cycle["n"])
    yield _("Cycle time, median (days)"), number(cycle["median"], 1), _of(cycle["n"])
    yield _("Cycle time, 90 % (days)"), number(cycle["p90"], 0), _of(cycle["n"])
    yield _("Time to value, mean (days)"), number(value["mean"]), _of(value["n"])
    yield _("Time to value, median (days)"), number(value["median"], 1), _of(value["n"])
    yield _("Dock to decision, mean (days)"), number(dock["mean"], 3), _of(dock["n"])
    strict, landfill = diversion["strict"], diversion["landfill_only"]
    # TRANSLATORS: how much of the waste was kept from disposal; strict: burning it counts as disposal
    yield _("Diversion, strict, units"), percent(strict["units"]), _of(diversion["n"])
    yield _("Diversion, strict, mass"), percent(strict["mass"]), _of(diversion["n_weighed"])
    yield _("Diversion, landfill only, units"), percent(landfill["units"]), _of(diversion["n"])
    yield _("Diversion, landfill only, mass"), percent(landfill["mass"]), _of(diversion["n_weighed"])
    yield _("Waste (kg)"), number(waste["generated_kg"]), _of(waste["n"])
    yield _("Waste kept from disposal"), percent(waste["diversion"]), _of(waste["n"])
    yield _("First-pass yield"), percent(found["first_pass_yield"]), _of(n["decided"])
    yield _("Override rate"), percent(found["override_rate"]), _of(n["recommended"])
    yield _("Hands-on minutes per unit"), number(found["touch_minutes_per_unit"]), _of(found["touched"])
    yield _("Units per labour hour"), number(found["units_per_hour"]), _of(found["touched"])
    yield _("Median with open work (days)"), number(work["median_days"], 0), _of(work["n"])
    ages = "  ".join(
        f"{name}: {locale_forms.number(count)}" for name, count in work["ageing"].items() if count
    )
    yield _("Open by age (days)"), ages or NOTHING, _of(n["open"])
    yield (
        _("Value at risk a week ({currency})").format(currency=money),
        number(work["value_at_risk_per_week"]),
        _of(n["open"]),
    )


def columns(row: Mapping[str, Any], by: str) -> tuple[str, ...]:
    """The figures of one row of a table by category, hour and so on; see `heads`."""
    if by == "hour":
        return _hour(row)
    if by == "audit":
        return _stratum(row)
    return (
        str(row["value"] or NOTHING),
        locale_forms.number(row["n"]["closed"]),
        percent(row["recovery_rate"]["gross"]),
        percent(row["recovery_rate"]["net"]),
        number(row["cost_per_return"]["full"]),
        number(row["cycle_time_days"]["median"], 1),
        percent(row["diversion"]["strict"]["units"]),
        percent(row["first_pass_yield"]),
    )


HEADS = (
    # TRANSLATORS: heads of narrow columns: units closed, recovery gross and net, cost of a return, days that it
    # took, share kept from disposal, share that was right at the first pass
    N_("closed"), N_("gross"), N_("net"), N_("cost"), N_("days"), N_("diverted"), N_("1st pass"),
)  # fmt: skip
HOUR_HEADS = (
    # TRANSLATORS: heads of narrow columns: received and decided in an hour of the day, both for each such
    # hour, hands-on minutes for a unit, units for an hour of labour
    N_("received"), N_("decided"), N_("in/h"), N_("dec/h"), N_("min/unit"), N_("units/h"), N_("1st pass"),
)  # fmt: skip
AUDIT_HEADS = (
    # TRANSLATORS: heads of narrow columns: items audited, share of grades and of channels that agree, and
    # between which two it may lie
    N_("items"), N_("audited"), N_("grades"), N_("channels"), N_("at least"), N_("at most"),
)  # fmt: skip
BY = (
    # TRANSLATORS: what figures are split by, above the first column
    N_("category"), N_("grade"), N_("channel"), N_("operator"), N_("day"), N_("hour"), N_("audit"),
)  # fmt: skip
_HEADS = {"hour": HOUR_HEADS, "audit": AUDIT_HEADS}


def heads(by: str) -> tuple[str, ...]:
    """What stands above `columns`."""
    return tuple(map(_, (by, *_HEADS.get(by, HEADS))))


def _hour(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["value"],
        locale_forms.number(row["n"]["received"]),
        locale_forms.number(row["n"]["decided"]),
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
        row["value"] or _("all, by size"),
        NOTHING if items is None else locale_forms.number(items),
        locale_forms.number(row["audited"]),
        percent(row["grade_accuracy"]["value"]),
        percent(channels["value"]),
        percent(channels["low"]),
        percent(channels["high"]),
    )


def _of(n: int) -> str:
    return f"n = {locale_forms.number(n)}"
