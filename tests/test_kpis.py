"""Figures from the command line: a table of past units and items of the bench, through journal and importers."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from click.testing import CliRunner, Result

from terminal.assembly import assemble
from terminal.bench.events import HistoryTaken
from terminal.bench.evolve import evolve
from terminal.bench.rows import rows
from terminal.bench.state import State
from terminal.bench.wire import draft, revive
from terminal.config import load
from terminal.console import Context
from terminal.domain.outcomes import Outcome
from terminal.domain.suggest import BadData
from terminal.history import run_history
from terminal.import_cli import import_
from terminal.importing import run_import
from terminal.kpi_cli import kpi
from terminal.kpis import behind, station_kpis
from terminal.predicting import run_outcomes
from terminal.replay import Clock, Replay
from terminal.settings import Settings
from terminal.store.connection import read, run, transaction
from terminal.store.errors import StoreError
from terminal.store.locks import StationLock
from terminal.store.outcomes import Outcomes
from terminal.store.station_file import StationFile
from terminal.store.unit_sums import DRILLS
from terminal.verifying import verify_station

TWELVE = """\
unit,cat,orig_price,mass_kg,initiated,received,decided,put_away,sold,final,channel,proceeds,credit,inbound,labour_min,parts,pack,outbound,fees,disposal,holds,reroutes
U01,apparel,40.00,0.30,2026-03-01,2026-03-04,2026-03-04,2026-03-05,2026-03-12,2026-03-12,restock,40.00,0,3.50,4,0,0.35,0,0,0,0,0
U02,apparel,60.00,0.50,2026-03-01,2026-03-05,2026-03-05,2026-03-06,2026-03-26,2026-03-26,outlet,27.00,0,3.50,5,0,0.40,3.20,1.35,0,0,0
U03,phone,500.00,0.19,2026-03-02,2026-03-05,2026-03-06,2026-03-09,2026-03-20,2026-03-20,refurbish,380.00,0,4.90,46,38.00,2.40,5.20,45.60,0,0,0
U04,phone,500.00,0.19,2026-03-02,2026-03-06,2026-03-07,,2026-03-21,2026-03-21,marketplace,330.00,0,4.90,14,0,1.80,5.20,39.60,0,0,1
U05,laptop,900.00,1.80,2026-03-03,2026-03-07,2026-03-11,2026-03-16,2026-04-02,2026-04-02,refurbish,610.00,0,8.00,70,55.00,4.00,9.00,73.20,0,1,0
U06,home,80.00,4.00,2026-03-03,2026-03-08,2026-03-08,,2026-03-18,2026-03-18,off_price,16.00,0,7.50,6,0,0.50,0,0.96,0,0,0
U07,home,45.00,2.50,2026-03-04,2026-03-08,2026-03-08,,,2026-03-19,donate,0,0,6.00,6,0,0.50,2.00,0,0,0,0
U08,fmcg,12.00,0.80,2026-03-04,2026-03-07,2026-03-07,,,2026-03-10,energy_recovery,0,0,4.00,3,0,0,0,0,0.12,0,0
U09,laptop,650.00,2.10,2026-03-05,2026-03-09,2026-03-10,,,2026-03-25,recycle,3.15,0,8.00,12,0,0,0,0,0,0,1
U10,phone,300.00,0.18,2026-03-05,2026-03-09,2026-03-10,,,2026-03-24,return_to_vendor,0,165.00,4.90,8,0,1.00,4.00,0,0,0,0
U11,cosmetics,25.00,0.20,2026-03-06,2026-03-10,2026-03-10,,,2026-03-12,landfill,0,0,3.50,3,0,0,0,0,0.03,0,0
U12,phone,500.00,0.19,2026-03-06,2026-03-11,,,,,quarantine,0,0,4.90,9,0,0,0,0,0,1,0
"""
"""Twelve units whose figures were reckoned by hand."""

SHIFT = """\
@2026-11-23T08:00:00Z
!badge 9001
RMA1001
@+10s
TEE-BLK-M
@+20s
!clean
!accept
!applied
@+15s
!tote
@+10m
TEE-BLK-M
@+30s
!clean
!dispose outlet lead-decision
!applied
!tote
@+15s
TEE-BLK-M
!hold wrong-item
RMA1003
KETTLE-17
!clean
!accept
!applied
!tote
!undo
!tote
"""
"""Four items of the demo: restocked, overridden to the outlet, held, and one whose tote was taken back once."""

RETURNED = date(2026, 11, 24)


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A station as shipped, with nothing in it."""
    return load(None, tmp_path / "data", {})


