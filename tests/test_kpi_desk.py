"""What the KPI screen asks the station file: the same figures as the command, and the items behind a number."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from terminal.audit_imports import run_audits
from terminal.audits import report
from terminal.config import load
from terminal.console import Context
from terminal.domain.speech import Voice, _, retold, speaking
from terminal.domain.suggest import BadData
from terminal.history import run_history
from terminal.kpi_cli import kpi
from terminal.kpi_desk import ACCURACY, KpiDesk
from terminal.kpis import station_kpis
from terminal.reports.locale_forms import number
from terminal.settings import Settings
from terminal.ui import kpi_app
from terminal.voices import voice

PAST = """\
unit,cat,orig_price,mass_kg,initiated,received,decided,put_away,sold,final,channel,proceeds,inbound,labour_min,disposal
U1,apparel,40.00,0.30,2026-03-01,2026-03-04,2026-03-04,2026-03-05,2026-03-12,2026-03-12,restock,40.00,3.50,4,0
U2,apparel,60.00,0.50,2026-03-01,2026-03-05,2026-03-05,2026-03-06,2026-03-26,2026-03-26,outlet,27.00,3.50,5,0
U3,fmcg,12.00,0.80,2026-03-04,2026-03-07,2026-03-07,,,2026-03-10,energy_recovery,0,4.00,3,0.12
U4,phone,500.00,0.19,2026-03-06,2026-03-11,,,,,quarantine,0,4.90,9,0
"""
AUDITS = """\
lpn,at,first_grade,audit_grade,first_disposition,audit_disposition,operator,auditor,category
U1,2026-03-05T10:00:00Z,A,A,restock,restock,1001,9001,apparel
U2,2026-03-06T10:00:00Z,B,C,outlet,outlet,1002,9001,apparel
U3,2026-03-26T10:00:00Z,D,D,landfill,recycle,1002,9001,fmcg
"""
ON = date(2026, 3, 26)


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A station with four past units."""
    site = load(None, tmp_path / "data", {})
    past = tmp_path / "past.csv"
    past.write_text(PAST, encoding="utf-8")
    run_history(site, past, None)
    return site


def audited(site: Settings, tmp_path: Path) -> KpiDesk:
    """The desk of a station where three of them were audited."""
    path = tmp_path / "audits.csv"
    path.write_text(AUDITS, encoding="utf-8")
    done = run_audits(site, path, None)
    assert done["rejected"] == 0, done
    return KpiDesk(site, lambda: ON)


def names(found: tuple[list[dict[str, object]], bool]) -> list[object]:
    """The LPNs of a list that is whole."""
    items, more = found
    assert not more
    return [item["lpn"] for item in items]


@pytest.mark.parametrize(("days", "first"), [(None, None), (1, ON), (7, date(2026, 3, 20))])
def test_the_figures_are_those_of_the_command(site: Settings, days: int | None, first: date | None) -> None:
    """For the same days, split the same way."""
    found = KpiDesk(site, lambda: ON).figures(days, "channel")
    expected = station_kpis(site, first, None if days is None else ON, "channel", lambda: ON)
    for row in found["rows"]:
        del row[ACCURACY]
    assert {name: found[name] for name in expected} == expected


def test_accuracy_is_of_the_audits_of_those_days(site: Settings, tmp_path: Path) -> None:
    """Of two in three channels agree; none of those of the last day."""
    desk = audited(site, tmp_path)
    whole = desk.figures(None, "category")
    assert (whole[ACCURACY]["value"], whole[ACCURACY]["n"]) == (pytest.approx(2 / 3), 3)
    rows = {row["value"]: row[ACCURACY] for row in whole["rows"]}
    assert (rows["apparel"]["value"], rows["fmcg"]["value"], rows["phone"]["value"]) == (1, 0, None)
    assert desk.figures(1, "category")[ACCURACY]["value"] == 0


