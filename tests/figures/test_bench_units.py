"""Items of the bench and what came of them feed the figures."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.events import HistoryTaken
from terminal.bench.evolve import evolve
from terminal.bench.rows import rows
from terminal.bench.state import State
from terminal.bench.wire import draft, revive
from terminal.config import load
from terminal.domain.outcomes import Outcome
from terminal.kpis import behind, station_kpis
from terminal.predicting import run_outcomes
from terminal.settings import Settings
from terminal.store.connection import transaction
from terminal.store.outcomes import Outcomes
from terminal.store.station_file import StationFile
from terminal.verifying import verify_station

RETURNED = date(2026, 11, 24)


def test_items_of_the_bench_feed_the_same_figures(
    site: Settings,
    tmp_path: Path,
    asked: Callable[..., dict[str, Any]],
    work: Callable[..., list[dict[str, Any]]],
) -> None:
    """Times from the journal, pauses left out; what nobody said is not counted as nothing."""
    lpns = [record["lpn"] for record in work(site, tmp_path) if "lpn" in record]
    found = asked(site, "--to", RETURNED.isoformat())
    assert (found["n"]["received"], found["n"]["closed"], found["n"]["open"]) == (4, 2, 2)
    assert found["open_work"]["by_state"] == {"open": 0, "held": 1, "placed": 1}
    units = {unit["lpn"]: unit for unit in behind(site, "received")}
    assert [units[lpn]["labour_minutes"] for lpn in lpns[:3]] == [0.75, 0.5, 0.25]
    assert [units[lpn]["state"] for lpn in lpns[:4]] == ["closed", "placed", "held", "closed"]
    assert units[lpns[1]]["override_reason"] == "lead-decision"
    assert (units[lpns[0]]["original_price"], units[lpns[0]]["initiated"]) == (12.4, "2026-11-16")
    assert (units[lpns[3]]["undone"], units[lpns[3]]["reroutes"]) == (1, 0)
    assert (units[lpns[2]]["holds"], units[lpns[2]]["channel"]) == (1, "quarantine")
    assert found["override_rate"] == pytest.approx(1 / 3)
    assert found["override_reasons"] == {"lead-decision": 1}
    assert found["recovery_rate"]["gross"] is found["cost_per_return"]["handling"] is None
    assert any("way in is not known" in sentence for sentence in found["said"])
    assert verify_station(site)["ok"]


def test_outcomes_close_what_waits_for_its_sale(
    site: Settings,
    tmp_path: Path,
    asked: Callable[..., dict[str, Any]],
    work: Callable[..., list[dict[str, Any]]],
) -> None:
    """By LPN, and corrected by evidence of a later day."""
    lpns = [record["lpn"] for record in work(site, tmp_path) if "lpn" in record]
    assert asked(site)["n"]["sold"] == 0
    path = tmp_path / "outcomes.csv"
    header = "lpn,category,outcome,proceeds,costs,currency,sold"
    sold = f"{lpns[1]},apparel,sold,6.20,1.00,EUR,2026-11-26"
    path.write_text(f"{header}\n{sold}\n{lpns[0]},apparel,sold,12.40,0,EUR,2026-11-30\n", encoding="utf-8")
    run_outcomes(site, path, None)
    found = asked(site)
    assert (found["n"]["closed"], found["n"]["sold"]) == (3, 2)
    assert found["recouped_value_rate"] == {"ratio": 0.75, "median": 0.75, "n": 2}
    assert found["cycle_time_to_value_days"]["mean"] == 12
    path.write_text(f"{header}\n{sold.replace('6.20', '3.10').replace('-26', '-27')}\n", encoding="utf-8")
    run_outcomes(site, path, None)
    assert asked(site)["recouped_value_rate"]["ratio"] == 0.625
    assert verify_station(site)["ok"]


def test_a_unit_out_of_quarantine_goes_its_own_way_and_counts_one_hold(
    site: Settings,
    tmp_path: Path,
    asked: Callable[..., dict[str, Any]],
    work: Callable[..., list[dict[str, Any]]],
) -> None:
    """What is decided of it then is not about the units that were inspected with it."""
    config = tmp_path / "site.toml"
    config.write_text('[permissions]\ntake_out_of_hold = "lead"\n', encoding="utf-8")
    site = load(config, site.data, {})
    script = (
        "@2026-11-23T08:00:00Z\n!badge 9001\nRMA1001\n@+10s\nTEE-BLK-M\n!times 3\n!clean\n!hold wrong-item\n"
    )
    lpns = [record["lpn"] for record in work(site, tmp_path, script) if "lpn" in record]
    assert len(lpns) == 3
    work(
        site,
        tmp_path,
        f"@2026-11-24T09:00:00Z\n!badge 9001\n@+20s\n{lpns[0]}\n!dispose outlet lead-decision\n!applied\n!tote\n",
    )
    units = {unit["lpn"]: unit for unit in behind(site, "received")}
    assert [units[lpn]["state"] for lpn in lpns] == ["placed", "held", "held"]
    assert [units[lpn]["holds"] for lpn in lpns] == [1, 1, 1]
    assert [units[lpn]["overrides"] for lpn in lpns] == [1, 0, 0]
    found = asked(site)
    assert (found["first_pass_yield"], found["n"]["decided"]) == (0.0, 3)
    assert verify_station(site)["ok"]


def test_goods_that_are_told_apart_only_by_rma_and_product_get_an_outcome_where_they_are_alone(
    site: Settings,
    tmp_path: Path,
    asked: Callable[..., dict[str, Any]],
    work: Callable[..., list[dict[str, Any]]],
) -> None:
    """Of two alike nobody knows which was sold."""
    work(site, tmp_path)
    path = tmp_path / "outcomes.csv"
    header = "rma,sku,category,outcome,proceeds,currency,sold"
    path.write_text(
        f"{header}\nRMA1003,KETTLE-17,small_appliance,sold,9.00,EUR,2026-11-26\n"
        "RMA1001,TEE-BLK-M,apparel,sold,9.00,EUR,2026-11-26\n",
        encoding="utf-8",
    )
    run_outcomes(site, path, None)
    asked(site)
    assert [unit["sku"] for unit in behind(site, "sold")] == ["KETTLE-17"]
    assert verify_station(site)["ok"]


def _moment(when: datetime) -> datetime:
    return when


def test_an_outcome_that_came_while_the_clock_was_put_back_counts_too(
    site: Settings,
    tmp_path: Path,
    asked: Callable[..., dict[str, Any]],
    work: Callable[..., list[dict[str, Any]]],
    shift: str,
) -> None:
    """And ends that bring nothing close a unit without money; what was not sold closes nothing."""
    work(site, tmp_path, shift.replace("dispose outlet", "dispose donate"))
    lpn = next(unit["lpn"] for unit in behind(site, "received") if unit["channel"] == "donate")
    told = [
        (datetime(2026, 11, 30, tzinfo=UTC), "unsold"),
        (datetime(2026, 11, 25, tzinfo=UTC), "donated"),
        (datetime(2026, 11, 24, tzinfo=UTC), "donated"),
    ]
    counts = []
    for number, (when, end) in enumerate(told):
        with StationFile.open(site.data, site.station.id) as file, transaction(file.db):
            given = Outcome("apparel", end, lpn=lpn, sold=date(2026, 11, 27) if number == 2 else None)
            Outcomes(file.db, now=partial(_moment, when)).put_outcomes([given])
        counts.append(asked(site)["n"]["closed"])
        days = {unit["lpn"]: unit["closed"] for unit in behind(site, "closed")}
        assert days.get(lpn) == (None, "2026-11-25", "2026-11-27")[number]
    assert counts == [2, 3, 3]
    assert asked(site)["recovery_rate"]["income"] == 0
    assert verify_station(site)["ok"]


def test_two_who_ask_at_once_count_nothing_twice(
    site: Settings, tmp_path: Path, work: Callable[..., list[dict[str, Any]]]
) -> None:
    """Each follows the journal in transactions of its own, and looks again once it may write."""
    work(site, tmp_path)
    with ThreadPoolExecutor(4) as pool:
        found = [each.result(60) for each in [pool.submit(station_kpis, site) for _ in range(4)]]
    assert all(one == found[0] for one in found)
    assert sum(unit["labour_minutes"] for unit in behind(site, "received")) == 1.5
    assert verify_station(site)["ok"]


def test_the_past_changes_nothing_on_the_bench() -> None:
    """Neither its state nor a row of an item, a tote or a parcel."""
    event = HistoryTaken("old.csv", ("lpn", "holds"), [["P1", 0]])
    at = datetime(2026, 11, 23, tzinfo=UTC)
    state = State(operator="1001", shift=3)
    assert evolve(state, event, at) == state
    assert list(rows(event, state, state, at)) == []
    assert revive("history_taken", draft(event, at, None, None).body) == event