def table(path: Path, text: str = TWELVE) -> Path:
    """A file of past units."""
    path.write_text(text, encoding="utf-8")
    return path


def invoke(site: Settings, *args: str) -> Result:
    """A command as somebody types it."""
    command = import_ if args[0] == "import" else kpi
    return CliRunner().invoke(command, list(args[1:]), obj=Context(None, site.data))


def asked(site: Settings, *args: str) -> dict[str, Any]:
    """What `regrade kpi --json` prints."""
    result = invoke(site, "kpi", "--json", *args)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def work(site: Settings, tmp_path: Path, script: str = SHIFT) -> list[dict[str, Any]]:
    """A shift at the bench with the goods of the demo."""
    demo = Path(__file__).parent.parent / "terminal" / "data" / "demo"
    run_import(site, demo / "catalogue.csv", None, "catalogue")
    run_import(site, demo / "manifest.csv", None, "manifest")
    clock = Clock()
    whole = assemble(site, clock)
    try:
        play = Replay(
            whole.station, clock, whole.people, lambda lpn: whole.file.queries.item_record(lpn) or {}
        )
        found = list(play.run(io.StringIO(script), 1, lambda line: None))
        assert play.tally.refused == []
    finally:
        whole.close(60)
    return found


def test_every_figure_of_the_twelve_units_comes_out_as_it_was_reckoned(
    site: Settings, tmp_path: Path
) -> None:
    """Through the import, the journal and the command, to the last digit that is known of them."""
    result = invoke(site, "import", "history", str(table(tmp_path / "twelve.csv")))
    assert json.loads(result.stdout) == {
        "imported": 12, "rejected": 0, "rejects_file": None, "new": 12, "corrected": 0, "known": 0, "live": 0,
    }  # fmt: skip
    found = asked(site)
    n = found["n"]
    assert (n["received"], n["closed"], n["open"], n["sold"]) == (12, 11, 1, 6)
    expected = {
        ("recovery_rate", "gross"): (0.5049, 4), ("recovery_rate", "net"): (0.3690, 4),
        ("recovery_rate", "income"): (1571.15, 2), ("recovery_rate", "original"): (3112.00, 2),
        ("recouped_value_rate", "ratio"): (0.6745, 4), ("recouped_value_rate", "median"): (0.6689, 4),
        ("cost_per_return", "handling"): (11.50, 2), ("cost_per_return", "full"): (38.45, 2),
        ("cycle_time_days", "mean"): (16.09, 2), ("cycle_time_days", "median"): (18, 6),
        ("cycle_time_days", "p90"): (25, 6), ("cycle_time_to_value_days", "mean"): (19.67, 2),
        ("cycle_time_to_value_days", "median"): (18.5, 6), ("dock_to_decision_days", "mean"): (0.727, 3),
        ("diversion", "strict", "units"): (0.8, 6), ("diversion", "strict", "mass"): (0.9205, 4),
        ("diversion", "landfill_only", "units"): (0.9, 6), ("diversion", "landfill_only", "mass"): (0.9841, 4),
        ("diversion", "fate_unknown", "units"): (1, 0), ("diversion", "fate_unknown", "kg"): (0.18, 6),
        ("waste", "generated_kg"): (3.10, 6), ("waste", "diverted_kg"): (2.10, 6),
        ("waste", "disposed_kg"): (1.00, 6),
        ("waste", "diversion"): (0.6774, 4), ("first_pass_yield",): (0.6667, 4),
        ("touch_minutes_per_unit",): (15.5, 6), ("units_per_hour",): (3.87, 2),
        ("open_work", "median_days"): (18, 0),
    }  # fmt: skip
    for path, (value, places) in expected.items():
        at: Any = found
        for name in path:
            at = at[name]
        assert round(at, places) == value, path
    assert found["cost_per_return"]["full"] * 11 == pytest.approx(422.91, abs=0.005)