def test_strata_are_those_of_the_audit_report(site: Settings, tmp_path: Path) -> None:
    """A row each with its interval, and all of them weighed by their size; without audits there is none."""
    assert KpiDesk(site, lambda: ON).figures(None, "audit")["rows"] == []
    lines = AUDITS.splitlines()
    sizes = ("base,100", "base,100", "grade:D,50")
    told = [f"{lines[0]},stratum,stratum_items", *map(",".join, zip(lines[1:], sizes, strict=True))]
    path = tmp_path / "strata.csv"
    path.write_text("\n".join(told), encoding="utf-8")
    assert run_audits(site, path, None)["rejected"] == 0
    desk, expected = KpiDesk(site, lambda: ON), report(site)
    *rows, whole = desk.figures(None, "audit")["rows"]
    assert {row["value"]: row["audited"] for row in rows} == {
        name: one["audited"] for name, one in expected["strata"].items()
    }
    named = {row["value"]: row for row in rows}
    assert (named["base"]["items"], named["base"][ACCURACY]["value"]) == (100, 1)
    assert named["grade:D"][ACCURACY]["value"] == 0
    assert 0 < named["grade:D"][ACCURACY]["high"] < 1
    assert (whole["value"], whole["items"], whole["audited"]) == (None, 150, 3)
    assert whole[ACCURACY]["value"] == expected["stratified_accuracy"] == pytest.approx(2 / 3)
    assert whole["grade_accuracy"]["value"] == expected["stratified_grade_accuracy"]
    assert names(desk.behind(ACCURACY, None, "audit", "base")) == ["U2", "U1"]


def test_items_behind_a_number_are_of_its_row(site: Settings, tmp_path: Path) -> None:
    """Of a day, of a category, of the units of which something is not known, of audits."""
    desk = audited(site, tmp_path)
    assert names(desk.behind("recovery_rate", None)) == ["U2", "U3", "U1"]
    assert names(desk.behind("recovery_rate", None, "category", "apparel")) == ["U2", "U1"]
    assert names(desk.behind("closed", None, "day", "2026-03-05")) == ["U1"]
    assert names(desk.behind("closed", None, "operator", None)) == ["U2", "U3", "U1"]
    assert names(desk.behind("closed", 1)) == ["U2"]
    assert names(desk.behind(ACCURACY, None)) == ["U2", "U3", "U1"]
    assert names(desk.behind(ACCURACY, None, "operator", "1002")) == ["U2", "U3"]


def test_a_list_that_is_cut_says_so(site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where only the newest units were looked through for a row."""
    desk = KpiDesk(site, lambda: ON)
    monkeypatch.setattr("terminal.kpi_desk.MOST", 2)
    assert [item["lpn"] for item in desk.behind("closed", None)[0]] == ["U2", "U3"]
    assert desk.behind("closed", None)[1]
    assert names(desk.behind("closed", None, "category", "fmcg")) == ["U3"]
    monkeypatch.setattr("terminal.kpi_desk.LOOKED_THROUGH", 2)
    assert desk.behind("closed", None, "category", "apparel")[1]


def test_looking_makes_no_station_file(tmp_path: Path) -> None:
    """It says where it looked instead."""
    site = load(None, tmp_path / "nowhere", {})
    with pytest.raises(BadData, match=r"no station.db in .*nowhere"):
        KpiDesk(site).figures(None, "day")
    with pytest.raises(BadData, match="--data"):
        KpiDesk(site).behind("closed", None)
    assert not (tmp_path / "nowhere").exists()


def test_what_must_be_known_is_said_in_the_language_of_the_context(
    site: Settings, tmp_path: Path, brackets: Voice
) -> None:
    """Beside the figures, and where there are none."""
    with speaking(brackets):
        said = KpiDesk(site, lambda: ON).figures(None, "hour")["said"]
        assert said
        assert all(each.startswith("<") for each in said)
        with pytest.raises(BadData) as nowhere:
            KpiDesk(load(None, tmp_path / "nowhere", {})).figures(None, "day")
        assert retold(nowhere.value.problems[0]).startswith("<there is no station.db in ")


def test_the_screen_is_started_in_the_language_of_the_station(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words and numbers; what the command prints is English."""
    config = tmp_path / "config.toml"
    config.write_text('[screen]\nlanguage = "de"\n', encoding="utf-8")
    heard: list[tuple[str, str]] = []

    def show(desk: KpiDesk, theme: str) -> int:
        heard.append((_("HELP"), number(1.5, 1)))
        return 3

    monkeypatch.setattr(kpi_app, "show", show)
    monkeypatch.setenv(kpi_app.DRIVER, "a driver")
    result = CliRunner().invoke(kpi, ["--screen"], obj=Context(config, tmp_path / "data"))
    assert result.exit_code == 3
    assert heard == [(voice("de").gettext("HELP"), "1,5")]
    assert _("HELP") == "HELP"
