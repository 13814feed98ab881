"""The figures of a station by their definitions, and what stays out of them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from statistics import median as plain_median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.channels import CHANNELS, QUARANTINE
from terminal.domain.importmap import HISTORY_FIELDS, ImportMap
from terminal.domain.kpi import NOTHING, SUMS, Costs, Spread, add, figures
from terminal.domain.kpi_fates import CLOSED_BY_PUT_AWAY, FATES, Fate, channel_of_end
from terminal.domain.kpi_history import BadHistory, converters, unit_of
from terminal.domain.kpi_spread import (
    Open,
    ageing,
    by_state,
    mean,
    median,
    percentile,
    rank,
    survival,
    survival_median,
    total,
    value_at_risk,
)
from terminal.domain.kpi_unit import COLUMNS, DAY, GIVEN, Unit, derive

COSTS = Costs(Decimal(24))
CYCLES = Counter([4, 6, 6, 15, 15, 18, 19, 19, 20, 25, 30])


def derived(unit: Unit) -> dict[str, object]:
    """What follows from a unit, by name."""
    return dict(zip(COLUMNS, derive(unit, "EUR"), strict=True))


@pytest.mark.parametrize(
    ("end", "channel", "really"),
    [
        ("discarded", "marketplace", "landfill"),
        ("discarded", "energy_recovery", "energy_recovery"),
        ("recycled", "parts_harvest", "parts_harvest"),
        ("donated", "outlet", "donate"),
        ("sold", "outlet", "outlet"),
        ("credited", "return_to_vendor", "return_to_vendor"),
        (None, "outlet", "outlet"),
        (None, None, None),
    ],
)
def test_what_became_of_goods_outweighs_what_they_were_meant_for(
    end: str | None, channel: str | None, really: str | None
) -> None:
    """Or what was thrown away would count as reused."""
    assert channel_of_end(end, channel) == really


def test_every_channel_has_a_fate_and_only_quarantine_has_none_yet() -> None:
    """A channel that is added without a fate would fall out of the diversion rates."""
    assert set(FATES) == set(CHANNELS)
    assert [name for name, fate in FATES.items() if fate is Fate.NONE] == [QUARANTINE]
    assert set(CHANNELS) >= CLOSED_BY_PUT_AWAY


def test_nothing_gives_no_figure_at_all() -> None:
    """Without a denominator there is no ratio: not zero, not one."""
    found = figures({}, Spread(), 0, COSTS)
    assert found["recovery_rate"]["gross"] is None
    assert found["recovery_rate"]["net"] is None
    assert found["recouped_value_rate"] == {"ratio": None, "median": None, "n": 0}
    assert found["cost_per_return"]["handling"] is found["cost_per_return"]["full"] is None
    assert found["cycle_time_days"] == {"mean": None, "median": None, "p90": None, "n": 0}
    assert (
        found["diversion"]["strict"] == found["diversion"]["landfill_only"] == {"units": None, "mass": None}
    )
    assert found["waste"]["diversion"] is found["first_pass_yield"] is found["override_rate"] is None
    assert found["touch_minutes_per_unit"] is found["units_per_hour"] is None
    assert found["n"]["received"] == 0


@pytest.mark.parametrize(
    ("fate", "units"), [(Fate.DISPOSED, 0.0), (Fate.UNKNOWN, None), (Fate.REUSED, 1.0)], ids=str
)
def test_one_landfill_is_no_diversion_and_one_return_to_vendor_says_nothing(
    fate: Fate, units: float | None
) -> None:
    """The cases in which a rate is easily invented."""
    sums = {**NOTHING, "closed": 1, f"{fate}_n": 1, f"{fate}_g": 200}
    found = figures({1: sums}, Spread(), 0, COSTS)["diversion"]
    assert found["strict"]["units"] == found["landfill_only"]["units"] == units
    assert found["fate_unknown"]["units"] == int(fate is Fate.UNKNOWN)


def test_energy_recovery_is_disposal_for_gri_306_and_no_landfill() -> None:
    """The two flavours differ by nothing else."""
    sums = {**NOTHING, "closed": 2, "energy_n": 1, "energy_g": 300, "recycled_n": 1, "recycled_g": 100}
    found = figures({1: sums}, Spread(), 0, COSTS)
    assert found["diversion"]["strict"] == {"units": 0.5, "mass": 0.25}
    assert found["diversion"]["landfill_only"] == {"units": 1.0, "mass": 1.0}
    assert found["waste"]["disposed_kg"] == 0.3


def test_an_unknown_way_in_keeps_a_unit_out_of_costs_unless_config_says_what_it_costs() -> None:
    """Labour that is not known keeps it out in any case."""
    known = {**NOTHING, "received": 1, "received_inbound": 350, "received_labour": 300, "touched": 1}
    bare = {**NOTHING, "received": 1, "received_labour": 300, "touched": 1}
    blind = {**NOTHING, "received": 1}
    classes = {1: known, 0: bare, -1: blind}
    found = figures(classes, Spread(), 0, COSTS)["cost_per_return"]
    assert (found["handling"], found["n_handling"]) == (5.5, 1)
    found = figures(classes, Spread(), 0, Costs(Decimal(24), Decimal("1.50")))["cost_per_return"]
    assert (found["handling"], found["n_handling"]) == (4.5, 2)
    assert figures({0: bare}, Spread(), 0, COSTS)["cost_per_return"]["handling"] is None


@given(st.lists(st.fixed_dictionaries({name: st.integers(0, 10**9) for name in SUMS}), max_size=4))
@settings(max_examples=30)
def test_sums_of_groups_add_up_in_any_order(parts: list[dict[str, int]]) -> None:
    """So a day, a month and a category are reckoned alike."""
    assert add(parts) == add(reversed(parts))
    assert all(add(parts)[name] == sum(part[name] for part in parts) for name in SUMS)


def test_spreads_of_the_twelve_units_are_those_that_were_reckoned_by_hand() -> None:
    """Median 18, nearest rank 25, survival with one unit open since 9 days."""
    assert (median(CYCLES), percentile(CYCLES, 90), total(CYCLES)) == (18, 25, 11)
    curve = dict(survival(CYCLES, {9: 1}))
    assert {day: round(curve[day], 4) for day in (4, 6, 15, 18)} == {
        4: 0.9167,
        6: 0.75,
        15: 0.5625,
        18: 0.4688,
    }
    assert survival_median(CYCLES, {9: 1}) == 18
    assert survival_median({}, {9: 1}) is survival_median({}, {}) is None
    assert median({}) is percentile({}, 90) is mean(0, 0) is None


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.integers(1, 100))
@settings(max_examples=100)
def test_medians_and_ranks_of_counts_are_those_of_the_list(values: list[int], percent: int) -> None:
    """The definition, over the sorted list."""
    counts = Counter(values)
    ordered = sorted(values)
    assert median(counts) == plain_median(values)
    found = percentile(counts, percent)
    assert found is not None
    assert sum(value <= found for value in ordered) * 100 >= percent * len(ordered)
    assert sum(value < found for value in ordered) * 100 < percent * len(ordered)
    with pytest.raises(IndexError):
        rank(counts, len(values) + 1)


def test_ageing_and_what_a_week_costs() -> None:
    """Each unit stands in one group; a category without a decay loses nothing."""
    groups = [Open(age, "phone", "placed", 1, 10_000) for age in (0, 2, 3, 7, 8, 14, 15, 30, 31)]
    assert ageing(groups) == {"0-2": 2, "3-7": 2, "8-14": 2, "15-30": 2, ">30": 1}
    assert by_state(groups) == {"open": 0, "held": 0, "placed": 9}
    assert (
        value_at_risk([Open(1, "phone", "open", 1, 10_000), Open(1, None, "held", 1, 10_000)], {"phone": 0.0})
        == 0
    )
    assert value_at_risk(groups[:1], {"phone": 0.01}) == pytest.approx(676.06, abs=0.01)


def test_a_restocked_unit_is_closed_when_it_is_put_away_and_all_others_at_their_end() -> None:
    """Its sale closes only the time to value."""
    unit = Unit("1", channel="restock", initiated_day=10, put_day=14, sold_day=21, final_day=21)
    assert (derived(unit)["cycle_days"], derived(unit)["value_days"]) == (4, 11)
    outlet = Unit("2", channel="outlet", initiated_day=10, put_day=14, sold_day=21)
    assert (derived(outlet)["closed_day"], derived(outlet)["state"]) == (21, "closed")
    assert derived(Unit("3", channel="restock", final_day=21))["closed_day"] == 21
    assert derived(Unit("4", channel="outlet", put_day=3, placed_at=9))["state"] == "placed"
    assert derived(Unit("5", channel=QUARANTINE, final_day=3, received_at=DAY))["state"] == "held"
    assert derived(Unit("6"))["state"] == "open"
    assert derived(Unit("6"))["fate"] is None


def test_a_return_without_a_begin_counts_from_reception_and_one_that_ends_first_counts_nowhere() -> None:
    """Both are counted aloud."""
    unit = Unit("1", channel="outlet", received_at=10 * DAY, final_day=12)
    assert (derived(unit)["cycle_days"], derived(unit)["cycle_fault"]) == (2, 1)
    unit = Unit("1", channel="outlet", received_at=10 * DAY, initiated_day=13, final_day=12)
    assert (derived(unit)["cycle_days"], derived(unit)["cycle_fault"]) == (None, 2)
    unit = Unit("1", channel="outlet", final_day=12)
    assert (derived(unit)["cycle_days"], derived(unit)["cycle_fault"]) == (None, 1)


def test_what_a_unit_counts_for() -> None:
    """Held units are decided upon too; another currency and an unknown outcome are in no sum of money."""
    assert derived(Unit("1", channel=QUARANTINE, received_at=5 * DAY))["passed_day"] == 5
    assert derived(Unit("1", received_at=5 * DAY, decided_at=6 * DAY))["dock_s"] == DAY
    sold = Unit("1", channel="outlet", original_cents=100, proceeds_cents=40, sold_day=9)
    assert (derived(sold)["settled"], derived(sold)["recouped"], derived(sold)["costed"]) == (1, 0.4, -1)
    foreign = Unit("1", channel="outlet", original_cents=100, proceeds_cents=40, sold_day=9, currency="USD")
    assert (derived(foreign)["own"], derived(foreign)["settled"], derived(foreign)["recouped"]) == (
        0,
        0,
        None,
    )
    assert derived(Unit("1", channel="outlet", original_cents=100, final_day=9))["settled"] == 0
    credit = Unit("1", channel="return_to_vendor", original_cents=9, credit_cents=5, sold_day=9, labour_s=1)
    assert (derived(credit)["settled"], derived(credit)["recouped"], derived(credit)["costed"]) == (
        1,
        None,
        0,
    )


def test_a_row_of_the_past_becomes_a_unit() -> None:
    """Money in cents, mass in grams, minutes in seconds, days as days."""
    read = converters(ImportMap())
    assert set(read) == set(HISTORY_FIELDS)
    cells = {
        "unit": "U01", "cat": "apparel", "orig_price": "40.00", "mass_kg": "0.30", "initiated": "2026-03-01",
        "received": "2026-03-04", "channel": "RESTOCK", "final": "2026-03-12", "labour_min": "4.5", "holds": "2",
    }  # fmt: skip
    unit = unit_of({name: read[name](text) for name, text in cells.items()})
    assert (unit.original_cents, unit.mass_g, unit.labour_s, unit.holds, unit.past) == (4000, 300, 270, 2, 1)
    assert (unit.initiated_day, unit.received_at, unit.channel) == (20513, 20516 * DAY, "restock")
    assert read["mass_kg"]("0") is None
    assert set(GIVEN) >= {"lpn", "past"}


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("mass_kg", "-1"), ("mass_kg", "99999"), ("labour_min", "-1"), ("labour_min", "200000"), ("holds", "1.5"),
        ("holds", "-1"), ("channel", "landfil"), ("orig_price", "-5"), ("received", "yesterday"),
        ("mass_source", "x"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_such_thing_is_refused_with_a_reason(column: str, text: str) -> None:
    """The reason is what a person reads in the rejects file."""
    with pytest.raises(ValueError, match=r"expected|no |did you mean"):
        converters(ImportMap())[column](text)


def test_a_row_that_contradicts_itself_is_refused() -> None:
    """An end without a channel, and an end in quarantine."""
    with pytest.raises(BadHistory, match="where did it go"):
        unit_of({"unit": "1", "received": 0, "final": 3})
    with pytest.raises(BadHistory, match="quarantine") as caught:
        unit_of({"unit": "1", "received": 0, "sold": 3, "channel": QUARANTINE})
    assert caught.value.column == "sold"
    assert unit_of({"unit": "1", "received": 0, "channel": QUARANTINE}).channel == QUARANTINE