def test_a_file_that_is_imported_twice_counts_once_and_a_changed_row_corrects(
    site: Settings, tmp_path: Path
) -> None:
    """Also where a row stands twice in one file."""
    run_history(site, table(tmp_path / "a.csv"), None)
    before = asked(site)
    again = run_history(site, table(tmp_path / "b.csv", TWELVE + TWELVE.splitlines()[1] + "\n"), None)
    assert (again["new"], again["corrected"], again["known"]) == (0, 0, 13)
    assert asked(site) == before
    changed = TWELVE.replace("2026-03-12,2026-03-12,restock,40.00", "2026-03-13,2026-03-13,restock,30.00")
    assert run_history(site, table(tmp_path / "c.csv", changed), None)["corrected"] == 1
    assert asked(site)["recovery_rate"]["income"] == 1561.15


def test_bad_rows_go_into_a_file_beside_with_line_column_and_reason(site: Settings, tmp_path: Path) -> None:
    """Good rows of the same file go in."""
    lines = TWELVE.splitlines()
    lines[2] = lines[2].replace("outlet", "outlett")
    lines[3] = lines[3].replace("U03", "")
    lines[4] = lines[4].replace("330.00", "-330.00")
    lines[12] = lines[12].replace(",,,,,quarantine", ",,,,2026-03-20,quarantine")
    done = run_history(site, table(tmp_path / "bad.csv", "\n".join(lines)), None)
    assert (done["imported"], done["rejected"]) == (8, 4)
    with Path(done["rejects_file"]).open(newline="") as file:
        rows = [(row["line"], row["column"]) for row in csv.DictReader(file)]
    assert rows == [("3", "channel"), ("4", "unit"), ("5", "proceeds"), ("13", "final")]
    with pytest.raises(BadData, match="received"):
        run_history(site, table(tmp_path / "none.csv", "unit,channel\nU1,outlet\n"), None)


def test_an_empty_station_has_no_figures_and_says_so_with_a_dash(site: Settings) -> None:
    """JSON has null, the table has a dash; neither has a zero."""
    found = asked(site)
    assert (
        found["recovery_rate"]["gross"]
        is found["units_per_hour"]
        is found["diversion"]["strict"]["mass"]
        is None
    )
    lines = invoke(site, "kpi").stdout.splitlines()
    assert next(line for line in lines if line.startswith("Recovery rate, gross")).split()[3] == "-"


@pytest.mark.parametrize("by", ["category", "grade", "channel", "operator", "day"])
def test_the_rows_of_a_split_add_up_to_the_whole(site: Settings, tmp_path: Path, by: str) -> None:
    """Each unit is in one row, with what it is not known of as a row of its own."""
    run_history(site, table(tmp_path / "twelve.csv"), None)
    found = asked(site, "--by", by)
    for name in ("received", "closed", "sold"):
        assert sum(row["n"][name] for row in found["rows"]) == found["n"][name]
    income = sum(row["recovery_rate"]["income"] for row in found["rows"])
    assert income == pytest.approx(found["recovery_rate"]["income"])
    shown = invoke(site, "kpi", "--by", by)
    assert shown.exit_code == 0
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_a_period_takes_what_was_closed_in_it_and_what_was_open_at_its_end(
    site: Settings, tmp_path: Path
) -> None:
    """Both days belong to it."""
    run_history(site, table(tmp_path / "twelve.csv"), None)
    found = asked(site, "--from", "2026-03-05", "--to", "2026-03-12")
    assert found["n"]["closed"] == 3  # U01 put away, U08 burnt, U11 buried
    assert found["n"]["open"] == 9
    assert found["cycle_time_days"] == {"mean": 16 / 3, "median": 6, "p90": 6, "n": 3}
    assert found["recouped_value_rate"] == {"ratio": 1.0, "median": 1.0, "n": 1}
    assert found["open_work"]["by_state"] == {"open": 0, "held": 1, "placed": 8}
    assert found["period"] == {"from": "2026-03-05", "to": "2026-03-12", "as_of": "2026-03-12"}
    result = invoke(site, "kpi", "--from", "2026-03-12", "--to", "2026-03-05")
    assert result.exit_code == 1
    assert "before it begins" in result.output


