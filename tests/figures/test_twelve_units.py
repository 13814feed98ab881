"""Figures of a table of past units, as the command prints them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from terminal.config import load
from terminal.domain.suggest import BadData
from terminal.history import run_history
from terminal.kpis import behind, station_kpis
from terminal.settings import Settings
from terminal.store.errors import StoreError
from terminal.store.locks import StationLock
from terminal.store.unit_sums import DRILLS


def test_every_figure_of_the_twelve_units_comes_out_as_it_was_reckoned(
    site: Settings,
    tmp_path: Path,
    table: Callable[..., Path],
    invoke: Callable[..., Result],
    asked: Callable[..., dict[str, Any]],
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
    site: Settings,
    tmp_path: Path,
    table: Callable[..., Path],
    asked: Callable[..., dict[str, Any]],
    twelve: str,
) -> None:
    """Also where a row stands twice in one file."""
    run_history(site, table(tmp_path / "a.csv"), None)
    before = asked(site)
    again = run_history(site, table(tmp_path / "b.csv", twelve + twelve.splitlines()[1] + "\n"), None)
    assert (again["new"], again["corrected"], again["known"]) == (0, 0, 13)
    assert asked(site) == before
    changed = twelve.replace("2026-03-12,2026-03-12,restock,40.00", "2026-03-13,2026-03-13,restock,30.00")
    assert run_history(site, table(tmp_path / "c.csv", changed), None)["corrected"] == 1
    assert asked(site)["recovery_rate"]["income"] == 1561.15


def test_bad_rows_go_into_a_file_beside_with_line_column_and_reason(
    site: Settings, tmp_path: Path, table: Callable[..., Path], twelve: str
) -> None:
    """Good rows of the same file go in."""
    lines = twelve.splitlines()
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


def test_an_empty_station_has_no_figures_and_says_so_with_a_dash(
    site: Settings, invoke: Callable[..., Result], asked: Callable[..., dict[str, Any]]
) -> None:
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
def test_the_rows_of_a_split_add_up_to_the_whole(
    site: Settings,
    tmp_path: Path,
    by: str,
    table: Callable[..., Path],
    invoke: Callable[..., Result],
    asked: Callable[..., dict[str, Any]],
) -> None:
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
    site: Settings,
    tmp_path: Path,
    table: Callable[..., Path],
    invoke: Callable[..., Result],
    asked: Callable[..., dict[str, Any]],
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


def test_the_units_behind_a_figure_can_be_listed(
    site: Settings,
    tmp_path: Path,
    table: Callable[..., Path],
    invoke: Callable[..., Result],
    asked: Callable[..., dict[str, Any]],
) -> None:
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


def test_the_past_is_kept_out_of_a_station_at_work_unless_it_is_asked_for(
    site: Settings,
    tmp_path: Path,
    table: Callable[..., Path],
    invoke: Callable[..., Result],
    asked: Callable[..., dict[str, Any]],
    work: Callable[..., list[dict[str, Any]]],
    twelve: str,
) -> None:
    """And never while its bench is open; an item of the bench is not overwritten by a row of the same name."""
    lpns = [record["lpn"] for record in work(site, tmp_path) if "lpn" in record]
    path = table(tmp_path / "past.csv", twelve.replace("U12", lpns[0]))
    result = invoke(site, "import", "history", str(path))
    assert result.exit_code == 1
    assert "--add" in result.output
    asked(site)
    with StationLock(site.data), pytest.raises(StoreError, match="bench is open"):
        run_history(site, path, None, add=True)
    done = run_history(site, path, None, add=True)
    assert (done["new"], done["live"]) == (11, 1)
    assert asked(site)["n"]["received"] == 15


def test_settings_give_labour_and_the_way_in(
    site: Settings, tmp_path: Path, table: Callable[..., Path], twelve: str
) -> None:
    """What a unit's own row says about its way in goes before."""
    path = tmp_path / "site.toml"
    path.write_text('[kpi]\nlabour_per_hour = "12"\ninbound_cost = "2.00"\n', encoding="utf-8")
    settings = load(path, site.data, {})
    rows = twelve.splitlines()
    rows[1] = rows[1].replace("0,3.50,4,", "0,,4,")
    run_history(settings, table(tmp_path / "twelve.csv", "\n".join(rows)), None)
    found = station_kpis(settings)
    assert found["cost_per_return"]["handling"] == pytest.approx((63.60 - 3.50 + 2.00 + 37.20) / 12)
    assert found["cost_per_return"]["n_handling"] == 12


def test_a_table_of_another_program_is_read_by_a_mapping(
    site: Settings, tmp_path: Path, table: Callable[..., Path]
) -> None:
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
