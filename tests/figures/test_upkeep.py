"""The tables of figures: made from the journal, mended by verify, read by others."""

from __future__ import annotations

import csv
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from terminal.history import run_history
from terminal.settings import Settings
from terminal.store.connection import read, run, transaction
from terminal.store.station_file import StationFile
from terminal.verifying import verify_station


def test_verify_finds_altered_figures_and_makes_them_anew_from_the_journal(
    site: Settings,
    tmp_path: Path,
    table: Callable[..., Path],
    asked: Callable[..., dict[str, Any]],
    work: Callable[..., list[dict[str, Any]]],
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


def test_sums_by_day_are_those_of_a_plain_count_over_the_rows(
    site: Settings, tmp_path: Path, asked: Callable[..., dict[str, Any]]
) -> None:
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


def test_views_are_read_by_any_sql_tool(
    site: Settings, tmp_path: Path, table: Callable[..., Path], work: Callable[..., list[dict[str, Any]]]
) -> None:
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


def test_figures_go_on_from_where_they_broke_off(
    site: Settings,
    tmp_path: Path,
    asked: Callable[..., dict[str, Any]],
    work: Callable[..., list[dict[str, Any]]],
) -> None:
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
    text = (Path(__file__).parent.parent.parent / "docs" / "views.md").read_text("utf-8")
    with StationFile.open(site.data, site.station.id) as file:
        views = [
            row[0]
            for row in read(file.db, "select name from sqlite_master where type = 'view' order by name")
        ]
        assert views == [
            "v_holds",
            "v_items",
            "v_kpi_daily",
            "v_labels",
            "v_outcomes",
            "v_shifts",
            "v_totes",
            "v_units",
        ]
        for view in views:
            for column in read(file.db, f"select name from pragma_table_info('{view}')"):
                assert f"`{column[0]}`" in text, (view, column[0])
    assert set(re.findall(r"\bv_[a-z_]+", text)) == set(views)