def test_the_units_behind_a_figure_can_be_listed(site: Settings, tmp_path: Path) -> None:
    """One JSON object each; a word that is no figure is named with what is near."""
    run_history(site, table(tmp_path / "twelve.csv"), None)
    lines = invoke(site, "kpi", "--items", "recouped_value_rate").stdout.splitlines()
    assert {json.loads(line)["lpn"] for line in lines} == {"U01", "U02", "U03", "U04", "U05", "U06"}
    assert [unit["lpn"] for unit in behind(site, "open")] == ["U12"]
    assert len(behind(site, "recovery_rate.net")) == len(behind(site, "n.closed")) == 11
    names = {name for name, value in asked(site).items() if isinstance(value, (dict, float))}
    assert names - {"period", "n", "override_reasons"} <= set(DRILLS)
    assert {unit["lpn"] for unit in behind(site, "not_first_pass")} == {"U04", "U05", "U09", "U12"}
    assert [unit["lpn"] for unit in behind(site, "closed", date(2026, 4, 1))] == ["U05"]
    assert [unit["lpn"] for unit in behind(site, "open", date(2026, 4, 1), date(2026, 4, 1))] == [
        "U12",
        "U05",
    ]
    result = invoke(site, "kpi", "--items", "recouped")
    assert result.exit_code == 1
    assert "recouped" in result.output


def test_items_of_the_bench_feed_the_same_figures(site: Settings, tmp_path: Path) -> None:
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


def test_outcomes_close_what_waits_for_its_sale(site: Settings, tmp_path: Path) -> None:
    """By LPN, and corrected by a later file."""
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
    path.write_text(f"{header}\n{sold.replace('6.20', '3.10')}\n", encoding="utf-8")
    run_outcomes(site, path, None)
    assert asked(site)["recouped_value_rate"]["ratio"] == 0.625
    assert verify_station(site)["ok"]


def test_the_past_is_kept_out_of_a_station_at_work_unless_it_is_asked_for(
    site: Settings, tmp_path: Path
) -> None:
    """And never while its bench is open; an item of the bench is not overwritten by a row of the same name."""
    lpns = [record["lpn"] for record in work(site, tmp_path) if "lpn" in record]
    path = table(tmp_path / "past.csv", TWELVE.replace("U12", lpns[0]))
    result = invoke(site, "import", "history", str(path))
    assert result.exit_code == 1
    assert "--add" in result.output
    asked(site)
    with StationLock(site.data), pytest.raises(StoreError, match="bench is open"):
        run_history(site, path, None, add=True)
    done = run_history(site, path, None, add=True)
    assert (done["new"], done["live"]) == (11, 1)
    assert asked(site)["n"]["received"] == 15


def test_verify_finds_altered_figures_and_makes_them_anew_from_the_journal(
    site: Settings, tmp_path: Path
) -> None:
    """Rows, trails and sums; the figures afterwards are those of before."""
    run_history(site, table(tmp_path / "twelve.csv"), None)
    work(site, tmp_path)
    before = asked(site)
    with StationFile.open(site.data, site.station.id) as file, transaction(file.db):
        run(file.db, "update unit set proceeds_cents = 1 where lpn = 'U01'")
        run(file.db, "delete from trail")
        run(file.db, "update kpi_day set closed = closed + 1 where part = 'grade'")
    sentences = " ".join(finding["sentence"] for finding in verify_station(site)["findings"])
    assert "U01" in sentences
    assert "grade" in sentences
    assert verify_station(site, rebuild=True)["ok"]
    assert asked(site) == before
    with StationFile.open(site.data, site.station.id) as file, transaction(file.db):
        run(file.db, "delete from unit")
        run(file.db, "delete from kpi_day")
    assert verify_station(site, rebuild=True)["ok"]
    assert asked(site) == before


