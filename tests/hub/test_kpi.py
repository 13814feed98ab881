"""KPIs of the hub: exact figures from the sums, every n, and nothing where there is nothing to divide by."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.bench.events import DispositionOverridden, Held
from terminal.hub.figures import Sums, figures
from terminal.hub.kpi import kpi
from terminal.hub.problem import HubProblem
from terminal.hub.projector import project
from terminal.hub_people_cli import kpi as command
from terminal.hub_people_cli import project as project_command


@pytest.fixture
def shift(hub: Any, bench: Callable[..., Any], line: Any) -> Any:
    """Five units at two stations: outlet, landfill, back to the vendor, one overridden to donate, one held."""
    one, two = bench("S1"), bench("S2")
    cups = line(quantity=9, initiated=one.now - timedelta(days=4))
    one.receive("RMA1", cups)
    one.whole(cups, "outlet")
    one.whole(cups, "landfill")
    one.whole(cups, "return_to_vendor")
    two.now += timedelta(days=1)
    two.receive("RMA2", line("RMA2"))
    lpn = two.identify(line("RMA2"))
    two.propose(lpn, "outlet")
    two.tell(DispositionOverridden(lpn, "outlet", "donate", "brand-rule"))
    two.finish(lpn, "donate", by="override")
    held = two.identify(None)
    two.propose(held, "outlet", "C")
    two.tell(Held(held, (held,), "claim"))
    hub.send(one.events)
    hub.send(two.events)
    return project(hub.connection)


def test_the_figures_of_a_small_shift(hub: Any, shift: Any) -> None:
    """Worked out by hand: value of three units with one, four days and a bit, 2 of 3 diverted, 1 of 5 held."""
    total = kpi(hub.connection)["total"]
    assert total["units"] == {"received": 5, "closed": 4, "held": 1}
    assert total["expected_value"] == {"EUR": {"amount": "37.20", "n": 3}}
    assert total["expected_recovery"] == {
        "EUR": {"rate": "0.6231", "value": "37.20", "price": "59.70", "n": 3}
    }
    assert total["cycle_days"] == {
        "mean": "3.00", "median": "4.00", "p90": "4.00", "n": 4, "from_receipt": 1, "negative": 0,
    }  # fmt: skip
    assert total["diversion"]["strict"] == {"rate": "0.6667", "diverted": 2, "disposed": 1, "n": 3}
    assert total["diversion"]["fate_unknown"] == 1
    assert total["hold_rate"] == {"rate": "0.2000", "n": 5}
    assert total["first_pass_yield"] == {"rate": "0.6000", "n": 5}
    assert total["override_rate"] == {
        "rate": "0.2000", "n": 5, "grade": 0, "channel": 1, "reasons": {"brand-rule": 1},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("channel", {"outlet": 1, "landfill": 1, "return_to_vendor": 1, "donate": 1, "quarantine": 0}),
        ("station", {"S1": 3, "S2": 1}),
        ("day", {"2026-11-02": 3, "2026-11-03": 1}),
        ("operator", {None: 4}),
        ("grade", {"B": 4, "C": 0}),
        ("category", {"home": 4}),
    ],
)
def test_groups_add_up_to_the_whole(hub: Any, shift: Any, by: str, expected: dict[str | None, int]) -> None:
    """By each column; a group without a name is null, not a word."""
    found = kpi(hub.connection, by=by)
    assert {one["group"]: one["units"]["closed"] for one in found["groups"]} == expected
    assert sum(one["units"]["received"] for one in found["groups"]) == found["total"]["units"]["received"]
    for one in found["groups"]:
        assert (one["cycle_days"]["median"] is None) == (one["units"]["closed"] == 0)


def test_a_range_and_a_station_narrow_it(hub: Any, shift: Any) -> None:
    """Both days are included; outside of them nothing is known, which is not zero per cent."""
    assert kpi(hub.connection, until=date(2026, 11, 2))["total"]["units"]["closed"] == 3
    assert (
        kpi(hub.connection, since=date(2026, 11, 3), until=date(2026, 11, 3))["total"]["units"]["held"] == 1
    )
    assert kpi(hub.connection, station="S2")["total"]["units"]["received"] == 2
    nothing = kpi(hub.connection, since=date(2027, 1, 1), by="grade")
    assert nothing["groups"] == []
    assert nothing["total"]["hold_rate"] == {"rate": None, "n": 0}
    assert nothing["total"]["cycle_days"]["median"] is None
    with pytest.raises(HubProblem, match="before it begins"):
        kpi(hub.connection, since=date(2026, 2, 1), until=date(2026, 1, 1))
    with pytest.raises(HubProblem, match="grouped"):
        kpi(hub.connection, by="moon")


def test_what_is_not_counted_yet_is_said(hub: Any, shift: Any, bench: Callable[..., Any], line: Any) -> None:
    """Figures that leave something out say so."""
    one = bench("S9")
    one.receive("RMA9", line("RMA9"))
    hub.send(one.events)
    assert kpi(hub.connection)["notes"] == ["S9: 1 events are not in these figures yet."]


def test_sums_of_the_oracle_give_its_figures() -> None:
    """Twelve units of the definition: value over price, diversion strict and landfill only, first pass yield."""
    ends = ("restock", "outlet", "refurbish", "marketplace", "refurbish", "off_price", "donate")
    channels = Counter([*ends, "energy_recovery", "recycle", "return_to_vendor", "landfill"])
    units = Counter(closed=11, held=1, received=12, ever_held=2, first_pass=8, touch_ms=186 * 60_000)
    units.update(timed=11, cycle_seconds=177 * 86_400)
    money = {"EUR": Counter(priced=11, priced_value_cents=157_115, price_cents=311_200)}
    found = figures(
        Sums(units, money, channels), {"median": Decimal(18 * 86_400), "p90": Decimal(25 * 86_400)}
    )
    assert found["expected_recovery"]["EUR"]["rate"] == "0.5049"
    assert found["diversion"]["strict"]["rate"] == "0.8000"
    assert found["diversion"]["landfill_only"]["rate"] == "0.9000"
    assert found["diversion"]["fate_unknown"] == 1
    assert found["first_pass_yield"]["rate"] == "0.6667"
    assert (found["cycle_days"]["mean"], found["cycle_days"]["median"], found["cycle_days"]["p90"]) == (
        "16.09", "18.00", "25.00",
    )  # fmt: skip
    assert (found["touch"]["minutes_per_unit"], found["touch"]["units_per_hour"]) == ("15.50", "3.87")


def test_nothing_gives_no_figure() -> None:
    """No unit at all: every rate and mean is null, every n is 0."""
    found = figures(Sums())
    assert found["diversion"]["strict"] == {"rate": None, "diverted": 0, "disposed": 0, "n": 0}
    assert found["expected_recovery"] == {}
    assert found["touch"] == {"minutes_per_unit": None, "units_per_hour": None, "n": 0}


def test_the_commands_count_first_and_print(hub: Any, bench: Callable[..., Any], line: Any) -> None:
    """`hub kpi` counts what has come; `hub project` says what it did, and fails where a station is stuck."""
    one = bench("S1")
    one.receive("RMA1", line())
    one.whole(line())
    hub.send(one.events)
    done = CliRunner().invoke(command, ["--dsn", hub.dsn, "--by", "channel", "--json"])
    assert json.loads(done.stdout)["groups"][0]["group"] == "outlet"
    table = CliRunner().invoke(command, ["--dsn", hub.dsn, "--from", "2026-11-01"])
    assert table.exit_code == 0
    assert "12.40 EUR" in table.stdout
    one.tell_raw("teleported", {})
    hub.send(one.events)
    stuck = CliRunner().invoke(project_command, ["--dsn", hub.dsn])
    assert stuck.exit_code == 1
    assert json.loads(stuck.stdout)["stuck"][0]["station"] == "S1"
    assert "newer program" in stuck.stderr


def test_the_views_for_other_tools_agree(hub: Any, shift: Any) -> None:
    """The daily view gives the same sums and shares as the command."""
    assert hub.rows("select sum(closed), sum(held), sum(expected_value) from hub.v_kpi_daily") == [
        (4, 1, Decimal("37.20"))
    ]
    assert hub.rows("select channel, count(*) from hub.v_items where channel = 'quarantine' group by 1") == [
        ("quarantine", 1)
    ]
