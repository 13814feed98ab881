"""Figures by hour of the day: which hour a moment belongs to, and what is counted in it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner

from terminal.config import load
from terminal.console import Context
from terminal.domain.kpi_unit import Unit
from terminal.kpi_cli import kpi
from terminal.kpi_desk import KpiDesk
from terminal.kpi_hours import hour_of, hour_rows, units_of_hour
from terminal.kpis import station_kpis
from terminal.settings import Settings
from terminal.store.connection import transaction
from terminal.store.station_file import StationFile
from terminal.store.unit_sums import Period
from terminal.store.units import put_units

ON = date(2026, 10, 26)


def second(text: str) -> int:
    """A moment in UTC as seconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def unit(lpn: str, received: str, decided: str | None = None, holds: int = 0) -> Unit:
    """A unit of the bench."""
    at = None if decided is None else second(decided)
    channel = None if decided is None else "outlet"
    return Unit(lpn, received_at=second(received), decided_at=at, channel=channel, labour_s=60, holds=holds)


UNITS = (
    unit("U1", "2026-10-24T06:05", "2026-10-24T06:10"),
    unit("U2", "2026-10-24T06:50", "2026-10-24T07:01", holds=1),
    unit("U3", "2026-10-25T06:15"),
    Unit("U4", received_at=second("2026-10-25T07:00"), channel="quarantine"),
    Unit("P1", past=1, received_at=second("2026-10-24T00:00"), decided_at=second("2026-10-24T00:00")),
)


def station(folder: Path, units: Sequence[Unit]) -> Settings:
    """A station with these units."""
    made: Settings = load(None, folder / "data", {})
    with StationFile.open(made.data, made.station.id) as file, transaction(file.db):
        put_units(file.db, units, "EUR")
    return made


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A station with a few units."""
    return station(tmp_path, UNITS)


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock is put forward and back, by a rule that needs no table of zones."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_what_came_in_and_was_decided_is_counted_by_the_hour_of_each(site: Settings) -> None:
    """With how many such hours there were; what was held at once counts as decided when it came."""
    found = station_kpis(site, by="hour", today=lambda: ON, zone=UTC)
    assert [(row["value"], row["n"], row["worked"]) for row in found["rows"]] == [
        ("06:00", {"received": 3, "decided": 1}, 2),
        ("07:00", {"received": 1, "decided": 2}, 2),
    ]
    first, second = found["rows"]
    assert first["per_hour"] == {"received": 1.5, "decided": 0.5}
    assert (first["units_per_hour"], first["touch_minutes_per_unit"], first["touched"]) == (60, 1, 3)
    assert (first["first_pass_yield"], second["first_pass_yield"]) == (1, 0.5)
    assert (second["units_per_hour"], second["touched"]) == (None, 0)


def test_units_of_the_past_are_in_no_hour_and_that_is_said(site: Settings) -> None:
    """Only their day is known, and midnight would be a lie."""
    found = station_kpis(site, by="hour", today=lambda: ON, zone=UTC)
    assert found["n"]["received"] == found["without_hour"] + sum(
        row["n"]["received"] for row in found["rows"]
    )
    assert any(sentence.startswith("1 units of the past are in no hour") for sentence in found["said"])


def test_hours_are_of_the_days_that_were_asked_for(site: Settings) -> None:
    """As all other figures are."""
    found = station_kpis(site, ON - timedelta(1), ON, "hour", lambda: ON, UTC)
    assert [(row["value"], row["n"]["received"]) for row in found["rows"]] == [("06:00", 1), ("07:00", 1)]


def test_a_zone_may_be_three_quarters_of_an_hour_off(site: Settings) -> None:
    """As Nepal's is."""
    found = station_kpis(site, by="hour", today=lambda: ON, zone=timezone(timedelta(hours=5, minutes=45)))
    assert [(row["value"], row["n"]["received"], row["worked"]) for row in found["rows"]] == [
        ("11:00", 1, 1), ("12:00", 3, 2),
    ]  # fmt: skip


@pytest.mark.usefixtures("berlin")
def test_the_hour_is_that_of_the_machine_whenever_its_clock_was_changed(tmp_path: Path) -> None:
    """The hour that comes twice is two hours of work under one name."""
    assert hour_of(second("2026-10-24T23:30")) == "01:00"
    made = station(tmp_path, [unit("A", "2026-10-25T00:30"), unit("B", "2026-10-25T01:30")])
    with StationFile.open(made.data, made.station.id) as file:
        (row,) = hour_rows(file.db, Period())
    assert (row["value"], row["n"]["received"], row["worked"]) == ("02:00", 2, 2)


@pytest.mark.usefixtures("berlin")
def test_the_units_behind_an_hour_are_listed(site: Settings) -> None:
    """The newest first, whatever figure is asked for; a list that is cut says so."""
    found, more = KpiDesk(site, lambda: ON).behind("recovery_rate", None, "hour", "08:00")
    assert ([item["lpn"] for item in found], more) == (["U4", "U2", "U1"], False)
    with StationFile.open(site.data, site.station.id) as file:
        found, more = units_of_hour(file.db, Period(), "06:00", 1, UTC)
        assert ([item["lpn"] for item in found], more) == (["U3"], True)


def test_the_desk_has_the_accuracy_of_all_audits_beside_the_hours(site: Settings) -> None:
    """An hour has none of its own."""
    found = KpiDesk(site, lambda: ON).figures(None, "hour")
    assert found["by"] == "hour"
    assert found["disposition_accuracy"]["n"] == 0
    assert all("disposition_accuracy" not in row for row in found["rows"])


@pytest.mark.usefixtures("berlin")
def test_the_command_prints_a_row_for_each_hour(site: Settings) -> None:
    """As a table with headings of its own, and in JSON as it is."""
    shown, told = (
        CliRunner().invoke(kpi, ["--by", "hour", *more], obj=Context(None, site.data))
        for more in ((), ("--json",))
    )
    assert (shown.exit_code, told.exit_code) == (0, 0), shown.output + told.output
    assert "08:00 3 2 1.5 1.0" in " ".join(shown.stdout.split())
    assert "in/h" in shown.stdout
    assert [row["value"] for row in json.loads(told.stdout)["rows"]] == ["07:00", "08:00", "09:00"]