def past_rows(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Past units of all kinds, some with gaps."""
    chance = random.Random(seed)
    for number in range(count):
        begun = date(2026, 1, 1) + timedelta(chance.randrange(40))
        came = begun + timedelta(chance.randrange(-1, 9))
        ended = came + timedelta(chance.randrange(30))
        channel = chance.choice(
            ["restock", "outlet", "recycle", "landfill", "return_to_vendor", "quarantine", ""]
        )
        over = channel not in ("", "quarantine")
        yield {
            "unit": f"P{number}",
            "cat": chance.choice(["phone", "home", ""]),
            "grade": chance.choice(["A", "B", ""]),
            "orig_price": chance.choice(["", "10.00", "99.99"]),
            "mass_kg": chance.choice(["", "0.5"]),
            "initiated": chance.choice(["", begun.isoformat()]),
            "received": came.isoformat(),
            "decided": chance.choice(["", came.isoformat()]),
            "sold": ended.isoformat() if channel == "outlet" else "",
            "final": ended.isoformat() if over else "",
            "channel": channel,
            "proceeds": chance.choice(["", "5.00", "0"]) if over else "",
            "inbound": chance.choice(["", "3.50"]),
            "labour_min": chance.choice(["", "4"]),
            "holds": chance.choice(["0", "1"]),
            "reroutes": "0",
        }


def test_sums_by_day_are_those_of_a_plain_count_over_the_rows(site: Settings, tmp_path: Path) -> None:
    """Reckoned a second time with nothing but the rows of the file, after half of them were corrected."""
    for seed in (1, 2):
        rows = list(past_rows(300, seed))
        path = tmp_path / f"past{seed}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        run_history(site, path, None)
    for by in ("category", "grade", "channel"):
        name = {"category": "cat"}.get(by, by)
        found = {row["value"] or "": row for row in asked(site, "--by", by)["rows"]}
        for value, row in found.items():
            own = [one for one in rows if one[name] == value]
            ended = [one for one in own if one["final"]]
            settled = [one for one in ended if one["proceeds"] and one["orig_price"]]
            original = sum(float(one["orig_price"]) for one in settled)
            assert (row["n"]["received"], row["n"]["closed"]) == (len(own), len(ended))
            assert row["recovery_rate"]["n"] == len(settled)
            if settled:
                income = sum(float(one["proceeds"]) for one in settled)
                assert row["recovery_rate"]["gross"] == pytest.approx(income / original)
    for first, last in (
        ("2026-01-05", "2026-02-01"),
        ("2026-02-01", "2026-02-02"),
        ("2027-01-01", "2027-01-02"),
    ):
        found = asked(site, "--from", first, "--to", last)
        sold = [one for one in rows if one["sold"] and first <= one["sold"] <= last]
        shares = [
            float(one["proceeds"]) / float(one["orig_price"])
            for one in sold
            if one["proceeds"] and one["orig_price"]
        ]
        assert found["recouped_value_rate"]["median"] == (median(shares) if shares else None)
        lasted = [
            (date.fromisoformat(one["final"]) - date.fromisoformat(one["initiated"] or one["received"])).days
            for one in rows
            if one["final"] and first <= one["final"] <= last
        ]
        lasted = [days for days in lasted if days >= 0]
        assert found["cycle_time_days"]["median"] == (median(lasted) if lasted else None)
    assert verify_station(site)["ok"]


def test_views_are_read_by_any_sql_tool(site: Settings, tmp_path: Path) -> None:
    """A plain connection of Python's own SQLite, read-only, and columns whose names stay."""
    lpns = [record["lpn"] for record in work(site, tmp_path) if "lpn" in record]
    run_history(site, table(tmp_path / "twelve.csv"), None, add=True)
    plain = sqlite3.connect(f"{(site.data / 'station.db').as_uri()}?mode=ro", uri=True)
    plain.row_factory = sqlite3.Row
    items = {row["lpn"]: row for row in plain.execute("select * from v_items")}
    assert (items[lpns[0]]["status"], items[lpns[0]]["disposition"]) == ("closed", "restock")
    days = {row["day"]: row for row in plain.execute("select * from v_kpi_daily")}
    assert (days["2026-03-12"]["closed"], days["2026-03-12"]["diversion_strict"]) == (1, 0.0)
    assert days["2026-03-05"]["recovery_gross"] == 1.0
    assert days["2026-03-04"]["recovery_gross"] is None
    held = plain.execute("select * from v_holds").fetchall()
    assert [(row["lpn"], row["reason"]) for row in held] == [(lpns[2], "wrong-item")]
    assert {row["channel"] for row in plain.execute("select * from v_totes where units > 0")} == {
        "restock", "outlet", "repackage",
    }  # fmt: skip
    assert {row["lpn"] for row in plain.execute("select * from v_labels")} >= {lpns[0], lpns[1]}
    assert [row["number"] for row in plain.execute("select * from v_shifts")] == [1]
    assert plain.execute("select count(*) from v_units").fetchone()[0] == 16
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        plain.execute("update unit set holds = 0")
    plain.close()


def test_settings_give_labour_and_the_way_in(site: Settings, tmp_path: Path) -> None:
    """What a unit's own row says about its way in goes before."""
    path = tmp_path / "site.toml"
    path.write_text('[kpi]\nlabour_per_hour = "12"\ninbound_cost = "2.00"\n', encoding="utf-8")
    settings = load(path, site.data, {})
    rows = TWELVE.splitlines()
    rows[1] = rows[1].replace("0,3.50,4,", "0,,4,")
    run_history(settings, table(tmp_path / "twelve.csv", "\n".join(rows)), None)
    found = station_kpis(settings)
    assert found["cost_per_return"]["handling"] == pytest.approx((63.60 - 3.50 + 2.00 + 37.20) / 12)
    assert found["cost_per_return"]["n_handling"] == 12


def test_figures_go_on_from_where_they_broke_off(site: Settings, tmp_path: Path) -> None:
    """A journal that was followed half way is followed to its end, and nothing counts twice."""
    work(site, tmp_path)
    whole = asked(site)
    with StationFile.open(site.data, site.station.id) as file:
        seq = read(file.db, "select json_extract(v, '$.seq') from meta where k = 'units'")[0][0]
        assert seq == file.journal.head().seq
    work(site, tmp_path, "@2026-11-23T12:00:00Z\n!parcel-done\nRMA1002\nPHONE-X5-128\n!hold other\n")
    found = asked(site)
    assert found["n"]["received"] == whole["n"]["received"] + 1
    assert found["n"]["closed"] == whole["n"]["closed"]
    assert verify_station(site)["ok"]


def test_every_column_of_a_view_is_in_its_document(site: Settings) -> None:
    """And the document names no view that is not there."""
    text = (Path(__file__).parent.parent / "docs" / "views.md").read_text("utf-8")
    with StationFile.open(site.data, site.station.id) as file:
        views = [
            row[0]
            for row in read(file.db, "select name from sqlite_master where type = 'view' order by name")
        ]
        assert views == ["v_holds", "v_items", "v_kpi_daily", "v_labels", "v_shifts", "v_totes", "v_units"]
        for view in views:
            for column in read(file.db, f"select name from pragma_table_info('{view}')"):
                assert f"`{column[0]}`" in text, (view, column[0])
    assert set(re.findall(r"\bv_[a-z_]+", text)) == set(views)


def test_a_unit_out_of_quarantine_goes_its_own_way_and_counts_one_hold(
    site: Settings, tmp_path: Path
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
    site: Settings, tmp_path: Path
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


def test_an_outcome_that_came_while_the_clock_was_put_back_counts_too(site: Settings, tmp_path: Path) -> None:
    """And ends that bring nothing close a unit without money; what was not sold closes nothing."""
    work(site, tmp_path, SHIFT.replace("dispose outlet", "dispose donate"))
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


def test_two_who_ask_at_once_count_nothing_twice(site: Settings, tmp_path: Path) -> None:
    """Each follows the journal in transactions of its own, and looks again once it may write."""
    work(site, tmp_path)
    with ThreadPoolExecutor(4) as pool:
        found = [each.result(60) for each in [pool.submit(station_kpis, site) for _ in range(4)]]
    assert all(one == found[0] for one in found)
    assert sum(unit["labour_minutes"] for unit in behind(site, "received")) == 1.5
    assert verify_station(site)["ok"]


def test_a_table_of_another_program_is_read_by_a_mapping(site: Settings, tmp_path: Path) -> None:
    """Its columns, dates and decimal marks; where it says no channel the mapping may."""
    config = tmp_path / "site.toml"
    config.write_text(
        '[import.old]\ndelimiter = ";"\ndecimal = ","\ndate_formats = ["%d.%m.%Y"]\n'
        'constants = { channel = "outlet" }\n'
        'columns = { unit = "Nr", received = "Eingang", final = "Ende", orig_price = "Preis", proceeds = "EUR" }\n',
        encoding="utf-8",
    )
    site = load(config, site.data, {})
    path = table(tmp_path / "old.csv", "Nr;Eingang;Ende;Preis;EUR\n7;01.03.2026;11.03.2026;20,00;5,50\n")
    assert run_history(site, path, "old")["imported"] == 1
    found = station_kpis(site)
    assert (found["recovery_rate"]["gross"], found["cycle_time_days"]["mean"]) == (0.275, 10)
    assert found["n"]["without_initiated"] == 1


def test_the_past_changes_nothing_on_the_bench() -> None:
    """Neither its state nor a row of an item, a tote or a parcel."""
    event = HistoryTaken("old.csv", ("lpn", "holds"), [["P1", 0]])
    at = datetime(2026, 11, 23, tzinfo=UTC)
    state = State(operator="1001", shift=3)
    assert evolve(state, event, at) == state
    assert list(rows(event, state, state, at)) == []
    assert revive("history_taken", draft(event, at, None, None).body) == event
